"""Commands for fact-checkers and editors: queue, decide, report, sql."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

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
def queue(
    *,
    limit: Annotated[int, Parameter("--limit")] = 20,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Show the claims that wait for a person, the most urgent first.

    Parameters
    ----------
    limit
        How many to show.
    """
    from factdesk.commands.reviews import print_queue

    return print_queue(home_of(home, warehouse), limit, as_json=json, console=console(), say=say)


@app.command
def decide(
    claim: str,
    rating: str | None = None,
    *,
    conclusion: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    as_name: NameOption = None,
    undo: UndoOption = False,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Decide one claim, or take your last decision on it back.

    Parameters
    ----------
    claim
        The claim's id or any unique beginning of it.
    rating
        supported, partially_supported, refuted, conflicting, not_enough_evidence, not_checkable
        or not_a_claim.
    conclusion
        One sentence; required when the rating differs from the machine's or is refuted.
    reason
        Why the machine is overruled; required when the rating differs from the machine's: wrong_passage,
        wrong_subject, wrong_unit_or_time, figurative, source_wrong or other.
    note
        A note for colleagues.
    undo
        Take your latest decision on this claim back.
    """
    from factdesk.commands.reviews import decide_claim

    return decide_claim(
        home_of(home, warehouse),
        claim,
        rating,
        conclusion=conclusion,
        reason=reason,
        note=note,
        name=as_name,
        undo=undo,
        as_json=json,
        console=console(),
        say=say,
    )


@app.command
def report(
    name: str | None = None,
    *,
    format: Literal["table", "csv", "json", "parquet", "xlsx", "html"] | None = None,
    output: Annotated[Path | None, Parameter(["--output", "-o"])] = None,
    since: str | None = None,
    author: str | None = None,
    kind: str | None = None,
    limit: Annotated[int, Parameter("--limit")] = 10_000,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Print a report; without a name, the list of reports.

    Parameters
    ----------
    name
        A report's name, or weekly for a bundle of all: a page to mail, a workbook, Parquet files.
    format
        By default the one that the name of the file says, and a table in the terminal.
    output
        A file to write instead of the terminal; a folder for weekly.
    since
        Only from this day on (2026-11-30, UTC); each report says what is held against it.
    author
        Only essays of this author.
    kind
        Only claims of this kind: sellout, price, poll or count.
    limit
        How many rows of a report at most; when there are more, the output and stderr say so.
    """
    from factdesk.commands.reporting import print_report, read_filters

    filters = read_filters(since, author, kind)
    return print_report(
        home_of(home, warehouse), name, format, output, filters, limit, console=console(), say=say
    )


@app.command
def sql(
    query: str,
    *,
    format: Literal["table", "csv", "json"] = "table",
    limit: Annotated[int, Parameter("--limit")] = 100_000,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Ask the published copy with one SELECT, read-only, in a process that can reach nothing else.

    Parameters
    ----------
    query
        One SELECT, for example "SELECT kind, count(*) FROM reports.claims GROUP BY kind".
    format
        table, csv or json.
    limit
        How many rows to print at most; when there are more, stderr says so.
    """
    from factdesk.commands.reviews import print_query

    return print_query(
        home_of(home, warehouse), query, "json" if json else format, limit, console=console(), say=say
    )
