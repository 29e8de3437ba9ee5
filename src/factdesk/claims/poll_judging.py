"""Decides whether a share is one of people who hold or did something: base, deed and talk of a poll."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims import poll_words as lexicon
from factdesk.claims.poll_cases import Case, continues, fronted_base, has_other_head, opens, sentence_left
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_denials import is_composed, is_denied_by, is_loose_most, is_voted_ratio
from factdesk.claims.poll_ellipses import is_elliptic_poll, is_for_a_side
from factdesk.claims.poll_holders import is_of_people, is_of_unknown_people, is_share_of_people
from factdesk.claims.poll_topics import Topic, measured
from factdesk.claims.poll_words import listed

_BRACKETED = re.compile(r"\(\d{1,2}(?:\.\d)?\s?(?:%|per\s?cent)")
_BALLOT_STATES = listed("ballot_states")
_LIKELY = 2.0
_LIKELY_WITHOUT_BASE = 3.5
"""So much must speak for a poll in no usual place; more where nobody is named whose share it is."""
_RIGHT_WORDS = 6
_SHARED_CHARS = 60
_FINDING = listed("finding")


def is_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Whether a share is one of people; ``earlier`` are the shares before it in its sentence, judged."""
    if is_denied_by(case) or is_loose_most(case, topic, earlier):
        return False
    return _is_plainly_poll(case, topic, earlier) or _is_likely_poll(case, topic, earlier)


def _is_likely_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Weigh what speaks for a poll where nothing stands in its usual place."""
    base, deed = case.reading.base, case.reading.deed
    if base in (Base.THINGS, Base.BODIES, Base.VOTES) or deed in (Deed.FATE, Deed.DUTY) or topic.is_trial:
        return False
    if case.share.values[0].role != "percent" or is_composed(case) or has_other_head(sentence_left(case)):
        return False
    if deed is not Deed.MIND and any(word.low in lexicon.NOT_LEFT for word in case.right[:_RIGHT_WORDS]):
        return False
    fronted = fronted_base(case)
    if fronted is not None and fronted.base in (Base.THINGS, Base.VOTES):
        return False
    if earlier and not earlier[-1][1] and earlier[-1][0].reading.base is not Base.PEOPLE:
        return False
    words = sentence_left(case)
    told = [
        (topic.is_asked or topic.balloted, 1.5),
        (topic.voted and not topic.balloted, 0.5),
        (bool(case.left) and case.left[-1].text[0].isupper(), 0.5),
        (deed in (Deed.NONE, Deed.ECHO, Deed.ACT) and any(word.low in _FINDING for word in case.left), 1.0),
        (topic.surveyed and not topic.is_asked, 1.0),
        (topic.surveyed_before or topic.voted_before, 1.0),
        (base is Base.PEOPLE or base is Base.SHARE, 1.0),
        (deed in (Deed.ACT, Deed.BEING), -0.5),
        (deed is Deed.MIND, 0.5 + 0.5 * case.reading.is_near),
        (is_for_a_side(case), 1.0),
        (bool(earlier) and earlier[-1][1], 1.0),
        (any(lexicon.is_people(word) for word in words), 0.5),
        (opens(case), 0.5),
        (case.context.text[case.share.anchor.start] == "(", 0.5),
        (topic.is_near and _are_bracketed(case), 2.0),
    ]
    return sum(weight for holds, weight in told if holds) >= (
        _LIKELY if base is Base.PEOPLE else _LIKELY_WITHOUT_BASE
    )


def _are_bracketed(case: Case) -> bool:
    """Whether it is one of several shares in brackets: "the cake (47%), the quiet (28%)"."""
    said = case.context.sentence.cut(case.context.text)
    return case.context.text[case.share.anchor.start] == "(" and len(_BRACKETED.findall(said)) > 1


def _is_plainly_poll(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    if case.share.is_sure:
        return True
    if any(value.role == "ratio" for value in case.share.values):
        return is_voted_ratio(case, topic)
    if measured(case.left, case.right) or is_share_of_people(case):
        return True
    base = case.reading.base
    if (
        base is Base.NONE
        and case.reading.deed in (Deed.NONE, Deed.ECHO)
        and measured(sentence_left(case), [])
    ):
        return True
    if base is Base.THINGS:
        return is_of_unknown_people(case, topic)
    if base is Base.VOTES:
        is_counted = (
            case.reading.deed in (Deed.NONE, Deed.MIND, Deed.VOTING, Deed.ECHO) or not case.reading.is_near
        )
        return is_counted or any(word.low in _BALLOT_STATES for word in case.right[:9])
    is_held = bool(case.left) and case.left[-1].low in ("has", "have", "had") and topic.is_near
    if is_held and base is Base.PEOPLE and case.reading.deed is Deed.NONE:
        return True  # "she now has 57 percent of them"
    if base is Base.PEOPLE:
        is_after_other = bool(earlier) and not earlier[-1][1] and case.reading.deed is Deed.NONE
        if case.reading.relative is Deed.ECHO and any(kept for _, kept in earlier):
            return True
        if case.reading.deed is Deed.NONE and earlier and earlier[-1][1] and continues(case):
            return not is_composed(case)
        return is_of_people(case, topic, earlier) and not (is_after_other and not case.reading.is_polled)
    if base is Base.BODIES:
        return case.reading.deed is Deed.MIND or (
            topic.surveyed and case.reading.deed in (Deed.ACT, Deed.BEING)
        )
    return is_elliptic_poll(case, topic, earlier)


def shares_deed(case: Case, following: Case) -> bool:
    """Whether a share goes with the next one's deed: "61% of women but only 44% of men support a ban"."""
    base = case.reading.base
    if (
        case.share.role != "percent"
        or case.reading.deed is not Deed.NONE
        or base not in (Base.PEOPLE, Base.NONE)
    ):
        return False
    gap = case.context.text[case.share.anchor.end : following.share.anchor.start]
    is_joined = re.search(r"(?:,|\band|\bbut|\bor|\bof\s[\w’'-]+)\s+(?:\w+\s+)?\Z", gap) is not None
    return (
        is_joined
        and len(gap) <= _SHARED_CHARS
        and following.reading.base is base
        and not has_other_head(case.left)
    )
