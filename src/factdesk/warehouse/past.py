"""What verdicts were made from: the claims that have one, and their sources as they were known then.

A verdict keeps which text of each source it saw. What else a source was (behind a paywall, dead by then,
first fetched when) is told by the fetches and snapshots that were folded before the verdict. Asked of the
published copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from factdesk.model import Rating, Snapshot, SourceOutcome
from factdesk.warehouse.columns import read_row
from factdesk.warehouse.known import Known
from factdesk.warehouse.loading import Row, select_columns

_JUDGED = """
    SELECT
        s.claim_id, s.claim_status, g.stage, s.essay_id, m.id, e.text_sha256, v.id, v.fold_sequence, v.method,
        v.inputs, v.evidence_ids
    FROM derived.current_judgements AS j
    JOIN derived.verdicts AS v ON v.id = j.verdict_id
    JOIN derived.claim_status AS s ON s.claim_id = j.claim_id
    JOIN derived.stages AS g ON g.claim_id = j.claim_id
    LEFT JOIN derived.mentions AS m ON m.claim_id = s.claim_id AND m.version_id = s.version_id
    LEFT JOIN derived.essay_versions AS e ON e.id = s.version_id
    ORDER BY s.essay_id, s.claim_id
"""

_DECIDED = """
    SELECT d.claim_id, d.rating, d.verdict_id, s.rating, n.rating
    FROM derived.current_decisions AS d
    JOIN derived.current_judgements AS j ON j.claim_id = d.claim_id
    JOIN derived.verdicts AS n ON n.id = j.verdict_id
    LEFT JOIN derived.verdicts AS s ON s.id = d.verdict_id
"""

_OTHER_METHODS = """
    SELECT count(*) FROM derived.current_judgements AS j
    JOIN derived.verdicts AS v ON v.id = j.verdict_id
    JOIN derived.claim_status AS s ON s.claim_id = j.claim_id
    WHERE s.claim_status = 'current' AND v.method <> $1
"""

_UNJUDGED = """
    SELECT count(*) FROM derived.claim_status AS s ANTI JOIN derived.current_judgements AS j USING (claim_id)
    WHERE s.claim_status = 'current'
"""

_FETCHES = """
    SELECT id, source_id, fold_sequence, fetched_at, outcome, text_sha256 FROM records.fetches
    WHERE source_id IN (SELECT unnest($1::UUID[]))
    ORDER BY fetched_at, fold_sequence
"""

# The latest fetch that brought the bytes from which a text was read; a 304, and a fetch whose bytes said
# nothing new, only name the bytes of another.
_BROUGHT = """
    SELECT id, source_id, text_sha256 FROM records.fetches
    WHERE source_id IN (SELECT unnest($1::UUID[])) AND text_sha256 IN (SELECT unnest($2::VARCHAR[]))
        AND blob_sha256 IS NOT NULL AND blob_sha256 = wire_sha256
    QUALIFY row_number() OVER (PARTITION BY source_id, text_sha256 ORDER BY fetched_at DESC) = 1
"""

_SNAPSHOTS = """
    SELECT id, source_id, text_sha256, fold_sequence, {columns} FROM records.snapshots
    WHERE source_id IN (SELECT unnest($1::UUID[])) AND text_sha256 IN (SELECT unnest($2::VARCHAR[]))
    ORDER BY fold_sequence
"""


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with its current verdict; ids, and the JSON of the verdict's inputs and evidence.

    ``mention_id`` and ``essay_text`` (a sha256) are those of the last version that has the claim. ``row`` is
    the fold sequence of the verdict as it was stored last: what was folded later it did not see.
    """

    claim_id: UUID
    claim_status: str
    stage: str
    essay_id: UUID
    mention_id: UUID | None
    essay_text: str | None
    verdict_id: UUID
    row: int
    method: str
    inputs: str
    evidence_ids: str


def list_judged_claims(known: Known) -> list[JudgedClaim]:
    """Return every claim that has a verdict, essay by essay, those withdrawn since among them."""
    return [JudgedClaim(*row) for row in known.ask(_JUDGED)]


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision that holds on a claim: the person's ``rating``, the verdict that the person saw and its
    rating (``seen``; None where there was none), and how the machine rates the claim ``now``."""

    rating: Rating
    verdict_id: UUID | None
    seen: Rating | None
    now: Rating


def list_decided(known: Known) -> dict[UUID, Decided]:
    """Return claim -> its decision, for the decided claims that have a verdict."""
    return {
        claim: Decided(Rating(rating), verdict_id, Rating(seen) if seen else None, Rating(now))
        for claim, rating, verdict_id, seen, now in known.ask(_DECIDED)
    }


def count_other_methods(known: Known, method: str) -> int:
    """Return how many current claims have a verdict by another method than this."""
    rows = known.ask(_OTHER_METHODS, [method])
    return int(rows[0][0]) if rows else 0


def count_unjudged(known: Known) -> int:
    """Return how many current claims never had a verdict."""
    rows = known.ask(_UNJUDGED)
    return int(rows[0][0]) if rows else 0


@dataclass(frozen=True, slots=True)
class _SeenFetch:
    fetch_id: UUID
    source_id: UUID
    row: int
    fetched_at: datetime
    outcome: str
    text_sha256: str | None


@dataclass(frozen=True, slots=True)
class _SeenSnapshot:
    snapshot_id: UUID
    source_id: UUID
    text_sha256: str
    row: int
    values: Row


def find_brought(known: Known, keys: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    """Return (source, text) -> the latest fetch that brought its bytes; a text without bytes is left out."""
    parameters = [[str(source_id) for source_id, _ in keys], [text for _, text in keys]]
    return {(source, text): fetch for fetch, source, text in known.ask(_BROUGHT, parameters)}


class PastSources:
    """The fetches and snapshots of some sources, asked as of a row."""

    def __init__(self, known: Known, source_ids: Collection[UUID], texts: Collection[str]) -> None:
        ids = [str(one) for one in source_ids]
        self._fetches = _by_source(_SeenFetch(*row) for row in known.ask(_FETCHES, [ids]))
        columns = ", ".join(select_columns(known, Snapshot))
        rows = known.ask(_SNAPSHOTS.format(columns=columns), [ids, list(texts)])
        self._snapshots = _by_source(_SeenSnapshot(row[0], row[1], row[2], row[3], row[4:]) for row in rows)

    def until(self, row: int) -> SourcesUntil:
        """Return what was known of them when this row was folded."""
        return SourcesUntil(self._fetches, self._snapshots, row)


def _by_source(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for one in rows:
        found.setdefault(one.source_id, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class SourcesUntil:
    """What was known of sources at one moment; answers as `Known` did then."""

    _fetches: Mapping[UUID, Sequence[_SeenFetch]]
    _snapshots: Mapping[UUID, Sequence[_SeenSnapshot]]
    _row: int

    def first_fetched(self, source_id: UUID, text_sha256: str) -> datetime | None:
        """Return when this text of a source was first fetched, or None."""
        times = (one.fetched_at for one in self._seen(source_id) if one.text_sha256 == text_sha256)
        return min(times, default=None)

    def read_as(self, source_id: UUID, text_sha256: str) -> SourceOutcome | None:
        """Return the outcome of the last fetch that brought this text; a 304 only confirms one."""
        confirmed = SourceOutcome.NOT_MODIFIED.value
        brought = [
            one.outcome
            for one in self._seen(source_id)
            if one.text_sha256 == text_sha256 and one.outcome != confirmed
        ]
        return SourceOutcome(brought[-1]) if brought else None

    def last_fetch(self, source_id: UUID, outcome: str | None = None) -> UUID | None:
        """Return the id of the latest fetch by time, or of the latest with this outcome; None without one."""
        found = [one for one in self._seen(source_id) if outcome in (None, one.outcome)]
        return found[-1].fetch_id if found else None

    def snapshot(self, source_id: UUID, text_sha256: str, shown: Collection[UUID]) -> Snapshot | None:
        """Return the snapshot of a text: the one that is ``shown`` as evidence, else the last known.

        Raises ValueError for a damaged row.
        """
        found = [
            one
            for one in self._snapshots.get(source_id, ())
            if one.text_sha256 == text_sha256 and one.row <= self._row
        ]
        found = [one for one in found if one.snapshot_id in shown] or found
        return read_row(Snapshot, found[-1].values) if found else None

    def _seen(self, source_id: UUID) -> list[_SeenFetch]:
        return [one for one in self._fetches.get(source_id, ()) if one.row <= self._row]
