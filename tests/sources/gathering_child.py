"""Gathers links in a process of its own and tells all that became of it, as JSON on standard output.

Standard input is one JSON object: ``together`` (links gathered side by side), ``alone`` (links gathered one
after another, with the memory that each took), ``allow_hosts``, ``public_port`` (the port on loopback to
which `PUBLIC` leads), ``names`` (host name to the lists of addresses that the name server gives, one a
question) and ``archive``. What the process asked of the network is told by Python's own audit events.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpcore

from factdesk.config import ReadingSettings, Settings, WebSettings
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest, gather
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from factdesk.web.workers import ReadingPool

PUBLIC = "93.184.216.34"
DEADLINE_SECONDS = 2.0
WORKERS = 2
GOOD_PAGE = b"<html><body><article><p>Every seat in the old town hall was sold within an hour.</p></article>"

SETTINGS = Settings(
    web=WebSettings(
        user_agent="Factdesk/0.1 (tests)",
        deadline_seconds=DEADLINE_SECONDS,
        connect_seconds=1.0,
        seconds_between_requests=0.0,
        connections_per_host=12,
        hosts_at_once=12,
        max_redirects=5,
        tries=1,
    ),
    reading=ReadingSettings(workers=WORKERS, wall_seconds=30.0, cpu_seconds=2),
)


class Internet(httpcore.SyncBackend):
    """Leads the one public address to a port of this machine; every other address is itself."""

    def __init__(self, public_port: int) -> None:
        self._public_port = public_port
        self.asked: list[str] = []

    def connect_tcp(self, host: str, port: int, *args: Any, **named: Any) -> httpcore.NetworkStream:
        self.asked.append(f"{host}:{port}")
        if host == PUBLIC:
            return super().connect_tcp("127.0.0.1", self._public_port, timeout=1.0)
        return super().connect_tcp(host, port, *args, **named)


class Names:
    """A name server that gives a name's answers one after another, the last one again and again."""

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self._answers = answers
        self._lock = threading.Lock()

    def __call__(self, host: str, port: int) -> list[str]:
        if host == "silent.example":
            threading.Event().wait(5)
        with self._lock:
            answers = self._answers.get(host, [[PUBLIC]])
            return answers.pop(0) if len(answers) > 1 else answers[0]


def watch_network() -> list[str]:
    """Return a list that grows with every address and name that this process asks of the network."""
    seen: list[str] = []

    def note(event: str, arguments: Sequence[Any]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            seen.append("{}:{}".format(*arguments[1][:2]))
        elif event == "socket.getaddrinfo" and arguments[0]:
            seen.append(f"name {arguments[0]}")

    sys.addaudithook(note)
    return seen


def peak_bytes() -> int:
    """Return the most memory that this process held since `forget_peak`."""
    return _status_bytes("VmHWM")


def forget_peak() -> int:
    """Begin a new peak; return the memory that is held now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status_bytes("VmRSS")


def _status_bytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def told(one: Gathered) -> dict[str, Any]:
    fetch = one.fetch
    return {
        "url": one.source.url,
        "outcome": fetch.outcome.value,
        "detail": fetch.detail,
        "elapsed_ms": fetch.elapsed_ms,
        "hops": [[hop.url, hop.address, hop.status] for hop in fetch.hops],
        "wire_sha256": fetch.wire_sha256,
        "text": one.text,
    }


def main() -> None:
    """Gather what standard input asks for and tell it."""
    asked = json.load(sys.stdin)
    seen = watch_network()
    internet = Internet(asked["public_port"])
    fetcher = Fetcher(SETTINGS.web, asked["allow_hosts"], Names(asked["names"]), connector=internet)
    robots = RobotsRules(fetcher)
    archive = Archive(Path(asked["archive"]))
    with ReadingPool(SETTINGS.reading) as pool:

        def run(urls: Sequence[str]) -> list[Gathered]:
            requests = [SourceRequest(url) for url in urls]
            return gather(requests, archive, pool, SETTINGS, fetcher=fetcher, robots=robots)

        gathered, grown = [], {}
        for url in asked["alone"]:
            before = forget_peak()
            gathered += [told(one) for one in run([url])]
            grown[url] = peak_bytes() - before
        gathered += [told(one) for one in run(asked["together"])]
        pages = _read_with_all_workers(pool)
    fetcher.close()
    print(json.dumps({"gathered": gathered, "grown": grown, "seen": seen, "pages": pages}))


def _read_with_all_workers(pool: ReadingPool) -> list[str]:
    """Read a good page with as many threads as there are workers, twice over; return the texts."""
    texts: list[str] = []

    def read() -> None:
        for _ in range(2):
            page = pool.read_page(GOOD_PAGE, media_type="text/html", charset=None, url=None)
            texts.append(getattr(page, "text", str(page)))

    threads = [threading.Thread(target=read) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [*texts, f"{len(pool.worker_ids())} workers"]


if __name__ == "__main__":
    main()
