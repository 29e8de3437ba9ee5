"""How the warehouse is, without touching the database: what waits, what was refused, how old the copy is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from factdesk.warehouse.batch_checks import KEEP_AND_REPORT
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.locks import lock_holder
from factdesk.warehouse.publish import read_publication


@dataclass(frozen=True, slots=True)
class RejectedBatch:
    """A batch that could not be folded, why, and what to do about it."""

    path: Path
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class WarehouseHealth:
    """What doctor and the desk say of a warehouse. Bytes, seconds.

    ``waiting`` batches are not yet in the database, ``unpublished`` ones not yet in the published copy.
    """

    waiting: int
    waiting_bytes: int
    oldest_waiting_seconds: float | None
    rejected: tuple[RejectedBatch, ...]
    lock_holder: str | None
    database_bytes: int | None
    published_at: datetime | None
    published_bytes: int | None
    published_seconds: float | None
    logs_set_aside: int
    unpublished: int
    oldest_unpublished_seconds: float | None

    def published_age_seconds(self, now: datetime) -> float | None:
        """Return the age of the published copy, or None when there is none."""
        return (now - self.published_at).total_seconds() if self.published_at else None


def read_health(warehouse: Path) -> WarehouseHealth:
    """Look at a warehouse folder. A missing folder is an empty warehouse."""
    folder = WarehouseFolder(warehouse)
    waiting = [*batch_files(folder.pending), *batch_files(folder.claimed)]
    sizes, times = _sizes_and_times(waiting)
    folded = batch_files(folder.folded)
    _, folded_times = _sizes_and_times(folded)
    publication = read_publication(folder)
    now = datetime.now(UTC).timestamp()
    return WarehouseHealth(
        waiting=len(waiting),
        waiting_bytes=sum(sizes),
        oldest_waiting_seconds=max(0.0, now - min(times)) if times else None,
        rejected=tuple(_list_rejected(folder)),
        lock_holder=lock_holder(folder.lock),
        database_bytes=folder.database.stat().st_size if folder.database.is_file() else None,
        published_at=publication.moment if publication else None,
        published_bytes=publication.size if publication else None,
        published_seconds=publication.seconds if publication else None,
        logs_set_aside=len(list(folder.set_aside.glob(f"*-{folder.database.name}.*"))),
        unpublished=len(folded),
        oldest_unpublished_seconds=max(0.0, now - min(folded_times)) if folded_times else None,
    )


def _sizes_and_times(paths: Sequence[Path]) -> tuple[list[int], list[float]]:
    sizes: list[int] = []
    times: list[float] = []
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        sizes.append(status.st_size)
        times.append(status.st_mtime)
    return sizes, times


def _list_rejected(folder: WarehouseFolder) -> list[RejectedBatch]:
    found: list[RejectedBatch] = []
    for path in batch_files(folder.rejected):
        kept = path.with_name(f"{path.name}.reason")
        words = kept.read_text(encoding="utf-8", errors="replace") if kept.is_file() else ""
        reason, _, mend = words.strip().partition("\n")
        found.append(RejectedBatch(path, reason or "no reason was kept", mend or KEEP_AND_REPORT))
    return found
