"""Judges a whole sentence: every claim in it, and the clauses that no claim covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from factdesk.claims.findings import Finding
from factdesk.evidence.passages import ParsedSource
from factdesk.model import FacetName, FacetOutcome, Rating, Reason, Span
from factdesk.verdicts.assembling import Assembled, Shown, conjoin, uncovered_rest, unread
from factdesk.verdicts.converting import assemble_in_any_currency
from factdesk.verdicts.muting import CLAUSE_MISSING, mute
from factdesk.verdicts.rules import SEVERAL_FIGURES


def judge_statement(
    text: str,
    findings: Sequence[Finding],
    source: ParsedSource,
    verbatim: tuple[int, Span] | None,
    muted: Collection[str] = (),
) -> Assembled:
    """Judge a sentence as the conjunction of its claims."""
    if not findings:
        return mute(unread(text, [source], verbatim), muted)
    judged = [
        mute(assemble_in_any_currency(one, text, [source], verbatim=verbatim), muted) for one in findings
    ]
    judged = [_unless_of_another(one, judged) for one in judged]
    rating = conjoin([one.rating for one in judged])
    if any(reason.code == SEVERAL_FIGURES for one in judged for reason in one.reasons):
        rating = Rating.NOT_ENOUGH_EVIDENCE  # a figure differs: what the others show is no part of the claim
    whole = judged[0] if len(judged) == 1 else _joined(findings, judged, rating)
    if rating is not Rating.SUPPORTED or verbatim is not None:
        return whole
    rest = uncovered_rest(text, findings, [source], whole.shown)
    if not rest:
        return whole
    said = " and ".join(f"“{one}”" for one in rest)
    reason = Reason(CLAUSE_MISSING, f"The source shows the claim but not the words {said}.")
    partial = replace(whole, rating=Rating.PARTIALLY_SUPPORTED, reasons=(reason,), missing=rest)
    return mute(partial, muted)


def _unless_of_another(one: Assembled, judged: Sequence[Assembled]) -> Assembled:
    """Return a contradicted claim as not shown where the figure against it is what backs another claim.

    "82 per cent want night buses and 67 a tram" is not contradicted by the 82 of the night buses.
    """
    if one.rating is not Rating.REFUTED:
        return one
    backing = _spans(judged, Rating.SUPPORTED, FacetOutcome.MATCH)
    against = _spans([one], Rating.REFUTED, FacetOutcome.CONFLICT)
    if not against or not against <= backing:
        return one
    sentence = "The source's figure is that of another claim of the sentence; it says nothing of this one."
    reason = Reason("figure_of_another_claim", sentence)
    return replace(one, rating=Rating.NOT_ENOUGH_EVIDENCE, reasons=(reason,), facets=(), is_decided=False)


def _spans(judged: Sequence[Assembled], rating: Rating, outcome: FacetOutcome) -> set[Span]:
    return {
        facet.span
        for one in judged
        if one.rating is rating
        for facet in one.facets
        if facet.facet is FacetName.VALUE and facet.outcome is outcome and facet.span
    }


def _joined(findings: Sequence[Finding], judged: Sequence[Assembled], rating: Rating) -> Assembled:
    """Put the claims of one sentence together; those that decide the rating come first."""
    telling = [one for one in judged if one.rating is rating] or list(judged)
    rest = [one for one in judged if one not in telling]
    ordered = [*telling, *rest]
    missing: tuple[str, ...] = ()
    if rating is Rating.PARTIALLY_SUPPORTED:
        missing = tuple(
            dict.fromkeys(
                part
                for finding, one in zip(findings, judged, strict=True)
                for part in ((finding.text,) if one.rating is Rating.NOT_ENOUGH_EVIDENCE else one.missing)
            )
        )
        ordered = sorted(judged, key=lambda one: one.rating is Rating.NOT_ENOUGH_EVIDENCE)
    return Assembled(
        rating=rating,
        reasons=tuple(dict.fromkeys(reason for one in ordered for reason in one.reasons)),
        missing=missing,
        facets=tuple(facet for one in ordered for facet in one.facets),
        shown=_each_once(shown for one in ordered for shown in one.shown),
        share=ordered[0].share,
        is_decided=any(one.is_decided for one in judged),
    )


def _each_once(shown: Iterable[Shown]) -> tuple[Shown, ...]:
    """Return passages once each, as the first of the claims that they were compared with saw them."""
    first: dict[tuple[int, Span], Shown] = {}
    for one in shown:
        first.setdefault((one.source, one.span), one)
    return tuple(first.values())
