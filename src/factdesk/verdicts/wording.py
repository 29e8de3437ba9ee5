"""Says which words of a claim a passage does not show, and whether a figure there is the claim's own."""

from __future__ import annotations

import re

from factdesk.claims.aligning import clauses_of, figure_spans, spoken_terms, value_segments, window_around
from factdesk.claims.alike import EMPTY, Terms, absent_terms, coverage, read_terms
from factdesk.claims.facet_comparisons import plain_words
from factdesk.claims.findings import Finding
from factdesk.claims.names import TIME_NAME
from factdesk.claims.surroundings import asked_in, is_attribution, own_terms, topic_of
from factdesk.evidence.compare import Compared
from factdesk.model import FacetName, Span

CLAUSE_SHOWN = 0.34
"""A clause of which less than this weight stands near the passage is not shown by it."""

OWN_FIGURE = 0.25
"""Share of a claim's words that must stand with its figure where some of them stand nowhere near."""


def is_own_figure(claimed: Finding, text: str, one: Compared, source_text: str) -> bool:
    """Whether the matched figure is the only one of its unit there, or the claim's words stand with it.

    Where words of a claim are missing, a figure among others may be another's.
    """
    sentence = one.finding.sentence
    spans = [facet.span for facet in one.facets if facet.facet is FacetName.VALUE and facet.span]
    values = [value for value in one.finding.values if value.span and sentence.covers(value.span)]
    segments = value_segments(source_text, sentence, values)
    terms = spoken_terms(claimed, text)
    for value in values:
        rivals = [other for other in values if other.unit == value.unit and other.low != value.low]
        if value.span not in spans or not rivals or value.span is None:
            continue
        if coverage(terms, own_terms(source_text, sentence, segments[value.span])) < OWN_FIGURE:
            return False
    return coverage(terms, read_terms(sentence.cut(source_text))) >= OWN_FIGURE


def words_share(claimed: Finding, text: str, one: Compared, source_text: str) -> float:
    """Return which share of a claim's plain words stands near a passage."""
    near = window_around(source_text, one.finding.sentence).near_terms
    state = claimed.facet(FacetName.STATE)
    without = [state.span] if state and state.span else []
    return coverage(plain_words(claimed, text, without), near, topic_of(source_text))


_COMPLEMENT = re.compile(r"\s+(?:for|of|to|at|on|from)\s+(?:the\s+|an?\s+)?[\w-]+(?:\s[\w-]+)?")


def subject_of(claimed: Finding, text: str) -> str:
    """Return the words that say of what or of whom a value is: without them another thing is shown.

    "A season ticket for the pool" is not shown by the price of a season ticket for the gym.
    """
    words = []
    for facet in (*claimed.facets_named(FacetName.ITEM), *claimed.facets_named(FacetName.POPULATION)):
        words.append(facet.text)
        if facet.span and (complement := _COMPLEMENT.match(text, facet.span.end)):
            words.append(complement.group())
    return " | ".join(words)


def absent_words(claimed: Finding, text: str, source_text: str, one: Compared) -> tuple[str, ...]:
    """Return the claim's words that do not stand near a passage, neighbours joined."""
    quote = claimed.quote.cut(text)
    near = window_around(source_text, one.finding.sentence).near_terms
    near = near.joined(topic_of(source_text)).joined(
        asked_in(source_text) if claimed.kind == "poll" else EMPTY
    )
    figures = [span.shifted(-claimed.quote.start) for span in figure_spans(claimed, text)]
    phrases: list[Span] = []
    for term in absent_terms(read_terms(quote).terms, near):
        if any(figure.overlaps(term.span) for figure in figures):
            continue
        if phrases and not quote[phrases[-1].end : term.span.start].strip(" -"):
            phrases[-1] = Span(phrases[-1].start, term.span.end)
        else:
            phrases.append(term.span)
    return tuple(phrase.cut(quote) for phrase in phrases)


def uncovered_clauses(claimed: Finding, text: str, near: Terms) -> tuple[str, ...]:
    """Return the clauses of a claim's quote of which a passage shows next to nothing."""
    figures = [*figure_spans(claimed, text), *(part.span for part in claimed.parts)]
    missing = []
    for clause in clauses_of(text, claimed.quote):
        if is_attribution(clause.cut(text)):
            continue
        terms = [
            term
            for term in read_terms(clause.cut(text)).terms
            if not TIME_NAME.fullmatch(term.word)  # days and months are compared by themselves
            and not any(one.overlaps(term.span.shifted(clause.start)) for one in figures)
        ]
        if any(term.weight >= 1 for term in terms) and coverage(terms, near) < CLAUSE_SHOWN:
            missing.append(clause.cut(text))
    return tuple(missing)
