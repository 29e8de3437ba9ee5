"""Commands that keep the warehouse: publish, backup, restore, upgrade, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from factdesk.cli.app import HomeOption, JsonOption, WaitOption, WarehouseOption, app, home_of, say


@app.command
def publish(
    *,
    rebuild: Annotated[bool, Parameter("--rebuild", negative=())] = False,
    wait_seconds: WaitOption = 30.0,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Fold the batches that wait and publish the editors' copy, reports.duckdb.

    Parameters
    ----------
    rebuild
        Make the tables of what holds now anew from the records first, where doctor or verify found a fault in
        them; refused while another process keeps the warehouse.
    """
    from factdesk.commands.publishing import publish_anew, publish_now

    opened = home_of(home, warehouse)
    return publish_anew(opened, wait_seconds=wait_seconds) if rebuild else publish_now(opened, say=say)


@app.command
def backup(
    *,
    output: Annotated[Path | None, Parameter(["--output", "-o"])] = None,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Back up database, waiting batches, archive, people and settings; works while factdesk up runs.

    What the backup before has is shared with it and takes no room twice. Old backups are removed as [backups]
    in the settings says. Exit code 1 when archived files are damaged and cannot be backed up.

    Parameters
    ----------
    output
        A folder for backups, by default warehouse/backups/; a file that ends with .duckdb gets the database
        alone.
    """
    from factdesk.commands.backing_up import back_up

    return back_up(home_of(home, warehouse), output, say=print)


@app.command
def restore(backup: Path, *, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """Put a backup in the place of what is there, which is set aside; refused while factdesk up runs.

    Every file is compared with its hash before anything changes. With --warehouse the data goes elsewhere.

    Parameters
    ----------
    backup
        A folder that factdesk backup made (all data), or a .duckdb file that it or factdesk upgrade made (the
        database alone).
    """
    from factdesk.commands.backing_up import restore as restore_backup

    return restore_backup(home_of(home, warehouse), backup, say=print)


@app.command
def upgrade(
    *,
    dry_run: Annotated[bool, Parameter("--dry-run", negative=())] = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """After a new version was installed: back up, migrate, and print what changes and how to go back.

    Parameters
    ----------
    dry_run
        Only say what would change.
    """
    from factdesk.ops.upgrade import upgrade as upgrade_home

    return upgrade_home(home_of(home, warehouse), dry_run=dry_run, say=print)


@app.command
def verify(
    *,
    note_losses: Annotated[bool, Parameter("--note-losses", negative=())] = False,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Hash the whole archive anew and name what is damaged, missing or unlisted; works while flows run.

    Compares the tables of what holds now with the records too. Exit code 1 when anything is damaged or
    missing, a table is wrong, or the chain of review events is broken.

    Parameters
    ----------
    note_losses
        Put on record what is missing and what no manifest names, after you have looked at it.
    """
    from factdesk.commands.verifying import print_verification

    return print_verification(home_of(home, warehouse), note_losses_too=note_losses, as_json=json, say=say)
