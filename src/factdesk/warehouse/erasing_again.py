"""After a restore: what had been erased since the backup was made is erased again."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from factdesk.sources.erasures import Tombstone, read_tombstones
from factdesk.warehouse.erasure_plans import plan_essay, plan_snapshots
from factdesk.warehouse.keeper import Keeper
from factdesk.warehouse.targets import Target

_STORED = {
    "essay": "SELECT DISTINCT id FROM records.essays WHERE id IN (SELECT unnest($1::UUID[]))",
    "snapshot": "SELECT DISTINCT id FROM records.snapshots WHERE id IN (SELECT unnest($1::UUID[]))",
}


def erase_again(keeper: Keeper, buried: Iterable[Tombstone]) -> tuple[str, ...]:
    """Erase what the restored warehouse holds of earlier erasures, and say what that was.

    Names of reviewers cannot be erased again, for no tombstone says them. Raises WarehouseError.
    """
    there = {one.erasure for one in read_tombstones(keeper.folder.root / "snapshots")}
    done: list[str] = []
    for one in buried:
        if one.erasure in there or one.kind not in _STORED:
            continue
        ids = tuple(UUID(str(row[0])) for row in keeper.ask(_STORED[one.kind], [list(one.targets)]))
        if ids:
            target = Target(one.kind, ids, "")
            planned = plan_essay if one.kind == "essay" else plan_snapshots
            plan = planned(keeper.ask, keeper.folder, target)
            keeper.erase(plan, by=one.by, reason=one.reason)
            done.append(f"the {one.kind} {ids[0]}, erased on {one.erased_at[:10]}")
    return tuple(done)
