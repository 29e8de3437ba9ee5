"""Reads whether a survey or a vote is spoken of, and whether words measure what people hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factdesk.claims import poll_words as lexicon
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_people import read_behind
from factdesk.claims.poll_words import Word, listed, read_words

_ASKED = re.compile(
    r"(?:\A|\n|[.!?]\s)\W*(?:when\s)?asked\b|\basked\s+(?:\d|whether|if|what|how|which|who|about|them|us|people|readers|members|voters)",
    re.I,
)
_ROUND = re.compile(
    r"\b(?:first|second|final|run-off)[- ]round\b|\bshow of hands\b|\b\w+poll\b", re.IGNORECASE
)
_TRIAL = listed("trial")
_SUBJECTS = listed("subjects")
_VERBS_OF_MIND = listed("verbs_of_mind")
_PATIENTS = listed("patients")
_CURES = listed("cures")
_TURNS = listed("turns")
_BALLOTS = listed("ballots")
_REPLYING = listed("topics_replying")


@dataclass(frozen=True)
class Topic:
    """Whether a survey or a vote is spoken of in the sentence and just before it."""

    surveyed: bool
    voted: bool
    surveyed_before: bool
    voted_before: bool
    is_trial: bool
    is_asked: bool
    balloted: bool

    @property
    def is_near(self) -> bool:
        """Whether any poll is spoken of."""
        return self.surveyed or self.voted or self.surveyed_before or self.voted_before


def read_topic(context: SentenceContext) -> Topic:
    """Return what polls the sentence and the ones before it speak of."""
    said = context.sentence.cut(context.text)
    before = context.before
    words = read_words(context.text, context.sentence.start, context.sentence.end)
    is_measured = _measures(words)
    earlier = re.findall(r"[a-z][a-z-]+", before.lower())
    here = {*context.words, *(word.low for word in words)}
    is_of_things = _surveys_things(words)
    return Topic(
        surveyed=is_measured
        or (_has_poll(context.words) and not is_of_things)
        or _ASKED.search(said) is not None,
        voted=not lexicon.ELECTIONS.isdisjoint(here) or _ROUND.search(said) is not None,
        surveyed_before=_has_poll(earlier)
        or _measures(read_words(before, 0, len(before)))
        or _ASKED.search(before) is not None,
        voted_before=not lexicon.ELECTIONS.isdisjoint(earlier) or _ROUND.search(before) is not None,
        is_asked=(_has_poll(context.words) and not is_of_things)
        or _ASKED.search(said) is not None
        or not _REPLYING.isdisjoint(context.words),
        balloted=not _BALLOTS.isdisjoint(here),
        is_trial=not _TRIAL.isdisjoint(here)
        or (not _PATIENTS.isdisjoint(here) and not _CURES.isdisjoint(here)),
    )


def _surveys_things(words: Sequence[Word]) -> bool:
    """Whether what is surveyed are things: "a survey of 400 streams", "the survey of the roof"."""
    for at in range(len(words) - 2):
        if words[at].low in ("survey", "sample", "study", "poll") and words[at + 1].low == "of":
            reading = read_behind(words[at + 1 :])
            return reading.base is Base.THINGS and reading.relative is not Deed.MIND
    return False


def _measures(words: Sequence[Word]) -> bool:
    return any(word.low in lexicon.MEASURES and is_measure(words, at) for at, word in enumerate(words))


def _has_poll(words: Iterable[str]) -> bool:
    return any(lexicon.is_poll_name(word) for word in words)


def measured(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Whether the figure tells how large support, trust, turnout or the like is."""
    if right and right[0].low in lexicon.FIGURE_NOUNS | {"approval"} and not right[0].is_mark:
        return not (right[0].low in ("share", "no", "yes") and not _is_vote_share(right))
    if left and left[-1].low == "by":
        return False  # "approval of drugs has slowed by a third"
    for at in range(len(left) - 1, -1, -1):
        if left[at].low in lexicon.MEASURES and is_measure(left, at):
            return not _is_taken_over(left[at + 1 :])
    return False


def _is_taken_over(words: Sequence[Word]) -> bool:
    """Whether another thing is measured after the support: "support grew as inflation hit"."""
    at = max((at for at, word in enumerate(words) if word.low in _TURNS), default=None)
    return at is not None and any(word.low in lexicon.NOT_LEFT for word in words[at + 1 :])


def _is_vote_share(right: Sequence[Word]) -> bool:
    return (
        any(word.low in ("vote", "votes", "poll", "ballot") for word in right[1:4]) or right[0].low != "share"
    )


def is_measure(words: Sequence[Word], at: int) -> bool:
    """Whether a word that may measure opinion does: "support for", "trust in", "turnout was"."""
    low = words[at].low
    following = words[at + 1].low if at + 1 < len(words) else ","
    before = words[at - 1] if at else None
    is_done = before is not None and (before.low in _SUBJECTS or lexicon.is_people(before))
    if is_done and low in _VERBS_OF_MIND:
        return False  # "voters support"
    if low in ("rating", "ratings"):
        return not any(word.low in lexicon.NOT_RATINGS for word in words[max(0, at - 3) : at + 4])
    if low == "opposition" and (before is None or before.low != "the") and following in lexicon.MEASURE_NEXT:
        return True
    if low in lexicon.MEASURE_WITH:
        is_moved = low in ("vote", "opposition", "polling", "participation") and following.endswith("ed")
        return is_moved or following in lexicon.MEASURE_WITH[low]
    return (
        following in lexicon.MEASURE_NEXT | lexicon.PREPOSITIONS
        or following[0].isdigit()
        or following.endswith("ed")
    )
