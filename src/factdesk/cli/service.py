"""Commands for operators: run, schedules, up, doctor, demo."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from factdesk.cli.app import HomeOption, JsonOption, WarehouseOption, app, console, home_of, say

schedules = App(name="schedules", help="List, pause and resume the schedules of config/prefect.yaml.")
app.command(schedules)

ScheduleName = Annotated[
    str, Parameter(help="A deployment, or one schedule of it: recheck_sources/four-times-a-day.")
]


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

    return run_flow_command(home_of(home), flow, param or (), dry_run=dry_run, as_json=json, say=say)


@schedules.default
@schedules.command(name="list")
def list_schedules(*, json: JsonOption = False, home: HomeOption = None) -> int:
    """List the schedules: when they run next, whether they are paused and by whom, how the last run went."""
    from factdesk.commands.schedules import print_schedules

    return print_schedules(home_of(home), as_json=json, console=console(), say=say)


@schedules.command(name="pause")
def pause_schedule(name: ScheduleName, *, json: JsonOption = False, home: HomeOption = None) -> int:
    """Pause a deployment or one schedule of it until it is resumed; it stays paused over restarts."""
    from factdesk.commands.schedules import change

    return change(home_of(home), name, active=False, as_json=json, console=console(), say=say)


@schedules.command(name="resume")
def resume_schedule(name: ScheduleName, *, json: JsonOption = False, home: HomeOption = None) -> int:
    """Resume a deployment or one schedule of it."""
    from factdesk.commands.schedules import change

    return change(home_of(home), name, active=True, as_json=json, console=console(), say=say)


@app.command
def up(
    *,
    no_desk: Annotated[bool, Parameter("--no-desk", negative=())] = False,
    log_json: Annotated[bool, Parameter("--log-json", negative=())] = False,
    home: HomeOption = None,
) -> int:
    """Start Prefect's server, the deployments, a worker and the desk, and keep them running until Ctrl-C.

    Parameters
    ----------
    no_desk
        Leave the review pages out; whoever writes or reads then stores what waits.
    log_json
        Write each log line as one JSON object, to the terminal and to the files in .prefect/logs.
    """
    from factdesk.ops.bring_up import bring_up

    return bring_up(home_of(home), log_json=log_json, with_desk=not no_desk)


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

    return print_diagnosis(home_of(home, warehouse), as_json=json, notify=notify)


@app.command
def demo(*, once: Annotated[bool, Parameter("--once", negative=())] = False) -> int:
    """Run the main job on bundled sample essays and a sample press site, through a real Prefect server.

    Parameters
    ----------
    once
        End after the run; without it the review pages, the press site and Prefect stay up until Ctrl-C.
    """
    from factdesk.ops.demo import run_demo

    return run_demo(once=once)
