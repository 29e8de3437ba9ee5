"""Everything that the page of one source shows: what became of it, its texts, and who leans on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from factdesk.desk.essay_view import EssayClaim, is_hidden
from factdesk.desk.text_differences import Difference, compare_texts
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.errors import WarehouseError
from factdesk.model import Rating
from factdesk.sources.archive import Archive
from factdesk.warehouse.known import Known

MOST_FETCHES = 20
MOST_CLAIMS = 200
_DECIDED_BY_WORDS = (Rating.SUPPORTED, Rating.PARTIALLY_SUPPORTED, Rating.REFUTED, Rating.CONFLICTING)

_SOURCE_COLUMNS = (
    *("source_id", "source_url", "source_outcome", "detail", "status", "final_url", "first_fetched_at"),
    *("fetched_at", "fetches", "texts", "title", "author", "published_on", "published_rule", "text_sha256"),
    *("condition", "condition_since", "last_read_at", "same_text_as"),
)
_SOURCE = f"SELECT {', '.join(_SOURCE_COLUMNS)} FROM reports.sources WHERE source_id = ?"

_FETCHES = f"""
    SELECT fetched_at, outcome, detail, status FROM derived.fetches WHERE source_id = ?
    ORDER BY fetched_at DESC LIMIT {MOST_FETCHES}
"""

_TEXTS = """
    SELECT s.id, s.text_sha256, s.extractor, s.length, s.title, s.published_on, f.first_at, f.last_at, c.kind
    FROM derived.snapshots AS s
    LEFT JOIN (
        SELECT text_sha256, min(fetched_at) AS first_at, max(fetched_at) AS last_at
        FROM derived.fetches WHERE source_id = $1 GROUP BY text_sha256
    ) AS f ON f.text_sha256 = s.text_sha256
    LEFT JOIN (
        SELECT after_snapshot_id, arg_max(kind, noticed_at) AS kind
        FROM derived.source_changes WHERE source_id = $1 GROUP BY after_snapshot_id
    ) AS c ON c.after_snapshot_id = s.id
    WHERE s.source_id = $1
    ORDER BY f.first_at NULLS LAST, s.fold_sequence
"""

_CLAIM_COLUMNS = (
    *("claim_id", "claim_status", "stage", "kind", "claim", "essay_id", "essay_uri", "essay_title"),
    *("machine_rating", "basis", "source_outcome", "reason_codes", "editor_rating"),
)
_CLAIMS = f"""
    SELECT c.basis AS leans, v.deciding, {", ".join(f"v.{name}" for name in _CLAIM_COLUMNS)}
    FROM reports.claim_sources AS c
    JOIN (SELECT *, source_id = $1 AS deciding FROM reports.verdicts) AS v ON v.claim_id = c.claim_id
    WHERE c.source_id = $1
    ORDER BY v.claim_status <> 'current', v.essay_uri, v.claim_start, v.claim_id
    LIMIT {MOST_CLAIMS + 1}
"""


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text that the source has had; ``kind`` says what the change to it was, None for the first."""

    snapshot_id: UUID
    sha256: str
    extractor: str
    length: int
    title: str | None
    published_on: date | None
    first_at: datetime | None
    last_at: datetime | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Leaning:
    """A claim that leans on the source: ``basis`` how it came to it, ``is_deciding`` whether it decided."""

    basis: str
    is_deciding: bool
    claim: EssayClaim


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source. ``row`` has the columns of ``reports.sources``; fetches are the latest first."""

    row: Mapping[str, Any]
    texts: Sequence[SourceText]
    fetches: Sequence[Sequence[Any]]
    claims: Sequence[Leaning]
    has_more_claims: bool
    before: SourceText | None
    after: SourceText | None
    difference: Difference | None


def load_source_view(
    known: Known,
    archive: Archive,
    source_id: UUID,
    waiting: Mapping[UUID, WaitingClaim],
    reviewer: str,
    compared: tuple[str | None, str | None] = (None, None),
) -> SourceView | None:
    """Return a source as one person may see it, None when there is none.

    ``compared`` are the ids of the two texts whose difference is shown; by default the last two.
    """
    rows = known.ask(_SOURCE, [source_id])
    if not rows:
        return None
    texts = [SourceText(*row) for row in known.ask(_TEXTS, [source_id])]
    claims = [
        _leaning(number, row, waiting, reviewer)
        for number, row in enumerate(known.ask(_CLAIMS, [source_id]), start=1)
    ]
    before, after = _choose(texts, *compared)
    return SourceView(
        dict(zip(_SOURCE_COLUMNS, rows[0], strict=True)),
        texts,
        known.ask(_FETCHES, [source_id]),
        claims[:MOST_CLAIMS],
        len(claims) > MOST_CLAIMS,
        before,
        after,
        _difference(archive, before, after),
    )


def _leaning(number: int, row: Sequence[Any], waiting: Mapping[UUID, WaitingClaim], reviewer: str) -> Leaning:
    basis, is_deciding, *values = row
    claim = dict(zip(_CLAIM_COLUMNS, values, strict=True))
    one = EssayClaim(number, claim, is_hidden(waiting.get(claim["claim_id"]), reviewer))
    decides = bool(is_deciding) and not one.is_hidden and claim["machine_rating"] in _DECIDED_BY_WORDS
    return Leaning(basis, decides, one)


def _choose(
    texts: Sequence[SourceText], before: str | None, after: str | None
) -> tuple[SourceText | None, SourceText | None]:
    """Return the two texts to compare: those named, else the last and the one before it."""
    by_id = {str(one.snapshot_id): one for one in texts}
    later = by_id.get(after or "", texts[-1] if len(texts) > 1 else None)
    if later is None:
        return None, None
    earlier = texts[: texts.index(later)]
    return by_id.get(before or "", earlier[-1] if earlier else None), later


def _difference(archive: Archive, before: SourceText | None, after: SourceText | None) -> Difference | None:
    """Return the difference, None where there are not two texts or the archive has lost one of them."""
    if before is None or after is None:
        return None
    try:
        return compare_texts(archive.get_text(before.sha256), archive.get_text(after.sha256))
    except WarehouseError:
        return None
