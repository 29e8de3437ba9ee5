"""Back-pressure: runs slow down while the spool is full, people's decisions never do.

The spool grows when others write faster than the keeper folds, or when it cannot fold at all. Whoever is
about to write what a machine has found waits here until there is room; what a person decided is written at
once, whatever waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from factdesk.config import WarehouseSettings
from factdesk.errors import SpoolError
from factdesk.model import Record, ReviewEvent
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.locks import lock_holder

LOOK_EVERY_SECONDS = 1.0


def is_urgent(records: Iterable[Record]) -> bool:
    """Whether a person's act is among the records, so that they are written although the spool is full."""
    return any(isinstance(one, ReviewEvent) for one in records)


def wait_for_room(
    warehouse: Path, limits: WarehouseSettings, pause: Callable[[float], None] = time.sleep
) -> float:
    """Wait until the spool is below its limits and return for how many seconds that was.

    Folds what waits itself when nobody else is the keeper. Raises SpoolError when there is no room after
    ``spool_wait_seconds``, and WarehouseError when the database cannot be written.
    """
    folder = WarehouseFolder(warehouse)
    waited = 0.0
    while is_full(folder, limits):
        if fold_and_publish(warehouse, publish=False).waiting == 0:
            break
        if waited >= limits.spool_wait_seconds:
            raise SpoolError(_refusal(folder, limits))
        seconds = min(LOOK_EVERY_SECONDS, limits.spool_wait_seconds - waited)
        pause(seconds)
        waited += seconds
    return waited


def is_full(folder: WarehouseFolder, limits: WarehouseSettings) -> bool:
    """Whether the batches that wait reach one of the limits."""
    number, size = _measure(folder)
    return number >= limits.spool_max_batches or size >= limits.spool_max_bytes


def _measure(folder: WarehouseFolder) -> tuple[int, int]:
    """Return how many batches wait, and their bytes; one that is folded meanwhile takes none."""
    paths = [*batch_files(folder.pending), *batch_files(folder.claimed)]
    return len(paths), sum(_size(path) for path in paths)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _refusal(folder: WarehouseFolder, limits: WarehouseSettings) -> str:
    number, size = _measure(folder)
    holder = lock_holder(folder.lock) or "another process"
    return (
        f"the spool {folder.pending.parent} is full ({number} batches, {size / 1e6:.1f} MB) and {holder} has "
        f"made no room within {limits.spool_wait_seconds:g} s; wait for it, or end it if it hangs (nothing "
        "is lost), or raise spool_max_batches or spool_max_bytes, then run this again"
    )
