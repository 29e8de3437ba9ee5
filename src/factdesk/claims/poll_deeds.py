"""Reads what people of a share hold or did: the verb behind a base, as a class."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from factdesk.claims import poll_words as lexicon
from factdesk.claims.poll_words import Word, is_people, listed

_PREDICATE_WORDS_MAX = 28
PLURALS = listed("plurals")
_ADJECTIVES = listed("adjectives")
_NOT_NOUNS = listed("not_nouns")
_STOPPING_MARKS = frozenset(".;:!?")
PARTICIPLES = listed("participles")
_RELATIVE_PRONOUNS = listed("relative_pronouns")
_SPOKEN_NOUNS = listed("spoken_nouns")


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


def is_noun(low: str) -> bool:
    """Whether a word that is no function word and no verb stands here, so that a noun goes on."""
    known = lexicon.AUXILIARIES | lexicon.PREPOSITIONS | lexicon.RELATIVES | lexicon.MINDS | lexicon.ADVERBS
    acts = lexicon.ACTS | lexicon.VOTING_ACTS
    return bool(low) and low[0].isalpha() and not low.endswith("ed") and low not in known | acts | _NOT_NOUNS


def read_deed(words: Sequence[Word], start: int, base: Base) -> tuple[Deed, int | None, int | None, Deed]:
    """Return the deed, where it begins, where the base goes on to, and what its own clause says."""
    end = min(len(words), start + _PREDICATE_WORDS_MAX)
    at, relative = start, False
    modified = start < end and words[start].low in lexicon.RELATIVES | lexicon.PREPOSITIONS - {
        "for",
        "against",
    }
    aside = Deed.NONE
    while at < end:
        word = words[at]
        if word.is_mark:
            if word.low in _STOPPING_MARKS:
                break
        elif word.low in _RELATIVE_PRONOUNS and base is not Base.NONE:
            relative = True
        elif at == start and word.low in PARTICIPLES and base is not Base.NONE:
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
    if deed is Deed.NONE and base is Base.PEOPLE and at == start and is_noun(words[at].low):
        return Deed.ACT if words[at].text[0].islower() else Deed.NONE
    return deed


def _past_verbs(words: Sequence[Word], at: int, start: int) -> int:
    """Return the index behind a group of verbs ("would never have voted")."""
    at += 1
    while at < len(words) and words[at - 1].low in lexicon.AUXILIARIES | lexicon.ADVERBS:
        is_verb = _deed_at(words, at, start) is not Deed.NONE
        if not is_verb and words[at].low not in lexicon.ADVERBS | lexicon.AUXILIARIES:
            break
        at += 1
    return at


def _firmer(words: Sequence[Word], at: int, end: int, deed: Deed, start: int) -> Deed:
    """Return MIND where an unsure verb ("work", "use") is soon followed by a sure one ("said")."""
    if deed is not Deed.ACT or words[at].low in lexicon.AUXILIARIES:
        return deed
    for other in range(at + 1, min(end, at + 7)):
        if words[other].is_mark:
            break
        if words[other].low in (
            "said",
            "say",
            "says",
            "think",
            "thought",
            "believe",
            "told",
            "want",
            "wanted",
        ):
            return Deed.MIND
    return deed


def _deed_at(words: Sequence[Word], at: int, start: int) -> Deed:
    low = words[at].low
    if low in lexicon.ADVERBS or words[at].text == "May":
        return Deed.NONE
    if low_at(words, at + 1) in ("themselves", "ourselves"):
        return Deed.MIND
    if low in lexicon.AUXILIARIES:
        return _after_auxiliary(words, at)
    if at == start and low in PLURALS and low_at(words, at + 1) in lexicon.PREPOSITIONS:
        return Deed.NONE  # "one in three calls to the office"
    if low in _ADJECTIVES and is_noun(low_at(words, at + 1)):
        return Deed.NONE  # "one in forty reported rapes"
    if low in lexicon.MINDS and _is_verb(words, at, start):
        return Deed.MIND
    if low in ("turned", "turn") and low_at(words, at + 1) == "out" and low_at(words, at + 3) != "be":
        return Deed.MIND
    if low in ("like", "likes", "need", "needs") and at > 0 and is_people(words[at - 1]):
        return Deed.MIND
    if at == start and low in lexicon.STATES and low not in ("for", "against"):
        return Deed.MIND
    if at == start and low == "in" and low_at(words, at + 1) in ("favour", "favor"):
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


def low_at(words: Sequence[Word], at: int) -> str:
    """Return a word in small letters, or "" beyond the ends."""
    return words[at].low if 0 <= at < len(words) else ""


def _has_spoken_noun(words: Sequence[Word], at: int) -> bool:
    return any(word.low in _SPOKEN_NOUNS for word in words[at + 1 : at + 4])


def _after_auxiliary(words: Sequence[Word], at: int) -> Deed:
    """Read "are undecided", "had bought", "would sell", "did", "were women"."""
    low, is_being = words[at].low, words[at].low in lexicon.BE
    if low in ("would", "wouldn't", "wouldn’t"):
        return Deed.MIND
    if low in ("must", "shall", "should"):
        return Deed.MIND if low == "should" and low_at(words, at + 1) in lexicon.MINDS else Deed.DUTY
    for step in range(1, 5):
        word = words[at + step] if at + step < len(words) else None
        if word is None or (word.is_mark and step == 1):
            return Deed.ECHO
        if (
            word.low in lexicon.ADVERBS
            or word.low in lexicon.AUXILIARIES
            or word.low in ("so", "the", "a", "an")
        ):
            if word.low in lexicon.BE:
                is_being = True
            continue
        if (
            is_being
            and word.low == "with"
            and low_at(words, at + step + 1) in ("us", "him", "her", "them", "you", "it")
        ):
            return Deed.MIND
        return _deed_of(words, at, at + step, is_being=is_being)
    return Deed.BEING if is_being else Deed.ACT


def _deed_of(words: Sequence[Word], first: int, at: int, *, is_being: bool) -> Deed:
    low = words[at].low
    if low in lexicon.DEMOGRAPHIC or low in lexicon.FATES or low[0].isdigit():
        return Deed.FATE
    if low in lexicon.MINDS or (is_being and low in lexicon.STATES):
        return Deed.MIND
    if is_being and low == "in" and low_at(words, at + 1) in ("favour", "favor"):
        return Deed.MIND
    if words[first].low in ("have", "has", "had", "having") and _has_spoken_noun(words, first):
        return Deed.MIND
    if low in lexicon.VOTING_ACTS:
        return Deed.VOTING
    if low in lexicon.PREPOSITIONS | {"and", "but"} and not is_being:
        return Deed.ECHO
    return Deed.BEING if is_being else Deed.ACT
