from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from factdesk.config import WebSettings
from factdesk.errors import ArchiveError, GatheringStoppedError
from factdesk.web.fetch import Fetcher
from factdesk.web.shared_turns import FORGET_AFTER_SECONDS, SharedTurns, Slot
from factdesk.web.turns import HostTurns
from patience import soon
from web.hostile import HTML, PAGE, Guest, hostile_server


def shared(
    folder: Path, connections: int = 2, seconds_between: float = 0.0, hold_seconds: float = 60.0
) -> SharedTurns:
    return SharedTurns(folder, connections, seconds_between, hold_seconds)


def test_a_host_is_left_in_peace_between_requests() -> None:
    turns = HostTurns(2, 0.2)
    waits = []
    for _ in range(3):
        waits.append(turns.take("a:80"))
        turns.give_back("a:80")
    assert waits[0] < 0.1
    assert all(0.1 < wait < 0.5 for wait in waits[1:])


def test_hosts_do_not_wait_for_one_another() -> None:
    turns = HostTurns(1, 5.0)
    assert turns.take("a:80") + turns.take("b:80") < 0.1
    assert turns.seconds_until_ready("a:80") > 0
    assert turns.seconds_until_ready("c:80") == 0


def test_a_free_host_waits_for_connections_only() -> None:
    turns = HostTurns(1, 5.0, free=["a:80"])
    turns.take("a:80")
    assert turns.seconds_until_ready("a:80") > 0
    turns.give_back("a:80")
    assert turns.take("a:80") < 0.1


def test_a_turn_that_does_not_count_starts_no_pause() -> None:
    turns = HostTurns(1, 5.0)
    turns.take("a:80", counts=False)
    turns.give_back("a:80")
    assert turns.take("a:80") < 0.1


def test_no_host_gets_more_connections_than_it_may() -> None:
    turns = HostTurns(2, 0.0)
    lock = threading.Lock()
    busy = [0, 0]

    def visit() -> None:
        turns.take("a:80")
        with lock:
            busy[0] += 1
            busy[1] = max(busy)
        time.sleep(0.02)
        with lock:
            busy[0] -= 1
        turns.give_back("a:80")

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert busy == [0, 2]


def test_turns_that_share_a_folder_are_spaced_as_one(tmp_path: Path) -> None:
    first, second = (HostTurns(2, 0.3, shared=shared(tmp_path, seconds_between=0.3)) for _ in range(2))
    began = time.monotonic()
    for turns in (first, second, first, second):
        turns.take("a:80")
        turns.give_back("a:80")
    assert time.monotonic() - began >= 0.9


def test_a_free_host_touches_no_file(tmp_path: Path) -> None:
    turns = HostTurns(1, 5.0, free=["a:80"], shared=shared(tmp_path))
    turns.take("a:80")
    turns.give_back("a:80")
    assert turns.seconds_until_ready("a:80") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["users"]


def test_connections_are_counted_over_all_who_share(tmp_path: Path) -> None:
    first, second = (HostTurns(2, 0.0, shared=shared(tmp_path)) for _ in range(2))
    first.take("a:80")
    second.take("a:80")
    assert first.seconds_until_ready("a:80") > 0
    assert first.seconds_until_ready("b:80") == 0
    second.give_back("a:80")
    soon(lambda: first.seconds_until_ready("a:80") == 0)


def test_a_turn_that_does_not_count_shares_the_connections_alone(tmp_path: Path) -> None:
    first, second = (
        HostTurns(1, 5.0, shared=shared(tmp_path, connections=1, seconds_between=5.0)) for _ in "ab"
    )
    first.take("a:80")
    first.give_back("a:80")
    assert second.take("a:80", counts=False) < 1
    assert 4 < first.seconds_until_ready("a:80") <= 5


@pytest.mark.parametrize("stored", ["999999999999.0", "inf", "nan", "-inf", "", "yesterday", "\x00\x00"])
def test_a_stored_time_makes_nobody_wait_longer_than_the_pause(stored: str, tmp_path: Path) -> None:
    shared(tmp_path).take("a:80", counts=True)
    (path,) = tmp_path.glob("*.host")
    path.write_text(stored)
    turns = HostTurns(2, 0.2, shared=shared(tmp_path, seconds_between=0.2))
    assert turns.take("a:80") < 1


def test_a_connection_of_a_process_that_stands_still_is_not_counted(tmp_path: Path) -> None:
    forgotten = shared(tmp_path, connections=1)
    kept = forgotten.take("a:80", counts=False)
    assert isinstance(kept, Slot)
    impatient = shared(tmp_path, connections=1, hold_seconds=0.2)
    assert isinstance(impatient.take("a:80", counts=False), float)
    time.sleep(0.3)
    in_its_place = impatient.take("a:80", counts=False)
    assert isinstance(in_its_place, Slot)
    assert isinstance(impatient.take("a:80", counts=False), float)
    kept.release()


def test_hosts_not_asked_for_long_are_forgotten_when_nobody_is_there(tmp_path: Path) -> None:
    user = shared(tmp_path)
    for host in ("old:80", "new:80"):
        slot = user.take(host, counts=True)
        assert isinstance(slot, Slot)
        slot.release()
    long_ago = time.time() - 2 * FORGET_AFTER_SECONDS
    (old,) = (path for path in tmp_path.glob("*.host") if path.stem == sha256(b"old:80").hexdigest()[:32])
    for path in (old, old.with_suffix(".0"), tmp_path / "users"):
        os.utime(path, (long_ago, long_ago))
    shared(tmp_path).close()
    assert old.exists()  # the first user is still there
    user.close()
    shared(tmp_path).close()
    assert not old.exists()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == ["", ".0", ".host"]


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "turns"):
        with pytest.raises(ArchiveError, match=r"cannot be written \(.+\); make it writable or remove it"):
            Fetcher(WebSettings(), turns_folder=folder)


def test_a_folder_that_breaks_meanwhile_is_told_in_a_sentence(tmp_path: Path) -> None:
    turns = HostTurns(1, 0.0, shared=shared(tmp_path / "turns"))
    (tmp_path / "turns" / "users").unlink()
    (tmp_path / "turns").rmdir()
    with pytest.raises(ArchiveError, match="cannot be written"):
        turns.take("a:80")


VISITOR = """
import sys, threading
from pathlib import Path
import httpcore
from factdesk.config import WebSettings
from factdesk.web.fetch import Fetcher

folder, port, name, count, connections, pause = sys.argv[1:]
class ToLoopback(httpcore.SyncBackend):
    def connect_tcp(self, host, at, *args, **named):
        return super().connect_tcp("127.0.0.1", int(port), timeout=10)
settings = WebSettings(
    seconds_between_requests=float(pause), connections_per_host=int(connections), tries=1, deadline_seconds=20
)
fetcher = Fetcher(settings, resolver=lambda host, at: ["93.184.216.34"], connector=ToLoopback(),
                  turns_folder=Path(folder))
def visit(number):
    answer = fetcher.fetch(f"http://paper.example/{name}{number}")
    assert answer.status == 200, answer
print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=visit, args=(number,)) for number in range(int(count))]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
"""Fetches pages of one host that is not on the allow list; the test's connector leads it to loopback."""


class Arrivals:
    """Answers every page after a while, and writes down when it was asked and how many were there at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._busy = 0
        self.most_at_once = 0
        self.times: list[float] = []

    def __call__(self, guest: Guest) -> None:
        with self._lock:
            self.times.append(time.monotonic())
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
        guest.server.stopped.wait(self._seconds)
        with self._lock:
            self._busy -= 1
        guest.answer("200 OK", PAGE, HTML)

    def gaps(self) -> list[float]:
        times = sorted(self.times)
        return [later - sooner for sooner, later in pairwise(times)]


@contextmanager
def visitors(
    folder: Path, arrivals: Arrivals, names: str, count: int, connections: int, pause: float
) -> Iterator[list[subprocess.Popen[str]]]:
    """Start processes that each fetch ``count`` pages, all at the same moment."""
    pages = {f"/{name}{number}": arrivals for name in names for number in range(count)}
    with hostile_server(pages) as server, ExitStack() as stack:
        started = []
        for name in names:
            words = [folder, server.port, name, count, connections, pause]
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", VISITOR, *map(str, words)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            started.append(process)
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        yield started


def test_two_processes_leave_a_host_in_peace_together(tmp_path: Path) -> None:
    arrivals = Arrivals(0.0)
    with visitors(tmp_path, arrivals, "ab", count=4, connections=2, pause=0.4) as started:
        assert [process.wait(60) for process in started] == [0, 0]
    assert len(arrivals.times) == 8
    # A request that is slow to leave may come late, and the next after it seem early.
    assert min(arrivals.gaps()) > 0.2
    assert sum(arrivals.gaps()) > 7 * 0.4 - 0.2


def test_two_processes_share_the_connections_of_a_host(tmp_path: Path) -> None:
    arrivals = Arrivals(0.1)
    with visitors(tmp_path, arrivals, "ab", count=6, connections=2, pause=0.0) as started:
        assert [process.wait(60) for process in started] == [0, 0]
    assert (len(arrivals.times), arrivals.most_at_once) == (12, 2)


def test_a_process_that_is_killed_frees_its_connection(tmp_path: Path) -> None:
    arrivals = Arrivals(30.0)
    here = HostTurns(1, 0.0, shared=shared(tmp_path, connections=1))
    with visitors(tmp_path, arrivals, "a", count=1, connections=1, pause=0.0) as (process,):
        soon(lambda: bool(arrivals.times))
        assert here.seconds_until_ready("paper.example:80") > 0
        process.kill()
        process.wait()
        assert here.take("paper.example:80") < 1


def test_all_hosts_together_get_no_more_connections_than_there_are() -> None:
    turns = HostTurns(2, 0.0, free=["b:80"], at_once=2)
    turns.take("a:80")
    turns.take("b:80")
    assert turns.seconds_until_ready("c:80") > 0
    assert turns.seconds_until_ready("b:80") > 0
    turns.give_back("a:80")
    assert turns.take("c:80") < 1


def test_the_settings_say_how_many_connections_there_are(small: WebSettings) -> None:
    fetcher = Fetcher(small.model_copy(update={"connections_at_once": 1}))
    fetcher.turns.take("a:80")
    assert fetcher.seconds_until_ready("b:80") > 0
    assert fetcher.narrowed(small).seconds_until_ready("b:80") > 0


def test_a_host_that_asks_for_longer_pauses_gets_them(tmp_path: Path) -> None:
    first, second = (HostTurns(2, 0.1, shared=shared(tmp_path, seconds_between=0.1)) for _ in "ab")
    for turns in (first, second):
        turns.slow_down("a:80", 5.0)
        turns.slow_down("a:80", 1.0)
    first.take("a:80")
    first.give_back("a:80")
    assert 4 < first.seconds_until_ready("a:80") <= 5
    assert 4 < second.seconds_until_ready("a:80") <= 5
    assert second.seconds_until_ready("b:80") == 0


def test_a_host_that_asks_for_shorter_pauses_does_not_get_them() -> None:
    turns = HostTurns(1, 5.0)
    turns.slow_down("a:80", 0.0)
    turns.take("a:80")
    turns.give_back("a:80")
    assert turns.seconds_until_ready("a:80") > 4


def test_a_link_that_waited_for_its_turn_is_not_asked_for_after_the_end(small: WebSettings) -> None:
    with hostile_server() as server:
        fetcher = Fetcher(small, [server.host])
        for _ in range(small.connections_per_host):
            fetcher.turns.take(server.host)
        stopped: list[BaseException] = []

        def visit() -> None:
            try:
                fetcher.fetch(server.url("/ok"))
            except GatheringStoppedError as error:
                stopped.append(error)

        waiting = threading.Thread(target=visit)
        waiting.start()
        fetcher.close()
        fetcher.turns.give_back(server.host)
        waiting.join(10)
        assert len(stopped) == 1
        assert server.asked == []
