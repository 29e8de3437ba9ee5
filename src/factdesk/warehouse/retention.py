"""Retention: what the settings allow to be removed after some days, and never what a decision rests on.

Of archived texts only those go that no verdict in force and no decision looked at, that a newer text of the
same source has followed, and that nobody holds; their bytes go with them, unless another text was read from
the same. What was fetched and when stays on record. All of it is off by default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from factdesk.model import uuid7
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import blob_name
from factdesk.sources.erasures import Tombstone, bury
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.holds import read_holds
from factdesk.warehouse.targets import Ask

DAY_SECONDS = 86_400.0

# A held claim or essay holds every text that any of its verdicts ever looked at.
_UNUSED = """
    WITH held_claims AS (
        SELECT DISTINCT id FROM records.claims
        WHERE id IN (SELECT unnest($2::UUID[])) OR essay_id IN (SELECT unnest($3::UUID[]))
    ),
    used_verdicts AS (
        SELECT verdict_id AS id FROM derived.current_judgements
        UNION SELECT verdict_id FROM records.review_events WHERE verdict_id IS NOT NULL
        UNION SELECT id FROM records.verdicts WHERE claim_id IN (SELECT id FROM held_claims)
        UNION SELECT id FROM records.verdicts WHERE claim_id IN (SELECT claim_id FROM records.review_events)
    ),
    used AS (
        SELECT unnest(from_json(inputs, '[{"seen": "VARCHAR"}]')).seen AS text FROM records.verdicts
        WHERE id IN (SELECT id FROM used_verdicts)
        UNION SELECT text_sha256 FROM records.review_events WHERE text_sha256 IS NOT NULL
        UNION SELECT text_sha256 FROM records.essay_versions
        UNION SELECT text_sha256 FROM records.snapshots WHERE id IN (SELECT unnest($4::UUID[]))
        UNION SELECT arg_max(text_sha256, fetched_at) FROM records.fetches
            WHERE text_sha256 IS NOT NULL GROUP BY source_id
    )
    SELECT text_sha256 FROM records.fetches WHERE text_sha256 IS NOT NULL
    GROUP BY text_sha256
    HAVING max(fetched_at) < $1 AND text_sha256 NOT IN (SELECT text FROM used WHERE text IS NOT NULL)
    ORDER BY text_sha256
"""

# What those texts were read from, but for what anything that stays names too.
_BLOBS = """
    WITH gone AS (SELECT unnest($1::VARCHAR[]) AS text),
    named AS (
        SELECT unnest([text_sha256, blob_sha256, full_text_sha256]) AS blob,
            coalesce(text_sha256 IN (SELECT text FROM gone), false) AS goes
        FROM records.fetches
        UNION ALL SELECT text_sha256, false FROM records.essay_versions
    )
    SELECT blob FROM named WHERE blob IS NOT NULL GROUP BY blob HAVING bool_and(goes) ORDER BY blob
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many days things go; 0: never."""

    texts: int = 0
    logs: int = 0
    rejected: int = 0
    database_copies: int = 0


@dataclass(frozen=True, slots=True)
class Surplus:
    """What may be removed: texts of sources with their files in the archive, and files beside."""

    texts: tuple[str, ...]
    files: tuple[str, ...]
    logs: tuple[Path, ...]
    rejected: tuple[Path, ...]
    database_copies: tuple[Path, ...]

    @property
    def beside(self) -> tuple[Path, ...]:
        """The files that lie outside of the archive."""
        return (*self.logs, *self.rejected, *self.database_copies)


def find_surplus(ask: Ask, folder: WarehouseFolder, limits: Limits, now: datetime) -> Surplus:
    """Return what the limits allow to be removed; nothing is touched. Raises WarehouseError."""
    texts: list[str] = []
    files: list[str] = []
    if limits.texts:
        texts = _unused_texts(ask, folder, now - timedelta(days=limits.texts))
        names = (blob_name(row[0]) for row in ask(_BLOBS, [texts])) if texts else ()
        files = [name for name in names if (folder.root / "snapshots" / name).exists()]
    logs = folder.set_aside.glob(f"*-{folder.database.name}.*")
    rejected = [path for one in batch_files(folder.rejected) for path in (one, _reason_of(one))]
    copies = folder.backups.glob("*.duckdb")
    return Surplus(
        tuple(texts),
        tuple(files),
        _older(logs, limits.logs, now),
        _older(rejected, limits.rejected, now),
        _but_newest(_older(copies, limits.database_copies, now), folder),
    )


def _unused_texts(ask: Ask, folder: WarehouseFolder, before: datetime) -> list[str]:
    held: dict[str, list[str]] = {"claim": [], "essay": [], "snapshot": []}
    for one in read_holds(folder.root):
        held[one.kind].append(str(one.target))
    parameters = [before, held["claim"], held["essay"], held["snapshot"]]
    return [row[0] for row in ask(_UNUSED, parameters)]


def _reason_of(batch: Path) -> Path:
    return batch.with_name(f"{batch.name}.reason")


def _older(paths: Iterable[Path], days: int, now: datetime) -> tuple[Path, ...]:
    if not days:
        return ()
    before = now.timestamp() - days * DAY_SECONDS
    return tuple(sorted(one for one in paths if one.exists() and one.stat().st_mtime < before))


def _but_newest(old: tuple[Path, ...], folder: WarehouseFolder) -> tuple[Path, ...]:
    """The newest copy of the database always stays."""
    newest = max(folder.backups.glob("*.duckdb"), key=lambda one: one.stat().st_mtime, default=None)
    return tuple(one for one in old if one != newest)


def remove_surplus(folder: WarehouseFolder, surplus: Surplus, *, by: str) -> None:
    """Remove it; a tombstone says which files of the archive went. Raises WarehouseError and OSError."""
    if surplus.files:
        tombstone = Tombstone(
            erasure=str(uuid7()),
            kind="retention",
            targets=(),
            erased_at=datetime.now(UTC).isoformat(timespec="seconds"),
            by=by,
            reason="the settings keep it no longer",
            texts=surplus.texts,
            files=surplus.files,
            events=(),
            rows={},
        )
        bury(Archive(folder.root / "snapshots"), tombstone)
    for path in surplus.beside:
        path.unlink(missing_ok=True)
