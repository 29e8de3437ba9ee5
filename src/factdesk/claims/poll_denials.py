"""Says which shares are none of people, by the words next to the figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims import poll_words as lexicon
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.poll_cases import Case, since_pause
from factdesk.claims.poll_deeds import Base, Deed
from factdesk.claims.poll_topics import Topic
from factdesk.claims.poll_words import listed, read_words

_ARTICLES = listed("articles")
_TABLE = load_phrases("poll")
_ERROR = compile_phrases(_TABLE["error_margin"], _TABLE)
SPORT = compile_phrases(_TABLE["sport"], _TABLE)
UNDECIDED = listed("undecided")
_VERBS_TOO = listed("verbs_too")
_REQUIRING = listed("requiring")


def is_loose_most(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Whether "most" is said of people whom nobody has asked."""
    said = case.share.anchor.cut(case.context.text).lower()
    if said.endswith("majority") and case.left and case.left[-1].low == "by":
        return case.reading.base is Base.NONE  # "rejected by a large majority"
    if said != "most" and not (said.startswith("the ") and said.endswith("majority")):
        return False
    return not (topic.is_asked or topic.voted or topic.surveyed_before or any(kept for _, kept in earlier))


def is_voted_ratio(case: Case, topic: Topic) -> bool:
    """Whether "three to one" tells of people who hold or vote something, or of odds."""
    words = read_words(case.context.text, case.context.sentence.start, case.context.sentence.end)
    is_held = any(word.low in lexicon.MINDS for word in words)
    if SPORT.search(case.context.text, case.context.sentence.start, case.context.sentence.end):
        return False
    return topic.voted or topic.surveyed or (is_held and any(lexicon.is_people(word) for word in words))


def is_denied_by(case: Case) -> bool:
    """Whether the words next to the figure make it another kind of share."""
    nearest = next((word for word in case.right if not word.is_mark), None)
    is_share = case.share.role != "points"
    if (
        is_share
        and nearest is not None
        and case.right[0].low not in (",", ";", ":", ".")
        and nearest.low in lexicon.NOT_AFTER
    ):
        is_article = bool(case.left) and (case.left[-1].is_owner or case.left[-1].low in _ARTICLES)
        is_verb = (
            nearest.low in _VERBS_TOO and not is_article and len(case.right) > 1 and not case.right[1].is_mark
        )
        return not is_verb and not (
            nearest.low in ("more", "less", "fewer") and case.reading.base is not Base.NONE
        )
    text = case.context.text
    if _ERROR.search(
        text, max(case.context.sentence.start, case.share.anchor.start - 45), case.share.anchor.start
    ):
        return True
    if _ERROR.search(text, case.share.anchor.end, min(case.clause.end, case.share.anchor.end + 25)):
        return True
    is_fraction = not re.search(r"%|cent", case.share.anchor.cut(text))
    if (
        is_share
        and is_fraction
        and case.right
        and case.right[0].low in ("a", "an")
        and case.share.people is None
    ):
        return True  # "half a point", "half an hour"
    last = [
        word.low
        for word in case.left
        if word.low not in lexicon.ADVERBS and word.low not in ("about", "some", "an")
    ]
    tail = last[-3:]
    is_side = bool(case.left) and any(word.low in UNDECIDED for word in case.left[:3])
    if is_share and not is_side and any(word in lexicon.COMPOSING for word in tail):
        return True
    if case.reading.deed is not Deed.MIND and any(word.low in _REQUIRING for word in since_pause(case.left)):
        return True
    return _is_attributive(case)


def _is_attributive(case: Case) -> bool:
    """Whether the figure qualifies a noun: "the 20% levy", "a 12% pay rise"."""
    if (
        case.share.role == "points"
        or not case.left
        or not case.right
        or case.share.values[0].precision is None
    ):
        return False
    following = case.right[0]
    is_article = case.left[-1].is_owner or case.left[-1].low in _ARTICLES
    if not is_article or following.is_mark:
        return False
    known = (
        lexicon.PREPOSITIONS | lexicon.AUXILIARIES | lexicon.FIGURE_NOUNS | lexicon.RELATIVES | lexicon.MINDS
    )
    return (
        following.low not in known
        and case.reading.base in (Base.NONE, Base.THINGS)
        and case.reading.deed is Deed.NONE
    )


def is_composed(case: Case) -> bool:
    """Whether the share tells what a group consists of: "women were 52% of voters"."""
    words = [
        word.low
        for word in case.left
        if word.low not in lexicon.ADVERBS and word.low not in ("about", "some")
    ]
    is_figure = any(word in ("figure", "share", "proportion") for word in words)
    return bool(words) and words[-1] in lexicon.BE and case.reading.deed is Deed.NONE and not is_figure
