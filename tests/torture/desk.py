"""Kills the desk between a key and its answer and looks whether a decision was lost or doubled.

``make torture-desk`` (50 kills), ``SHORT=1 make torture-desk`` (5). In a round somebody decides a claim, and
the process is killed with SIGKILL at a random moment before or shortly after the answer, or as soon as the
decision lies in the spool. The desk is started again and looked at as a person does: what was acknowledged
must be there; what was not is there or it is not, as the page of the claim says; and the same form, sent once
more as a browser does when one loads the page again, is taken and stores nothing twice.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from desk_homes import Visitor
from desk_pages import text_of
from desk_programs import ANSWER_SECONDS, running
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.query import run_query
from program import run_in
from torture.ending import end, say

TRIED_BEFORE = 4
"""Decisions without a kill, which tell how long one takes."""

RATING, SAID = "not_checkable", "Nobody can know."
DECIDED = "You decided: cannot be checked"

_WAITING = "SELECT claim_id FROM reports.review_queue ORDER BY rank"
_DECIDED = """
    SELECT claim_id, count(*) FROM records.review_events WHERE act = 'decide' GROUP BY claim_id
"""


@dataclass
class Pressed:
    """One form of a claim. ``status`` is that of its answer, None while there is none and when none came."""

    claim_id: str
    seen: str
    status: int | None = None
    seconds: float = 0.0

    def send(self, visitor: Visitor) -> None:
        began = time.monotonic()
        fields = {"seen": self.seen, "rating": RATING, "conclusion": SAID, "reason": "other"}
        with contextlib.suppress(httpx.HTTPError):
            self.status = visitor.post(f"/claims/{self.claim_id}/decide", **fields).status_code
        self.seconds = time.monotonic() - began

    @property
    def is_acknowledged(self) -> bool:
        return self.status == 303


def press(visitor: Visitor, claim_id: str) -> Pressed:
    """Open a claim and decide it."""
    pressed = Pressed(claim_id, visitor.seen(claim_id))
    pressed.send(visitor)
    return pressed


def press_and_kill(desk: subprocess.Popen[str], visitor: Visitor, claim_id: str, wait: Wait) -> Pressed:
    """Open a claim, decide it and kill the desk meanwhile."""
    pressed = Pressed(claim_id, visitor.seen(claim_id))
    presser = Thread(target=pressed.send, args=(visitor,))
    wait.begin()
    presser.start()
    wait.until_its_moment(presser)
    desk.send_signal(signal.SIGKILL)
    presser.join(ANSWER_SECONDS)
    desk.wait()
    return pressed


@dataclass
class Wait:
    """Waits for the moment of a kill that chance names: some time, or that a batch lies in the spool."""

    folder: WarehouseFolder
    rng: random.Random
    usual_seconds: float

    def begin(self) -> None:
        """To be called before the form is sent."""
        self._before = self._batches()

    def until_its_moment(self, presser: Thread) -> None:
        if self.rng.random() < 0.5:
            time.sleep(self.rng.uniform(0, 1.3 * self.usual_seconds))
            return
        while self._batches() <= self._before and presser.is_alive():
            pass
        time.sleep(self.rng.uniform(0, 0.3 * self.usual_seconds))

    def _batches(self) -> set[str]:
        places = (self.folder.pending, self.folder.claimed)
        return {one.name for place in places if place.is_dir() for one in os.scandir(place)}


def make_home(root: Path, claims: int) -> None:
    """Check an essay with so many claims; nothing is fetched."""
    (root / "config").mkdir(parents=True)
    (root / "config" / "factdesk.toml").write_text('[inbox]\nessays = "essays"\n', encoding="utf-8")
    (root / "essays").mkdir()
    sentences = [f"An adult ticket to island {number} costs €{number + 3}.\n\n" for number in range(claims)]
    (root / "essays" / "islands.md").write_text("".join(sentences), encoding="utf-8")
    checked = run_in(root, "check", "essays")
    assert checked.code == 0, checked.err


def look(visitor: Visitor, pressed: Pressed, found: Counter[str]) -> Iterator[str]:
    """Look at a claim as its checker does after the desk is back; yield what does not hold."""
    page = visitor.get(f"/claims/{pressed.claim_id}")
    is_there = DECIDED in text_of(page.text)
    if pressed.is_acknowledged:
        found["answered and kept"] += is_there
        if not is_there:
            yield f"the decision on {pressed.claim_id} was answered and is lost"
    elif pressed.status is not None:
        yield f"the decision on {pressed.claim_id} was answered with {pressed.status}"
    else:
        found["not answered and " + ("kept" if is_there else "absent")] += 1
    again = Pressed(pressed.claim_id, pressed.seen)
    again.send(visitor)
    if not again.is_acknowledged:
        yield f"the form of {pressed.claim_id}, sent again, was answered with {again.status}"
    if DECIDED not in text_of(visitor.get(f"/claims/{pressed.claim_id}").text):
        yield f"the form of {pressed.claim_id}, sent again, was taken and is lost"


def look_at_the_end(root: Path, claims: list[str]) -> Iterator[str]:
    """Every decision is there once, and the chain of all acts holds."""
    counted = Counter({str(claim): times for claim, times in run_query(root / "warehouse", _DECIDED).rows})
    if counted != Counter(claims):
        yield f"decisions that are lost or doubled: {Counter(claims) - counted} {counted - Counter(claims)}"
    verified = run_in(root, "verify")
    if verified.code != 0:
        yield f"factdesk verify: {verified.out} {verified.err}"


def torture(root: Path, kills: int, rng: random.Random) -> tuple[list[str], Counter[str]]:
    """Kill so often; return what does not hold, and how often what became of a decision."""
    make_home(root, TRIED_BEFORE + kills)
    claims = [str(claim) for (claim,) in run_query(root / "warehouse", _WAITING).rows]
    faults: list[str] = []
    found: Counter[str] = Counter()
    with running(root) as (_, visitor):
        tried = [press(visitor, claim) for claim in claims[:TRIED_BEFORE]]
    usual_seconds = statistics.median(one.seconds for one in tried)
    say(f"a decision takes {usual_seconds * 1000:.0f} ms here")
    wait = Wait(WarehouseFolder(root / "warehouse"), rng, usual_seconds)
    last = tried[-1]
    for claim in claims[TRIED_BEFORE:]:
        with running(root) as (desk, visitor):
            faults += look(visitor, last, found)
            last = press_and_kill(desk, visitor, claim, wait)
    with running(root) as (desk, visitor):
        faults += look(visitor, last, found)
        desk.send_signal(signal.SIGTERM)
        if code := desk.wait(ANSWER_SECONDS):
            faults.append(f"the desk ended with {code} when it was asked to")
    faults += look_at_the_end(root, claims)
    return faults, found


def main() -> int:
    """Torture and print what does not hold; return 1 when there is anything."""
    is_short = bool(os.environ.get("SHORT"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=5 if is_short else 50)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="keep the warehouse though all holds")
    options = parser.parse_args()
    say(f"{options.kills} kills, seed {options.seed}")
    folder = Path(tempfile.mkdtemp(prefix="factdesk-torture-desk-"))
    faults, found = torture(folder / "home", options.kills, random.Random(options.seed))
    say(", ".join(f"{what} {times}" for what, times in sorted(found.items())))
    return end(folder, faults, keep=options.keep)


if __name__ == "__main__":
    sys.exit(main())
