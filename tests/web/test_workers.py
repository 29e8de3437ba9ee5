from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factdesk.config import ReadingSettings
from factdesk.reading.page_text import PageText
from factdesk.web.workers import Readers, ReadingPool, WorkerDeath

HERE = str(Path(__file__).parent)
HOSTILE = Readers(page="hostile_reader:read_page", path=(HERE,))
SETTINGS = ReadingSettings(workers=2, wall_seconds=4.0, cpu_seconds=1, memory_bytes=400_000_000)
SLACK_SECONDS = 20
"""What a busy machine may add to a limit."""


@pytest.fixture
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(SETTINGS, HOSTILE) as running:
        yield running


def read(pool: ReadingPool, content: str | bytes) -> PageText | WorkerDeath:
    content = content.encode() if isinstance(content, str) else content
    return pool.read_page(content, media_type="text/html", charset=None, url="http://a.example/")


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("spin", "reading took "),
        ("sleep 60", "reading took longer than 4 seconds"),
        ("eat", "the reader ran out of room (MemoryError)"),
        ("deep", "the reader ran out of room (RecursionError)"),
        ("die", "the reading worker was killed (signal 9)"),
        ("leave", "the reading worker ended (exit code 3)"),
        ("raise", "the reader failed (LookupError)"),
        ("surrogate", "the reader failed (UnicodeEncodeError)"),
    ],
)
def test_a_deadly_page_kills_its_worker_and_not_the_pool(pool: ReadingPool, page: str, reason: str) -> None:
    began = time.monotonic()
    death = read(pool, page)
    assert isinstance(death, WorkerDeath)
    assert death.reason.startswith(reason)
    assert time.monotonic() - began < SETTINGS.wall_seconds + SLACK_SECONDS
    after = read(pool, "fine well")
    assert isinstance(after, PageText)
    assert after.text == "well"


def test_a_worker_that_uses_up_its_cpu_is_ended_by_the_kernel() -> None:
    settings = SETTINGS.model_copy(update={"wall_seconds": 60.0})
    with ReadingPool(settings, HOSTILE) as pool:
        death = read(pool, "spin")
    assert death == WorkerDeath("reading took more than 1 seconds of CPU")


def test_cpu_is_counted_for_each_page(pool: ReadingPool) -> None:
    """RLIMIT_CPU counts a process's whole life; a worker that reads many pages must not die of age."""
    with ReadingPool(SETTINGS.model_copy(update={"workers": 1}), HOSTILE) as one:
        pages = [read(one, "fine") for _ in range(30)]
        assert len({page.charset for page in pages if isinstance(page, PageText)}) == 1


def test_what_a_parser_prints_does_not_reach_the_frames(pool: ReadingPool) -> None:
    page = read(pool, "print well")
    assert isinstance(page, PageText)
    assert page.text == "well"


def test_an_answer_of_the_wrong_shape_is_a_death() -> None:
    with ReadingPool(SETTINGS, Readers(page="hostile_reader:read_nonsense", path=(HERE,))) as pool:
        death = read(pool, "x")
    assert death == WorkerDeath("the reader's answer could not be understood (ValueError)")


def test_a_reader_that_cannot_be_loaded_is_a_death() -> None:
    with ReadingPool(SETTINGS, Readers(page="no_such_module:read")) as pool:
        assert read(pool, "x") == WorkerDeath("the reader failed (ModuleNotFoundError)")


def test_the_pool_is_whole_after_kills_in_the_middle(pool: ReadingPool) -> None:
    with ThreadPoolExecutor(2) as threads:
        answers = [threads.submit(read, pool, "sleep 0.8") for _ in range(2)]
        until = time.monotonic() + 10
        while len(pool.worker_ids()) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.3)
        for process_id in pool.worker_ids():
            os.kill(process_id, signal.SIGKILL)
        assert all(isinstance(answer.result(), WorkerDeath) for answer in answers)
    with ThreadPoolExecutor(2) as threads:
        pages = list(threads.map(lambda _: read(pool, "sleep 0.2"), range(4)))
    assert all(isinstance(page, PageText) for page in pages)
    assert len({page.charset for page in pages if isinstance(page, PageText)}) == 2


def test_many_threads_share_few_workers(pool: ReadingPool) -> None:
    with ThreadPoolExecutor(8) as threads:
        pages = list(threads.map(lambda number: read(pool, f"fine {number}"), range(60)))
    assert [page.text for page in pages if isinstance(page, PageText)] == [str(n) for n in range(60)]
    assert len(pool.worker_ids()) <= 2


def test_a_long_page_passes_through_the_pipe(pool: ReadingPool) -> None:
    text = "ü" * 3_000_000
    page = read(pool, f"fine {text}")
    assert isinstance(page, PageText)
    assert page.text == text


def test_no_worker_starts_before_it_is_needed_and_none_stays() -> None:
    with ReadingPool(SETTINGS, HOSTILE) as pool:
        assert pool.worker_ids() == []
        read(pool, "fine")
        (process_id,) = pool.worker_ids()
    assert not is_running(process_id)
    assert read(pool, "fine") == WorkerDeath("the reading pool was closed")
    pool.close()


def test_closing_ends_a_page_that_is_being_read() -> None:
    pool = ReadingPool(SETTINGS, HOSTILE)
    answers: list[PageText | WorkerDeath] = []
    reading = threading.Thread(target=lambda: answers.append(read(pool, "sleep 0.9")))
    reading.start()
    while not pool.worker_ids():
        time.sleep(0.01)
    pool.close()
    reading.join(5)
    assert isinstance(answers[0], WorkerDeath)


PARENT = """
import signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in a shell's background starts deaf to it
from factdesk.config import ReadingSettings
from factdesk.web.workers import Readers, ReadingPool
settings = ReadingSettings(workers=2, wall_seconds=1.0, cpu_seconds=5, memory_bytes=400_000_000)
readers = Readers(page="hostile_reader:read_page", path=(sys.argv[1],))
with ReadingPool(settings, readers) as pool:
    def read(page):
        return pool.read_page(page, media_type=None, charset=None, url=None)
    threading.Thread(target=read, args=(b"fine",), daemon=True).start()
    threading.Thread(target=read, args=(b"spin",), daemon=True).start()
    while len(pool.worker_ids()) < 2:
        time.sleep(0.01)
    print(*pool.worker_ids(), flush=True)
    time.sleep(20)
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_its_parent(end: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, HERE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        workers = [int(one) for one in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.send_signal(end)
        parent.wait(10)
    until = time.monotonic() + 5
    while any(is_running(worker) for worker in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(is_running(worker) for worker in workers)


def test_a_worker_is_light_until_it_reads() -> None:
    with ReadingPool(SETTINGS, Readers(page="hostile_reader:tell_modules", path=(HERE,))) as pool:
        page = read(pool, "x")
    assert isinstance(page, PageText)
    loaded = set(page.text.split())
    assert "factdesk.web.worker" in loaded or "factdesk.web.frames" in loaded
    assert not loaded & {"prefect", "duckdb", "trafilatura", "httpx", "httpcore", "pydantic"}


def test_a_worker_gets_no_secrets() -> None:
    with ReadingPool(SETTINGS, Readers(page="hostile_reader:tell_environment", path=(HERE,))) as pool:
        page = read(pool, "x")
    assert isinstance(page, PageText)
    assert set(page.text.split()) <= {
        *(
            "PATH",
            "HOME",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "PYTHONPATH",
            "PYTHONHASHSEED",
            "TMPDIR",
            "VIRTUAL_ENV",
        )
    }


BOMBS = {
    "a tag of 100,000 attributes": b"<p>x<a " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">y</a>",
    "a tag without an end": b"<p>words</p><a " + b"b='c' " * 50_000,
    "deep nesting": b"<div>" * 100_000 + b"deep",
    "many open tags": b"<a " * 300_000,
    "many open comments": b"<!--" * 300_000,
    "long JSON-LD": b'<script type="application/ld+json">' + b'[{"a":1},' * 550_000 + b"</script><p>x</p>",
    "many tables": b"<table><tr><td>" * 20_000,
    "entities": b"<p>" + b"&amp;" * 900_000,
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_parser_bomb_ends_in_time(name: str) -> None:
    """Through the real reader: a text, no text or a death, but within the limits and with a whole pool."""
    settings = ReadingSettings(workers=1, wall_seconds=6.0, cpu_seconds=2, memory_bytes=700_000_000)
    with ReadingPool(settings) as pool:
        read(pool, b"<p>warm</p>")
        began = time.monotonic()
        read(pool, BOMBS[name])
        assert time.monotonic() - began < settings.wall_seconds + SLACK_SECONDS
        after = read(pool, b"<html><body><p>Well again, said the reader of the page.</p></body></html>")
        assert isinstance(after, PageText)
        assert "Well again" in after.full_text
