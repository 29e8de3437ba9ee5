"""Cuts a sentence into clauses, so that a quote is the words that assert something and no more.

What stands in brackets, between two dashes, or in an apposition that a verb follows ("the vaccine, out of
stock since May, is back") does not cut the clause around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from factdesk.claims.cuts import Cuts
from factdesk.claims.lists import Listing
from factdesk.claims.phrases import load_phrases, word_set
from factdesk.model import Span

_HARD = re.compile(
    r"""
      [;…]\s* | \s[–—-]{1,2}\s* | —\s* | :\s+ | [!?.]["”’']?\s+ | \s*\(\s* | \)[,;]?\s*
    | ,\s+(?=(?:and|but|yet|so|nor|while|whilst|whereas|although|though|because|since|where|when|which|who
        |whose|until|after|before|even\sthough|as|not\sleast|given\sthat|with)\s)
    | (?<!\ball)(?<!\bnothing)\s+(?=(?:but|while|whilst|whereas|although|though|because|given\sthat
        |even\s(?:when|if|as))\s)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SOFT = re.compile(r",[”’\"]?\s+|\s+(?=and\s)|\s+(?=(?:which|who|that)\s)", re.IGNORECASE)
_JOINER = re.compile(
    r"(?:and|but|yet|so|nor|while|whilst|whereas|although|though|because|even though|or)\s+(?:that\s+)?",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"(?:in|at|on|by|for|from|since|between|across|during|within|to|after|before|of|among|amongst|over|until"
    r"|under|outside|inside|only|just|last|this|yesterday|today|tonight|privately|officially|online|meanwhile"
    r"|here|there|elsewhere|nowhere|asked)\b",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[\s,;:–—-]+\Z")
_BRACKETS = re.compile(r"\([^()\n]{1,200}\)")
_DASHES = re.compile(r"\s[–—-]{1,2}\s|—")
_APPOSITION = re.compile(
    r",\s(?!(?:and|or|but|so|nor)\s)[^,;:()\n]{3,140}(?:,\s[^,;:()\n]{3,60})?,\s"
    r"(?=(?:(?:already|now|all|both|too|also)\s)?(?:is|are|was|were|has|have|had|will|would|cost|costs|sold|sells"
    r"|fell|rose|went|fetched|remains?|remained|came|comes|goes|said|says|can|could)\b)",
)
_NO_SUBJECT = word_set(load_phrases("clauses"), "no_subject")
_OPENING = re.compile(r"(?:\s*\(|\s[–—-]|,)\s*\Z")
_CLOSING = re.compile(r"\s*\)|\s[–—-]\s|,")
_FRONTED_WORDS_MAX = 14
"""An opening adverbial with more words is not taken into the quote."""

Suffices = Callable[[str], bool]
"""Whether the words before the anchor hold the subject of the clause."""


def clause_around(
    text: str, sentence: Span, anchor: Span, lists: Sequence[Listing], suffices: Suffices
) -> Span:
    """Return the clause of ``sentence`` that holds ``anchor`` and its subject.

    The start is the nearest cut before the anchor after which ``suffices`` finds a subject; an
    opening adverbial ("In Leeds and Bradford, ...") is kept. The end is the next hard cut.
    """
    start = _start(text, sentence, anchor, lists, suffices)
    start = _with_fronted(text, sentence, start)
    return trimmed(text, Span(start, clause_end(text, sentence, anchor.end, lists)))


def clause_end(text: str, sentence: Span, offset: int, lists: Sequence[Listing] = ()) -> int:
    """Return where the clause that holds ``offset`` ends."""
    hard = _hard_cuts(text, sentence).starts_after(offset)
    return next((start for start in hard if not _inside(start, lists)), sentence.end)


def clause_start(text: str, sentence: Span, offset: int) -> int:
    """Return where the clause that holds ``offset`` starts, after its conjunction's comma."""
    end = _hard_cuts(text, sentence).last_end(offset)
    return sentence.start if end is None else end


def figure_clause(text: str, sentence: Span, figure: Span) -> Span:
    """Return the clause in which a figure is weighed; brackets that hold only it are looked through."""
    start, end = figure.start, figure.end
    opening = _OPENING.search(text, max(sentence.start, start - 4), start)
    closing = _CLOSING.match(text, end, sentence.end)
    if opening and closing:
        start, end = opening.start(), closing.end()
    return Span(clause_start(text, sentence, start), clause_end(text, sentence, end))


def trimmed(text: str, span: Span) -> Span:
    """Return the span without joining words at its start and stray marks at its ends."""
    start, end = span.start, span.end
    while start < end and text[start] in " \t\n,;:–—-•*\u00a0)":
        start += 1
    joiner = _JOINER.match(text, start, end)
    if joiner and joiner.end() < end:
        start = joiner.end()
    stray = _TRAILING.search(text, max(start, end - 8), end)
    return Span(start, stray.start() if stray and stray.start() > start else end)


def value_clauses(text: str, sentence: Span, anchors: Sequence[Span]) -> list[Span]:
    """Return the clause of each anchor; anchors that share a clause divide it at the break between them.

    ``anchors`` are in reading order and do not overlap.
    """
    clauses: list[Span] = []
    for index, anchor in enumerate(anchors):
        clause = figure_clause(text, sentence, anchor)
        start, end = _with_fronted(text, sentence, clause.start), clause.end
        if index and anchors[index - 1].end > start:
            start = _break_between(text, anchors[index - 1].end, anchor.start)
        if index + 1 < len(anchors) and anchors[index + 1].start < end:
            end = min(end, _end_before(text, anchor.end, anchors[index + 1].start))
        clauses.append(trimmed(text, Span(min(start, anchor.start), max(end, anchor.end))))
    return clauses


_BREAK = re.compile(
    r",\s+(?:and\s+|or\s+|but\s+|plus\s+)?|\s+(?=(?:and|or|plus|against|instead|up|down|compared)\s)"
    r"|;\s+|\s[–—-]\s|\s*\(\s*|:\s+"
)
_COMPARISON = re.compile(r"(?:instead|up|down|against|compared|rather|not)\s", re.IGNORECASE)


def _break_between(text: str, start: int, end: int) -> int:
    """Return the last break between two anchors, after its mark; without any, the second anchor's start."""
    breaks = list(_BREAK.finditer(text, start, end))
    return breaks[-1].end() if breaks else end


def last_break(text: str, start: int, end: int) -> Span | None:
    """Return the last mark or joining word between two anchors, or None when nothing parts them."""
    breaks = list(_BREAK.finditer(text, start, end))
    return Span(*breaks[-1].span()) if breaks else None


def _end_before(text: str, start: int, end: int) -> int:
    """Return where the first of two anchors' clauses ends; "30 instead of 45" is kept whole."""
    breaks = list(_BREAK.finditer(text, start, end))
    if not breaks or _COMPARISON.match(text, breaks[-1].end(), end):
        return end
    return breaks[-1].start()


@lru_cache(maxsize=64)
def _hard_cuts(text: str, sentence: Span) -> Cuts:
    return Cuts(_spans(_HARD, text, sentence), _enclosed(text, sentence))


@lru_cache(maxsize=64)
def _soft_cuts(text: str, sentence: Span) -> Cuts:
    return Cuts(_spans(_SOFT, text, sentence), _enclosed(text, sentence))


@lru_cache(maxsize=64)
def _enclosed(text: str, sentence: Span) -> tuple[list[Span], ...]:
    """Return the stretches that are looked past from outside; those of one sort do not overlap."""
    dashes = _spans(_DASHES, text, sentence)
    between = [Span(dashes[0].start, dashes[1].end)] if len(dashes) == 2 else []
    return _spans(_BRACKETS, text, sentence), between, _spans(_APPOSITION, text, sentence)


def _spans(pattern: re.Pattern[str], text: str, sentence: Span) -> list[Span]:
    return [Span(*one.span()) for one in pattern.finditer(text, sentence.start, sentence.end)]


def _inside(offset: int, lists: Sequence[Listing]) -> bool:
    return any(one.span.start < offset < one.span.end for one in lists)


def _start(text: str, sentence: Span, anchor: Span, lists: Sequence[Listing], suffices: Suffices) -> int:
    hard = set(_hard_cuts(text, sentence).ends(anchor.start))
    soft = _soft_cuts(text, sentence).ends(anchor.start)
    edges = [
        edge for edge in sorted({sentence.start, *hard, *soft}, reverse=True) if not _inside(edge, lists)
    ]
    for edge in edges:
        said = text[edge : anchor.start]
        if suffices(said):
            return edge
        if (edge in hard or edge == sentence.start) and has_subject(said):
            return edge
    return sentence.start


def has_subject(said: str) -> bool:
    """Whether the words before a predicate are more than conjunctions, relatives and verbs of being."""
    return any(word not in _NO_SUBJECT for word in re.findall(r"[a-z]+", said.lower()))


def _with_fronted(text: str, sentence: Span, start: int) -> int:
    """Take an opening "In Leeds, " or "By noon, " into the clause."""
    before = text[sentence.start : start].rstrip()
    if not before.endswith(","):
        return start
    edge = clause_start(text, sentence, sentence.start + len(before) - 1)
    skip = _JOINER.match(text, edge, start)
    opening = text[skip.end() if skip else edge : start]
    if _FRONTED.match(opening) and len(opening.split()) <= _FRONTED_WORDS_MAX:
        return edge
    return start
