"""Judges leads, gaps and changes in points."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factdesk.claims import poll_words as lexicon
from factdesk.claims.phrases import compile_phrases, load_phrases
from factdesk.claims.poll_cases import Case
from factdesk.claims.poll_denials import SPORT, is_denied_by
from factdesk.claims.poll_ellipses import PLACES, SHARE_SAID
from factdesk.claims.poll_topics import Topic, is_measure
from factdesk.claims.poll_words import Word, read_words

_TABLE = load_phrases("poll")

_NOT_POINTS = compile_phrases(_TABLE["not_points"], _TABLE)
_LEADS = compile_phrases(_TABLE["leads"], _TABLE)
_CHANGES = compile_phrases(_TABLE["changes"], _TABLE)
_SWING = re.compile(r"\bswing\b", re.IGNORECASE)
_LEAD_OVER = re.compile(
    r"(?:['’]s|\bher|\bhis|\btheir|\bits)\s+(?:\w+\s+)?(?:lead|edge|advantage)\b", re.IGNORECASE
)
_LIKELY_POINTS = 2.0


def are_poll_points(case: Case, topic: Topic, earlier: Sequence[tuple[Case, bool]]) -> bool:
    """Whether a figure in points is a lead, a gap or a change among shares of people."""
    text, sentence = case.context.text, case.context.sentence
    if case.share.is_sure:
        return True
    if _NOT_POINTS.search(text, case.clause.start, case.clause.end) or is_denied_by(case):
        return False
    before = text[max(sentence.start, case.share.anchor.start - 90) : case.share.anchor.start]
    near = before + " " + text[case.share.anchor.end : min(sentence.end, case.share.anchor.end + 45)]
    is_led, is_moved = _LEADS.search(near), _CHANGES.search(near)
    if not (is_led or is_moved) or _NOT_POINTS.search(text, sentence.start, sentence.end):
        return False
    if SPORT.search(text, sentence.start, sentence.end):
        return False
    words = read_words(text, sentence.start, sentence.end)
    told = [
        (topic.is_near or _says_measure(case) or any(kept for _, kept in earlier), 2.0),
        (any(word.low in lexicon.SIDES and word.text[0].isupper() for word in words), 1.5),
        (
            (bool(is_led) and (not PLACES.isdisjoint(case.context.words)))
            or any(word.low in lexicon.POLITICIANS for word in words),
            1.0,
        ),
        (any(_is_common_people(word) for word in words), 1.5),
        (is_led is not None, 0.5),
        (_SWING.search(near) is not None, 1.0),
        (_LEAD_OVER.search(near) is not None, 1.5),
        (
            is_led is not None and case.share.values[0].low % 1 != 0 if case.share.values[0].low else False,
            1.0,
        ),
        ("percentage" in case.share.anchor.cut(text).lower(), 1.0),
        (any(word.low in lexicon.MINDS - lexicon.MINDS_NOUN for word in words), 0.5),
        (SHARE_SAID.search(case.context.before) is not None, 1.5),
    ]
    return sum(weight for holds, weight in told if holds) >= _LIKELY_POINTS


def _is_common_people(word: Word) -> bool:
    return lexicon.is_people(word) and (word.text[0].islower() or word.low in lexicon.PEOPLE)


def _says_measure(case: Case) -> bool:
    words = read_words(case.context.text, case.context.sentence.start, case.context.sentence.end)
    return any(
        word.low in lexicon.MEASURES
        and (is_measure(words, at) or word.low in ("rating", "ratings", "approval"))
        for at, word in enumerate(words)
    )
