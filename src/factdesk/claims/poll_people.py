"""Reads of whom a share is one, and what they hold or did: the words behind a figure.

"62% of the members who returned their ballots backed the strike" has the base "the members who returned
their ballots" and the predicate "backed".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from factdesk.claims import poll_words as lexicon
from factdesk.claims.poll_words import Word, is_people
from factdesk.model import Span

_BASE_WORDS_MAX = 9
_PREDICATE_WORDS_MAX = 28
_NEAR_WORDS = 3
_PLURALS = frozenset("calls claims reports votes names answers replies ranks".split())
_REPLYING = frozenset("write wrote reply replied answer answered respond responded return returned vote voted sent".split())
_ADJECTIVES = frozenset("reported suspected alleged registered recognised recognized".split())
_NOT_NOUNS = frozenset("and or but we i he she it they nor then so".split())
_STOPPING_MARKS = frozenset(".;:!?")
_SETS = frozenset("sample majority minority group number total half share proportion base pool cohort".split())
_BACK_REFERENCES = frozenset(
    "group remnant number minority majority lot camp cohort half share third figure crowd band total".split()
)
_JOINED = frozenset("of among amongst amongst".split())
_PARTICIPLES = frozenset(
    "polled surveyed asked questioned interviewed consulted canvassed sampled responding aged quizzed".split()
)
_RELATIVE_PRONOUNS = frozenset("who whom that which whose where".split())
_SPOKEN_NOUNS = frozenset(
    "opinion view views confidence faith doubts doubt preference idea intention plans trust sympathy time regrets"
    " interest objection objections reservations".split()
)


class Base(Enum):
    """Of what a share is one."""

    PEOPLE = "people"
    BODIES = "bodies"
    VOTES = "votes"
    SHARE = "share"
    THINGS = "things"
    NONE = "none"


class Deed(Enum):
    """What is said of those whom a share counts."""

    MIND = "mind"
    VOTING = "voting"
    ACT = "act"
    BEING = "being"
    FATE = "fate"
    ECHO = "echo"
    DUTY = "duty"
    NONE = "none"


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


def read_behind(
    words: Sequence[Word], *, people: Span | None = None, is_single: bool = False
) -> Reading:
    """Read the words behind a figure up to the end of its clause.

    ``people`` are those named inside the figure; ``is_single`` says that one may follow it ("every second Dane").
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
    deed, at, extended, relative = _read_deed(words, head, base)
    if span is not None and extended is not None and words[extended - 1].end > span.end:
        span = Span(span.start, words[extended - 1].end)
    named = words[start:head] if extended is None else words[start:extended]
    return Reading(
        base,
        span,
        deed,
        words[at].start if at is not None else None,
        is_near=at is not None and _is_next(words, extended or head, at, base),
        is_polled=any(lexicon.is_poll_name(word.low) or word.low in _PARTICIPLES | _REPLYING or word.low in ("base", "sample") for word in named),
        refers_back=back,
        relative=relative,
    )


def _is_next(words: Sequence[Word], start: int, at: int, base: Base) -> bool:
    """Whether a deed follows at once: behind a base within three words, behind a bare figure only adverbs between."""
    if base is not Base.NONE:
        return at - start <= _NEAR_WORDS
    return all(word.is_mark or word.low in lexicon.ADVERBS for word in words[start:at])


def _read_base(
    words: Sequence[Word], start: int, *, is_single: bool
) -> tuple[Base, int, Span | None, bool]:
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
    if first in lexicon.PREPOSITIONS:
        return Base.NONE, start, None, False
    is_verb = first in lexicon.MINDS | lexicon.ACTS and first not in _PLURALS
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
    if any(word.low in ("%", "per") for word in words[start : at + 2]) and any(c.low[0].isdigit() for c in inner):
        return Base.SHARE, at, span, True
    if last in _BACK_REFERENCES and inner[0].low in ("that", "this", "these", "those", "the"):
        return Base.SHARE, at, span, True
    following = words[at].low if at < len(words) else ""
    is_number = all(word.low in lexicon.DETERMINERS or word.low[0].isdigit() for word in inner)
    if following in ("who", "whom") or (is_number and following in (*_PARTICIPLES, "we", "i")):
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
        following = _low(words, at + 1)
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
        return Base.PEOPLE if at == start and (is_alone or following in _PARTICIPLES) else None
    if is_people(word):
        is_adjective = word.low in lexicon.NATIONS and _is_noun(following) and not following.endswith("ed")
        return None if is_adjective else Base.PEOPLE
    if word.low in lexicon.VOTES and (following in ("cast", "counted", "share") or not _is_noun(following)):
        return Base.VOTES
    if word.low in lexicon.BODIES and word.low.endswith("s"):
        return Base.BODIES
    if at > start and words[at - 1].low == "the" and word.low in lexicon.PEOPLE_ADJECTIVES:
        return None if _is_noun(following) else Base.PEOPLE
    if word.text[0].isupper() and word.low.endswith(("ish", "ese", "ch")) and at > start:
        return None if _is_noun(following) else Base.PEOPLE
    return None


def _stands_alone(words: Sequence[Word], at: int) -> bool:
    following = words[at + 1] if at + 1 < len(words) else None
    return (
        following is None
        or following.is_mark
        or following.low in lexicon.RELATIVES | lexicon.AUXILIARIES | lexicon.PREPOSITIONS | lexicon.MINDS
        or following.low in lexicon.ADVERBS | lexicon.ACTS | _PARTICIPLES
        or following.low.endswith("ed")
    )


def _is_noun(low: str) -> bool:
    """Whether a word that is no function word and no verb stands here, so that a noun goes on."""
    known = lexicon.AUXILIARIES | lexicon.PREPOSITIONS | lexicon.RELATIVES | lexicon.MINDS | lexicon.ADVERBS
    acts = lexicon.ACTS | lexicon.VOTING_ACTS
    return bool(low) and low[0].isalpha() and not low.endswith("ed") and low not in known | acts | _NOT_NOUNS


def _goes_on(words: Sequence[Word], at: int) -> bool:
    """Whether the next word is people too: "women voters", "union members"."""
    return at + 1 < len(words) and is_people(words[at + 1])


def _read_deed(
    words: Sequence[Word], start: int, base: Base
) -> tuple[Deed, int | None, int | None, Deed]:
    """Return the deed, the index where it begins, where the base ends that goes on before it, and what it says."""
    end = min(len(words), start + _PREDICATE_WORDS_MAX)
    at, relative = start, False
    modified = start < end and words[start].low in lexicon.RELATIVES | lexicon.PREPOSITIONS - {"for", "against"}
    aside = Deed.NONE
    while at < end:
        word = words[at]
        if word.is_mark:
            if word.low in _STOPPING_MARKS:
                break
        elif word.low in _RELATIVE_PRONOUNS and base is not Base.NONE:
            relative = True
        elif at == start and word.low in _PARTICIPLES and base is not Base.NONE:
            pass
        elif (deed := _deed_or_act(words, at, start, base)) is not Deed.NONE:
            if not relative:
                return _firmer(words, at, end, deed, start), at, at if modified else None, aside
            aside, relative = deed, False
            at = _past_verbs(words, at, start)
            continue
        at += 1
    if aside is not Deed.NONE:
        return aside, None, at, aside
    return Deed.NONE, None, None, aside


def _deed_or_act(words: Sequence[Word], at: int, start: int, base: Base) -> Deed:
    """Return the deed at a word; an unknown word right behind people is taken for a verb."""
    deed = _deed_at(words, at, start)
    if deed is Deed.NONE and base is Base.PEOPLE and at == start and _is_noun(words[at].low):
        return Deed.ACT if words[at].text[0].islower() else Deed.NONE
    return deed


def _past_verbs(words: Sequence[Word], at: int, start: int) -> int:
    """Return the index behind a group of verbs ("would never have voted")."""
    at += 1
    while at < len(words) and (
        words[at].low in lexicon.ADVERBS | lexicon.AUXILIARIES
        or (words[at - 1].low in lexicon.AUXILIARIES | lexicon.ADVERBS and _deed_at(words, at, start) is not Deed.NONE)
    ):
        at += 1
    return at


def _firmer(words: Sequence[Word], at: int, end: int, deed: Deed, start: int) -> Deed:
    """Return MIND where an unsure verb ("work", "use") is soon followed by a sure one ("said")."""
    if deed is not Deed.ACT or words[at].low in lexicon.AUXILIARIES:
        return deed
    for other in range(at + 1, min(end, at + 7)):
        if words[other].is_mark:
            break
        if words[other].low in ("said", "say", "says", "think", "thought", "believe", "told", "want", "wanted"):
            return Deed.MIND
    return deed


def _deed_at(words: Sequence[Word], at: int, start: int) -> Deed:
    low = words[at].low
    if low in lexicon.ADVERBS:
        return Deed.NONE
    if _low(words, at + 1) in ("themselves", "ourselves"):
        return Deed.MIND
    if low in lexicon.AUXILIARIES:
        return _after_auxiliary(words, at)
    if at == start and low in _PLURALS and _low(words, at + 1) in lexicon.PREPOSITIONS:
        return Deed.NONE  # "one in three calls to the office"
    if low in _ADJECTIVES and _is_noun(_low(words, at + 1)):
        return Deed.NONE  # "one in forty reported rapes"
    if low in lexicon.MINDS and _is_verb(words, at, start):
        return Deed.MIND
    if low in ("turned", "turn") and _low(words, at + 1) == "out" and _low(words, at + 3) != "be":
        return Deed.MIND
    if low in ("like", "likes", "need", "needs") and at > 0 and is_people(words[at - 1]):
        return Deed.MIND
    if at == start and low in lexicon.STATES and low not in ("for", "against"):
        return Deed.MIND
    if at == start and low == "in" and _low(words, at + 1) in ("favour", "favor"):
        return Deed.MIND
    if at == start and low in ("with", "without") and _has_spoken_noun(words, at):
        return Deed.MIND
    if low in lexicon.FATES and _is_verb(words, at, start):
        return Deed.FATE
    if low in lexicon.VOTING_ACTS and _is_verb(words, at, start):
        return Deed.VOTING
    if (low in lexicon.ACTS or (low.endswith("ed") and len(low) > 4)) and _is_verb(words, at, start):
        return Deed.ACT
    return Deed.NONE


def _is_verb(words: Sequence[Word], at: int, start: int) -> bool:
    """Whether a word that may be a noun stands where a verb does."""
    if at == start:
        return True
    before = words[at - 1]
    if before.low in ("and", "to", "or") and at - 1 > start:
        return False
    if before.low in lexicon.DETERMINERS | lexicon.PREPOSITIONS or before.is_owner:
        return False
    return not (words[at].low in lexicon.MINDS_NOUN and at - start > 6 and not is_people(before))


def _low(words: Sequence[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""


def _has_spoken_noun(words: Sequence[Word], at: int) -> bool:
    return any(word.low in _SPOKEN_NOUNS for word in words[at + 1 : at + 4])


def _after_auxiliary(words: Sequence[Word], at: int) -> Deed:
    """Read "are undecided", "had bought", "would sell", "did", "were women"."""
    low, is_being = words[at].low, words[at].low in lexicon.BE
    if low in ("would", "wouldn't", "wouldn’t"):
        return Deed.MIND
    if low in ("must", "shall", "should"):
        return Deed.MIND if low == "should" and _low(words, at + 1) in lexicon.MINDS else Deed.DUTY
    for step in range(1, 5):
        word = words[at + step] if at + step < len(words) else None
        if word is None or (word.is_mark and step == 1):
            return Deed.ECHO
        if word.low in lexicon.ADVERBS or word.low in lexicon.AUXILIARIES or word.low in ("so", "the", "a", "an"):
            if word.low in lexicon.BE:
                is_being = True
            continue
        if is_being and word.low == "with" and _low(words, at + step + 1) in ("us", "him", "her", "them", "you", "it"):
            return Deed.MIND
        return _deed_of(words, at, at + step, is_being=is_being)
    return Deed.BEING if is_being else Deed.ACT


def _deed_of(words: Sequence[Word], first: int, at: int, *, is_being: bool) -> Deed:
    low = words[at].low
    if low in lexicon.DEMOGRAPHIC or low in lexicon.FATES or low[0].isdigit():
        return Deed.FATE
    if low in lexicon.MINDS or (is_being and low in lexicon.STATES):
        return Deed.MIND
    if is_being and low == "in" and _low(words, at + 1) in ("favour", "favor"):
        return Deed.MIND
    if words[first].low in ("have", "has", "had", "having") and _has_spoken_noun(words, first):
        return Deed.MIND
    if low in lexicon.VOTING_ACTS:
        return Deed.VOTING
    if low in lexicon.PREPOSITIONS | {"and", "but"} and not is_being:
        return Deed.ECHO
    return Deed.BEING if is_being else Deed.ACT
