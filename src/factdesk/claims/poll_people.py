"""Reads of whom a share is one, and what they hold or did: the words behind a figure.

"62% of the members who returned their ballots backed the strike" has the base "the members who returned
their ballots" and the predicate "backed".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factdesk.claims import poll_words as lexicon
from factdesk.claims.poll_deeds import PARTICIPLES, PLURALS, Base, Deed, is_noun, low_at, read_deed
from factdesk.claims.poll_words import Word, is_people, listed
from factdesk.model import Span

_BASE_WORDS_MAX = 9
_NEAR_WORDS = 3
_REPLYING = listed("replying")
_SETS = listed("sets")
_BACK_REFERENCES = listed("back_references")
_JOINED = listed("joined")


@dataclass(frozen=True, slots=True)
class Reading:
    """The base of a share with its words, and the deed with where it begins.

    ``is_near`` says that the deed follows base or figure at once; ``is_polled`` that the base itself
    speaks of a poll ("those surveyed"); ``refers_back`` that it stands for people named before.
    ``relative`` is what a clause about the base says ("the 38 per cent who favour it").
    """

    base: Base
    people: Span | None
    deed: Deed
    deed_start: int | None
    is_near: bool = False
    is_polled: bool = False
    refers_back: bool = False
    relative: Deed = Deed.NONE


def read_behind(words: Sequence[Word], *, people: Span | None = None, is_single: bool = False) -> Reading:
    """Read the words behind a figure up to the end of its clause.

    ``people`` are those named inside the figure; ``is_single`` that one may follow ("every second Dane").
    """
    start = 0
    while start < len(words) and words[start].low in (")", "%", "or", "so") and start < _NEAR_WORDS:
        start += 1
    if people is not None:
        base, head = Base.PEOPLE, start
        span: Span | None = people
        back = False
    else:
        base, head, span, back = _read_base(words, start, is_single=is_single)
    deed, at, extended, relative = read_deed(words, head, base)
    if span is not None and extended is not None and words[extended - 1].end > span.end:
        span = Span(span.start, words[extended - 1].end)
    named = words[start:head] if extended is None else words[start:extended]
    return Reading(
        base,
        span,
        deed,
        words[at].start if at is not None else None,
        is_near=at is not None and _is_next(words, extended or head, at, base),
        is_polled=any(
            lexicon.is_poll_name(word.low)
            or word.low in PARTICIPLES | _REPLYING
            or word.low in ("base", "sample")
            for word in named
        ),
        refers_back=back,
        relative=relative,
    )


def _is_next(words: Sequence[Word], start: int, at: int, base: Base) -> bool:
    """Whether a deed follows at once: behind a bare figure only adverbs may stand between."""
    if base is not Base.NONE:
        return at - start <= _NEAR_WORDS
    return all(word.is_mark or word.low in lexicon.ADVERBS for word in words[start:at])


def _read_base(words: Sequence[Word], start: int, *, is_single: bool) -> tuple[Base, int, Span | None, bool]:
    """Return the base, the index behind it, its words, and whether it refers back."""
    if start >= len(words):
        return Base.NONE, start, None, False
    first = words[start].low
    if first in ("who", "whom"):
        return Base.PEOPLE, start, Span(words[start].start, words[start].end), False
    if first in _JOINED:
        if start + 1 < len(words) and words[start + 1].low in ("what", "it", "this", "that", "which"):
            return _read_unknown(words, start + 1, _noun_end(words, start + 1), is_joined=True)
        return _read_noun(words, start + 1, is_joined=True)
    if is_single and (f"{first}s" in lexicon.PEOPLE or first in lexicon.PEOPLE_SINGULAR):
        return Base.PEOPLE, start + 1, Span(words[start].start, words[start].end), False
    is_sure_verb = first in lexicon.MINDS - lexicon.MINDS_NOUN or first in lexicon.AUXILIARIES
    if first in lexicon.PREPOSITIONS or is_sure_verb:
        return Base.NONE, start, None, False
    is_verb = first in lexicon.MINDS | lexicon.ACTS and first not in PLURALS
    if first.endswith("s") and first.rstrip("s") in lexicon.THINGS and not is_verb:
        return Base.THINGS, start + 1, Span(words[start].start, words[start].end), False
    base, head, span, back = _read_noun(words, start, is_joined=False)
    if base in (Base.PEOPLE, Base.BODIES):
        return base, head, span, back
    return Base.NONE, start, None, False


def _read_noun(words: Sequence[Word], start: int, *, is_joined: bool) -> tuple[Base, int, Span | None, bool]:
    kind, head, at = Base.THINGS, None, start
    limit = min(len(words), start + (_BASE_WORDS_MAX if is_joined else 5))
    while at < limit:
        word = words[at]
        if _ends_noun(words, at, start):
            break
        found = _class_of(words, at, start)
        if found is not None:
            kind, head = found, at
            if not _goes_on(words, at):
                break
        elif word.low in _SETS and at + 1 < limit and words[at + 1].low == "of":
            at += 1
        at += 1
    if head is not None:
        span = Span(words[start].start, words[head].end)
        back = words[start].low in ("them", "these", "those") and head == start and not _is_told(words, head)
        return kind, head + 1, span, back
    return _read_unknown(words, start, at, is_joined=is_joined)


def _read_unknown(
    words: Sequence[Word], start: int, at: int, *, is_joined: bool
) -> tuple[Base, int, Span | None, bool]:
    """Read a base without a known noun: "the 12%", "that remnant", "the 64 who answered", "the uninsured"."""
    inner = words[start:at]
    if not is_joined:
        return Base.NONE, start, None, False
    if not inner:
        return (Base.NONE if at >= len(words) else Base.THINGS), start, None, False
    span = Span(inner[0].start, inner[-1].end)
    last = inner[-1].low
    if any(word.low in ("%", "per") for word in words[start : at + 2]) and any(
        c.low[0].isdigit() for c in inner
    ):
        return Base.SHARE, at, span, True
    if last in _BACK_REFERENCES and inner[0].low in ("that", "this", "these", "those", "the"):
        return Base.SHARE, at, span, True
    following = words[at].low if at < len(words) else ""
    is_number = all(word.low in lexicon.DETERMINERS or word.low[0].isdigit() for word in inner)
    if following in ("who", "whom") or (is_number and following in (*PARTICIPLES, "we", "i")):
        return Base.PEOPLE, at, span, False
    return Base.THINGS, at, span, False


def _noun_end(words: Sequence[Word], start: int) -> int:
    at = start + 1
    while at < min(len(words), start + _BASE_WORDS_MAX) and not _ends_noun(words, at, start):
        at += 1
    return at


def _is_told(words: Sequence[Word], head: int) -> bool:
    """Whether "those" is told at once ("those who voted", "those polled")."""
    following = words[head + 1].low if head + 1 < len(words) else ""
    return following in lexicon.RELATIVES or following in lexicon.PREPOSITIONS


def _ends_noun(words: Sequence[Word], at: int, start: int) -> bool:
    word = words[at]
    if word.is_mark and word.low not in ("%", "-", "–"):
        return True
    if word.low in lexicon.AUXILIARIES or word.low in ("who", "whom", "which"):
        return True
    if at > start and word.low in lexicon.RELATIVES | lexicon.PREPOSITIONS:
        return True
    if word.low in ("and", "or", "but"):
        following = low_at(words, at + 1)
        return following.endswith("ed") or following in lexicon.MINDS | lexicon.ACTS | lexicon.AUXILIARIES
    if word.low.replace(",", "").isdigit() and at > start and words[at - 1].low not in lexicon.DETERMINERS:
        return True
    is_verb = word.low in lexicon.MINDS and word.low not in lexicon.MINDS_NOUN
    return at > start and is_verb and words[at - 1].low not in lexicon.DETERMINERS


def _class_of(words: Sequence[Word], at: int, start: int) -> Base | None:
    word = words[at]
    following = words[at + 1].low if at + 1 < len(words) else ""
    if word.low in ("those", "these", "all"):
        is_alone = _stands_alone(words, at) and not (word.low == "all" and following.endswith("ed"))
        return Base.PEOPLE if at == start and (is_alone or following in PARTICIPLES) else None
    if is_people(word):
        is_adjective = word.low in lexicon.NATIONS and is_noun(following) and not following.endswith("ed")
        return None if is_adjective else Base.PEOPLE
    if word.low in lexicon.VOTES and (following in ("cast", "counted", "share") or not is_noun(following)):
        return Base.VOTES
    if word.low in lexicon.BODIES and word.low.endswith("s"):
        return Base.BODIES
    if at > start and words[at - 1].low == "the" and word.low in lexicon.PEOPLE_ADJECTIVES:
        return None if is_noun(following) else Base.PEOPLE
    if word.text[0].isupper() and word.low.endswith(("ish", "ese", "ch")) and at > start:
        return None if is_noun(following) else Base.PEOPLE
    return None


def _stands_alone(words: Sequence[Word], at: int) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    return (
        following is None
        or following.is_mark
        or following.low in lexicon.RELATIVES | lexicon.AUXILIARIES | lexicon.PREPOSITIONS | lexicon.MINDS
        or following.low in lexicon.ADVERBS | lexicon.ACTS | PARTICIPLES
        or following.low.endswith("ed")
    )


def _goes_on(words: Sequence[Word], at: int) -> bool:
    """Whether the next word is people too: "women voters", "union members"."""
    return at + 1 < len(words) and is_people(words[at + 1])
