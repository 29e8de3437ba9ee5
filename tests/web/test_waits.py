"""Servers that ask for patience: how long, for whom, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from factdesk.web.waits import read_retry_after
from web.hostile import HTML, PAGE, Guest, HostileServer, ToLoopback, hostile_server, redirect, status

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def page(guest: Guest) -> None:
    guest.answer("200 OK", PAGE, HTML)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *((None, None), ("", None), ("5", 5.0), (" 7 ", 7.0), ("soon", None), ("-3", None), ("²", None)),
        *(("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("99999999999999", 999999999.0)),
        ("Fri, 01 May 2026 13:00:00 GMT", 3600.0),
        ("Fri, 01 May 2026 13:00:00 +0100", 0.0),
        ("Fri, 99 May 2026 13:00:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, NOON) == seconds


@pytest.mark.parametrize(
    ("status_line", "retry_after", "outcome", "wait"),
    [
        ("429 Slow Down", "3600", Outcome.RATE_LIMITED, timedelta(hours=1)),
        ("503 Not Now", "Fri, 01 May 2026 14:00:00 GMT", Outcome.SERVER_ERROR, timedelta(hours=2)),
        ("503 Not Now", "999999999", Outcome.SERVER_ERROR, timedelta(days=7)),
        ("429 Slow Down", "15", Outcome.RATE_LIMITED, timedelta(seconds=15)),  # later than the deadline
        ("404 Not Here", "3600", Outcome.GONE, None),
        ("429 Slow Down", "soon", Outcome.RATE_LIMITED, None),
        ("429 Slow Down", "0", Outcome.RATE_LIMITED, None),
    ],
)
def test_a_wait_beyond_the_cap_or_the_deadline_is_for_a_later_run(
    status_line: str, retry_after: str, outcome: Outcome, wait: timedelta | None, small: WebSettings
) -> None:
    with hostile_server({"/a": status(status_line, f"Retry-After: {retry_after}")}) as server:
        answer = Fetcher(small, [server.host], now=lambda: NOON).fetch(server.url("/a"))
    assert answer.outcome is outcome
    assert answer.not_before == (None if wait is None else NOON + wait)
    if wait == timedelta(hours=1):
        assert answer.detail == "the site told us to come back after 2026-05-01 13:00 UTC"


def test_the_whole_host_is_left_alone_until_then(small: WebSettings) -> None:
    times = [NOON]
    pages = {"/limited": status("429 Slow Down", "Retry-After: 3600"), "/a": page}
    with hostile_server(pages) as server:
        fetcher = outside(server, small, times)
        first = fetcher.fetch("http://paper.example/limited")
        assert fetcher.seconds_until_ready("paper.example:80") == 0  # its links need no turn to end
        second = fetcher.afresh().fetch("http://paper.example/a")
        assert (second.outcome, second.not_before) == (first.outcome, first.not_before)
        assert second.detail == "the site was not asked: it told us to come back after 2026-05-01 13:00 UTC"
        assert [(hop.url, hop.address) for hop in second.hops] == [("http://paper.example/a", None)]
        assert [path for path, _ in server.asked] == ["/limited"]
        assert fetcher.fetch("http://other.example/a").outcome is Outcome.FETCHED
        times[0] = NOON + timedelta(hours=1)
        assert fetcher.fetch("http://paper.example/a").outcome is Outcome.FETCHED


def outside(server: HostileServer, settings: WebSettings, times: list[datetime]) -> Fetcher:
    """Return a fetcher to which every host is one of the public web."""
    return Fetcher(
        settings,
        resolver=lambda host, port: ["93.184.216.34"],
        connector=ToLoopback(server.port),
        now=lambda: times[0],
    )


def test_a_host_that_a_person_allowed_is_asked_for_its_other_links(small: WebSettings) -> None:
    pages = {"/limited": status("429 Slow Down", "Retry-After: 3600"), "/a": page}
    with hostile_server(pages) as server:
        fetcher = Fetcher(small, [server.host], now=lambda: NOON)
        assert fetcher.fetch(server.url("/limited")).not_before == NOON + timedelta(hours=1)
        assert fetcher.fetch(server.url("/a")).outcome is Outcome.FETCHED


def test_a_redirect_to_a_resting_host_ends_there(small: WebSettings) -> None:
    pages = {"/limited": status("429 Slow Down", "Retry-After: 3600"), "/a": redirect("/limited"), "/b": page}
    with hostile_server(pages) as server:
        fetcher = outside(server, small, [NOON])
        answer = fetcher.fetch("http://paper.example/a")
        assert answer.not_before == NOON + timedelta(hours=1)
        assert answer.final_url == "http://paper.example/limited"
        assert fetcher.fetch("http://paper.example/b").outcome is Outcome.RATE_LIMITED


def test_a_robots_txt_that_asks_for_patience_speaks_for_the_host(small: WebSettings) -> None:
    pages = {"/robots.txt": status("503 Not Now", "Retry-After: 3600"), "/a": page}
    with hostile_server(pages) as server:
        fetcher = outside(server, small, [NOON])
        robots = RobotsRules(fetcher)
        for _ in range(2):
            answer = fetcher.fetch("http://paper.example/a", may_fetch=robots.ask)
            assert (answer.outcome, answer.not_before) == (Outcome.SERVER_ERROR, NOON + timedelta(hours=1))
        assert [path for path, _ in server.asked] == ["/robots.txt"]


def test_a_short_wait_holds_for_the_other_links_of_the_host(small: WebSettings) -> None:
    patient = small.model_copy(update={"tries": 1, "deadline_seconds": 5.0})
    pages = {"/limited": status("429 Slow Down", "Retry-After: 3"), "/a": page}
    with hostile_server(pages) as server:
        fetcher = outside(server, patient, [NOON])
        assert fetcher.fetch("http://paper.example/limited").not_before is None
        assert 2 < fetcher.seconds_until_ready("paper.example:80") <= 3
        assert fetcher.seconds_until_ready("other.example:80") == 0
