"""Judges shares without a base: "46% chose the first", "Labour took 41 per cent", "to 48%"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims import poll_words as lexicon
from factdesk.claims.poll_cases import Case, continues, fronted_base, has_other_head, opens, sentence_left
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_denials import UNDECIDED
from factdesk.claims.poll_holders import is_held_by
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_topics import Topic
from factdesk.claims.poll_words import Word, listed

SHARE_SAID = re.compile(
    r"%|per\s?cent|\b(?:half|thirds?|quarters?|fifths?|one in|in ten|majority)\b", re.IGNORECASE
)
_TAKING = listed("taking")
_RACES = listed("races")
PLACES = listed("places")
_LABEL_WORDS = 4
_LINKS = listed("links")


def is_elliptic_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Judge a share without a base: "46% chose the first", "Labour took 41 per cent", "to 48%"."""
    if _is_taken(case, topic) or is_held_by(case.left) or _is_bracketed_answer(case):
        return True
    reading = case.reading
    if (
        earlier
        and not earlier[-1][1]
        and earlier[-1][0].share.role == "percent"
        and reading.base is Base.NONE
    ):
        return False
    if _is_figure_among(case):
        return True
    fronted = fronted_base(case)
    if fronted is not None and fronted.base is Base.THINGS:
        return False
    if fronted is not None and reading.base is Base.NONE:
        follows = bool(earlier) and earlier[-1][1]
        return reading.deed in (Deed.MIND, Deed.ECHO) or (
            (topic.is_near or follows) and reading.deed is not Deed.FATE
        )
    is_first = opens(case)
    if reading.deed is Deed.MIND and reading.is_near and (is_first or topic.is_near or _are_named(case.left)):
        return not has_other_head(case.left)
    follows = bool(earlier) and earlier[-1][1]
    in_brackets = case.context.text[case.share.anchor.start] == "("
    if follows and (is_first or in_brackets or continues(case)) and reading.deed is not Deed.FATE:
        return not has_other_head(case.left)
    if is_for_a_side(case) and (topic.is_near or _is_named_side(case)):
        return not has_other_head(case.left)
    is_told_before = topic.surveyed_before or (
        topic.is_near and SHARE_SAID.search(case.context.before) is not None
    )
    if reading.base is Base.SHARE:
        return topic.is_near or reading.deed is Deed.MIND
    if is_first and reading.deed in (Deed.ECHO, Deed.ACT, Deed.VOTING) and (is_told_before or topic.surveyed):
        return True
    is_asked = topic.surveyed or topic.surveyed_before
    return is_first and reading.deed is Deed.NONE and is_asked and _is_bare_end(case)


def _is_bracketed_answer(case: Case) -> bool:
    """Whether brackets give the share of those before them: "Men were likelier to agree (54 per cent)"."""
    if case.context.text[case.share.anchor.start] != "(":
        return False
    words = sentence_left(case)
    is_held = any(word.low in lexicon.MINDS - lexicon.MINDS_NOUN for word in words)
    return is_held and any(lexicon.is_people(word) for word in words) and not has_other_head(words)


def _is_figure_among(case: Case) -> bool:
    """Whether "Amongst Gaelic speakers the figure was higher, at" leads to the figure."""
    words = sentence_left(case)
    if not words or words[0].low not in ("among", "amongst", "of") or has_other_head(words):
        return False
    is_figure = any(word.low in ("figure", "share", "proportion", "number") for word in words)
    return is_figure and read_behind(words).base in (Base.PEOPLE, Base.BODIES)


def _are_named(left: Sequence[Word]) -> bool:
    return any(lexicon.is_people(word) for word in left)


def is_for_a_side(case: Case) -> bool:
    """Whether the share is for or against something: "47 per cent for, 44 against"."""
    words = [word.low for word in case.right[:3]]
    return bool(words) and (
        words[0] in ("for", "against") or words[:2] in (["in", "favour"], ["in", "favor"])
    )


def _is_named_side(case: Case) -> bool:
    side = case.right[1] if len(case.right) > 1 else None
    if side is not None and side.is_mark and any(word.low in ("against", "for") for word in case.right[2:8]):
        return True  # "47 per cent for, 44 against"
    return side is not None and side.text[0].isupper() and side.low in lexicon.SIDES


def _is_bare_end(case: Case) -> bool:
    return all(word.is_mark for word in case.right[:2])


def _is_taken(case: Case, topic: Topic) -> bool:
    """Whether a side of a vote gets the share: "she took 38%", "Labour on 41 per cent"."""
    if has_other_head(case.left) or case.reading.base is Base.THINGS:
        return False
    words = [
        word
        for word in case.left
        if not word.is_mark and word.low not in lexicon.ADVERBS | {"about", "some", "nearly"}
    ]
    if not words:
        return False
    names = any(word.low in lexicon.SIDES and word.text[0].isupper() for word in sentence_left(case))
    is_voted = topic.voted or topic.voted_before or (topic.surveyed and names)
    if any(word.low in _TAKING for word in words[-4:]):
        return (
            is_voted
            or any(word.low in ("polled", "polling", "polls") for word in words[-4:])
            or names
            or any(word in case.context.words for word in _RACES)
        )
    if words[-1].low == "by" and any(
        word.low in ("voted", "ballot", "vote", "carried", "passed") for word in words[-4:]
    ):
        return True
    if any(word.low in UNDECIDED for word in words):
        return True
    is_race = not (PLACES | _RACES).isdisjoint(case.context.words)
    if words[-1].low == "with" and is_race and any(word.low in _TAKING for word in words):
        return True
    if words[-1].low in _LINKS:
        return is_voted and (
            names or any(word.low in ("poll", "ahead", "behind", "vote", "party") for word in words)
        )
    is_label = (
        len(words) <= _LABEL_WORDS
        and case.left[-1].low == ":"
        and words[-1].low in lexicon.STATES | lexicon.SIDES
    )
    return is_label or (words[-1].low in lexicon.SIDES and (topic.is_near or words[-1].text[0].isupper()))
