"""Judges a claim against its sources: from records, or from two texts. Pure: no clock, no network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from factdesk.claims.findings import Finding
from factdesk.config import DEFAULT_KINDS
from factdesk.evidence.passages import ParsedSource
from factdesk.model import (
    NO_LINKED_SOURCE,
    Basis,
    Claim,
    Evidence,
    FacetComparison,
    Mention,
    Rating,
    Reason,
    Span,
    Verdict,
    VerdictInput,
)
from factdesk.verdicts.assembling import Assembled, Shown
from factdesk.verdicts.confidence import Estimate, trust_in
from factdesk.verdicts.consistency import find_notes, note_line
from factdesk.verdicts.converting import assemble_in_any_currency
from factdesk.verdicts.method import method_id
from factdesk.verdicts.muting import check_muted, mute
from factdesk.verdicts.pairs import judge_statement
from factdesk.verdicts.reading import SourceReader, claimed_finding, find_verbatim, read_claim_text
from factdesk.verdicts.source_marks import copy_reasons, limit_reasons, outside_reasons, quoted_reasons
from factdesk.verdicts.standing import StandingSource, judge_standing
from factdesk.verdicts.tiers import (
    SourceText,
    named_not_linked,
    own_essay_reasons,
    own_sources,
    rest_on,
    split_tiers,
)
from factdesk.verdicts.unsupported import LookedIn, find_unsupported, sentences_of, within

NEGATION_READERS = frozenset({"sellout"})
"""Kinds whose finder reads "denied that it was sold out" as a statement of its own."""

__all__ = ["Judged", "SourceText", "judge_claim", "judge_pair"]


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
    assembled = replace(assembled, reasons=(*assembled.reasons, *_quoted_reasons(assembled, parsed)))
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
        verbatim = _verbatim(mention.sentence, parsed)
        return assemble_in_any_currency(
            claimed, mention.sentence, parsed, verbatim=verbatim, outcomes=outcomes
        )

    return readable, mute(judge_standing(standing, judge), muted)


def judge_pair(
    claim_text: str,
    source_text: str,
    *,
    kind: str | None = None,
    source_title: str | None = None,
    source_published: date | None = None,
    claim_published: date | None = None,
    kinds: Collection[str] = DEFAULT_KINDS,
    muted: Collection[str] = (),
    in_full: bool = False,
    reader: SourceReader | None = None,
) -> dict[str, Any]:
    """Judge one sentence against one source text: the answer of ``factdesk judge`` without its id.

    The sentence is read by ``kinds``, and by ``kind`` although it may not be among them. Give the same
    ``reader`` for many pairs, so that a source in several of them is parsed once. Raises ConfigError
    for a ``muted`` code that no rule has. ``in_full`` adds the passages shown, each with its facets.
    """
    findings, assembled, written = assemble_pair(
        claim_text,
        source_text,
        kind=kind,
        source_title=source_title,
        source_published=source_published,
        claim_published=claim_published,
        kinds=kinds,
        muted=muted,
        reader=reader,
    )
    reasons = (
        *assembled.reasons,
        *_later_reasons([source_published], claim_published),
        *_quoted_reasons(assembled, [written]),
        *limit_reasons(assembled.rating, [source_text]),
    )
    trust = trust_in(assembled, claim_text, [written])
    passages = [_passage_line(one) for one in assembled.shown]
    decided = sentences_of(written, [one.span for one in assembled.shown])
    looked_in = [LookedIn(written, decided)] if assembled.shown else []
    is_shown = assembled.rating is Rating.SUPPORTED
    unsupported = find_unsupported(claim_text, looked_in, is_shown=is_shown, facets=assembled.facets)
    return {
        "kind": kind or (findings[0].kind if findings else None),
        "rating": assembled.rating.value,
        "confidence": trust.confidence,
        "support": trust.support,
        "reasons": [{"code": one.code, "sentence": one.sentence} for one in reasons],
        "missing": list(assembled.missing),
        "unsupported": [
            {"start": one.start, "end": one.end, "text": one.cut(claim_text)} for one in unsupported
        ],
        "notes": _note_lines(claim_text, findings, claim_published),
        "facets": [_facet_line(one) for one in assembled.facets],
        "evidence": [{name: one[name] for name in ("start", "end", "quote")} for one in passages],
        **({"passages": passages} if in_full else {}),
    }


def assemble_pair(
    claim_text: str,
    source_text: str,
    *,
    kind: str | None = None,
    source_title: str | None = None,
    source_published: date | None = None,
    claim_published: date | None = None,
    kinds: Collection[str] = DEFAULT_KINDS,
    muted: Collection[str] = (),
    reader: SourceReader | None = None,
) -> tuple[list[Finding], Assembled, ParsedSource]:
    """Return what `judge_pair` finds in the sentence, what that comes to, and the source as it is written."""
    check_muted(muted)
    findings = read_claim_text(claim_text, kind, claim_published, kinds)
    reader = reader or SourceReader()
    written = reader.parse(source_text, title=source_title, published_on=source_published)
    reads_negation = any(one.kind in NEGATION_READERS for one in findings)

    def judge(sources: Sequence[ParsedSource]) -> Assembled:
        return judge_statement(claim_text, findings, sources[0], _verbatim(claim_text, sources), muted)

    assembled = mute(judge_standing([StandingSource(written, reader, reads_negation)], judge), muted)
    return findings, assembled, written


def _passage_line(shown: Shown) -> dict[str, Any]:
    facets = [_facet_line(one) for one in shown.facets]
    return {"start": shown.span.start, "end": shown.span.end, "quote": shown.quote, "facets": facets}


def _note_lines(text: str, findings: Sequence[Finding], published_on: date | None) -> list[dict[str, Any]]:
    notes = find_notes(findings, text, published_on)
    return [note_line(note, findings[place].quote) for place, found in notes.items() for note in found]


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
            *_later_reasons([one.published_on for one in readable], published_on),
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


def _quoted_reasons(assembled: Assembled, sources: Sequence[ParsedSource]) -> tuple[Reason, ...]:
    first = next(iter(assembled.shown), None)
    return quoted_reasons(sources[first.source], first.facets) if first and assembled.is_decided else ()


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
