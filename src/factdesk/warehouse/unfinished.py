"""What processes that were killed left half done, brought to an end by the next keeper."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.full_restores import finish_restore
from factdesk.warehouse.opening import first_line

STALE_PART_SECONDS = 3600
"""A half-written batch that nobody has touched for this long was left by a writer that died."""


def end_restore(folder: WarehouseFolder) -> None:
    """End a restore that was stopped half way. Raises WarehouseError."""
    try:
        finish_restore(folder)
    except OSError as error:
        raise WarehouseError(
            f"the restore that was stopped half way in {folder.root} cannot be ended "
            f"({first_line(error)}); free some space or mend the permissions"
        ) from error


def clear_unfinished(folder: WarehouseFolder) -> None:
    """Remove what was left half written; it was never acknowledged."""
    for path in folder.pending.glob(".*.part"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_PART_SECONDS:
                path.unlink()
    for place in (folder.claimed, folder.folded, folder.rejected):
        _remove_parts(place, ".")
    for whole in (folder.published, folder.publication):
        _remove_parts(folder.root, f".{whole.name}.")


def _remove_parts(folder: Path, begin: str) -> None:
    for path in folder.iterdir():
        if path.name.startswith(begin) and ".part" in path.name:
            with suppress(OSError):
                path.unlink()
