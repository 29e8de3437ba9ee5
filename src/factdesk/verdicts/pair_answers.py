"""Answers for one sentence against one source text: what ``factdesk judge`` prints, without a warehouse."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from factdesk.claims.findings import Finding
from factdesk.config import DEFAULT_KINDS
from factdesk.evidence.passages import ParsedSource
from factdesk.model import FacetComparison, Rating
from factdesk.verdicts.assembling import Assembled, Shown
from factdesk.verdicts.confidence import trust_in
from factdesk.verdicts.consistency import find_notes, note_line
from factdesk.verdicts.muting import check_muted, mute
from factdesk.verdicts.pairs import judge_statement
from factdesk.verdicts.reading import SourceReader, first_verbatim, read_claim_text
from factdesk.verdicts.source_marks import deciding_quotation, later_reasons, limit_reasons
from factdesk.verdicts.standing import NEGATION_READERS, StandingSource, judge_standing
from factdesk.verdicts.unsupported import LookedIn, find_unsupported, sentences_of


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
        *later_reasons([source_published], claim_published),
        *deciding_quotation(assembled, [written]),
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
        return judge_statement(claim_text, findings, sources[0], first_verbatim(claim_text, sources), muted)

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
