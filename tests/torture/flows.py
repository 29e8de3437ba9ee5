"""Kills the service at random moments and looks whether anything was lost, doubled or stuck.

``make torture-flows`` (10 rounds), ``SHORT=1 make torture-flows`` (3). Accelerated schedules run over an
inbox that grows and a press site whose pages change and die; in every round the server, the worker, the
desk, a flow run or ``factdesk up`` itself is killed with SIGKILL, and people decide claims meanwhile. Then
the world stands still, the service is given time to settle, and `torture.verdict` says what does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from factdesk.config import open_home
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.up_state import running_up
from torture.ending import end, say
from torture.verdict import find_faults, find_stuck_runs, processes_of
from torture.world import SETTINGS, Inbox, Press, change_pages

FACTDESK = [sys.executable, "-c", "from factdesk.cli import main; main()"]
START_SECONDS = 240.0
SETTLE_SECONDS = 420.0
STOP_SECONDS = 90.0
VICTIMS = ("worker", "flow run", "up", "server", "desk")
FETCHES_LOST_BY_A_KILL = 8
"""A page that was sent and not yet archived when a process died is sent again: web.hosts_at_once at most."""

SCHEDULES = """\
deployments:
  - name: check_essays
    entrypoint: flows/check_essays.py:check_essays
    description: Torture.
    parameters: {parameters: {}}
    schedules: [{slug: often, interval: 25, timezone: UTC, active: true}]
  - name: recheck_sources
    entrypoint: flows/recheck_sources.py:recheck_sources
    description: Torture.
    parameters: {parameters: {older_than_hours: 0.002}}
    schedules: [{slug: often, interval: 40, timezone: UTC, active: true}]
  - name: publish_reports
    entrypoint: flows/publish_reports.py:publish_reports
    description: Torture.
    parameters: {parameters: {}}
    schedules: [{slug: often, interval: 60, timezone: UTC, active: true}]
"""


class Service:
    """``factdesk up`` of the torture home, as a process that may be killed and started again."""

    def __init__(self, root: Path) -> None:
        self.home = open_home(root)
        self._log = root / "up-terminal.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until Prefect answers and a worker polls."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*FACTDESK, "up", "--home", str(self.home.root)],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until("the service answers", self._is_up, START_SECONDS)

    def _is_up(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise SystemExit(f"factdesk up ended with {self._process.returncode}; its output is {self._log}")
        return self.api() is not None and bool(self.find("worker"))

    def api(self) -> PrefectApi | None:
        """Return Prefect's API when it is there."""
        state = running_up(self.home)
        api = PrefectApi(state.api_url) if state else None
        return api if api is not None and api.is_healthy() else None

    def find(self, what: str) -> list[int]:
        """Return the processes of this home that are the server, a worker, a flow run, the desk or ``up``."""
        if what == "up":
            return [self._process.pid] if self._process is not None and self._process.poll() is None else []
        return [pid for pid in processes_of(self.home.root) if _is(pid, what)]

    def kill(self, what: str) -> bool:
        """Kill one of them hard; False when there is none to kill just now."""
        found = self.find(what)
        if not found:
            return False
        os.kill(found[0], signal.SIGKILL)
        if what == "up":
            assert self._process is not None
            self._process.wait()
        return True

    def stop(self) -> int:
        """Press Ctrl-C once and return the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=STOP_SECONDS)

    def end_everything(self) -> None:
        """Leave no process, whatever happened."""
        for pid in processes_of(self.home.root):
            os.kill(pid, signal.SIGKILL)


def _is(pid: int, what: str) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    is_run = b"PREFECT__FLOW_RUN_ID=" in environment
    if what == "flow run":
        return is_run
    if what == "desk":
        return "factdesk.desk.service" in words and "launch" not in words
    if what == "worker":
        return "worker" in words and "start" in words and not is_run and "launch" not in words
    return not is_run and ("uvicorn" in words or ("server" in words and "start" in words))


def wait_until(what: str, holds: Callable[[], object], seconds: float) -> None:
    """Wait until something holds; end the torture, with what it waited for, when it does not."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise SystemExit(f"torture: {what} did not come true within {seconds:.0f} s")
        time.sleep(0.5)


def decide_one(service: Service, rng: random.Random, decided: list[str]) -> None:
    """Decide a claim as a person would; what was acknowledged is noted."""
    asked = _factdesk(service, "queue", "--limit", "50", "--json")
    claims = [json.loads(line)["claim_id"] for line in asked.stdout.splitlines()]
    if not claims:
        return
    told = _factdesk(
        service,
        "decide",
        rng.choice(claims),
        "not_checkable",
        "--conclusion",
        "Torture.",
        "--reason",
        "other",
        "--as",
        "ann",
        "--json",
    )
    if told.returncode == 0:
        decided.append(json.loads(told.stdout)["event_id"])


def _factdesk(service: Service, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FACTDESK, *words, "--home", str(service.home.root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def torture(rounds: int, seed: int, root: Path) -> list[str]:
    """Run all rounds in a fresh home and return what does not hold afterwards."""
    rng = random.Random(seed)
    press = Press()
    press.start()
    (root / "config").mkdir()
    (root / "config" / "factdesk.toml").write_text(SETTINGS.format(authority=press.authority))
    (root / "config" / "prefect.yaml").write_text(SCHEDULES)
    inbox = Inbox(root / "essays", press, rng)
    service, decided = Service(root), []
    try:
        service.start()
        victims = rng.sample(VICTIMS, len(VICTIMS))
        for number in range(rounds):
            _round(service, inbox, press, rng, decided, victims[number % len(victims)])
            say(f"round {number + 1}: {len(inbox.texts)} essays, {len(decided)} decisions")
        faults = _settle(service, inbox, press, decided)
        return [*faults, *_stop(service), *_sent_too_often(press, rounds)]
    finally:
        service.end_everything()
        press.stop()


def _round(
    service: Service, inbox: Inbox, press: Press, rng: random.Random, decided: list[str], victim: str
) -> None:
    inbox.grow(4)
    inbox.edit()
    change_pages(press, rng, 3)
    decide_one(service, rng, decided)
    time.sleep(rng.uniform(3.0, 20.0))
    wait_until(f"there is a {victim} to kill", lambda: service.kill(victim), 120)
    say(f"killed the {victim}")
    if victim == "up":
        time.sleep(rng.uniform(0.0, 5.0))
        service.start()
    wait_until("Prefect answers again", service.api, START_SECONDS)


def _settle(service: Service, inbox: Inbox, press: Press, decided: list[str]) -> list[str]:
    """Let the service work until all holds; return what still does not when the time is up."""
    say("the world stands still; waiting until all is done")
    ends = time.monotonic() + SETTLE_SECONDS
    told = ""
    while faults := find_faults(service.home, inbox, press, decided):
        if time.monotonic() > ends:
            return faults
        if faults[0] != told:
            told = faults[0]
            say(f"not yet: {told}" + (f" and {len(faults) - 1} more" if len(faults) > 1 else ""))
        time.sleep(3)
    say("every essay read once, every page seen, every claim judged; stopping new runs")
    for deployment in ("check_essays", "recheck_sources", "publish_reports"):
        paused = _factdesk(service, "schedules", "pause", deployment)
        if paused.returncode != 0:
            return [f"schedules pause {deployment} failed: {paused.stderr.strip()}"]
    while True:
        # The records of runs that found nothing to do wait for a publish; one may end after the last.
        _factdesk(service, "publish")
        if not (stuck := _stuck(service)):
            break
        if time.monotonic() > ends + 120:
            return stuck
        time.sleep(3)
    return find_faults(service.home, inbox, press, decided)


def _stuck(service: Service) -> list[str]:
    api = service.api()
    if api is None:
        return ["Prefect does not answer"]
    try:
        return find_stuck_runs(service.home, api)
    except PrefectError as error:
        return [str(error)]


def _sent_too_often(press: Press, kills: int) -> list[str]:
    """What was fetched is not fetched again: a page of the same version is confirmed, not sent."""
    again = sum(times - 1 for times in press.sent.values())
    if again <= kills * FETCHES_LOST_BY_A_KILL:
        return []
    return [f"{again} pages were sent again although they had not changed, after {kills} kills"]


def _stop(service: Service) -> list[str]:
    code = service.stop()
    left = processes_of(service.home.root)
    return [
        *([f"Ctrl-C ended factdesk up with {code}"] if code != 130 else []),
        *(f"process {pid} was left behind" for pid in left),
    ]


def main() -> int:
    """Torture and print what does not hold; return 1 when there is anything."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3 if os.environ.get("SHORT") else 10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="keep the torture home though all holds")
    options = parser.parse_args()
    say(f"{options.rounds} rounds, seed {options.seed}")
    root = Path(tempfile.mkdtemp(prefix="factdesk-torture-"))
    faults = torture(options.rounds, options.seed, root)
    return end(root, faults, keep=options.keep)


if __name__ == "__main__":
    sys.exit(main())
