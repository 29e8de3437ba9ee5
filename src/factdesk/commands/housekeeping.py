"""``factdesk compact``: what makes the warehouse smaller and takes nothing away that anybody has stored."""

from __future__ import annotations

from collections.abc import Callable

from factdesk.config import Home
from factdesk.errors import WarehouseError
from factdesk.reports.words import count_words
from factdesk.sources.leftovers import clear_leftovers

Say = Callable[[str], None]


def compact_warehouse(home: Home, *, wait_seconds: float, say: Say) -> int:
    """Fold what waits, write the database into a new file without gaps, and clear what stops left behind.

    Raises WarehouseError, also where another process keeps the warehouse.
    """
    from factdesk.warehouse.folders import WarehouseFolder
    from factdesk.warehouse.keeper import open_keeper
    from factdesk.warehouse.locks import kept_by_another

    folder = WarehouseFolder(home.warehouse)
    if not folder.database.exists():
        raise WarehouseError(f"nothing is stored in {home.warehouse} yet; there is nothing to compact")
    keeper = open_keeper(home.warehouse, wait_seconds=wait_seconds)
    if keeper is None:
        raise kept_by_another(folder.lock)
    with keeper:
        keeper.fold()
        done = keeper.compact()
        keeper.publish(now=True)
    say(f"compacted: {megabytes(done.before)} -> {megabytes(done.after)}, every row compared")
    cleared = clear_leftovers(home.warehouse / "snapshots")
    if cleared.paths:
        say(f"cleared: {count_words(len(cleared.paths), 'unfinished file')}, {megabytes(cleared.bytes)}")
    return 0


def megabytes(size: int) -> str:
    """Return a number of bytes as people read it.

    >>> megabytes(3944448)
    '3.9 MB'
    """
    return f"{size / 1e6:,.1f} MB"
