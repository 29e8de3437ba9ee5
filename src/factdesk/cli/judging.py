"""Commands about how verdicts are reached: replay."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from factdesk.cli.app import HomeOption, JsonOption, WarehouseOption, app, home_of, say


@app.command
def replay(
    *,
    from_bytes: Annotated[bool, Parameter("--from-bytes", negative=())] = False,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Reach every verdict again from the archived texts and name what does not come out the same.

    The same method gives the same verdict, byte for byte: exit code 1 when one does not, or when a text is
    lost from the archive. Verdicts of an older method are counted apart; factdesk rejudge judges them again.
    Nothing is fetched or written; works while factdesk up runs.

    Parameters
    ----------
    from_bytes
        Also read the archived pages again, and say apart from the verdicts which text comes out otherwise.
    """
    from factdesk.commands.replaying import print_replay

    return print_replay(home_of(home, warehouse), from_bytes=from_bytes, as_json=json, say=say)
