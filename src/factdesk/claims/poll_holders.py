"""Judges shares with a base: "62% of members backed it", "the share of Poles who pray fell to 40%"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims import poll_words as lexicon
from factdesk.claims.poll_cases import Case, has_other_head, sentence_left
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_denials import is_composed
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_topics import Topic
from factdesk.claims.poll_words import Word, listed

_FOUND_BY = re.compile(
    r",\s(?:according\sto|the\s[\w\s]{3,40}?\s(?:claims?|found|finds|reckons?|reveals?|revealed|suggests?)|says?\s(?:a|the|one|new)\b)",
    re.I,
)
_ELECTORS = listed("electors")
_HELD_OF = listed("held_of")
_SHARES = listed("shares")
_THINGS = lexicon.THINGS
_SURE_MINDS = listed("sure_minds")


def is_share_of_people(case: Case) -> bool:
    """Whether "the share of Poles calling themselves believers" is what the figure measures."""
    for at in range(len(case.left) - 2):
        if case.left[at].low in _SHARES and case.left[at + 1].low == "of":
            reading = read_behind(case.left[at + 1 :])
            is_told = any(word.low in lexicon.MINDS for word in case.left[at + 2 :])
            is_doing = any(word.low.endswith("ing") or word.low == "who" for word in case.left[at + 3 :])
            if reading.base is Base.PEOPLE and (is_told or is_doing):
                return not has_other_head(case.left)
        if case.left[at].low in _SHARES and case.left[at + 1].low in lexicon.MINDS | {"who"}:
            return True
    return False


def is_of_people(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Whether a share of people tells what they hold or did in a poll or a vote."""
    reading = case.reading
    if is_composed(case):
        return False
    if reading.deed is Deed.MIND:
        return not (topic.is_trial and not topic.surveyed)
    if reading.relative is Deed.MIND and not topic.is_trial:
        return True
    if reading.deed in (Deed.FATE, Deed.DUTY):
        return False
    if is_held_by(case.left):
        return True
    if topic.is_trial:
        return False
    if reading.is_polled or topic.surveyed:
        return True
    if reading.deed is Deed.VOTING:
        return topic.voted or topic.voted_before
    if reading.deed is Deed.ACT and topic.voted and _are_electors(case):
        return True
    if reading.deed is Deed.ACT and (topic.balloted or _is_told(case)):
        return True
    if reading.deed is Deed.ECHO:
        return topic.is_near or any(kept for _, kept in earlier)
    if reading.deed is Deed.NONE and (_is_after_saying(case) or _is_figure(case)):
        return True
    if reading.deed is Deed.NONE:
        return topic.voted or (topic.surveyed_before and not has_other_head(case.left))
    return topic.surveyed_before


def _are_electors(case: Case) -> bool:
    people = case.reading.people
    return people is not None and any(
        word in _ELECTORS for word in people.cut(case.context.text).lower().split()
    )


def _is_after_saying(case: Case) -> bool:
    """Whether what they hold stands before a colon: "The Swiss said no: 63.7 per cent of them"."""
    words = sentence_left(case)
    if not words or words[-1].low not in (":", "–", "—"):
        return False
    return any(word.low in _SURE_MINDS for word in words) and any(lexicon.is_people(word) for word in words)


def _is_figure(case: Case) -> bool:
    """Whether "the figure was" leads to a share of people: "34 per cent among Protestants"."""
    is_figure = any(word.low in ("figure", "share", "proportion") for word in case.left)
    return is_figure and not has_other_head(case.left)


def _is_told(case: Case) -> bool:
    """Whether somebody is said to have found it: "..., the charity claims", "according to a shop"."""
    behind = case.context.text[case.share.anchor.end : case.context.sentence.end]
    return _FOUND_BY.search(behind) is not None


def is_held_by(left: Sequence[Word]) -> bool:
    """Whether the words before tell what is held: "was agreed with by", "has the backing of"."""
    words = [word for word in left if word.low not in lexicon.ADVERBS - {"no"}]
    if not words or words[-1].low not in ("by", "of", "from", "among"):
        return False
    near = words[-3:-1]
    if words[-1].low != "by":
        return (
            len(words) > 1
            and words[-2].low in lexicon.MEASURES | _HELD_OF
            and not any(word.low in ("without", "lacks", "lacking", "lost") for word in words[-7:])
        )
    if any(word.low in ("without", "lacks", "lacking", "lost") for word in words[-7:]):
        return False
    return any(word.low in lexicon.MINDS and word.low.endswith(("ed", "en", "ld")) for word in near)


def is_of_unknown_people(case: Case, topic: Topic) -> bool:
    """Whether an unknown plural does what only people do: "a fifth of Hazaras trust the police"."""
    reading = case.reading
    if (
        reading.people is None
        or reading.deed is not Deed.MIND
        or not reading.is_near
        or reading.deed_start is None
    ):
        return False
    text = case.context.text
    noun = reading.people.cut(text).split()[-1]
    first = text[reading.deed_start :].split(maxsplit=1)[0].lower().strip(",.;")
    is_plural = noun.lower().endswith("s") and noun.lower() not in lexicon.NOT_PEOPLE
    if "," in text[reading.people.end : reading.deed_start]:
        return False
    if not _THINGS.isdisjoint((noun.lower(), noun.lower().rstrip("s"))):
        return False
    is_named = any(word[0].isupper() and word.endswith("s") for word in reading.people.cut(text).split())
    return ((is_plural or is_named) and first in _SURE_MINDS) or (topic.surveyed and noun[0].isupper())
