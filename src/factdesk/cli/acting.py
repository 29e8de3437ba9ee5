"""The command for what people do about a claim besides deciding it: act."""

from __future__ import annotations

from factdesk.cli.app import (
    HomeOption,
    JsonOption,
    NameOption,
    UndoOption,
    WarehouseOption,
    app,
    console,
    home_of,
    say,
)


@app.command
def act(
    claim: str,
    what: str | None = None,
    *,
    note: str | None = None,
    link: str | None = None,
    until: str | None = None,
    as_name: NameOption = None,
    undo: UndoOption = False,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Keep what was done about a claim: its author, a dispute, a correction. Without an act, its history.

    Parameters
    ----------
    claim
        The claim's id or any unique beginning of it.
    what
        author_asked, author_replied, disputed, correction_requested, correction_made, correction_refused
        or our_check_corrected.
    note
        What was said; some acts need one.
    link
        The page that shows it, for example that of a correction.
    until
        The day until which an answer is wanted (2026-11-30), where somebody was asked.
    undo
        Take your last such act on this claim back.
    """
    from factdesk.commands.acting import act_on_claim, print_history

    place = home_of(home, warehouse)
    if what is None and not undo:
        return print_history(place, claim, as_json=json, console=console(), say=say)
    return act_on_claim(
        place,
        claim,
        what,
        note=note,
        link=link,
        until=until,
        name=as_name,
        undo=undo,
        as_json=json,
        console=console(),
        say=say,
    )
