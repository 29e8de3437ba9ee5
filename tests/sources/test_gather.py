from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factdesk.config import Settings
from factdesk.errors import ArchiveError, WarehouseError
from factdesk.model import SourceOutcome as Outcome
from factdesk.model import text_sha256
from factdesk.reading.page_limits import MAX_TEXT_CHARACTERS
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest, gather
from factdesk.web.fetch import Fetcher
from factdesk.web.shared_turns import SharedTurns, Slot
from factdesk.web.url_keys import url_key
from factdesk.web.workers import ReadingPool
from web.hostile import BEHAVIOURS, HTML, PAGE, PNG, Guest, ToLoopback, hang, hostile_server

Behaviour = Callable[[Guest], None]


def page(guest: Guest) -> None:
    guest.answer("200 OK", PAGE, HTML, 'ETag: "v1"')


class Clock:
    """A clock that stands until it is moved, a microsecond a look so that no two fetches are equal."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


def outcomes(gathered: list[Gathered]) -> list[Outcome]:
    return [one.fetch.outcome for one in gathered]


ILL_FORMED = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://example.com/file",
    "data:text/html,<p>x",
    "http://",
    "http://user@example.com/",
    "http://[::1",
    "http://example.com:99999/",
    "http://127.0.0.1:8/",
    "http://10.0.0.1/",
    "http://2130706433/",
    "//no-scheme/",
    "",
    "   ",
    "\ud800\udfff",
    "http://\ud800/",
    "\x00",
    "x" * 10_000,
    "http://" + "a." * 2000,
]


def test_every_link_has_exactly_one_outcome(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    gathered = gather([SourceRequest(url) for url in ILL_FORMED], archive, pool, settings)
    keys = list(dict.fromkeys(url_key(url) for url in ILL_FORMED))
    assert [one.source.url_key for one in gathered] == keys
    assert set(outcomes(gathered)) == {Outcome.BLOCKED_BY_GUARD}
    assert all(one.text is None and one.snapshot is None for one in gathered)
    assert all(archive.latest_fetch(one.source.id) is not None for one in gathered)


def test_a_page_is_fetched_archived_and_read(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    with hostile_server({"/a": page}) as server:
        url = server.url("/a#top")
        (one,) = gather([SourceRequest(url)], archive, pool, settings, allow_hosts=[server.host])
    assert one.fetch.outcome is Outcome.FETCHED
    assert one.text is not None
    assert "sold within an hour" in one.text
    assert one.source.url == url
    assert one.snapshot is not None
    assert one.snapshot.text_sha256 == one.fetch.text_sha256 == text_sha256(one.text)
    assert one.fetch.blob_sha256 == one.fetch.wire_sha256
    assert archive.get(one.fetch.wire_sha256 or "") == PAGE
    assert archive.get_text(one.snapshot.text_sha256) == one.text
    assert not one.reused


def test_one_address_is_fetched_once(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    with hostile_server({"/a": page}) as server:
        spellings = ["/a", "/a#x", "/b/../a", "/a?utm_source=y", "/%61"]
        requests = [SourceRequest(server.url(path)) for path in spellings]
        gathered = gather(requests, archive, pool, settings, allow_hosts=[server.host])
        assert len(gathered) == 1
        assert [path for path, _ in server.asked] == ["/robots.txt", "/a"]


def test_a_young_fetch_is_used_again(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    clock = Clock()
    with hostile_server({"/a": page}) as server:
        requests = [SourceRequest(server.url(path)) for path in ("/a", "/missing")]

        def run() -> list[Gathered]:
            return gather(requests, archive, pool, settings, allow_hosts=[server.host], now=clock)

        first, second = run(), run()
        assert outcomes(first) == outcomes(second) == [Outcome.FETCHED, Outcome.GONE]
        assert [one.reused for one in second] == [True, True]
        assert [one.fetch for one in second] == [one.fetch for one in first]
        assert second[0].text == first[0].text
        assert server.count("/a") == 1
        clock.at += timedelta(hours=25)
        third = run()
    assert outcomes(third) == [Outcome.FETCHED, Outcome.GONE]
    assert not any(one.reused for one in third)
    assert server.count("/a") == 2


def test_a_page_that_is_longer_than_what_is_read_is_not_asked_for_at_every_check(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    long = b"A ticket to Hvar costs 14 euros. " * (MAX_TEXT_CHARACTERS // 30)
    behaviours: dict[str, Behaviour] = {
        "/long": lambda guest: guest.answer("200 OK", long, "Content-Type: text/plain"),
        "/cut": lambda guest: guest.answer("200 OK", PAGE, HTML, length=len(PAGE) + 9),
    }
    with hostile_server(behaviours) as server:
        requests = [SourceRequest(server.url(path)) for path in behaviours]
        runs = [gather(requests, archive, pool, settings, allow_hosts=[server.host]) for _ in range(2)]
    assert [outcomes(run) for run in runs] == [[Outcome.TRUNCATED] * 2] * 2
    assert [one.reused for one in runs[1]] == [True, False]


def test_a_known_text_is_confirmed_and_survives_failures(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    behaviour: list[Behaviour] = [BEHAVIOURS["/conditional"]]
    clock = Clock()
    with hostile_server({"/a": lambda guest: behaviour[0](guest)}) as server:

        def run(doing: Behaviour) -> Gathered:
            behaviour[0] = doing
            clock.at += timedelta(hours=25)
            request = SourceRequest(server.url("/a"))
            return gather([request], archive, pool, settings, allow_hosts=[server.host], now=clock)[0]

        first = run(BEHAVIOURS["/conditional"])
        confirmed = run(BEHAVIOURS["/conditional"])
        gone = run(BEHAVIOURS["/404"])
        confirmed_again = run(BEHAVIOURS["/conditional"])
        changed = run(lambda guest: guest.answer("200 OK", PAGE.replace(b"hour", b"minute"), HTML))
        slow = run(hang)
    assert first.fetch.outcome is Outcome.FETCHED
    assert (confirmed.fetch.outcome, confirmed_again.fetch.outcome) == (Outcome.NOT_MODIFIED,) * 2
    assert confirmed.fetch.blob_sha256 == confirmed_again.fetch.blob_sha256 == first.fetch.blob_sha256
    assert confirmed.fetch.text_sha256 == first.fetch.text_sha256
    assert confirmed.fetch.wire_sha256 is None
    assert (gone.fetch.outcome, gone.fetch.text_sha256) == (Outcome.GONE, None)
    assert gone.text == first.text
    assert gone.snapshot == first.snapshot
    assert changed.fetch.outcome is Outcome.FETCHED
    assert changed.text != first.text
    assert (slow.fetch.outcome, slow.text) == (Outcome.TIMED_OUT, changed.text)


def test_a_fleeting_failure_is_tried_again_at_once(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    behaviour: list[Behaviour] = [BEHAVIOURS["/503"]]
    with hostile_server({"/a": lambda guest: behaviour[0](guest)}) as server:

        def run() -> Gathered:
            request = SourceRequest(server.url("/a"))
            return gather([request], archive, pool, settings, allow_hosts=[server.host])[0]

        assert run().fetch.outcome is Outcome.SERVER_ERROR
        behaviour[0] = page
        assert run().fetch.outcome is Outcome.FETCHED


def test_a_link_that_can_never_be_asked_needs_one_record(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    request = SourceRequest("javascript:alert(1)")
    (first,) = gather([request], archive, pool, settings)
    (second,) = gather([request], archive, pool, settings)
    assert (second.reused, second.fetch) == (True, first.fetch)


def test_a_damaged_text_is_fetched_anew(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    with hostile_server({"/a": BEHAVIOURS["/conditional"]}) as server:
        request = SourceRequest(server.url("/a"))
        (first,) = gather([request], archive, pool, settings, allow_hosts=[server.host])
        (blob,) = (archive.folder / "blobs").rglob(first.fetch.text_sha256 or "")
        blob.chmod(0o644)
        blob.write_bytes(b"damaged")
        (second,) = gather([request], archive, pool, settings, allow_hosts=[server.host])
    assert (second.fetch.outcome, second.reused) == (Outcome.FETCHED, False)
    assert second.text == first.text
    assert archive.get_text(first.fetch.text_sha256 or "") == first.text


def test_what_is_no_text_is_told(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    pages: dict[str, Behaviour] = {
        "/png": lambda guest: guest.answer("200 OK", PNG, HTML),
        "/cut": BEHAVIOURS["/long-promise"],
        "/empty": BEHAVIOURS["/empty"],
        "/three": BEHAVIOURS["/three-encodings"],
        "/bomb": lambda guest: guest.answer("200 OK", b"<p>x<a " + b"b=1 " * 90_000 + b">", HTML),
        "/blank": lambda guest: guest.answer("200 OK", b"<html><body>  </body></html>", HTML),
    }
    with hostile_server(pages) as server:
        requests = [SourceRequest(server.url(path)) for path in pages]
        gathered = gather(requests, archive, pool, settings, allow_hosts=[server.host])
    assert outcomes(gathered) == [
        Outcome.UNSUPPORTED_TYPE,
        Outcome.TRUNCATED,
        Outcome.EMPTY_TEXT,
        Outcome.UNDECODABLE,
        Outcome.PARSER_KILLED,
        Outcome.EMPTY_TEXT,
    ]
    assert [one.text is not None for one in gathered] == [False, True, False, False, False, False]
    assert archive.get(gathered[0].fetch.wire_sha256 or "") == PNG


def test_given_files(archive: Archive, pool: ReadingPool, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "column.txt").write_text("All seats were sold.\nNobody was sad.")
    (tmp_path / "same.txt").write_text("All seats were sold.\nNobody was sad.")
    (tmp_path / "page.html").write_bytes(PAGE)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "long.txt").write_text("x" * 20_000_000)
    os.mkfifo(tmp_path / "pipe.txt")
    names = ["column.txt", "same.txt", "page.html", "empty.txt", "long.txt", "pipe.txt", "missing.txt", ""]
    requests = [SourceRequest(name, tmp_path / name) for name in names]
    gathered = gather(requests, archive, pool, settings)
    by_name = {one.source.url: one for one in gathered}
    assert {name: one.fetch.outcome for name, one in by_name.items()} == {
        "column.txt": Outcome.GIVEN_FILE,
        "page.html": Outcome.GIVEN_FILE,
        "empty.txt": Outcome.EMPTY_TEXT,
        "long.txt": Outcome.TOO_BIG,
        "pipe.txt": Outcome.UNSUPPORTED_TYPE,
        "missing.txt": Outcome.GONE,
        tmp_path.name: Outcome.UNSUPPORTED_TYPE,
    }
    column = by_name["column.txt"]
    assert column.text == "All seats were sold.\nNobody was sad."
    assert column.source.url_key == f"sha256:{column.fetch.wire_sha256}"
    kept = b"".join(path.read_bytes() for path in (archive.folder / "fetches").rglob("*.json"))
    assert str(tmp_path).encode() not in kept


def test_a_host_that_hangs_does_not_hold_up_the_others(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    done: list[str] = []
    with hostile_server({"/robots.txt": page}) as well, hostile_server({"/hang": hang}) as slow:
        slow.pages |= {f"/hang{number}": hang for number in range(4)}
        requests = [SourceRequest(slow.url(f"/hang{number}")) for number in range(4)]
        requests += [SourceRequest(well.url(f"/{number}")) for number in range(6)]
        began = time.monotonic()
        gathered = gather(
            requests,
            archive,
            pool,
            settings,
            allow_hosts=[slow.host, well.host],
            on_done=lambda one: done.append(one.source.url),
        )
        seconds = time.monotonic() - began
    assert outcomes(gathered) == [Outcome.TIMED_OUT] * 4 + [Outcome.GONE] * 6
    assert sorted(done) == sorted(request.url for request in requests)
    assert all(url.startswith(well.url("/")) for url in done[:6])
    assert seconds < 2 * settings.web.deadline_seconds + 4


def test_a_host_is_left_in_peace_and_gets_few_connections(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    lock = threading.Lock()
    busy = [0, 0]

    def count(guest: Guest) -> None:
        with lock:
            busy[0] += 1
            busy[1] = max(busy)
        time.sleep(0.05)
        with lock:
            busy[0] -= 1
        guest.answer("200 OK", PAGE, HTML)

    with hostile_server({f"/{number}": count for number in range(8)}) as server:
        requests = [SourceRequest(server.url(f"/{number}")) for number in range(8)]
        gather(requests, archive, pool, settings, allow_hosts=[server.host])
    assert busy == [0, settings.web.connections_per_host]


def test_a_host_that_another_process_keeps_busy_holds_up_no_other(
    archive: Archive, pool: ReadingPool, settings: Settings, tmp_path: Path
) -> None:
    web = settings.web.model_copy(update={"hosts_at_once": 2, "deadline_seconds": 10.0})
    other = SharedTurns(tmp_path / "turns", web.connections_per_host, 0.0, 60.0)
    held = [other.take("busy.example:80", counts=True) for _ in range(web.connections_per_host)]
    requests = [
        SourceRequest(f"http://{host}/{number}")
        for host in ("busy.example", "idle.example")
        for number in range(4)
    ]
    done: list[str] = []

    def note(one: Gathered) -> None:
        done.append(one.source.url)
        if len(done) == 4:
            for slot in held:
                assert isinstance(slot, Slot)
                slot.release()

    with hostile_server({f"/{number}": page for number in range(4)}) as server:
        fetcher = Fetcher(
            web,
            resolver=lambda host, port: ["93.184.216.34"],
            connector=ToLoopback(server.port),
            turns_folder=tmp_path / "turns",
        )
        patient = settings.model_copy(update={"web": web})
        gathered = gather(requests, archive, pool, patient, fetcher=fetcher, on_done=note)
    assert outcomes(gathered) == [Outcome.FETCHED] * 8
    assert all(url.startswith("http://idle.example/") for url in done[:4])


def test_turns_that_cannot_be_written_stop_the_gather(
    archive: Archive, pool: ReadingPool, settings: Settings, tmp_path: Path
) -> None:
    """They are no fault of the links, and no link is recorded as dead for it."""
    requests = [SourceRequest(f"http://paper.example/{number}") for number in range(3)]
    fetcher = Fetcher(settings.web, turns_folder=tmp_path / "turns")
    (tmp_path / "turns" / "users").unlink()
    (tmp_path / "turns").rmdir()
    with pytest.raises(ArchiveError, match="spaces requests"):
        gather(requests, archive, pool, settings, fetcher=fetcher)
    assert not list(archive.folder.rglob("*.json"))


def test_a_dead_host_is_tried_once(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    with hostile_server({}) as server:
        host = server.host
    requests = [SourceRequest(f"http://{host}/{number}") for number in range(9)]
    one_at_a_time = settings.model_copy(
        update={"web": settings.web.model_copy(update={"connections_per_host": 1})}
    )
    gathered = gather(requests, archive, pool, one_at_a_time, allow_hosts=[host])
    assert outcomes(gathered) == [Outcome.CONNECTION_FAILED] * 9
    told = ["not tried again" in (one.fetch.detail or "") for one in gathered]
    assert told == [False] + [True] * 8  # the first one's robots.txt was the try
    assert sum(one.fetch.elapsed_ms for one in gathered) < 2000


def test_an_archive_that_cannot_be_written_stops_the_gather(
    pool: ReadingPool, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WarehouseError, match="cannot be written"):
        gather([SourceRequest("javascript:1")], Archive(tmp_path / "file"), pool, settings)


def test_a_fault_of_the_one_who_listens_is_raised(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    def fail(one: Gathered) -> None:
        raise LookupError(one.source.url)

    with pytest.raises(LookupError):
        gather([SourceRequest("javascript:1")], archive, pool, settings, on_done=fail)


def test_nothing_to_gather(archive: Archive, pool: ReadingPool, settings: Settings) -> None:
    assert gather([], archive, pool, settings) == []


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in a shell's background starts deaf to it
from pathlib import Path
from factdesk.config import Settings
from factdesk.reading.page_limits import MAX_TEXT_CHARACTERS
from factdesk.sources.archive import Archive
from factdesk.sources.gather import SourceRequest, gather
from factdesk.web.workers import ReadingPool
settings = Settings()
with ReadingPool(settings.reading) as pool:
    pool.read_page(b"<p>warm</p>", media_type=None, charset=None, url=None)
    print(*pool.worker_ids(), flush=True)
    archive, link = Archive(Path(sys.argv[1])), SourceRequest(sys.argv[2])
    gather([link], archive, pool, settings, allow_hosts=[sys.argv[3]])
"""


def test_ctrl_c_ends_a_gather_at_once(archive: Archive) -> None:
    with hostile_server({"/a": hang}) as server:
        with subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED, str(archive.folder), server.url("/a"), server.host],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as command:
            assert command.stdout is not None
            worker = int(command.stdout.readline())
            while not server.count("/a"):
                time.sleep(0.02)
            began = time.monotonic()
            command.send_signal(2)
            code = command.wait(10)
        assert time.monotonic() - began < 3
        assert code != 0
        assert not Path(f"/proc/{worker}").exists()


@pytest.mark.parametrize(
    ("url", "is_copy"),
    [
        ("https://web.archive.org/web/20200101000000/https://example.com/a", True),
        ("https://archive.ph/AbC12", True),
        ("https://archive.ph/", False),
        ("https://example.com/web/20200101/x", False),
        ("javascript:1", False),
    ],
)
def test_addresses_of_archives(url: str, is_copy: bool) -> None:
    from factdesk.web.archive_hosts import is_archive_address

    assert is_archive_address(url) == is_copy
