from __future__ import annotations

import pytest

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from web.hostile import HTML, PAGE, Guest, endless, hang, hostile_server, leading_to, packed, redirect


def page(guest: Guest) -> None:
    guest.answer("200 OK", PAGE, HTML)


def rules(text: str) -> object:
    return lambda guest: guest.answer("200 OK", text.encode(), "Content-Type: text/plain")


DISALLOW_ALL = "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("robots", "path", "outcome"),
    [
        (DISALLOW_ALL, "/a", Outcome.BLOCKED_BY_ROBOTS),
        ("User-agent: *\nDisallow: /private\n", "/a", Outcome.FETCHED),
        ("User-agent: *\nDisallow: /*?id=\n", "/a?id=3", Outcome.BLOCKED_BY_ROBOTS),
        ("User-agent: factdesk\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "/a", Outcome.BLOCKED_BY_ROBOTS),
        ("User-agent: other\nDisallow: /\n", "/a", Outcome.FETCHED),
        ("User-agent: *\nDisallow: /\nAllow: /a\n", "/a", Outcome.FETCHED),
        ("<html>this is no robots.txt</html>", "/a", Outcome.FETCHED),
        ("", "/a", Outcome.FETCHED),
    ],
)
def test_a_site_is_obeyed(robots: str, path: str, outcome: Outcome, small: WebSettings) -> None:
    with hostile_server({"/robots.txt": rules(robots), "/a": page}) as server:
        fetcher = Fetcher(small, [server.host])
        answer = fetcher.fetch(server.url(path), may_fetch=RobotsRules(fetcher).allows)
        assert answer.outcome is outcome
        assert server.count(path) == (outcome is Outcome.FETCHED)


@pytest.mark.parametrize(
    "behaviour",
    [None, endless, hang, redirect("/robots.txt"), packed("gzip", b"nonsense")],
    ids=["missing", "endless", "hanging", "looping", "undecodable"],
)
def test_a_robots_txt_that_cannot_be_read_forbids_nothing(behaviour: object, small: WebSettings) -> None:
    pages = {"/a": page} | ({"/robots.txt": behaviour} if behaviour else {})
    with hostile_server(pages) as server:
        fetcher = Fetcher(small, [server.host])
        answer = fetcher.fetch(server.url("/a"), may_fetch=RobotsRules(fetcher).allows)
        assert answer.outcome is Outcome.FETCHED
        assert answer.elapsed_ms < 900


def test_one_robots_txt_serves_a_whole_gather(small: WebSettings) -> None:
    with hostile_server({"/robots.txt": rules(DISALLOW_ALL)}) as server:
        fetcher = Fetcher(small, [server.host])
        robots = RobotsRules(fetcher)
        for path in ("/a", "/b", "/c"):
            fetcher.fetch(server.url(path), may_fetch=robots.allows)
        assert [path for path, _ in server.asked] == ["/robots.txt"]


def test_a_redirect_asks_the_robots_txt_of_its_target_under_the_guard(small: WebSettings) -> None:
    with hostile_server() as first, hostile_server({"/robots.txt": rules("")}) as inner:
        fetcher = Fetcher(small, [first.host, inner.host])
        url = first.url(leading_to(inner.url("/a")))
        answer = fetcher.fetch(url, may_fetch=RobotsRules(fetcher).allows)
        assert answer.outcome is Outcome.BLOCKED_BY_GUARD
        assert inner.asked == []


def test_a_redirect_is_obeyed_too(small: WebSettings) -> None:
    robots = rules("User-agent: *\nDisallow: /closed\n")
    with hostile_server({"/robots.txt": robots, "/open": redirect("/closed"), "/closed": page}) as server:
        fetcher = Fetcher(small, [server.host])
        answer = fetcher.fetch(server.url("/open"), may_fetch=RobotsRules(fetcher).allows)
        assert answer.outcome is Outcome.BLOCKED_BY_ROBOTS
        assert server.count("/closed") == 0
