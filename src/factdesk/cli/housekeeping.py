"""Commands that keep the warehouse small and clear it of what must go: compact, erase, hold."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from factdesk.cli.app import (
    HomeOption,
    JsonOption,
    NameOption,
    WaitOption,
    WarehouseOption,
    app,
    home_of,
    say,
)

ReasonOption = Annotated[str | None, Parameter("--reason", help="Why, in a sentence that repeats nothing.")]


@app.command
def compact(
    *,
    retention: Annotated[bool, Parameter("--retention", negative=())] = False,
    dry_run: Annotated[bool, Parameter("--dry-run", negative=())] = False,
    as_name: NameOption = None,
    wait_seconds: WaitOption = 30.0,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Write the database into a new file without gaps; refused while another process keeps it.

    What stops left unfinished in the archive is cleared too, once it is a day old.

    Parameters
    ----------
    retention
        Remove first what [retention] in the settings keeps no longer, and never what a decision rests on.
    dry_run
        Only say what would go.
    """
    from factdesk.commands.housekeeping import compact_warehouse
    from factdesk.desk.people import system_user

    return compact_warehouse(
        home_of(home, warehouse),
        retention=retention,
        dry_run=dry_run,
        person=as_name or system_user(),
        wait_seconds=wait_seconds,
        say=print,
    )


@app.command
def erase(
    target: str | None = None,
    *,
    name: Annotated[str | None, Parameter("--name")] = None,
    yes: Annotated[bool, Parameter("--yes", negative=())] = False,
    reason: ReasonOption = None,
    as_name: NameOption = None,
    wait_seconds: WaitOption = 30.0,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Say what erasing an essay, an archived text or a name would take away; with --yes it goes for good.

    It goes from the database, the archive, the spool, the index and the published copy. A tombstone of hashes
    stays, the chain of decisions holds, and the backups that still hold it are listed. With --yes refused
    while factdesk up runs.

    Parameters
    ----------
    target
        An essay (id, path or address) or an archived text (id of the snapshot, hash of the text, or the
        address of the source for all its texts).
    name
        A reviewer's name instead.
    yes
        Erase it; without it nothing is changed.
    """
    from factdesk.commands.erasing import erase as erase_target
    from factdesk.desk.people import system_user
    from factdesk.ops.upgrade import require_that_up_is_down

    found = home_of(home, warehouse)
    if yes:
        require_that_up_is_down(found, "erase")
    return erase_target(
        found,
        target,
        name,
        is_meant=yes,
        reason=reason,
        person=as_name or system_user(),
        wait_seconds=wait_seconds,
        as_json=json,
        say=say,
    )


@app.command
def hold(
    target: str | None = None,
    *,
    reason: ReasonOption = None,
    release: Annotated[bool, Parameter("--release", negative=())] = False,
    as_name: NameOption = None,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """List what may not be erased or removed by retention; with a target, hold it or release it.

    Parameters
    ----------
    target
        An essay (id, path or address), an archived text (id of the snapshot, hash of the text, or the address
        of the source for all its texts) or a claim (id).
    release
        Release it; who held it and why stays on record.
    """
    from factdesk.commands.erasing import hold as hold_target
    from factdesk.desk.people import system_user

    return hold_target(
        home_of(home, warehouse),
        target,
        reason=reason,
        release=release,
        person=as_name or system_user(),
        as_json=json,
        say=say,
    )
