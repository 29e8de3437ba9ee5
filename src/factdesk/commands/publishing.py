"""``factdesk publish``: fold and publish what waits; with ``--rebuild`` make what holds now anew."""

from __future__ import annotations

from collections.abc import Callable

from factdesk.commands.folding import fold_waiting
from factdesk.config import Home
from factdesk.errors import WarehouseError

Say = Callable[[str], None]


def publish_now(home: Home, *, say: Say) -> int:
    """Fold what waits and publish; say where the copy lies."""
    from factdesk.warehouse.folders import WarehouseFolder

    report = fold_waiting(home, say)
    if report.waiting:
        return 0
    copy = WarehouseFolder(home.warehouse).published
    if not copy.is_file():
        raise _nothing_stored(home)
    print(f"batches folded: {report.folded}; published copy: {copy}")
    return 0


def publish_anew(home: Home, *, wait_seconds: float) -> int:
    """Fold what waits, make the tables of what holds now anew from the records, and publish.

    Raises WarehouseError, also where another process keeps the warehouse.
    """
    from factdesk.warehouse.folders import WarehouseFolder
    from factdesk.warehouse.keeper import open_keeper
    from factdesk.warehouse.locks import kept_by_another

    folder = WarehouseFolder(home.warehouse)
    if not folder.database.exists():
        raise _nothing_stored(home)
    keeper = open_keeper(home.warehouse, wait_seconds=wait_seconds)
    if keeper is None:
        raise kept_by_another(folder.lock)
    with keeper:
        folded, _ = keeper.fold()
        keeper.rebuild()
        keeper.publish(now=True)
    print(
        f"batches folded: {folded}; what holds now was made anew from the records; published copy: "
        f"{folder.published}"
    )
    return 0


def _nothing_stored(home: Home) -> WarehouseError:
    return WarehouseError(f"nothing is stored in {home.warehouse} yet; run factdesk check first")
