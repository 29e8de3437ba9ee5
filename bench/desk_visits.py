"""People at a desk that is measured: one who turns the pages, ten at once, and one with a browser."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

CHILD = Path(__file__).with_name("desk_child.py")
ANSWER_SECONDS = 600.0
MOST_TRIES = 20
_SETTINGS = "[review]\nsecond_check_share = 0\n"
"""So the queue is as long as it was made: a twentieth of the decided claims would wait as well."""

SENTENCE = "The page that the essay links says so."


@dataclass
class RunningDesk:
    """A desk in a process of its own. ``told`` is what it said when it was ready."""

    process: subprocess.Popen[str]
    told: dict[str, Any]

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self.told["url"])

    def new_link(self) -> str:
        """Return a link that signs somebody in who is not here yet."""
        return str(self.told["links"].pop())

    def ask(self) -> dict[str, Any]:
        """Return what was measured since the last time; see `bench.desk_child`."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._line()

    def stop(self) -> dict[str, Any]:
        """Close the desk and return what it says at the end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        last = self._line()
        assert self.process.wait() == 0, "the desk that was measured met an error"
        return last

    def _line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the desk that was measured ended"
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def running_desk(root: Path, warehouse: Path) -> Iterator[RunningDesk]:
    """Start a desk in a new home with a copy of a warehouse; its archive is not copied but linked."""
    _copy_warehouse(warehouse, root / "warehouse")
    (root / "config").mkdir()
    (root / "config" / "factdesk.toml").write_text(_SETTINGS, encoding="utf-8")
    command = [sys.executable, str(CHILD), str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first, "the desk that is to be measured did not start"
            yield RunningDesk(process, json.loads(first))
        finally:
            process.kill()


def _copy_warehouse(warehouse: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for name in ("factdesk.duckdb", "reports.duckdb", "published.json"):
        shutil.copyfile(warehouse / name, target / name)
    (target / "snapshots").symlink_to((warehouse / "snapshots").resolve())


@dataclass
class Checker:
    """Somebody who decides one claim after the other. ``took`` has the seconds of each decision's answer."""

    client: httpx.Client
    place: str = ""
    took: list[float] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)

    def page(self, address: str) -> str:
        """Return a page."""
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}: {answer.text[:400]}"
        return answer.text

    def start(self, listing: str = "/queue") -> None:
        """Open a listing and take its first claim."""
        found = re.search(r"/claims/[0-9a-f-]{36}[^\"]*", self.page(listing))
        assert found, "nothing waits in the queue that is measured"
        self.place = found[0].replace("&amp;", "&")

    def open(self) -> str:
        """Return what a decision on the claim rests on; where a colleague has it open, go to another one."""
        for _ in range(MOST_TRIES):
            seen = re.search(r'name="seen" value="([^"]+)"', self.page(self.place))
            if seen is not None:
                return seen[1]
            self.start()
        raise AssertionError("colleagues have every claim open that the queue leads to")

    def decide(self) -> None:
        """Open the claim, decide it and go where the desk leads."""
        seen = self.open()
        claim = re.findall(r"[0-9a-f-]{36}", self.place)[0]
        fields = {"seen": seen, "rating": "not_checkable", "conclusion": SENTENCE, "reason": "other"}
        start = time.perf_counter()
        answer = self.client.post(
            f"/claims/{claim}/decide", data=fields, headers={"Sec-Fetch-Site": "same-origin"}
        )
        self.took.append(time.perf_counter() - start)
        # Refused is what a colleague decided meanwhile, or what now waits for somebody else.
        assert answer.status_code in (303, 403, 409), f"{answer.status_code}: {answer.text[:400]}"
        if answer.status_code == 303:
            self.decided.append(claim)
            self.place = answer.headers["location"]
        if "/claims/" not in self.place or answer.status_code != 303:
            self.start()


@contextmanager
def checkers(desk: RunningDesk, count: int) -> Iterator[list[Checker]]:
    """Give so many people, each signed in."""
    with contextlib.ExitStack() as stack:
        found = []
        for link in [desk.new_link() for _ in range(count)]:
            client = stack.enter_context(httpx.Client(base_url=desk.url, timeout=ANSWER_SECONDS))
            assert client.get(link).status_code == 303
            found.append(Checker(client))
        yield found


def review_together(people: list[Checker], seconds: float, thinking: float) -> None:
    """Let all decide for some time, each with a pause after each claim."""
    for one in people:  # one after the other, so that the queue leads each to another claim
        one.start()
        one.open()
    end = time.monotonic() + seconds

    def work(one: Checker) -> None:
        while time.monotonic() < end:
            one.decide()
            time.sleep(thinking)

    with ThreadPoolExecutor(len(people)) as pool:
        for done in [pool.submit(work, one) for one in people]:
            done.result()
