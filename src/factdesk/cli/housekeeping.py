"""Commands that keep the warehouse small and clear it of what must go: compact."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from factdesk.cli.app import HomeOption, WarehouseOption, app, home_of

WaitOption = Annotated[
    float, Parameter("--wait-seconds", help="How long a run that stores its records just now is waited for.")
]


@app.command
def compact(
    *, wait_seconds: WaitOption = 30.0, warehouse: WarehouseOption = None, home: HomeOption = None
) -> int:
    """Write the database into a new file without gaps; refused while another process keeps it."""
    from factdesk.commands.housekeeping import compact_warehouse

    return compact_warehouse(home_of(home, warehouse), wait_seconds=wait_seconds, say=print)
