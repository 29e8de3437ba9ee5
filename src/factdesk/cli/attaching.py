"""The command by which a person gives a claim a source: attach."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from factdesk.cli.app import HomeOption, JsonOption, NameOption, WarehouseOption, app, console, home_of, say


@app.command
def attach(
    claim: str,
    source: str,
    *,
    note: str | None = None,
    as_name: NameOption = None,
    allow_host: Annotated[list[str] | None, Parameter("--allow-host", negative=())] = None,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Give one claim a source that its essay does not link, and judge the claim again.

    The source stays attached: later checks and rechecks compare the claim with it too.

    Parameters
    ----------
    claim
        The claim's id or any unique beginning of it.
    source
        A page by its address, or a file.
    note
        A note for colleagues: where the source is from, why it bears on the claim.
    allow_host
        HOST:PORT that may be fetched although its address is not public (repeatable).
    """
    from factdesk.commands.attaching import attach as attach_to

    return attach_to(
        home_of(home, warehouse),
        claim,
        source,
        note=note,
        name=as_name,
        allow_hosts=allow_host or (),
        as_json=json,
        console=console(),
        say=say,
    )
