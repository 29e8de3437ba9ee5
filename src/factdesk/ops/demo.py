"""``factdesk demo``: the main job on bundled samples, through a real Prefect server.

Everything happens in a fresh folder under ``.demo/``, which git ignores, and on loopback.
"""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from factdesk.config import CONFIG_NAME, Home, open_home
from factdesk.errors import UsageError
from factdesk.ops.launch import launch_command
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.prefect_server import PrefectServer
from factdesk.ops.runs import FlowReport, report_lines, run_flow
from factdesk.ops.waiting import show_waiting
from factdesk.reports.terminal import print_verdict_table, visible
from factdesk.samples.bundle import copy_essays
from factdesk.samples.site import PressSite

DEMO_FOLDER = ".demo"
TABLE_WIDTH = 132
DESK_STOP_SECONDS = 60.0
_DESK_PROGRAM = "import sys; sys.argv[0] = 'factdesk'; from factdesk.start import main; main()"

Say = Callable[[str], None]

_SETTINGS = """\
# The demo's settings, written anew for each run.

[inbox]
samples = "essays"

[web]
allow_hosts = ["{address}"]      # the sample press site; without this line the guard refuses loopback
"""


def run_demo(*, once: bool) -> int:
    """Check the sample essays against the sample press site and print the verdicts; return 0.

    Without ``once`` the press site, the Prefect server and the desk stay up until Ctrl-C.
    """
    root = make_demo_folder(open_home().root)
    with _ended_by_signals(), PressSite() as site, ExitStack() as started:
        home = make_demo_home(root, site)
        essays = copy_essays(root / "essays", site.origin)
        _say(f"{len(essays)} sample essays in {_shown(root / 'essays')}; their sources at {site.origin}")
        with show_waiting("starting a Prefect server") as waiting:
            server = PrefectServer(home.prefect_home, with_pages=not once, waiting=waiting)
            started.enter_context(server)
        _say(f"Prefect server at {server.pages_url}")
        _check(home, server)
        if not once:
            _stay(home, site, server)
    return 0


def make_demo_folder(parent: Path) -> Path:
    """Make the fresh folder of one demo under ``parent``. Raises UsageError when it cannot."""
    demos = parent / DEMO_FOLDER
    root = demos / datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    try:
        root.mkdir(parents=True)
        (demos / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"the demo folder {root} cannot be made ({error.strerror}); run the demo in a folder of yours"
        ) from error
    return root


def make_demo_home(root: Path, site: PressSite) -> Home:
    """Write the demo's settings, with its inbox and the press site allowed, and open it as a home."""
    config = root / CONFIG_NAME
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(_SETTINGS.format(address=site.address), encoding="utf-8")
    return open_home(root)


def _check(home: Home, server: PrefectServer) -> None:
    with show_waiting("running check_essays") as waiting:
        report = run_flow(home, "check_essays", {}, api_url=server.api_url, waiting=waiting)
    for line in (*report_lines(report), _prefect_line(report, server)):
        _say(line)
    console = Console(width=None if sys.stdout.isatty() else TABLE_WIDTH, highlight=False, markup=False)
    for title, rows in groupby(verdicts_of(home), key=lambda row: row["essay_title"] or row["essay_uri"]):
        console.print(Text(visible(title), style="bold"))
        print_verdict_table(console, rows)
    for line in _closing_lines(home):
        _say(line)


def _prefect_line(report: FlowReport, server: PrefectServer) -> str:
    api = PrefectApi(server.api_url)
    run_id = report.answer["flow_run_id"]
    state = api.flow_run_state(run_id)
    return f"  prefect  flow run {run_id} {state.name}, {api.count_artifacts(run_id)} artifacts"


def verdicts_of(home: Home) -> list[dict[str, Any]]:
    """Return the current verdicts of a home as the published copy tells them."""
    from factdesk.warehouse.query import run_query

    table = run_query(home.warehouse, "SELECT * FROM reports.verdicts ORDER BY essay_uri, claim_start")
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _closing_lines(home: Home) -> list[str]:
    command, place = shlex.quote(_command()), shlex.quote(_shown(home.root))
    return [
        f"The records are in {_shown(home.warehouse / 'reports.duckdb')}. Ask them, or decide as a person:",
        f'  {command} sql --home {place} "SELECT kind, machine_rating, count(*) FROM reports.verdicts'
        ' GROUP BY ALL ORDER BY ALL"',
        f"  {command} queue --home {place}",
        f"  {command} desk --home {place}",
    ]


def _command() -> str:
    called = Path(sys.argv[0])
    return sys.argv[0] if called.name == "factdesk" else "factdesk"


def _shown(path: Path) -> str:
    """Return a path as short as it can be typed from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _stay(home: Home, site: PressSite, server: PrefectServer) -> None:
    """Serve the desk with the claims of the samples, in a process of its own, until Ctrl-C or its end."""
    _say(f"The press site stays at {site.origin} and Prefect at {server.pages_url} until you press Ctrl-C.")
    command = [sys.executable, "-c", _DESK_PROGRAM, "desk", "--home", str(home.root)]
    desk = subprocess.Popen(launch_command(command))
    try:
        desk.wait()
    except KeyboardInterrupt:
        _say("stopping")
    finally:
        desk.terminate()
        desk.wait(DESK_STOP_SECONDS)


def _say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Make a request to end (SIGTERM) stop what was started, as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
