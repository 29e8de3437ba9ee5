"""A run asks for nothing twice, and for nothing before the time that a server named."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from factdesk.config import Settings
from factdesk.model import SourceOutcome as Outcome
from factdesk.sources.archive import Archive
from factdesk.sources.asked_keys import AskedKeys
from factdesk.sources.gather import Gathered, SourceRequest, gather
from factdesk.web.fetch import Fetcher
from factdesk.web.workers import ReadingPool
from web.hostile import HTML, PAGE, Guest, HostileServer, ToLoopback, hostile_server, redirect, status


def page(guest: Guest) -> None:
    guest.answer("200 OK", PAGE, HTML)


class Runs:
    """Runs of one home on a clock that is moved by hand."""

    def __init__(self, archive: Archive, pool: ReadingPool, settings: Settings) -> None:
        self.at = datetime(2026, 5, 1, 12, tzinfo=UTC)
        self._given = (archive, pool, settings)

    def gather(self, server: HostileServer, *paths: str, asked: AskedKeys | None = None) -> list[Gathered]:
        requests = [SourceRequest(f"http://paper.example{path}") for path in paths]
        fetcher = Fetcher(
            self._given[2].web, resolver=lead_outside, connector=ToLoopback(server.port), now=self._now
        )
        return gather(requests, *self._given, fetcher=fetcher, asked=asked, now=self._now)

    def _now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


def lead_outside(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


@pytest.fixture
def runs(archive: Archive, pool: ReadingPool, settings: Settings) -> Runs:
    web = settings.web.model_copy(update={"connections_per_host": 1})
    return Runs(archive, pool, settings.model_copy(update={"web": web}))


def test_a_source_is_left_alone_until_its_server_allows_it_in_later_runs_too(runs: Runs) -> None:
    pages = {"/a": status("429 Slow Down", "Retry-After: 7200"), "/b": page}
    with hostile_server(pages) as server:
        (first,) = runs.gather(server, "/a")
        assert first.fetch.outcome is Outcome.RATE_LIMITED
        assert first.fetch.detail == "the site told us to come back after 2026-05-01 14:01 UTC"
        assert first.fetch.not_before is not None
        asked = len(server.asked)
        runs.at += timedelta(hours=1)
        second, other = runs.gather(server, "/a", "/b")
        assert (second.reused, second.fetch) == (True, first.fetch)
        assert (other.fetch.outcome, other.fetch.not_before) == (Outcome.RATE_LIMITED, first.fetch.not_before)
        assert len(server.asked) == asked
        server.pages["/a"] = page
        runs.at = first.fetch.not_before
        third, other = runs.gather(server, "/a", "/b")
        assert [one.fetch.outcome for one in (third, other)] == [Outcome.FETCHED] * 2


def test_a_text_that_is_known_stays_while_its_server_rests(runs: Runs) -> None:
    with hostile_server({"/a": page}) as server:
        (first,) = runs.gather(server, "/a")
        server.pages["/a"] = status("503 Not Now", "Retry-After: 7200")
        runs.at += timedelta(hours=25)
        (second,) = runs.gather(server, "/a")
        (third,) = runs.gather(server, "/a")
        assert (second.fetch.outcome, third.reused) == (Outcome.SERVER_ERROR, True)
        assert first.text == second.text == third.text
        assert server.count("/a") == 2


def test_no_address_is_asked_twice_in_a_run(runs: Runs) -> None:
    with hostile_server({"/a": page, "/faulty": status("503 Not Now")}) as server:
        asked = AskedKeys()
        runs.gather(server, "/a", "/faulty", asked=asked)
        again = runs.gather(server, "/a?utm_source=b", "/faulty#part", "/c", asked=asked)
        assert [one.fetch.outcome for one in again] == [Outcome.FETCHED, Outcome.SERVER_ERROR, Outcome.GONE]
        assert [one.reused for one in again] == [True, True, False]
        assert (server.count("/a"), server.count("/faulty")) == (1, 1)
        runs.gather(server, "/faulty")  # another run
        assert server.count("/faulty") == 2


def test_batches_at_the_same_time_ask_once(runs: Runs) -> None:
    gate = threading.Event()

    def slow(guest: Guest) -> None:
        gate.wait(5)
        page(guest)

    with hostile_server({"/a": slow}) as server:
        asked = AskedKeys()
        found: list[Gathered] = []
        threads = [
            threading.Thread(target=lambda: found.extend(runs.gather(server, "/a", asked=asked)))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
        assert [one.fetch.outcome for one in found] == [Outcome.FETCHED] * 3
        assert sum(one.reused for one in found) == 2
        assert server.count("/a") == 1


def test_a_source_whose_gathering_was_stopped_has_not_been_asked_for() -> None:
    asked = AskedKeys()
    with suppress(LookupError), asked.asking("a"):
        raise LookupError
    with asked.asking("a") as was_asked:
        assert not was_asked
    with asked.asking("a") as was_asked:
        assert was_asked


def test_the_record_says_under_which_caps_and_how_a_page_came(runs: Runs) -> None:
    with hostile_server({"/a": page}) as server:
        (one,) = runs.gather(server, "/a")
    assert one.fetch.charset_declared == "utf-8"
    assert (one.fetch.tls_version, one.fetch.certificate_sha256, one.fetch.not_before) == (None, None, None)
    options = dict(one.fetch.options or ())
    assert (options["deadline_seconds"], options["max_wire_bytes"]) == ("1", "5242880")


class EnoughError(Exception):
    """All that need not wait is done."""


def ask_slow_host_for_pauses(guest: Guest) -> None:
    is_slow = guest.headers["host"] == "slow.example"
    guest.answer("200 OK", b"User-agent: *\nCrawl-delay: 60\n" if is_slow else b"")


def test_a_host_that_asks_for_long_pauses_holds_up_no_other(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    """Two threads, and a host that wants a minute between its links: the other host needs a thread."""
    web = settings.web.model_copy(update={"hosts_at_once": 2, "crawl_delay_cap_seconds": 60.0})
    hosts = ["slow.example"] * 3 + ["quick.example"] * 3
    requests = [SourceRequest(f"http://{host}/{number}") for number, host in enumerate(hosts)]
    done: list[str] = []

    def note(one: Gathered) -> None:
        done.append(one.source.url)
        if len(done) == 4:
            raise EnoughError

    with hostile_server({"/robots.txt": ask_slow_host_for_pauses}) as server:
        fetcher = Fetcher(web, resolver=lead_outside, connector=ToLoopback(server.port))
        patient = settings.model_copy(update={"web": web})
        with pytest.raises(EnoughError):
            gather(requests, archive, pool, patient, fetcher=fetcher, on_done=note)
    assert sorted(done) == sorted([requests[0].url, *(one.url for one in requests[3:])])


def test_links_that_lead_to_a_slow_host_hold_up_no_other(
    archive: Archive, pool: ReadingPool, settings: Settings
) -> None:
    """One thread, and a link that leads it to a host which has just been asked."""
    web = settings.web.model_copy(update={"hosts_at_once": 1, "crawl_delay_cap_seconds": 60.0})
    urls = [
        "http://slow.example/a",
        "http://short.example/b",
        "http://quick.example/c",
        "http://idle.example/d",
    ]
    done: list[str] = []

    def note(one: Gathered) -> None:
        done.append(one.source.url)
        if len(done) == 3:
            raise EnoughError

    pages = {"/robots.txt": ask_slow_host_for_pauses, "/b": redirect("http://slow.example/b")}
    with hostile_server(pages) as server:
        fetcher = Fetcher(web, resolver=lead_outside, connector=ToLoopback(server.port))
        patient = settings.model_copy(update={"web": web})
        with pytest.raises(EnoughError):
            gather(
                [SourceRequest(url) for url in urls], archive, pool, patient, fetcher=fetcher, on_done=note
            )
        fetcher.close()
    assert sorted(done) == sorted([urls[0], *urls[2:]])
