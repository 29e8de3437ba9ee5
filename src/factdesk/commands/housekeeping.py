"""``factdesk compact``: what makes the warehouse smaller; with ``--retention`` also what it need not keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from factdesk.config import Home
from factdesk.errors import WarehouseError
from factdesk.reports.words import count_words
from factdesk.sources.leftovers import clear_leftovers, find_leftovers

if TYPE_CHECKING:
    from factdesk.warehouse.retention import Limits, Surplus
    from factdesk.warehouse.targets import Ask

Say = Callable[[str], None]


def compact_warehouse(
    home: Home, *, retention: bool, dry_run: bool, person: str, wait_seconds: float, say: Say
) -> int:
    """Fold what waits, write the database into a new file without gaps, and clear what stops left behind.

    ``retention`` removes first what the settings keep no longer; ``dry_run`` only says what would go. Raises
    WarehouseError, also where another process keeps the warehouse.
    """
    from factdesk.warehouse.folders import WarehouseFolder
    from factdesk.warehouse.keeper import open_keeper
    from factdesk.warehouse.locks import kept_by_another

    folder = WarehouseFolder(home.warehouse)
    if not folder.database.exists():
        raise WarehouseError(f"nothing is stored in {home.warehouse} yet; there is nothing to compact")
    if dry_run:
        return _say_what_would_go(home, retention=retention, say=say)
    keeper = open_keeper(home.warehouse, wait_seconds=wait_seconds)
    if keeper is None:
        raise kept_by_another(folder.lock)
    with keeper:
        keeper.fold()
        if retention:
            _apply_retention(home, keeper.ask, person, say)
        done = keeper.compact()
        keeper.publish(now=True)
    say(f"compacted: {megabytes(done.before)} -> {megabytes(done.after)}, every row compared")
    cleared = clear_leftovers(home.warehouse / "snapshots")
    if cleared.paths:
        say(f"cleared: {count_words(len(cleared.paths), 'unfinished file')}, {megabytes(cleared.bytes)}")
    return 0


def _limits(home: Home) -> Limits:
    from factdesk.warehouse.retention import Limits

    kept = home.settings.retention
    return Limits(kept.text_days, kept.log_days, kept.rejected_days, kept.database_copy_days)


def _apply_retention(home: Home, ask: Ask, person: str, say: Say) -> None:
    from factdesk.desk.people import reviewer_id
    from factdesk.warehouse.folders import WarehouseFolder
    from factdesk.warehouse.retention import find_surplus, remove_surplus

    folder = WarehouseFolder(home.warehouse)
    surplus = find_surplus(ask, folder, _limits(home), datetime.now(UTC))
    words = _surplus_words(home, surplus)
    try:
        remove_surplus(folder, surplus, by=reviewer_id(home.warehouse, person))
    except OSError as error:
        raise WarehouseError(
            f"what is kept no longer in {home.warehouse} cannot be removed ({error.strerror}); mend its "
            "permissions"
        ) from error
    say(f"removed: {words}")


def _say_what_would_go(home: Home, *, retention: bool, say: Say) -> int:
    from factdesk.warehouse.folders import WarehouseFolder
    from factdesk.warehouse.published import open_published
    from factdesk.warehouse.retention import find_surplus

    folder = WarehouseFolder(home.warehouse)
    if retention:
        with open_published(home.warehouse) as connection:
            surplus = find_surplus(
                lambda sql, parameters: connection.execute(sql, parameters).fetchall(),
                folder,
                _limits(home),
                datetime.now(UTC),
            )
        say(f"would remove: {_surplus_words(home, surplus)}")
        for path in (*(folder.root / "snapshots" / name for name in surplus.files), *surplus.beside):
            say(f"  {path}")
    left = find_leftovers(home.warehouse / "snapshots")
    say(f"would clear: {count_words(len(left.paths), 'unfinished file')}, {megabytes(left.bytes)}")
    say("nothing was changed")
    return 0


def _surplus_words(home: Home, surplus: Surplus) -> str:
    archive = home.warehouse / "snapshots"
    size = sum(path.stat().st_size for path in (*(archive / one for one in surplus.files), *surplus.beside))
    counts = (
        f"{count_words(len(surplus.texts), 'text')} that nothing rests on "
        f"({count_words(len(surplus.files), 'archived file')})",
        count_words(len(surplus.logs), "log"),
        count_words(len(surplus.rejected) // 2, "rejected batch"),
        count_words(len(surplus.database_copies), "copy of the database", "copies of the database"),
    )
    return f"{', '.join(counts)}; {megabytes(size)}"


def megabytes(size: int) -> str:
    """Return a number of bytes as people read it.

    >>> megabytes(3944448)
    '3.9 MB'
    """
    return f"{size / 1e6:,.1f} MB"
