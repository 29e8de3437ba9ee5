"""Settles a claimed share by the figure of a source that is of the same people, side, time and subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from factdesk.claims.aligning import window_around
from factdesk.claims.alike import Term, Terms, gather_terms
from factdesk.claims.contexts import Document
from factdesk.claims.findings import Finding
from factdesk.claims.poll_standing import OTHER, UNKNOWN, read_side
from factdesk.evidence.figures import figures_by_sentence
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.settled import Ruling
from factdesk.evidence.share_claims import (
    Fit,
    ShareClaim,
    fit_entries,
    read_share_claim,
    subject_terms,
)
from factdesk.evidence.share_entries import read_shares
from factdesk.evidence.share_entry import ShareEntry, Shares
from factdesk.evidence.share_settling import Settled, absent_tails, settle
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Span, Value

_MATCH, _CONFLICT = FacetOutcome.MATCH, FacetOutcome.CONFLICT


def claimed_shares(claimed: Finding, text: str) -> list[ShareClaim]:
    """Return the shares that a finding asserts, each with its own words; none where it tells a change."""
    values = tuple(one for one in claimed.values if one.role != "also")
    if not values or any(
        one.role != "percent" or one.unit != "percent" or one.span is None for one in values
    ):
        return []
    read = _read_claim(text, values)
    said_by = [one.span for one in claimed.facets_named(FacetName.ATTRIBUTION) if one.span]
    read_claims: list[ShareClaim] = []
    topic: tuple[Term, ...] = ()
    for entry in read.entries:
        value = next((one for one in values if _overlap(entry.value, one)), entry.value)
        read_claims.append(read_share_claim(value, entry, text, topic, said_by))
        topic = read_claims[-1].topic
    all_claims = _with_shared_topic(read_claims)
    own = {id(one.value): one for one in reversed(all_claims) if one.value in values}
    # a share of the list that the kind does not read by itself is a part of the claim too
    others = [one for one in all_claims if one.value not in values and _is_inside(one, claimed)]
    if len(own) != len(values):
        return []
    answer = claimed.facet(FacetName.ANSWER)
    first = next(iter(own.values()))
    if answer is not None and answer.span is not None and _says_nothing(answer.span.cut(text), first):
        return [replace(one, topic=()) for one in own.values()]
    return [*own.values(), *others]


def _says_nothing(answer: str, claim: ShareClaim) -> bool:
    """Whether what people answered holds no word of the subject and no side ("answered the survey")."""
    said = gather_terms(subject_terms(answer))
    return not read_side(answer).is_told and not any(said.holds(term) for term in claim.topic)


def _is_inside(claim: ShareClaim, claimed: Finding) -> bool:
    return claim.value.span is not None and claimed.quote.covers(claim.value.span)


def _with_shared_topic(claims: list[ShareClaim]) -> list[ShareClaim]:
    """Give shares without a subject that of the share behind them: "58% of women and 46% of men back it"."""
    for at in range(len(claims) - 2, -1, -1):
        if all(term.form == "name" for term in claims[at].topic):
            claims[at] = replace(claims[at], topic=(*claims[at].topic, *claims[at + 1].topic))
    return claims


@lru_cache(maxsize=64)
def _read_claim(text: str, values: tuple[Value, ...]) -> Shares:
    contexts = tuple(Document(text).contexts())
    figures = [list(one) for one in figures_by_sentence(contexts)]
    for number, context in enumerate(contexts):
        own = [one for one in values if one.span and context.sentence.covers(one.span)]
        others = [one for one in figures[number] if not any(_overlap(one, value) for value in own)]
        figures[number] = [*own, *others]
    return read_shares(text, "", contexts, figures)


def _overlap(one: Value, other: Value) -> bool:
    return bool(one.span and other.span and one.span.overlaps(other.span))


def rule_on_shares(claimed: Finding, text: str, source: ParsedSource) -> list[Ruling]:
    """Return what the aligned figures of a source say of a claim; nothing where none is aligned."""
    is_repeated = text.strip(" .") in source.text  # then its own words are closer than any other figure
    claims = claimed_shares(claimed, text)
    day = source.published_on
    found = [settle(one, fit_entries(one, source.shares, day), day) for one in claims]
    settled = [(claim, one) for claim, one in zip(claims, found, strict=True) if one is not None]
    if not settled:
        return []
    first = next((one for _, one in settled if one.outcome is _CONFLICT), settled[0][1])
    facets = tuple(
        facet
        for claim, one in zip(claims, found, strict=True)
        for facet in _facets(claim, one, text, source.text)
    )
    if first.outcome is _CONFLICT and is_repeated:
        return []
    if first.outcome is _CONFLICT:
        return [Ruling(first.entry.number, "denies", (), facets)]
    near = _around(source, [one.entry for _, one in settled])
    missing = [part for claim, one in settled for part in absent_tails(claim, text, near)]
    missing += [claim.said.strip(" ,;") for claim, one in zip(claims, found, strict=True) if one is None]
    ruled = [Ruling(first.entry.number, "partly" if missing else "backs", tuple(missing), facets)]
    for claim, one in settled:
        if one.denied_by is not None and not is_repeated:
            denial = _facet(claim, Settled(_CONFLICT, one.denied_by), text, source.text)
            ruled.append(Ruling(one.denied_by.number, "denies", (), (denial,)))
    return ruled


def _around(source: ParsedSource, entries: Sequence[ShareEntry]) -> Terms:
    near = source.shares.subject
    for one in entries:
        near = near.joined(window_around(source.text, source.passages[one.number].span).near_terms)
    return near


def _facets(claim: ShareClaim, settled: Settled | None, text: str, found: str) -> list[FacetComparison]:
    facets = [_facet(claim, settled, text, found)]
    if settled is None:
        return facets
    if settled.is_by_side:
        facets.insert(0, _answer(claim, settled.entry, text, found))
    people = settled.entry.people
    if claim.people is not None and people is not None:
        of = people.span.cut(found)
        said = claim.people.span.cut(text)
        facets.append(FacetComparison(FacetName.POPULATION, said, of, _MATCH, people.span))
    return facets


def _answer(claim: ShareClaim, entry: ShareEntry, text: str, found: str) -> FacetComparison:
    """Return that the claim's people stand on the other side than those of the figure."""
    ours = [one.shifted(claim.start) for one in claim.side.words]
    theirs = [one.shifted(entry.side_start) for one in entry.side.words]
    said = ours[0].cut(text) if ours else claim.said.strip()
    span = theirs[0] if theirs else entry.segment
    return FacetComparison(FacetName.ANSWER, said, span.cut(found), _CONFLICT, span)


def _facet(claim: ShareClaim, settled: Settled | None, text: str, found: str) -> FacetComparison:
    said = claim.value.span.cut(text) if claim.value.span else ""
    if settled is None or settled.entry.value.span is None:
        return FacetComparison(FacetName.VALUE, said, "", FacetOutcome.ABSENT)
    span = settled.entry.value.span
    return FacetComparison(FacetName.VALUE, said, span.cut(found), settled.outcome, span)


def strange_spans(claimed: Finding, text: str, source: ParsedSource) -> tuple[Span, ...]:
    """Return the figures of a source that are of other people, or of another time, than a claim's share."""
    claims = claimed_shares(claimed, text)
    return tuple(
        fit.entry.value.span
        for claim in claims
        for fit in fit_entries(claim, source.shares, source.published_on)
        if fit.entry.value.span and _is_strange(claim, fit)
    )


def _is_strange(claim: ShareClaim, fit: Fit) -> bool:
    is_of_others = fit.people == OTHER or (fit.people == UNKNOWN and claim.people is not None)
    return (
        is_of_others
        or fit.time == OTHER
        or not fit.is_named
        or (bool(claim.topic) and fit.score < OF_ANOTHER)
    )


OF_ANOTHER = 0.45
"""A figure of which less of a claim's subject is said is of another subject."""


__all__ = ["rule_on_shares", "strange_spans"]
