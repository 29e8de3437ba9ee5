"""The command line. Each command reads its arguments, calls one function below it and prints.

prefect, duckdb and trafilatura are imported only where a command needs them, so that ``--help`` is
instant.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from factdesk import __version__
from factdesk.config import Home, open_home
from factdesk.errors import FactdeskError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_STOPPED = 130

app = App(
    name="factdesk",
    version=__version__,
    help="Find checkable claims in essays, gather the sources they link, and say what the sources show.",
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)

HomeOption = Annotated[
    Path | None,
    Parameter("--home", help="Project folder; by default the nearest with config/factdesk.toml."),
]
WarehouseOption = Annotated[
    Path | None, Parameter("--warehouse", help="Folder for the data; moves nothing but the data.")
]
TextPlace = Annotated[str, Parameter(allow_leading_hyphen=True)]
JsonOption = Annotated[
    bool, Parameter("--json", negative=(), help="One JSON object a line on stdout, nothing else there.")
]


class _Terminal(Console):
    """A console that lets a closed pipe be told like any other end."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _console() -> Console:
    # A pipe has no width: wide lines are better there than cells cut to 80 columns.
    return _Terminal(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _home(home: Path | None, warehouse: Path | None = None) -> Home:
    return open_home(home, warehouse)


@app.command
def check(
    *places: str,
    source: Annotated[list[str] | None, Parameter("--source", negative=())] = None,
    allow_host: Annotated[list[str] | None, Parameter("--allow-host", negative=())] = None,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    all_findings: Annotated[bool, Parameter("--all", negative=())] = False,
) -> int:
    """Check essays once, in this process, without Prefect.

    Parameters
    ----------
    places
        Essays: files, folders or URLs.
    source
        A page or file to compare every claim with, besides the links (repeatable).
    allow_host
        HOST:PORT that may be fetched although its address is not public (repeatable).
    all_findings
        Show also the findings that were set aside (forecasts, questions, figures of speech).
    """
    from factdesk.commands.checks import run_check

    return run_check(
        places,
        _home(home, warehouse),
        sources=source or (),
        allow_hosts=allow_host or (),
        as_json=json,
        show_all=all_findings,
        console=_console(),
        say=_say,
    )


@app.command
def claims(
    path: TextPlace,
    *,
    json: JsonOption = False,
    all_findings: Annotated[bool, Parameter("--all", negative=())] = False,
    home: HomeOption = None,
) -> int:
    """Print the claims of one text; no network, no warehouse.

    Parameters
    ----------
    path
        A file, or - for standard input.
    all_findings
        Print also what was set aside, with the reason.
    """
    from factdesk.commands.texts import print_claims

    return print_claims(path, _home(home), as_json=json, show_all=all_findings, console=_console(), say=_say)


@app.command
def text(path: TextPlace, *, home: HomeOption = None) -> int:
    """Print the canonical text of an essay, which all offsets count in.

    Parameters
    ----------
    path
        A file, or - for standard input.
    """
    from factdesk.commands.texts import print_text

    return print_text(path, _home(home), say=_say)


@app.command
def judge(pairs: TextPlace) -> int:
    """Judge claim-source pairs, one JSON object a line, and print one answer a line.

    Parameters
    ----------
    pairs
        A JSONL file, or - for standard input; each line has id, claim and source.
    """
    from factdesk.commands.texts import judge_lines

    return judge_lines(pairs)


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

    return print_queue(_home(home, warehouse), limit, as_json=json, console=_console(), say=_say)


@app.command
def decide(
    claim: str,
    rating: str | None = None,
    *,
    conclusion: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    as_name: Annotated[str | None, Parameter("--as")] = None,
    undo: Annotated[bool, Parameter("--undo", negative=())] = False,
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
        Why the machine was overruled (wrong passage, subject, unit or time, figurative, source wrong, other).
    note
        A note for colleagues.
    as_name
        Who decides; by default the system user.
    undo
        Take your latest decision on this claim back.
    """
    from factdesk.commands.reviews import decide_claim

    return decide_claim(
        _home(home, warehouse),
        claim,
        rating,
        conclusion=conclusion,
        reason=reason,
        note=note,
        name=as_name,
        undo=undo,
        as_json=json,
        console=_console(),
        say=_say,
    )


@app.command
def run(
    flow: str,
    *,
    param: Annotated[list[str] | None, Parameter("--param", negative=())] = None,
    dry_run: Annotated[bool, Parameter("--dry-run", negative=())] = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> int:
    """Run one flow now through Prefect, with or without a running server.

    Parameters
    ----------
    flow
        check_essays, recheck_sources or publish_reports.
    param
        A parameter of the flow as name=value (repeatable).
    dry_run
        Only say what the run would do; nothing is fetched or stored.
    """
    from factdesk.ops.runs import run_flow_command

    return run_flow_command(_home(home), flow, param or (), dry_run=dry_run, as_json=json, say=_say)


@app.command
def report(
    name: str | None = None,
    *,
    format: Literal["table", "csv", "json"] = "table",
    output: Annotated[Path | None, Parameter(["--output", "-o"])] = None,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Print a report; without a name, the list of reports.

    Parameters
    ----------
    name
        A report's name.
    format
        table, csv or json.
    output
        A file to write instead of the terminal.
    """
    from factdesk.commands.reviews import print_report

    return print_report(_home(home, warehouse), name, format, output, console=_console(), say=_say)


@app.command
def sql(
    query: str,
    *,
    format: Literal["table", "csv", "json"] = "table",
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Ask the published copy with one SELECT, read-only.

    Parameters
    ----------
    query
        One SELECT, for example "SELECT kind, count(*) FROM reports.claims GROUP BY kind".
    format
        table, csv or json.
    """
    from factdesk.commands.reviews import print_query

    return print_query(_home(home, warehouse), query, "json" if json else format, console=_console())


@app.command
def publish(*, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """Fold the batches that wait and publish the editors' copy, reports.duckdb."""
    from factdesk.commands.reviews import publish_now

    return publish_now(_home(home, warehouse), say=_say)


@app.command
def backup(
    *,
    output: Annotated[Path | None, Parameter(["--output", "-o"])] = None,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Fold what waits and copy the database; works while factdesk up runs.

    Parameters
    ----------
    output
        A file to write; by default one with the time in its name, in warehouse/backups/.
    """
    from factdesk.ops.upgrade import back_up

    return back_up(_home(home, warehouse), output, say=print)


@app.command
def restore(backup: Path, *, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """Put a backup in the database's place, which is set aside; refused while factdesk up runs.

    Parameters
    ----------
    backup
        A file that factdesk backup or factdesk upgrade made.
    """
    from factdesk.ops.upgrade import restore as restore_backup

    return restore_backup(_home(home, warehouse), backup, say=print)


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

    return upgrade_home(_home(home, warehouse), dry_run=dry_run, say=print)


@app.command
def doctor(
    *,
    notify: Annotated[bool, Parameter("--notify", negative=())] = False,
    json: JsonOption = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Look for faults and print the mend for each.

    Parameters
    ----------
    notify
        Send a test message to each place of [notify] and say what came of it.
    """
    from factdesk.ops.doctor import print_diagnosis

    return print_diagnosis(_home(home, warehouse), as_json=json, notify=notify)


schedules = App(name="schedules", help="List, pause and resume the schedules of config/prefect.yaml.")
app.command(schedules)

ScheduleName = Annotated[str, Parameter(help="A deployment, or one schedule of it: check_essays/nightly.")]


@schedules.default
@schedules.command(name="list")
def list_schedules(*, json: JsonOption = False, home: HomeOption = None) -> int:
    """List the schedules: when they run next, whether they are paused and by whom, how the last run went."""
    from factdesk.commands.schedules import print_schedules

    return print_schedules(_home(home), as_json=json, console=_console(), say=_say)


@schedules.command(name="pause")
def pause_schedule(name: ScheduleName, *, json: JsonOption = False, home: HomeOption = None) -> int:
    """Pause a deployment or one schedule of it until it is resumed; it stays paused over restarts."""
    from factdesk.commands.schedules import change

    return change(_home(home), name, active=False, as_json=json, console=_console(), say=_say)


@schedules.command(name="resume")
def resume_schedule(name: ScheduleName, *, json: JsonOption = False, home: HomeOption = None) -> int:
    """Resume a deployment or one schedule of it."""
    from factdesk.commands.schedules import change

    return change(_home(home), name, active=True, as_json=json, console=_console(), say=_say)


@app.command
def up(
    *,
    log_json: Annotated[bool, Parameter("--log-json", negative=())] = False,
    home: HomeOption = None,
) -> int:
    """Start Prefect's server, the deployments and a worker, and keep them running until Ctrl-C.

    Parameters
    ----------
    log_json
        Write each log line as one JSON object, to the terminal and to the files in .prefect/logs.
    """
    from factdesk.ops.bring_up import bring_up

    return bring_up(_home(home), log_json=log_json)


@app.command
def demo(*, once: Annotated[bool, Parameter("--once", negative=())] = False) -> int:
    """Run the main job on bundled sample essays and a sample press site, through a real Prefect server.

    Parameters
    ----------
    once
        End after the run; without it the press site and Prefect stay up until Ctrl-C.
    """
    from factdesk.ops.demo import run_demo

    return run_demo(once=once)


def main() -> None:
    """Run the command line and end with the exit code of the contract."""
    sys.exit(_exit_code(sys.argv[1:]))


def _exit_code(arguments: list[str]) -> int:
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except CycloptsError as error:
        _say(f"factdesk: {_one_line(error)}; see factdesk --help")
        return EXIT_USAGE
    except FactdeskError as error:
        _say(f"factdesk: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        _say("factdesk: stopped by Ctrl-C; what was stored before is kept, run the command again to go on")
        return EXIT_STOPPED
    except BrokenPipeError:
        # The reader (head, less) has gone and wanted no more: what was asked for is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _fault(error)


def _one_line(error: CycloptsError) -> str:
    return " ".join(str(error).split(" Available commands")[0].split()).rstrip(".")


def _fault(error: Exception) -> int:
    """Say a fault of our own in one sentence; FACTDESK_TRACEBACK=1 shows where it is."""
    if os.environ.get("FACTDESK_TRACEBACK"):
        raise error
    _say(
        f"factdesk: a fault in Factdesk itself ({type(error).__name__}: {' '.join(str(error).split())});"
        " run again with FACTDESK_TRACEBACK=1 and report what it prints"
    )
    return EXIT_FAILED
