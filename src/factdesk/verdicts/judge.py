"""Judges a claim against its sources: from records, or from two texts. Pure: no clock, no network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from factdesk.config import DEFAULT_KINDS
from factdesk.evidence.passages import ParsedSource
from factdesk.model import (
    NO_LINKED_SOURCE,
    Basis,
    Block,
    Claim,
    Evidence,
    FacetComparison,
    Mention,
    Reason,
    Span,
    Verdict,
    VerdictInput,
)
from factdesk.verdicts.assembling import Assembled, Shown, assemble
from factdesk.verdicts.confidence import estimate
from factdesk.verdicts.method import method_id
from factdesk.verdicts.pairs import judge_statement
from factdesk.verdicts.reading import SourceReader, claimed_finding, find_verbatim, read_claim_text
from factdesk.verdicts.source_marks import copy_reasons, outside_reasons


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source as a verdict sees it: its outcome, and its text where it has one."""

    source_id: UUID
    outcome: str
    text: str | None
    text_sha256: str | None
    snapshot_id: UUID | None
    title: str | None
    published_on: date | None
    blocks: tuple[Block, ...]
    basis: Basis
    first_fetched_at: datetime | None
    url: str | None

    @property
    def is_readable(self) -> bool:
        """Whether its text may give evidence."""
        return bool(self.text) and self.snapshot_id is not None


_SUGGESTED = Reason(
    "suggested_source",
    "The sources linked in the claim's own sentence do not settle it; one linked in its paragraph was used.",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and the evidence that it rests on."""

    verdict: Verdict
    evidence: tuple[Evidence, ...]


def judge_claim(
    claim: Claim,
    mention: Mention,
    sources: Sequence[SourceText],
    *,
    essay_title: str | None,
    published_on: date | None,
    reader: SourceReader | None = None,
) -> Judged:
    """Compare a claim with its sources and give it a rating, with the evidence.

    ``sources`` stand in the order in which the essay cites them; of equals the first decides. Those that
    are only suggested (links of the claim's paragraph, where its sentence has its own) are compared where
    the others do not settle it, and never contradict what those show.
    ``published_on`` is the essay's date: sources later than it are used but flagged. Give the same
    ``reader`` for the claims of one batch, so that a source in several claims is parsed once.
    """
    reader = reader or SourceReader()
    near = [one for one in sources if one.basis is not Basis.SUGGESTED]
    readable, assembled = _compare(claim, mention, near, reader)
    shown_of, shown = readable, assembled.shown
    suggested = [one for one in sources if one.basis is Basis.SUGGESTED and one.is_readable]
    if suggested and not assembled.is_decided:
        others, found = _compare(claim, mention, suggested, reader)
        if found.is_decided:
            readable, assembled = others, replace(found, reasons=(*found.reasons, _SUGGESTED))
        if found.is_decided or not readable:  # else a person would be shown no passage at all
            shown_of, shown = others, found.shown
    evidence = tuple(_evidence(claim, one, shown_of[one.source]) for one in shown)
    return Judged(_verdict(claim, assembled, sources, readable, evidence, published_on), evidence)


def _compare(
    claim: Claim, mention: Mention, sources: Sequence[SourceText], reader: SourceReader
) -> tuple[list[SourceText], Assembled]:
    """Return those of the sources that have a text, and what the claim compared with them gives."""
    readable = [one for one in sources if one.is_readable]
    parsed = [_parse(one, reader) for one in readable]
    assembled = assemble(
        claimed_finding(claim, mention),
        mention.sentence,
        parsed,
        verbatim=_verbatim(mention.sentence, parsed),
        outcomes=[one.outcome for one in sources if not one.is_readable],
    )
    return readable, assembled


def judge_pair(
    claim_text: str,
    source_text: str,
    *,
    kind: str | None = None,
    source_title: str | None = None,
    source_published: date | None = None,
    claim_published: date | None = None,
    kinds: Collection[str] = DEFAULT_KINDS,
) -> dict[str, Any]:
    """Judge one sentence against one source text: the answer of ``factdesk judge`` without its id.

    The sentence is read by ``kinds``, and by ``kind`` although it may not be among them.
    """
    source = ParsedSource(source_text, title=source_title, published_on=source_published)
    findings = read_claim_text(claim_text, kind, claim_published, kinds)
    verbatim = _verbatim(claim_text, [source])
    assembled = judge_statement(claim_text, findings, source, verbatim)
    reasons = (*assembled.reasons, *_later_reasons([source_published], claim_published))
    trust = estimate(assembled.rating, assembled.features)
    return {
        "kind": kind or (findings[0].kind if findings else None),
        "rating": assembled.rating.value,
        "confidence": trust.confidence,
        "support": trust.support,
        "reasons": [{"code": one.code, "sentence": one.sentence} for one in reasons],
        "missing": list(assembled.missing),
        "facets": [_facet_line(one) for one in assembled.facets],
        "evidence": [
            {"start": one.span.start, "end": one.span.end, "quote": one.quote} for one in assembled.shown
        ],
    }


def _facet_line(facet: FacetComparison) -> dict[str, Any]:
    return {
        "facet": facet.facet.value,
        "claimed": facet.claimed,
        "found": facet.found,
        "outcome": facet.outcome.value,
        "start": facet.span.start if facet.span else None,
        "end": facet.span.end if facet.span else None,
    }


def _parse(source: SourceText, reader: SourceReader) -> ParsedSource:
    return reader.parse(
        source.text or "", title=source.title, published_on=source.published_on, blocks=source.blocks
    )


def _verbatim(sentence: str, sources: Sequence[ParsedSource]) -> tuple[int, Span] | None:
    for number, source in enumerate(sources):
        span = find_verbatim(sentence, source.text)
        if span is not None:
            return (number, span)
    return None


def _evidence(claim: Claim, shown: Shown, source: SourceText) -> Evidence:
    assert source.snapshot_id is not None
    return Evidence(
        claim_id=claim.id,
        snapshot_id=source.snapshot_id,
        span=shown.span,
        quote=shown.quote,
        facets=shown.facets,
        basis=source.basis,
        method=method_id(),
    )


def _verdict(
    claim: Claim,
    assembled: Assembled,
    sources: Sequence[SourceText],
    readable: Sequence[SourceText],
    evidence: Sequence[Evidence],
    published_on: date | None,
) -> Verdict:
    trust = estimate(assembled.rating, assembled.features)
    deciding = readable[assembled.shown[0].source] if assembled.shown else None
    seen_at = [one.first_fetched_at for one in readable if one.first_fetched_at is not None]
    return Verdict(
        claim_id=claim.id,
        inputs=_inputs(sources),
        method=method_id(),
        rating=assembled.rating,
        confidence=trust.confidence,
        support=trust.support,
        reasons=(
            *assembled.reasons,
            *_later_reasons([one.published_on for one in readable], published_on),
            *_flag_reasons(readable),
            *(outside_reasons(deciding.blocks, assembled.shown[0].span) if deciding else ()),
            *copy_reasons(readable),
        ),
        missing=assembled.missing,
        facets=assembled.facets,
        evidence_ids=tuple(one.id for one in evidence),
        deciding_evidence_id=evidence[0].id if evidence and assembled.is_decided else None,
        deciding_source_id=deciding.source_id if deciding else None,
        source_outcome=_outcome(deciding, sources),
        as_of=max(seen_at, default=None),
    )


def _inputs(sources: Sequence[SourceText]) -> tuple[VerdictInput, ...]:
    """Return what was looked at in an order of its own: a verdict's identity knows no order of citation."""
    inputs = [VerdictInput(one.source_id, _seen(one)) for one in sources]
    return tuple(sorted(inputs, key=lambda one: str(one.source_id)))


def _seen(source: SourceText) -> str:
    return source.text_sha256 or source.outcome


def _outcome(deciding: SourceText | None, sources: Sequence[SourceText]) -> str:
    if deciding is not None:
        return deciding.outcome
    return sources[0].outcome if sources else NO_LINKED_SOURCE


def _later_reasons(sources: Sequence[date | None], published_on: date | None) -> tuple[Reason, ...]:
    if published_on is None or not any(one and one > published_on for one in sources):
        return ()
    return (Reason("source_is_later", "A source used here was published after the essay."),)


def _flag_reasons(readable: Sequence[SourceText]) -> tuple[Reason, ...]:
    said = {
        "truncated": "Only the first part of a source could be read.",
        "paywalled": "A source is behind a paywall; only its open part was read.",
    }
    return tuple(
        Reason(f"source_{outcome}", sentence)
        for outcome, sentence in said.items()
        if any(one.outcome == outcome for one in readable)
    )
