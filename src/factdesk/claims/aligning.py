"""Says which of a source's values a claim speaks of, and compares names, words, stance and time.

A figure is never matched by itself: "the Greens 6.1 per cent and the Liberals 4.4" holds 4.4, but not
for the Greens. Each value of a sentence therefore has its own stretch of words, from separator to
separator, and a claim's words are looked for there first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from factdesk.claims.alike import EMPTY, Term, Terms, coverage, read_terms
from factdesk.claims.findings import Finding
from factdesk.claims.names import TIME_NAME, names_in
from factdesk.claims.surroundings import NEAR_CHARACTERS, own_terms
from factdesk.model import Span, Value
from factdesk.text.quantities import Quantity, find_quantities

_SEPARATOR = re.compile(
    r"[;:()–—]|,\s(?!which\b|who\b)|\s(?=(?:and|but|while|whereas|whilst|against|although|though"
    r"|compared with|compared to|than|versus|or|yet)\s)"
)
_YEAR = re.compile(r"(?<![\d.,£$€])(?:19|20)\d\d(?![\d%]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """What a source says around one sentence: the sentence itself and its paragraph nearby.

    ``is_closed`` says that ``sentence`` is one clause of several; ``around`` then holds the terms of the
    paragraph without the other clauses, which speak of others.
    """

    text: str
    sentence: Span
    near: Span
    sentence_terms: Terms
    near_terms: Terms
    is_closed: bool = False
    around: Terms = EMPTY


def window_around(text: str, sentence: Span, closed_in: Span | None = None) -> Window:
    """Return the sentence with what surrounds it in its paragraph."""
    low = max(text.rfind("\n", 0, sentence.start) + 1, sentence.start - NEAR_CHARACTERS)
    line_end = text.find("\n", sentence.end)
    high = min(line_end if line_end >= 0 else len(text), sentence.end + NEAR_CHARACTERS)
    near = Span(_at_word(text, low, sentence.start), high)
    around = EMPTY
    if closed_in is not None:
        before, after = text[near.start : max(near.start, closed_in.start)], text[closed_in.end : near.end]
        around = read_terms(before).joined(read_terms(after))
    terms = read_terms(sentence.cut(text)), read_terms(near.cut(text))
    return Window(text, sentence, near, *terms, closed_in is not None, around)


def _at_word(text: str, start: int, limit: int) -> int:
    if start == 0 or text[start - 1] in " \n":
        return start
    space = text.find(" ", start, limit)
    return space + 1 if space >= 0 else limit


@lru_cache(maxsize=4096)
def times_in(text: str) -> frozenset[str]:
    """Return the months, days and years that a text names, in lower case."""
    named = {match.group().lower()[:3] for match in TIME_NAME.finditer(text) if match.group()[0].isupper()}
    return frozenset(named | {match.group() for match in _YEAR.finditer(text)})


def plain_terms(text: str, span: Span, without: Iterable[Span]) -> tuple[Term, ...]:
    """Return the words of a stretch that are neither names nor times nor inside ``without``."""
    gone = [one.shifted(-span.start) for one in without]
    return tuple(
        term
        for term in read_terms(span.cut(text)).terms
        if term.form == "word"
        and not TIME_NAME.fullmatch(term.word)
        and not any(one.overlaps(term.span) for one in gone)
    )


def value_segments(text: str, sentence: Span, values: Sequence[Value]) -> dict[Span, Span]:
    """Return for each value's span the stretch of the sentence that speaks of it.

    Figures without a separator between them ("from 3 to 4 pounds") share one stretch.
    """
    spans = sorted({one.span for one in values if one.span and sentence.covers(one.span)}, key=_start)
    segments: dict[Span, Span] = {}
    start = sentence.start
    row: list[Span] = []
    for at, span in enumerate(spans):
        row.append(span)
        end = sentence.end
        if at + 1 < len(spans):
            cut = _cut_between(text, span.end, spans[at + 1].start)
            if cut is None:
                continue
            end = cut
        shared = Span(min(start, row[0].start), max(end, span.end))
        segments.update(dict.fromkeys(row, shared))
        start, row = end, []
    return segments


def _start(span: Span) -> int:
    return span.start


def _cut_between(text: str, low: int, high: int) -> int | None:
    cuts = [
        match.start()
        for match in _SEPARATOR.finditer(text, low, high)
        if not _OPENS_RANGE.search(text, low, match.start())
    ]
    return cuts[-1] if cuts else None


_OPENS_RANGE = re.compile(r"\b(?:between|both|aged)\s+(?:\w+\s+)?[\w’'-]+\Z", re.IGNORECASE)
"""Words behind which "and" parts nothing: "children between six and twelve"."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """How well the words of a claim fit one found value: in its own stretch and in the sentence."""

    value: Value
    segment: Span
    own: float
    fit: float


def align_values(claimed: Sequence[Term], found: Finding, window: Window) -> list[Aligned]:
    """Return every value of a found sentence with how well a claim's words fit it, best first."""
    segments = value_segments(window.text, window.sentence, found.values)
    whole = coverage(claimed, window.near_terms)
    lead = read_terms(_lead_of(window, segments))
    aligned = []
    for value in found.values:
        if value.span is None or value.span not in segments:
            continue
        segment = segments[value.span]
        terms = own_terms(window.text, window.sentence, segment)
        if segment.start > window.sentence.start and not _has_own_lead(segment.cut(window.text)):
            terms = terms.joined(lead)
        own = coverage(claimed, terms)
        aligned.append(Aligned(value, segment, own, 0.6 * own + 0.4 * whole))
    return sorted(aligned, key=lambda one: -one.fit)


_LEAD_END = re.compile(r"[;:–—]|,\s")
_OF_WHOM = re.compile(r"\b(?:among|amongst|of\s+(?:the|those)|in|at|for)\b", re.IGNORECASE)


def _has_own_lead(segment: str) -> bool:
    """Whether a stretch says itself of whom, when or where its figure is."""
    return bool(names_in(segment) or times_in(segment) or _OF_WHOM.search(segment))


def _lead_of(window: Window, segments: dict[Span, Span]) -> str:
    """Return the words before the first figure's own clause: they speak of all figures of the sentence."""
    first = min((span.start for span in segments), default=window.sentence.start)
    cuts = [match.start() for match in _LEAD_END.finditer(window.text, window.sentence.start, first)]
    return window.text[window.sentence.start : cuts[-1]] if cuts else ""


_CLAUSE = re.compile(
    r"[;:()–—]|,\s|\s(?=(?:and|but|while|whereas|whilst|although|though|because|after|before|since|when)\s)"
)


def clauses_of(text: str, span: Span) -> list[Span]:
    """Return the stretches of a span between commas, brackets and conjunctions, without white space."""
    cuts = [span.start, *(match.end() for match in _CLAUSE.finditer(text, span.start, span.end)), span.end]
    clauses = []
    for start, end in pairwise(cuts):
        said = text[start:end]
        first = start + len(said) - len(said.lstrip())
        last = start + len(said.rstrip(" ,;:()–—."))
        if last > first:
            clauses.append(Span(first, last))
    return clauses


@lru_cache(maxsize=4096)
def quantities_in(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a stretch; the same stretch is read once."""
    return tuple(find_quantities(text))


def figure_spans(claimed: Finding, text: str) -> list[Span]:
    """Return the figures of a claim's sentence, its own and others, with words like "fewer than"."""
    said = quantities_in(claimed.sentence.cut(text))
    whole = [one.whole.shifted(claimed.sentence.start) for one in said]
    return [*whole, *(one.span for one in claimed.values if one.span)]


FEWEST_WORDS = 2
"""A quote with fewer words of weight ("and 4,200 within a year") leans on the rest of its sentence."""


def whole_statement(claimed: Finding, text: str) -> Finding:
    """Return the finding with its sentence as quote where the quote says too little by itself."""
    weighty = [term for term in spoken_terms(claimed, text) if term.weight >= 1]
    if len(weighty) >= FEWEST_WORDS:
        return claimed
    return replace(claimed, quote=claimed.sentence, parts=())


def spoken_terms(claimed: Finding, text: str) -> tuple[Term, ...]:
    """Return the words and names of a claim's quote, without its figures and times."""
    where = claimed.quote
    figures = figure_spans(claimed, text)
    return tuple(
        term
        for term in read_terms(where.cut(text)).terms
        if term.form != "number"
        and not any(map(str.isdigit, term.word))
        and not TIME_NAME.fullmatch(term.word)
        and not any(one.overlaps(term.span.shifted(where.start)) for one in figures)
    )
