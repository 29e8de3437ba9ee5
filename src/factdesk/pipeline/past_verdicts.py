"""Verdicts reached anew from what they were made from: the archived texts, not what the sources say today."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import FactdeskError, WarehouseError
from factdesk.model import (
    Basis,
    Claim,
    Essay,
    Evidence,
    Fetch,
    Mention,
    Source,
    Verdict,
    VerdictInput,
    body_sha256,
)
from factdesk.pipeline.essay_notes import StoredNotes, with_notes
from factdesk.pipeline.judging import judge_cited
from factdesk.pipeline.source_texts import mark_own_essay, mark_repeats, source_text
from factdesk.pipeline.stale_claims import OUTCOMES
from factdesk.pipeline.suggesting import Further, as_given
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.verdicts.judge import Judged, SourceText
from factdesk.verdicts.muting import check_muted
from factdesk.verdicts.reading import SourceReader

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known
    from factdesk.warehouse.past import JudgedClaim, SourcesUntil

CLAIMS_AT_ONCE = 100
"""So many claims have their records and texts in memory together."""


class LostTextError(WarehouseError):
    """A text that a verdict used is not in the archive, or not whole."""

    def __init__(self, of: str, text_sha256: str, fault: WarehouseError) -> None:
        super().__init__(f"the archived text of {of} is lost: {fault}")
        self.of = of
        self.text_sha256 = text_sha256


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """A verdict with all that it was made from: ``texts`` are the cited sources, ``given`` the attached ones
    and ``suggested`` the others, as far as the verdict saw them."""

    judged_claim: JudgedClaim
    essay: Essay
    claim: Claim
    mention: Mention
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    texts: dict[UUID, SourceText]
    given: tuple[Further, ...]
    suggested: tuple[Further, ...]

    def is_same(self, judged: Judged) -> bool:
        """Whether a verdict and its evidence are, byte for byte, what was stored."""
        if body_sha256(self.verdict) != body_sha256(judged.verdict):
            return False
        return [body_sha256(one) for one in self.evidence] == [body_sha256(one) for one in judged.evidence]


Opened = tuple["JudgedClaim", PastVerdict | FactdeskError]


class PastDesk:
    """Judges claims anew that have a verdict. ``claims`` are worked through in batches."""

    def __init__(self, home: Home, known: Known) -> None:
        self._home = home
        self._known = known
        self._archive = Archive(home.warehouse / "snapshots")
        self._muted = check_muted(home.settings.rules.muted)
        self._reader = SourceReader()
        self._notes = StoredNotes(known, self._archive)

    def open(self, claims: Sequence[JudgedClaim]) -> Iterator[Opened]:
        """Yield each claim with its verdict and what that was made from, or why that cannot be told."""
        for start in range(0, len(claims), CLAIMS_AT_ONCE):
            batch = _Batch(claims[start : start + CLAIMS_AT_ONCE], self._known, self._archive)
            for one in batch.claims:
                try:
                    yield one, batch.load(one)
                except FactdeskError as error:
                    yield one, error

    def judge(self, past: PastVerdict) -> Judged:
        """Judge a claim by the present method.

        In which order suggested texts stood is not kept: where another order of them gives the stored
        verdict, that is the answer.
        """
        first = self._judge(past, past.suggested)
        if past.is_same(first) or first.verdict.method != past.verdict.method:
            return first
        others = (self._judge(past, order) for order in permutations(past.suggested))
        return next((one for one in others if past.is_same(one)), first)

    def _judge(self, past: PastVerdict, suggested: Sequence[Further]) -> Judged:
        further = [*past.given, *suggested]
        judged, _ = judge_cited(
            past.claim, past.mention, past.essay, past.texts, self._known, self._reader, further, self._muted
        )
        return with_notes(judged, self._notes.of(past.mention, past.essay))


class _Batch:
    """The records of some claims, and their sources as they were known."""

    def __init__(self, claims: Sequence[JudgedClaim], known: Known, archive: Archive) -> None:
        from factdesk.warehouse.attached import attached_sources
        from factdesk.warehouse.loading import load_rows
        from factdesk.warehouse.past import PastSources

        self.claims = claims
        self._archive = archive
        self._inputs = {one.claim_id: read_inputs(one) for one in claims}
        seen = [one for inputs in self._inputs.values() for one in inputs]
        source_ids = {one.source_id for one in seen}
        self._past = PastSources(known, source_ids, {one.seen for one in seen if one.seen not in OUTCOMES})
        self._sources = load_rows(known, Source, source_ids)
        self._essays = load_rows(known, Essay, {one.essay_id for one in claims})
        self._claims = load_rows(known, Claim, [one.claim_id for one in claims])
        self._mentions = load_rows(known, Mention, [one.mention_id for one in claims if one.mention_id])
        self._verdicts = load_rows(known, Verdict, [one.verdict_id for one in claims])
        self._evidence = load_rows(known, Evidence, _evidence_ids(claims))
        self._fetches = load_rows(known, Fetch, set(self._fetch_ids()))
        self._attached = attached_sources(known, [one.claim_id for one in claims])

    def _fetch_ids(self) -> Iterator[UUID]:
        """Yield the fetches that the claims need, so that one question fetches all of them."""
        for one in self.claims:
            until = self._past.until(one.row)
            for seen in self._inputs[one.claim_id]:
                fetch_id = _fetch_seen(seen, until)
                if fetch_id is not None:
                    yield fetch_id

    def load(self, one: JudgedClaim) -> PastVerdict:
        """Raises LostTextError and WarehouseError."""
        from factdesk.warehouse.loading import read_stored

        if one.mention_id is None:
            raise WarehouseError(
                f"where the claim {one.claim_id} stands in its essay is not published; run factdesk publish"
            )
        verdict = read_stored(Verdict, self._verdicts, one.verdict_id)
        evidence = tuple(read_stored(Evidence, self._evidence, each) for each in verdict.evidence_ids)
        essay = read_stored(Essay, self._essays, one.essay_id)
        mention = read_stored(Mention, self._mentions, one.mention_id)
        gathered = self._gather(one, [each.snapshot_id for each in evidence])
        until = self._past.until(one.row)
        cited = [each.source_id for each in mention.citations]
        texts = {each: source_text(gathered[each], until) for each in cited if each in gathered}
        attached = [each for each in self._attached.get(one.claim_id, ()) if each in gathered]
        rest = [each for each in _shown_first(gathered, evidence) if each not in {*cited, *attached}]
        essay_text = self._essay_text(one, essay)
        return PastVerdict(
            one,
            essay,
            read_stored(Claim, self._claims, one.claim_id),
            mention,
            verdict,
            evidence,
            mark_own_essay(texts, essay, essay_text, cited),
            tuple(as_given(gathered[each], until) for each in attached if each not in cited),
            tuple(_as_suggested(gathered[each], until, essay, essay_text) for each in rest),
        )

    def _gather(self, one: JudgedClaim, shown: Collection[UUID]) -> dict[UUID, Gathered]:
        until = self._past.until(one.row)
        return {each.source_id: self._gathered(each, until, shown) for each in self._inputs[one.claim_id]}

    def _gathered(self, seen: VerdictInput, until: SourcesUntil, shown: Collection[UUID]) -> Gathered:
        from factdesk.warehouse.loading import read_stored

        source = read_stored(Source, self._sources, seen.source_id)
        is_text = seen.seen not in OUTCOMES
        fetch_id = _fetch_seen(seen, until)
        snapshot = until.snapshot(source.id, seen.seen, shown) if is_text else None
        if fetch_id is None or (is_text and snapshot is None):
            what = "snapshot" if fetch_id else "fetch"
            raise WarehouseError(
                f"the {what} of {source.url} that the verdict saw is not published; run factdesk publish"
            )
        fetch = read_stored(Fetch, self._fetches, fetch_id)
        text = self._text(source.url, seen.seen) if is_text else None
        return Gathered(source, fetch, snapshot, text, reused=True)

    def _text(self, of: str, sha256: str) -> str:
        try:
            return self._archive.get_text(sha256)
        except WarehouseError as error:
            raise LostTextError(of, sha256, error) from error

    def _essay_text(self, one: JudgedClaim, essay: Essay) -> str:
        """Without it nobody can tell a source that is the essay itself."""
        return self._text(f"the essay {essay.uri}", one.essay_text) if one.essay_text else ""


def _evidence_ids(claims: Iterable[JudgedClaim]) -> list[UUID]:
    return [UUID(evidence_id) for one in claims for evidence_id in json.loads(one.evidence_ids)]


def _fetch_seen(seen: VerdictInput, until: SourcesUntil) -> UUID | None:
    """Return the fetch by which a source was what a verdict saw: the latest, or the latest of an outcome."""
    return until.last_fetch(seen.source_id, seen.seen if seen.seen in OUTCOMES else None)


def read_inputs(claim: JudgedClaim) -> tuple[VerdictInput, ...]:
    """Return what the current verdict of a claim looked at."""
    return tuple(VerdictInput(UUID(one["source_id"]), str(one["seen"])) for one in json.loads(claim.inputs))


def _shown_first(gathered: dict[UUID, Gathered], evidence: Sequence[Evidence]) -> list[UUID]:
    """Return the sources, those whose passages are shown in that order, and then the others."""
    of_snapshot = {one.snapshot.id: one.source.id for one in gathered.values() if one.snapshot is not None}
    shown = [of_snapshot[one.snapshot_id] for one in evidence if one.snapshot_id in of_snapshot]
    return list(dict.fromkeys([*shown, *gathered]))


def _as_suggested(one: Gathered, until: SourcesUntil, essay: Essay, essay_text: str) -> Further:
    seen = replace(source_text(one, until), basis=Basis.SUGGESTED)
    return Further(one, mark_repeats(seen, essay, essay_text))
