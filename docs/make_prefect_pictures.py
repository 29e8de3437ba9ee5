"""Takes the pictures of Prefect's pages in ``docs/operating.md`` from the demo: ``make docs``.

Starts ``factdesk up`` on the sample essays and the sample press site, lets a run end, and photographs the
pages with a headless Chromium (Debian's package ``chromium``).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from factdesk.config import Home
from factdesk.ops.demo import make_demo_home
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.up_state import UpState, running_up
from factdesk.samples.bundle import copy_essays
from factdesk.samples.site import PressSite

FOLDER = Path(__file__).resolve().parent
WINDOW = "1366,900"
PAGE_MILLISECONDS = 15_000
WAIT_SECONDS = 240.0
BROWSER_WORDS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    # A picture in the middle of a fade shows nothing.
    "--force-prefers-reduced-motion",
    "--run-all-compositor-stages-before-draw",
)


def main() -> None:
    """Write ``docs/prefect-*.png``."""
    browser = shutil.which("chromium")
    if browser is None:
        sys.exit("the pictures need Chromium; install it: apt-get install chromium fonts-dejavu-core")
    with tempfile.TemporaryDirectory() as name, PressSite() as site:
        home = make_demo_home(Path(name), site)
        copy_essays(home.root / "essays", site.origin)
        with _service(home) as state:
            api = PrefectApi(state.api_url)
            for picture, page in _pages(api):
                _photograph(browser, f"{state.pages_url}/{page}", FOLDER / f"prefect-{picture}.png")


@contextmanager
def _service(home: Home) -> Iterator[UpState]:
    command = [sys.executable, "-c", "from factdesk.cli import main; main()", "up", "--home", str(home.root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            yield _wait_for("factdesk up", lambda: _answering(home))
        finally:
            process.send_signal(signal.SIGINT)


def _answering(home: Home) -> UpState | None:
    state = running_up(home)
    if state is None or not PrefectApi(state.api_url).is_healthy():
        return None
    return state if _deployment(PrefectApi(state.api_url)) else None


def _deployment(api: PrefectApi, name: str = "check_essays") -> dict[str, Any] | None:
    found = api.call("POST", "deployments/filter", {"deployments": {"name": {"any_": [name]}}})
    return found[0] if found else None


def _pages(api: PrefectApi) -> list[tuple[str, str]]:
    """Let a run of each flow end; return the pages to photograph."""
    checked = _run(api, "check_essays")
    _run(api, "recheck_sources")
    _run(api, "publish_reports")
    asked = {"artifacts": {"flow_run_id": {"any_": [checked]}, "key": {"any_": ["check-essays-summary"]}}}
    (summary,) = api.call("POST", "artifacts/filter", asked)
    return [
        ("runs", "runs"),
        ("run", f"runs/flow-run/{checked}"),
        ("summary", f"artifacts/artifact/{summary['id']}"),
        ("deployments", "deployments"),
    ]


def _run(api: PrefectApi, name: str) -> str:
    deployment = _wait_for("the deployment", lambda: _deployment(api, name))
    asked = f"deployments/{deployment['id']}/create_flow_run"
    run_id: str = api.call("POST", asked, {"state": {"type": "SCHEDULED"}})["id"]
    _wait_for("the run", lambda: api.flow_run_state(run_id).form == "COMPLETED")
    return run_id


def _wait_for(what: str, look: Callable[[], Any]) -> Any:
    ends = time.monotonic() + WAIT_SECONDS
    while not (found := look()):
        if time.monotonic() > ends:
            sys.exit(f"{what} was not ready after {WAIT_SECONDS:.0f} s")
        time.sleep(0.5)
    return found


def _photograph(browser: str, address: str, picture: Path) -> None:
    command = [
        browser,
        *BROWSER_WORDS,
        f"--window-size={WINDOW}",
        f"--virtual-time-budget={PAGE_MILLISECONDS}",
    ]
    subprocess.run(
        [*command, f"--screenshot={picture}", address], check=True, capture_output=True, timeout=120
    )
    print(picture.name)


if __name__ == "__main__":
    main()
