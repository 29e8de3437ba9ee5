"""Judges shares without a base: "46% chose the first", "Labour took 41 per cent", "to 48%"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from factdesk.claims import poll_words as lexicon
from factdesk.claims.poll_cases import (
    Case,
    continues,
    fronted_base,
    has_other_head,
    opens,
    sentence_left,
    since_pause,
)
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_denials import UNDECIDED
from factdesk.claims.poll_holders import is_held_by
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_topics import Topic
from factdesk.claims.poll_words import Word, listed, read_words

SHARE_SAID = re.compile(
    r"%|per\s?cent|\b(?:half|thirds?|quarters?|fifths?|one in|in ten|majority)\b", re.IGNORECASE
)
_TAKING = listed("taking")
_RACES = listed("races")
PLACES = listed("places")
_LABEL_WORDS = 4
_LINKS = listed("links")
_THAT_IS = re.compile(
    r"\s*(?:That|This|It)(?:['’]s|\s(?:is|was))\s(?:how\smany|what\s(?:share|proportion)|the\s(?:share|proportion|number|percentage|fraction))\sof\b"
)
_SCALE = listed("scale")
_FAR_CHARS = 160
_SHARE_WORDS = 5
_LABEL_LEAST = 2
_LABEL_MOST = 6
_OF = Word("of", "of", 0, 2)


def is_elliptic_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Judge a share without a base: "46% chose the first", "Labour took 41 per cent", "to 48%"."""
    is_of_thing = (
        bool(case.right) and case.right[0].low in lexicon.DETERMINERS and case.reading.deed is Deed.NONE
    )
    if _is_taken(case, topic) or (is_held_by(case.left) and not is_of_thing) or _is_bracketed_answer(case):
        return True
    if (
        _is_share_behind(case)
        or _is_labelled_people(case)
        or _is_quoted_answer(case)
        or _is_of_scale(case)
        or _is_told_behind(case)
    ):
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
        is_plural = fronted.people is not None and fronted.people.cut(case.context.text).endswith("s")
        first = case.right[0].low if case.right else ""
        return is_plural and first in lexicon.SURE_MINDS and not has_other_head(case.left)
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
    minds = lexicon.MINDS - lexicon.MINDS_NOUN
    are_many = any(
        one.low in ("many", "more", "fewer", "few", "most") and other.low in lexicon.MINDS
        for one, other in pairwise(words)
    )
    if has_other_head(words) or not (are_many or any(lexicon.is_people(word) for word in words)):
        return False
    if any(word.low in minds or word.low in lexicon.STATES for word in words):
        return True
    is_next = any(lexicon.is_people(word) for word in words[-2:])
    text, sentence = case.context.text, case.context.sentence
    behind = read_words(text, case.share.anchor.end, min(sentence.end, case.share.anchor.end + _FAR_CHARS))
    return is_next and any(word.low in minds for word in behind)


def _is_share_behind(case: Case) -> bool:
    """Whether the figure is said to be a share of people: "60% is also the proportion of Finns who"."""
    words = [word for word in case.right[:12] if word.low not in lexicon.ADVERBS]
    if len(words) < _SHARE_WORDS or words[0].low not in lexicon.BE or words[1].low not in ("the", "how"):
        return False
    if words[1].low == "how":
        return words[2].low == "many" and any(lexicon.is_people(word) for word in words[3:6])
    is_share = words[2].low in ("share", "proportion", "percentage", "number", "fraction")
    return is_share and words[3].low == "of" and read_behind(words[3:]).base is Base.PEOPLE


def _is_labelled_people(case: Case) -> bool:
    """Whether a label names them: "Parents of under-fives: 77% use the library"."""
    words = sentence_left(case)
    if len(words) < _LABEL_LEAST or words[-1].low not in (":", "–", "—"):
        return False
    label = since_pause(words[:-1])
    is_people = bool(label) and read_behind([_OF, *label]).base is Base.PEOPLE and len(label) <= _LABEL_MOST
    deeds = (Deed.MIND, Deed.ACT, Deed.ECHO, Deed.VOTING, Deed.BEING)
    is_deed = case.reading.deed in deeds and case.reading.is_near
    is_end = (
        all(word.is_mark for word in case.right[:1]) and SHARE_SAID.search(case.context.before) is not None
    )
    return is_people and case.reading.base is Base.NONE and (is_deed or is_end)


def _is_told_behind(case: Case) -> bool:
    """Whether the next sentence says whose share it is: "Two in five. That is how many of us"."""
    text, sentence = case.context.text, case.context.sentence
    is_alone = not text[sentence.start : case.share.anchor.start].strip(' "“') and not text[
        case.share.anchor.end : sentence.end
    ].strip(' .!"”')
    return is_alone and _THAT_IS.match(text, sentence.end) is not None


def _is_of_scale(case: Case) -> bool:
    """Whether an answer of a scale stands before: "Strongly agree 14%; agree 33%; not at all 30%"."""
    words = [word for word in since_pause(sentence_left(case)) if not word.is_mark]
    is_end = not case.right or case.right[0].is_mark or case.right[0].low == "and"
    if words and case.context.text[case.share.anchor.start] == "(" and words[-1].low in ("yes", "no"):
        return True
    if not words or len(words) > _LABEL_WORDS or not is_end:
        return False
    return all(word.low in _SCALE for word in words) and words[-1].low not in ("and", "or")


def _is_quoted_answer(case: Case) -> bool:
    """Whether an answer in quotation marks follows: "4 per cent “excellent”, 91 per cent “bearable”"."""
    if not case.right or case.right[0].low not in ('"', "“", "‘", "'"):
        return False
    closing = [at for at, word in enumerate(case.right[1:8], 1) if word.low in ('"', "”", "’", "'")]
    return bool(closing) and closing[0] > 1 and not has_other_head(sentence_left(case))


def _is_figure_among(case: Case) -> bool:
    """Whether "Amongst Gaelic speakers the figure was higher, at" leads to the figure."""
    words = sentence_left(case)
    at = max((at for at, word in enumerate(words) if word.low in ("among", "amongst")), default=0)
    if at and words[at - 1].low not in ("and", "but", ",", ";", "while", "that", "–", "—", "whereas"):
        return False
    words = words[at:]
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
            names
            or any(
                word.low
                in (
                    "poll",
                    "ahead",
                    "behind",
                    "vote",
                    "party",
                    "level",
                    "tied",
                    "neck",
                    "level-pegging",
                    "share",
                )
                for word in words
            )
        )
    is_label = (
        len(words) <= _LABEL_WORDS
        and case.left[-1].low == ":"
        and words[-1].low in lexicon.STATES | lexicon.SIDES
    )
    return is_label or (words[-1].low in lexicon.SIDES and (topic.is_near or words[-1].text[0].isupper()))
