"""Says what the words around a stretch add to it: what it refers back to, whom a survey asked, the topic."""

from __future__ import annotations

import re
from functools import lru_cache

from factdesk.claims.alike import EMPTY, Terms, frequent_terms, gather_terms, read_terms
from factdesk.model import Span

NEAR_CHARACTERS = 420
"""How far around a sentence its paragraph is looked at."""

TOPIC_MENTIONS = 3


@lru_cache(maxsize=16)
def topic_of(text: str) -> Terms:
    """Return the words that a text says so often that they need not stand in every paragraph."""
    return frequent_terms(text, TOPIC_MENTIONS)


@lru_cache(maxsize=16)
def asked_in(text: str) -> Terms:
    """Return the words of the sentences that tell whom a survey asked: its later figures are of them."""
    asked = {sentence_around(text, Span(*match.span())) for match in _ASKED.finditer(text)}
    found = EMPTY
    for sentence in sorted(asked, key=lambda one: one.start):
        found = found.joined(read_terms(sentence.cut(text)))
    return found


_ASKED = re.compile(
    r"\b(?:survey(?:ed)?|polled|questioned|interviewed|(?:had|was|were|in\s+all)\s+asked|asked\s+\d|respondents|n\s*=)\b",
    re.IGNORECASE,
)


_REFERS_BACK = re.compile(
    r"\A[“\"(]?(?:That|It|This|They|These|Those|He|She|Both|Its|Their|There|One|In\s+\w+\s+it)\b|\bthe\s+same\b|\bit\s+(?:was|had|is|cost|costs)\b"
)
_FULL_STOP = re.compile(r"[.!?][”\"’)]?\s")


def refers_back(sentence: str) -> bool:
    """Whether a sentence speaks of something that an earlier one names ("It costs ...", "the same ...")."""
    return _REFERS_BACK.search(sentence) is not None


def own_terms(text: str, sentence: Span, segment: Span) -> Terms:
    """Return what a stretch says; where its sentence refers back, with the plain words it refers to."""
    own = read_terms(segment.cut(text))
    if not _REFERS_BACK.search(sentence.cut(text)):
        return own
    before = text[
        max(0, text.rfind("\n", 0, sentence.start) + 1, sentence.start - NEAR_CHARACTERS) : sentence.start
    ]
    stops = [match.end() for match in _FULL_STOP.finditer(before.rstrip())]
    earlier = read_terms(before[stops[-1] if stops else 0 :])
    has_names = any(term.form == "name" for term in own.terms)
    kept = [term for term in earlier.terms if term.form == "word" or (term.form == "name" and not has_names)]
    return own.joined(gather_terms(kept))


def sentence_around(text: str, span: Span) -> Span:
    """Return the sentence of a stretch, by its full stops alone."""
    low = text.rfind("\n", 0, span.start) + 1
    starts = [match.end() for match in _FULL_STOP.finditer(text, low, span.start)]
    stop = _FULL_STOP.search(text, span.end)
    line = text.find("\n", span.end)
    ends = [one for one in (stop.start() + 1 if stop else -1, line) if one >= 0]
    return Span(starts[-1] if starts else low, min(ends, default=len(text)))


_ATTRIBUTED = re.compile(
    r"(?:according\s+to|as\s+[^,]{2,40}\s+(?:said|says|put|reports?)|so\s+(?:said|says)"
    r"|in\s+(?:the\s+words|the\s+opinion)\s+of)\b"
    r"|(?:the\s+|its\s+|their\s+)?[\w’' .-]{2,40}\s"
    r"(?:said|says|reported|reports|found|finds|shows?|announced|claims?|wrote|writes|added)\Z",
    re.IGNORECASE,
)


def is_attribution(clause: str) -> bool:
    """Whether a clause only tells whose word it is ("according to the union", "the paper reported")."""
    return bool(_ATTRIBUTED.match(clause.strip()))
