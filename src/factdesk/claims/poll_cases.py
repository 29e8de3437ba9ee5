"""Looks at one share with the words around it: its clause, what stands before and behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from factdesk.claims import poll_words as lexicon
from factdesk.claims.clauses import clause_start, figure_clause
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_figures import Share
from factdesk.claims.poll_people import Reading, read_behind
from factdesk.claims.poll_words import Word, listed, read_words
from factdesk.model import Span

_PAUSES = listed("pauses")
_FAR_WORDS = 24
_FRONTED_WORDS = 8
_BEHIND_CHARS = 260
_SMALL = listed("small")
_CONTINUING = listed("continuing")


@dataclass(frozen=True)
class Case:
    """One share with what stands around it."""

    context: SentenceContext
    share: Share
    skipped: int = 0

    @cached_property
    def clause(self) -> Span:
        """The clause in which the share is weighed."""
        return figure_clause(self.context.text, self.context.sentence, self.share.anchor)

    @cached_property
    def right(self) -> list[Word]:
        """The words behind the figure in its clause."""
        end = min(self.clause.end, self.share.figure.end + _BEHIND_CHARS)
        return read_words(self.context.text, self.share.figure.end, max(end, self.share.figure.end))

    @cached_property
    def left(self) -> list[Word]:
        """The words before the figure in its clause."""
        start = self.clause.start
        if (
            self.context.text[max(0, start - 2) : start].strip() == ":"
            and not self.context.text[start : self.share.anchor.start].strip()
        ):
            start = clause_start(
                self.context.text, self.context.sentence, max(start - 3, self.context.sentence.start)
            )
        return read_words(self.context.text, start, self.share.anchor.start)[self.skipped :]

    @cached_property
    def reading(self) -> Reading:
        """Of whom the share is one and what they did."""
        reading = read_behind(self.right, people=self.share.people, is_single=self._is_single)
        if reading.base is Base.NONE and reading.deed is not Deed.ECHO and not reading.is_near:
            reading = self._behind_aside(self.share.figure.end) or reading
        elif reading.base in (Base.PEOPLE, Base.BODIES) and reading.deed is not Deed.MIND and reading.people:
            later = self._behind_aside(max(reading.people.end, self.share.figure.end))
            if later is not None:
                return replace(reading, deed=later.deed, deed_start=later.deed_start)
        if self.share.rough is not None and reading.base is Base.NONE and reading.deed is Deed.NONE:
            end = min(self.context.sentence.end, self.share.anchor.end + _BEHIND_CHARS)
            return read_behind(read_words(self.context.text, self.share.anchor.end, end))
        return reading

    @property
    def _is_single(self) -> bool:
        """Whether one person may stand behind the figure: "every second Dane"."""
        return self.share.anchor.cut(self.context.text).lower().split()[-2:-1] == ["every"]

    def _behind_aside(self, start: int) -> Reading | None:
        """Read past an aside: "58 per cent, the highest since 1987, thought"."""
        words = read_words(self.context.text, start, min(self.context.sentence.end, start + _BEHIND_CHARS))
        if not words or words[0].low not in (",", "–", "—", "("):
            return None
        for at in range(2, len(words)):
            if words[at].low in (",", "–", "—", ")"):
                reading = read_behind(words[at + 1 :])
                if reading.base is Base.NONE and reading.is_near and reading.deed is Deed.MIND:
                    return reading
        return None


def sentence_left(case: Case) -> list[Word]:
    """Return the words before the figure in its sentence, the last ones."""
    return read_words(case.context.text, case.context.sentence.start, case.share.anchor.start)[-_FAR_WORDS:]


def since_pause(left: Sequence[Word]) -> Sequence[Word]:
    """Return the words behind the last comma, dash or bracket."""
    at = max((at for at, word in enumerate(left) if word.low in _PAUSES), default=-1)
    return left[at + 1 :]


def has_other_head(left: Sequence[Word]) -> bool:
    """Whether something else is measured just before the figure; a topic in front is no matter."""
    at = max((at for at, word in enumerate(left) if word.low in _PAUSES), default=-1)
    return any(word.low in lexicon.NOT_LEFT for word in left[at + 1 :])


def fronted_base(case: Case) -> Reading | None:
    """Return the base that stands before its figure: "Of those who voted, 62%", "of that remnant half"."""
    context = case.context
    words = read_words(context.text, context.sentence.start, case.share.anchor.start)
    while words and words[-1].low in lexicon.ADVERBS | {"about", "some", "as", "many", "almost", "nearly"}:
        words = words[:-1]
    for at in range(len(words) - 1, -1, -1):
        if words[at].low not in ("of", "among", "amongst"):
            continue
        if at and words[at - 1].low not in (
            ",",
            ";",
            ":",
            ".",
            "–",
            "—",
            "-",
            "(",
            "and",
            "but",
            "while",
            "because",
        ):
            return None
        if all(word.low in lexicon.DETERMINERS for word in words[at:]):
            return None
        reading = read_behind(words[at:])
        return reading if reading.people is not None else None
    return None


def _has_verb(words: Sequence[Word]) -> bool:
    verbs = lexicon.AUXILIARIES | (lexicon.MINDS - lexicon.MINDS_NOUN) | (lexicon.ACTS - lexicon.MINDS_NOUN)
    return len(words) > _FRONTED_WORDS or any(word.low in verbs or word.is_mark for word in words)


def opens(case: Case) -> bool:
    """Whether nothing but small words stands before the figure in its clause."""
    first = case.left[0].low if case.left else ""
    if first in ("whereas", "while", "though", "although", "since", "because", "and", "but", "when", "where"):
        return opens(Case(case.context, case.share, skipped=case.skipped + 1))
    colon = max((at for at, word in enumerate(case.left) if word.low == ":"), default=-1)
    words = [word for word in case.left[colon + 1 :] if not word.is_mark]
    small = lexicon.ADVERBS | lexicon.DETERMINERS | _CONTINUING | _SMALL
    if len(words) > 3 and words[-1].low in ("of", "among", "whom"):
        return False
    if all(word.low in small for word in words) and len(words) <= 7:
        return True
    while words and words[-1].low in small:
        words = words[:-1]
    if words and words[0].low in lexicon.PREPOSITIONS and not _has_verb(words):
        return True
    if words and (lexicon.is_poll_name(words[-1].low) or words[-1].low in lexicon.ELECTIONS):
        return words[0].low in lexicon.PREPOSITIONS
    at = max((at for at, word in enumerate(case.left) if word.low == ","), default=-1)
    fronted = case.left[at + 1 :] if at >= 0 else case.left
    return at >= 0 and all(word.low in small for word in fronted)


def continues(case: Case) -> bool:
    """Whether the figure goes on from the one before: "... against 38%", "and 12 per cent the last"."""
    words = [word.low for word in case.left if word.low not in lexicon.ADVERBS]
    return bool(words) and words[-1] in _CONTINUING | {
        "at",
        "of",
        "on",
        "(",
        ",",
        "from",
        "reached",
        "was",
        "is",
        "stood",
    }
