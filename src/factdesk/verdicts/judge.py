"""Judges a claim of an essay against its sources. Pure: no clock, no network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from factdesk.evidence.passages import ParsedSource
from factdesk.model import (
    NO_LINKED_SOURCE,
    Basis,
    Claim,
    Evidence,
    Mention,
    Rating,
    Reason,
    Span,
    Verdict,
    VerdictInput,
)
from factdesk.verdicts.assembling import Assembled, Shown
from factdesk.verdicts.confidence import Estimate, trust_in
from factdesk.verdicts.converting import assemble_in_any_currency
from factdesk.verdicts.method import method_id
from factdesk.verdicts.muting import mute
from factdesk.verdicts.reading import SourceReader, claimed_finding, first_verbatim
from factdesk.verdicts.source_marks import (
    copy_reasons,
    deciding_quotation,
    later_reasons,
    limit_reasons,
    outside_reasons,
)
from factdesk.verdicts.standing import NEGATION_READERS, StandingSource, judge_standing
from factdesk.verdicts.tiers import (
    SourceText,
    named_not_linked,
    own_essay_reasons,
    own_sources,
    rest_on,
    split_tiers,
)
from factdesk.verdicts.unsupported import LookedIn, find_unsupported, sentences_of, within

__all__ = ["Judged", "SourceText", "judge_claim"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and the evidence that it rests on."""

    verdict: Verdict
    evidence: tuple[Evidence, ...]

    @property
    def counted_as(self) -> str:
        """What the verdict is counted as: ``suggested`` where it rests on a source that nobody named."""
        deciding = next((one for one in self.evidence if one.id == self.verdict.deciding_evidence_id), None)
        is_suggested = deciding is not None and deciding.basis is Basis.SUGGESTED
        return f"{'suggested' if is_suggested else 'verdict'}.{self.verdict.rating.value}"


def judge_claim(
    claim: Claim,
    mention: Mention,
    sources: Sequence[SourceText],
    *,
    published_on: date | None,
    reader: SourceReader | None = None,
    muted: Collection[str] = (),
) -> Judged:
    """Compare a claim with its sources and give it a rating, with the evidence.

    ``sources`` stand in the order in which the essay cites them; of equals the first decides. They are
    compared tier by tier, the nearest first (see `factdesk.verdicts.tiers`): a farther one decides where no
    nearer one does, and never contradicts what those show. ``published_on`` is the essay's date: sources
    later than it are used but flagged. Give the same ``reader`` for the claims of one batch, so that a source
    in several claims is parsed once. ``muted`` rules settle nothing (see `factdesk.verdicts.muting`).
    """
    reader = reader or SourceReader()
    own = own_sources(sources)
    nearest, *farther = split_tiers(sources)
    readable, assembled = _compare(claim, mention, nearest.sources, reader, muted)
    shown_of, shown = readable, assembled.shown
    for tier in farther:
        if assembled.is_decided:
            break
        texts = [one for one in tier.sources if one.is_readable]
        others, found = _compare(claim, mention, texts, reader, muted)
        if found.is_decided:
            readable, assembled = others, rest_on(tier, found, others, bool(own))
        if found.is_decided or not shown_of:  # else a person would be shown no passage at all
            shown_of, shown = others, found.shown
    method = method_id(muted)
    evidence = tuple(_evidence(claim, one, shown_of[one.source], method) for one in shown)
    seen = sources if farther and farther[-1].is_suggested else own
    unsupported = _unsupported_in(claim, mention, assembled, _looked_in(shown, shown_of, reader))
    parsed = [_parse(one, reader) for one in readable]
    trust = trust_in(assembled, claim.quote, parsed)
    assembled = replace(assembled, reasons=(*assembled.reasons, *deciding_quotation(assembled, parsed)))
    verdict = _verdict(claim, assembled, seen, readable, evidence, published_on, method, unsupported, trust)
    return Judged(verdict, evidence)


def _compare(
    claim: Claim,
    mention: Mention,
    sources: Sequence[SourceText],
    reader: SourceReader,
    muted: Collection[str],
) -> tuple[list[SourceText], Assembled]:
    """Return those of the sources that have a text, and what the claim compared with them gives."""
    readable = [one for one in sources if one.is_readable]
    reads_negation = claim.kind in NEGATION_READERS
    standing = [StandingSource(_parse(one, reader), reader, reads_negation, one.repeats) for one in readable]
    outcomes = [one.outcome for one in sources if not (one.is_readable or one.is_own_essay)]
    claimed = claimed_finding(claim, mention)

    def judge(parsed: Sequence[ParsedSource]) -> Assembled:
        verbatim = first_verbatim(mention.sentence, parsed)
        return assemble_in_any_currency(
            claimed, mention.sentence, parsed, verbatim=verbatim, outcomes=outcomes
        )

    return readable, mute(judge_standing(standing, judge), muted)


def _parse(source: SourceText, reader: SourceReader) -> ParsedSource:
    return reader.parse(
        source.text or "", title=source.title, published_on=source.published_on, blocks=source.blocks
    )


def _evidence(claim: Claim, shown: Shown, source: SourceText, method: str) -> Evidence:
    assert source.snapshot_id is not None
    return Evidence(
        claim_id=claim.id,
        snapshot_id=source.snapshot_id,
        span=shown.span,
        quote=shown.quote,
        facets=shown.facets,
        basis=source.basis,
        method=method,
    )


def _verdict(
    claim: Claim,
    assembled: Assembled,
    sources: Sequence[SourceText],
    readable: Sequence[SourceText],
    evidence: Sequence[Evidence],
    published_on: date | None,
    method: str,
    unsupported: tuple[Span, ...],
    trust: Estimate,
) -> Verdict:
    deciding = readable[assembled.shown[0].source] if assembled.shown else None
    seen_at = [one.first_fetched_at for one in readable if one.first_fetched_at is not None]
    return Verdict(
        claim_id=claim.id,
        inputs=_inputs(sources),
        method=method,
        rating=assembled.rating,
        confidence=trust.confidence,
        support=trust.support,
        reasons=(
            *assembled.reasons,
            *named_not_linked(claim, sources),
            *own_essay_reasons(sources),
            *later_reasons([one.published_on for one in readable], published_on),
            *_flag_reasons(readable),
            *limit_reasons(assembled.rating, [one.text or "" for one in readable]),
            *(outside_reasons(deciding.blocks, assembled.shown[0].span) if deciding else ()),
            *copy_reasons(readable),
        ),
        missing=assembled.missing,
        facets=assembled.facets,
        evidence_ids=tuple(one.id for one in evidence),
        deciding_evidence_id=evidence[0].id if evidence and assembled.is_decided else None,
        deciding_source_id=deciding.source_id if deciding else None,
        source_outcome=_outcome(deciding, own_sources(sources)),
        as_of=max(seen_at, default=None),
        unsupported=unsupported,
    )


def _looked_in(
    shown: Sequence[Shown], shown_of: Sequence[SourceText], reader: SourceReader
) -> tuple[LookedIn, ...]:
    """Return the sources of the passages shown, each with the sentences that these begin in."""
    found = []
    for number in dict.fromkeys(one.source for one in shown):
        parsed = _parse(shown_of[number], reader)
        found.append(
            LookedIn(parsed, sentences_of(parsed, [one.span for one in shown if one.source == number]))
        )
    return tuple(found)


def _unsupported_in(
    claim: Claim, mention: Mention, assembled: Assembled, looked_in: Sequence[LookedIn]
) -> tuple[Span, ...]:
    """Return the words of a claim's quote that nothing backs; its whole sentence is read."""
    is_shown = assembled.rating is Rating.SUPPORTED
    marked = find_unsupported(mention.sentence, looked_in, is_shown=is_shown, facets=assembled.facets)
    by = mention.quote_span.start - mention.sentence_span.start
    return within(marked, Span(by, by + len(claim.quote)))


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
