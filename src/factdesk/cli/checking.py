"""Commands that read and judge: check, claims, text, judge."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from factdesk.cli.app import HomeOption, JsonOption, TextPlace, WarehouseOption, app, console, home_of, say


@app.command
def check(
    *places: str,
    source: Annotated[list[str] | None, Parameter("--source", negative=())] = None,
    allow_host: Annotated[list[str] | None, Parameter("--allow-host", negative=())] = None,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    all_findings: Annotated[bool, Parameter("--all", negative=())] = False,
    explain: Annotated[bool, Parameter("--explain", negative=())] = False,
) -> int:
    """Check essays once, in this process, without Prefect.

    Parameters
    ----------
    places
        Essays: files, folders, URLs, or feeds (RSS, Atom, JSON Feed) by URL or file, whose newest entries are
        essays.
    source
        A page or file to compare every claim with, besides the links (repeatable).
    allow_host
        HOST:PORT that may be fetched although its address is not public (repeatable).
    all_findings
        Show also the findings that were set aside (forecasts, questions, figures of speech).
    explain
        Print each verdict in full: every passage with the deciding words marked, and every facet.
    """
    from factdesk.commands.checks import run_check

    return run_check(
        places,
        home_of(home, warehouse),
        sources=source or (),
        allow_hosts=allow_host or (),
        as_json=json,
        show_all=all_findings,
        in_full=explain,
        console=console(),
        say=say,
    )


@app.command
def claims(
    path: TextPlace,
    *,
    json: JsonOption = False,
    all_findings: Annotated[bool, Parameter("--all", negative=())] = False,
    as_list: Annotated[bool, Parameter("--list", negative=())] = False,
    home: HomeOption = None,
) -> int:
    """Print one text with its claims marked in it; no network, no warehouse, no addresses.

    A text in a language that is not read has no claims: that is said on stderr, and the exit code is 0.

    Parameters
    ----------
    path
        A file, or - for standard input. An address is refused: save the page, or use factdesk check.
    all_findings
        Print also what was set aside, with the reason.
    as_list
        Print one claim below the other, with its fields by name, instead of the text.
    """
    from factdesk.commands.texts import print_claims

    return print_claims(
        path,
        home_of(home),
        as_json=json,
        show_all=all_findings,
        as_list=as_list,
        console=console(),
        say=say,
    )


@app.command
def text(path: TextPlace, *, home: HomeOption = None) -> int:
    """Print the canonical text of an essay, which all offsets count in.

    Parameters
    ----------
    path
        A file, or - for standard input.
    """
    from factdesk.commands.texts import print_text

    return print_text(path, home_of(home), say=say)


@app.command
def judge(
    pairs: TextPlace,
    *,
    explain: Annotated[bool, Parameter("--explain", negative=())] = False,
) -> int:
    """Judge claim-source pairs, one JSON object a line, and print one answer a line.

    Parameters
    ----------
    pairs
        A JSONL file, or - for standard input; each line has id, claim and source.
    explain
        Say each answer in words instead: the passages with the deciding words marked, and every facet.
    """
    from factdesk.commands.judging import judge_lines

    return judge_lines(pairs, home_of(None), explain_on=console() if explain else None, say=say)
