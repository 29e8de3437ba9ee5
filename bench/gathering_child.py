"""Gathers many links over many simulated hosts in a process of its own and tells seconds and memory.

Arguments: links, hosts. Prints one JSON object. Every host is a name of its own with an address of its own;
the connections are made in memory, because five hundred hosts on loopback would measure the kernel. All else
is real: guard, robots.txt, turns that processes share, fetching by httpx, the archive's files, the pool of
reading workers; only what the workers run is a stand-in that parses nothing (`bench.cheap_reader`).
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpcore

from factdesk.config import ReadingSettings, Settings, WebSettings
from factdesk.sources.archive import Archive
from factdesk.sources.gather import SourceRequest, gather
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from factdesk.web.workers import Readers, ReadingPool

LINKS_A_BATCH = 100
"""A flow gathers the links of 50 essays at once, and lets go of them when they are judged."""

WARM_LINKS = 1000
SETTINGS = Settings(
    web=WebSettings(user_agent="Factdesk/0.1 (bench)", seconds_between_requests=0.0),
    reading=ReadingSettings(workers=2),
)
_PARAGRAPH = "<p>On day %05d the ferry was full, and the kiosk sold tea at %d coins a cup.</p>\n"
_BODY = "".join(_PARAGRAPH % (day, day % 7 + 2) for day in range(120))


class MemoryStream(httpcore.NetworkStream):
    """A connection to a site in memory; answers every request that is written to it."""

    def __init__(self) -> None:
        self._asked = b""
        self._answer = b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take a request."""
        self._asked += buffer
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._answer += answer(head.split(b" ", 2)[1].decode())

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Give the next part of the answer."""
        part, self._answer = self._answer[:max_bytes], self._answer[max_bytes:]
        return part

    def close(self) -> None:
        """Nothing is open."""

    def get_extra_info(self, info: str) -> Any:
        """Know nothing more."""
        return None


def answer(path: str) -> bytes:
    """Return what a site says to a path: a robots.txt, or a page that no other path has."""
    body = (
        "User-agent: *\nDisallow: /private/\n" if path == "/robots.txt" else f"<title>{path}</title>\n{_BODY}"
    )
    content = body.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


class MemoryConnector(httpcore.NetworkBackend):
    """The internet of the bench."""

    def connect_tcp(self, host: str, port: int, *args: Any, **named: Any) -> httpcore.NetworkStream:
        """Connect to any address."""
        return MemoryStream()


def address_of(host: str, port: int) -> list[str]:
    """Return the public address of ``host-NUMBER.example``."""
    number = int(host.partition(".")[0].rpartition("-")[2])
    return [f"93.184.{number // 200}.{number % 200 + 1}"]


def batches(links: int, hosts: int) -> Iterator[list[SourceRequest]]:
    """Yield the links in batches; each goes to another host than the one before it."""
    for start in range(0, links, LINKS_A_BATCH):
        numbers = range(start, min(start + LINKS_A_BATCH, links))
        yield [SourceRequest(f"http://host-{number % hosts}.example/{number}") for number in numbers]


def run(links: int, hosts: int, folder: Path) -> dict[str, Any]:
    """Gather all links; return seconds, and the memory after the first thousand links and after all."""
    fetcher = Fetcher(
        SETTINGS.web, resolver=address_of, connector=MemoryConnector(), turns_folder=folder / "turns"
    )
    robots, archive = RobotsRules(fetcher), Archive(folder / "snapshots")
    readers = Readers(page="cheap_reader:read_page", path=(str(Path(__file__).parent),))
    done = warm = 0
    started = time.perf_counter()
    with ReadingPool(SETTINGS.reading, readers) as pool:
        for batch in batches(links, hosts):
            gathered = gather(batch, archive, pool, SETTINGS, fetcher=fetcher, robots=robots)
            require_fetched(one.fetch.outcome.value for one in gathered)
            done += len(gathered)
            if done <= WARM_LINKS:
                warm = resident_bytes()
    seconds = time.perf_counter() - started
    fetcher.close()
    return {"links": done, "seconds": seconds, "warm_bytes": warm, "end_bytes": resident_bytes()}


def require_fetched(outcomes: Iterable[str]) -> None:
    """Raise RuntimeError for an outcome that is not fetched: the figure would be of something else."""
    for outcome in outcomes:
        if outcome != "fetched":
            raise RuntimeError(f"a page of the bench ended as {outcome}")


def resident_bytes() -> int:
    """Return the memory that this process holds."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]), Path(name))))
