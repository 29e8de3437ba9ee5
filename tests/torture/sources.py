"""Kills a process that gathers sources at random moments and looks whether anything was lost or doubled.

``make torture-sources`` (10 rounds), ``SHORT=1 make torture-sources`` (2). In a round a process gathers the
pages of a site that counts what it is asked. Again and again it is killed with SIGKILL while it fetches,
while it parses, while it writes to the archive, or whenever; or one of its reading workers is. After each
kill the archive is looked at; then the process is started anew, until all pages are done.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from factdesk.model import SourceOutcome
from factdesk.sources.archive import Archive
from factdesk.sources.known import FLEETING_OUTCOMES
from torture.ending import end, say
from torture.verdict import processes_of
from web.hostile import HTML, PNG, Guest, HostileServer, hostile_server

CHILD = Path(__file__).with_name("gathering_child.py")
MOMENTS = ("fetching", "parsing", "archiving", "whenever", "worker")
"""When it kills, and whom: the last one is a reading worker, and the gathering goes on."""

ROUND_SECONDS = 300.0
END_SECONDS = 20.0
KINDS = 7
"""How many kinds of page there are; the sixth is gone and the seventh a picture."""

AT_ONCE = 6
"""Pages that a killed process may have asked for and not yet acknowledged: its connections to one host."""

Row = dict[str, Any]


def page_text(number: int) -> bytes:
    """Return an article of about 30 kB that no other page has."""
    lines = (
        f"<p>On day {day} of year {number} the ferry was full; the kiosk sold {day * number} cups of tea.</p>"
        for day in range(330)
    )
    return f"<!doctype html><title>Year {number}</title><article>{''.join(lines)}</article>".encode()


def make_pages(count: int) -> dict[str, Callable[[Guest], None]]:
    """Return the site: articles plain, packed, slow and in pieces; a picture; pages that are gone."""
    return {f"/page/{number}": _behaviour(number) for number in range(count)}


def _behaviour(number: int) -> Callable[[Guest], None]:
    body = page_text(number)
    packed = gzip.compress(body)

    def slowly(guest: Guest) -> None:
        guest.send(f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for start in range(0, len(body), 8000):
            guest.send(body[start : start + 8000])
            time.sleep(0.05)

    kinds: tuple[Callable[[Guest], None], ...] = (
        lambda guest: guest.answer("200 OK", body, HTML),
        lambda guest: guest.answer("200 OK", packed, HTML, "Content-Encoding: gzip"),
        slowly,
        lambda guest: guest.answer("200 OK", body, HTML, 'ETag: "v1"'),
        lambda guest: guest.answer("200 OK", body, HTML),
        lambda guest: guest.answer("410 Gone", b"<p>gone</p>", HTML),
        lambda guest: guest.answer("200 OK", PNG + bytes([number % 256]), HTML),
    )
    return kinds[number % KINDS]


class Gathering:
    """The process that gathers, its archive and what it has acknowledged so far."""

    def __init__(self, root: Path, server: HostileServer, pages: int) -> None:
        self._root = root
        self._server = server
        self._pages = pages
        self._process: subprocess.Popen[bytes] | None = None
        self.archive = root / "snapshots"
        self.cut_writes = 0
        self._acknowledgements = root / "acknowledged.ndjson"
        self._log = root / "gathering.log"

    def start(self) -> None:
        """Start it. Its workers are found by their TMPDIR."""
        command = [sys.executable, str(CHILD), str(self.archive), str(self._acknowledgements)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, self._server.host, str(self._pages)],
                env={**os.environ, "TMPDIR": str(self._root)},
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def has_ended(self) -> bool:
        """Whether it ended. Raises SystemExit when it did and no one had killed it."""
        assert self._process is not None
        code = self._process.poll()
        if code not in (None, 0, -signal.SIGKILL):
            raise SystemExit(f"torture: gathering ended with {code}; its output is {self._log}")
        return code is not None

    def kill(self) -> None:
        """Kill it hard."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def workers(self) -> list[int]:
        """Return its reading workers."""
        return [pid for pid in processes_of(self._root) if pid != self.pid]

    def busy_worker(self) -> int | None:
        """Return a worker that reads right now."""
        return next((pid for pid in self.workers() if _state(pid) == "R"), None)

    def files(self) -> set[str]:
        """Return the blobs of the archive and what is being written right now."""
        return {path.name for name in ("unfinished", "blobs") for path in (self.archive / name).rglob("*")}

    def clear_unfinished(self) -> None:
        """Count and forget what a kill left half written, so that it is counted once."""
        for path in (self.archive / "unfinished").glob("*"):
            path.unlink()
            self.cut_writes += 1

    def is_done(self) -> bool:
        """Whether the last run came to its end."""
        return bool(rows := self._rows()) and "all" in rows[-1]

    def acknowledged(self) -> list[Row]:
        """Return the pages that it has said are done."""
        return [row for row in self._rows() if "url" in row]

    def _rows(self) -> list[Row]:
        if not self._acknowledgements.exists():
            return []
        lines = self._acknowledgements.read_bytes().split(b"\n")[:-1]
        return [row for row in (_row(line) for line in lines) if row is not None]


def _row(line: bytes) -> Row | None:
    """A kill may cut a line off; the next one then stands behind it and is lost with it."""
    try:
        row: Row = json.loads(line)
    except ValueError:
        return None
    return row


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return ""


def wait_for(what: str, holds: Callable[[], object], seconds: float, pause: float = 0.002) -> None:
    """Wait until something holds; end the torture, with what it waited for, when it does not."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise SystemExit(f"torture: {what} did not come true within {seconds:.0f} s")
        time.sleep(pause)


def wait_for_moment(gathering: Gathering, server: HostileServer, moment: str, rng: random.Random) -> None:
    """Wait for the next moment of a kind, or until the gathering has ended."""
    asked = len(server.asked)
    patience = rng.randrange(1, 10)  # so that it is not always the first page
    wait_for(
        f"{patience} requests",
        lambda: len(server.asked) >= asked + patience or gathering.has_ended(),
        ROUND_SECONDS,
    )
    if moment == "whenever":
        time.sleep(rng.uniform(0.0, 1.5))
    elif moment == "archiving":
        before = gathering.files()
        wait_for("a write", lambda: gathering.files() != before or gathering.has_ended(), ROUND_SECONDS, 0.0)
    elif moment in ("parsing", "worker"):
        wait_for("a parse", lambda: gathering.busy_worker() or gathering.has_ended(), ROUND_SECONDS)


def find_archive_faults(archive: Path, acknowledged: list[Row]) -> Iterator[str]:
    """Every blob is what its name says, every record is whole, and all that was acknowledged is there."""
    blobs = {path.name for path in (archive / "blobs").rglob("*") if path.is_file()}
    for path in (archive / "blobs").rglob("*"):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"the blob {path} is not what its name says"
    for path in (archive / "fetches").rglob("*.json"):
        fetch = json.loads(path.read_bytes())["fetch"]
        for name in ("blob_sha256", "text_sha256"):
            if fetch[name] is not None and fetch[name] not in blobs:
                yield f"the record {path} names a blob that is not there"
    for row in acknowledged:
        fetched_at = datetime.fromisoformat(row["fetched_at"])
        known = Archive(archive).fetches(UUID(row["source_id"]))
        if fetched_at not in [one.fetch.fetched_at for one in known]:
            yield f"the acknowledged fetch of {row['url']} at {fetched_at} is lost"
        yield from (f"a blob of {row['url']} is lost" for sha256 in row["blobs"] if sha256 not in blobs)


def torture_once(
    root: Path, pages: int, most_kills: int, rng: random.Random
) -> tuple[list[str], Counter[str]]:
    """Run one round; return what does not hold and how often it killed at which moment."""
    killed: Counter[str] = Counter()
    asked_before: Counter[str] = Counter()
    with hostile_server(make_pages(pages)) as server:
        gathering = Gathering(root, server, pages)
        while True:
            gathering.clear_unfinished()
            gathering.start()
            if killed.total() < most_kills:
                _kill_at_some_moment(gathering, server, rng, killed)
            else:
                wait_for("the rest is gathered", gathering.has_ended, ROUND_SECONDS, 0.05)
            faults = [*_look(gathering, server, asked_before)]
            if faults or (gathering.is_done() and not _fleeting(gathering.acknowledged())):
                break
        gathering.clear_unfinished()
        faults += _look_at_the_end(gathering, server, pages, killed.total())
        return faults, killed | Counter({"writes cut off": gathering.cut_writes})


def _kill_at_some_moment(
    gathering: Gathering, server: HostileServer, rng: random.Random, killed: Counter[str]
) -> None:
    """Kill the process at the next moment of a kind that chance names, perhaps some workers before."""
    while not gathering.has_ended():
        moment = rng.choice(MOMENTS)
        wait_for_moment(gathering, server, moment, rng)
        if gathering.has_ended():
            return
        killed[moment] += 1
        if moment != "worker":
            gathering.kill()
            return
        if (victim := gathering.busy_worker()) is not None:
            os.kill(victim, signal.SIGKILL)


def _look(gathering: Gathering, server: HostileServer, asked_before: Counter[str]) -> Iterator[str]:
    """Look after a kill. ``asked_before`` becomes how often a page was asked when it was acknowledged."""
    wait_for("the workers of a killed process end", lambda: not gathering.workers(), END_SECONDS, 0.05)
    acknowledged = gathering.acknowledged()
    yield from find_archive_faults(gathering.archive, acknowledged)
    asked = _asked(server)
    for path in {row["url"].partition(server.host)[2] for row in acknowledged if _lasts(row)}:
        if asked[path] > asked_before.setdefault(path, asked[path]):
            yield f"{path} was fetched again although it had been acknowledged"


def _asked(server: HostileServer) -> Counter[str]:
    return Counter(path for path, _ in server.asked if path.startswith("/page/"))


def _lasts(row: Row) -> bool:
    return SourceOutcome(row["outcome"]) not in FLEETING_OUTCOMES


def _fleeting(acknowledged: list[Row]) -> list[str]:
    """Return the pages whose last outcome another run may change: those of a worker that was killed."""
    last = {row["url"]: row for row in acknowledged}
    return [url for url, row in last.items() if not _lasts(row)]


def _look_at_the_end(gathering: Gathering, server: HostileServer, pages: int, kills: int) -> Iterator[str]:
    """Every page has its outcome, and what was asked twice is what a kill cut off."""
    counted = Counter({row["url"]: row["outcome"] for row in gathering.acknowledged()}.values())
    gone, pictures = (len(range(at, pages, KINDS)) for at in (5, 6))
    expected = {"fetched": pages - gone - pictures, "gone": gone, "unsupported_type": pictures}
    if counted != Counter(expected):
        yield f"the outcomes at the end are {dict(counted)} and not {expected}"
    again = _asked(server).total() - pages
    if again > kills * AT_ONCE:
        yield f"{again} pages were fetched again after {kills} kills"


def main() -> int:
    """Torture and print what does not hold; return 1 when there is anything."""
    is_short = bool(os.environ.get("SHORT"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=2 if is_short else 10)
    parser.add_argument("--pages", type=int, default=40 if is_short else 100)
    parser.add_argument("--kills", type=int, default=8 if is_short else 30, help="most kills of one round")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="keep the archives though all holds")
    options = parser.parse_args()
    say(f"{options.rounds} rounds of {options.pages} pages, seed {options.seed}")
    root = Path(tempfile.mkdtemp(prefix="factdesk-torture-sources-"))
    rng = random.Random(options.seed)
    faults: list[str] = []
    for number in range(options.rounds):
        folder = root / str(number)
        folder.mkdir()
        found, killed = torture_once(folder, options.pages, options.kills, rng)
        faults += found
        say(f"round {number + 1}: " + ", ".join(f"{what} {times}" for what, times in killed.items()))
    return end(root, faults, keep=options.keep)


if __name__ == "__main__":
    sys.exit(main())
