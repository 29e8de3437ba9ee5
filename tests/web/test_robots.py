from __future__ import annotations

from collections.abc import Callable

import pytest

from factdesk.config import WebSettings
from factdesk.model import Hop
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules, parse_rules
from web.hostile import (
    HTML,
    PAGE,
    Guest,
    endless,
    hang,
    hostile_server,
    leading_to,
    packed,
    raw,
    redirect,
    status,
)


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
        answer = fetcher.fetch(server.url(path), may_fetch=RobotsRules(fetcher).ask)
        assert answer.outcome is outcome
        assert server.count(path) == (outcome is Outcome.FETCHED)


@pytest.mark.parametrize(
    "behaviour",
    [None, endless, status("403 No"), redirect("/robots.txt"), packed("gzip", b"nonsense")],
    ids=["missing", "endless", "forbidden", "looping", "undecodable"],
)
def test_a_robots_txt_that_cannot_be_read_forbids_nothing(behaviour: object, small: WebSettings) -> None:
    pages = {"/a": page} | ({"/robots.txt": behaviour} if behaviour else {})
    with hostile_server(pages) as server:
        fetcher = Fetcher(small, [server.host])
        answer = fetcher.fetch(server.url("/a"), may_fetch=RobotsRules(fetcher).ask)
        assert answer.outcome is Outcome.FETCHED


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (hang, Outcome.TIMED_OUT),
        (status("503 Not Now"), Outcome.SERVER_ERROR),
        (status("429 Slow Down"), Outcome.RATE_LIMITED),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Outcome.CONNECTION_FAILED),
    ],
    ids=["hanging", "faulty", "limiting", "not-http"],
)
def test_while_a_robots_txt_cannot_be_reached_no_page_is_asked_for(
    behaviour: Callable[[Guest], None], outcome: Outcome, small: WebSettings
) -> None:
    with hostile_server({"/robots.txt": behaviour, "/a": page}) as server:
        fetcher = Fetcher(small, [server.host])
        answer = fetcher.fetch(server.url("/a"), may_fetch=RobotsRules(fetcher).ask)
        assert answer.outcome is outcome
        assert "robots.txt of 127.0.0.1 could not be read" in (answer.detail or "")
        assert answer.hops == (Hop(server.url("/a"), None, None),)
        assert server.count("/a") == 0


def test_of_a_robots_txt_that_is_too_long_the_beginning_counts(small: WebSettings) -> None:
    def long(guest: Guest) -> None:
        guest.answer("200 OK", DISALLOW_ALL.encode() + b"# more\n" * 100_000, "Content-Type: text/plain")

    with hostile_server({"/robots.txt": long, "/a": page}) as server:
        fetcher = Fetcher(small, [server.host])
        answer = fetcher.fetch(server.url("/a"), may_fetch=RobotsRules(fetcher).ask)
        assert answer.outcome is Outcome.BLOCKED_BY_ROBOTS


def test_a_robots_txt_of_many_agents_and_rules_is_no_bomb() -> None:
    """Protego alone would hold 100 million rules here."""
    agents = "".join(f"User-agent: bot{number}\n" for number in range(10_000))
    rules = parse_rules(f"{agents}User-agent: *\n" + "Disallow: /a\n" * 10_000, "Factdesk")
    assert not rules.can_fetch("http://news.example/a", "Factdesk")
    assert rules.can_fetch("http://news.example/b", "Factdesk")


@pytest.mark.parametrize(
    ("robots", "is_allowed"),
    [
        ("User-agent: a\nUser-agent: FACTDESK\nDisallow: /\n", False),
        ("User-agent: factdesk\nUser-agent: a\nDisallow: /\n", False),
        ("User-agent: factdesk/1.0\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /\nUser-agent: factdesk\nDisallow:\n", True),
        ("User-agent: *\nDisallow:\nUser-agent: a\nDisallow: /\n", True),
        ("User-agent: *\nSitemap: /s\nUser-agent: a\nDisallow: /\n", False),
        ("User-agent: a\nDisallow: /\n\nUser-agent: *\nCrawl-delay: 3\n", True),
        ("user agent *\ndisallow /\n", False),
        ("User-agent: fact\nDisallow: /\n", True),
        ("# User-agent: *\nDisallow: /\n", True),
    ],
)
def test_groups_of_rules_are_told_apart(robots: str, is_allowed: bool) -> None:
    assert parse_rules(robots, "Factdesk").can_fetch("http://news.example/a", "Factdesk") is is_allowed


def test_one_robots_txt_serves_a_whole_gather(small: WebSettings) -> None:
    with hostile_server({"/robots.txt": rules(DISALLOW_ALL)}) as server:
        fetcher = Fetcher(small, [server.host])
        robots = RobotsRules(fetcher)
        for path in ("/a", "/b", "/c"):
            fetcher.fetch(server.url(path), may_fetch=robots.ask)
        assert [path for path, _ in server.asked] == ["/robots.txt"]


def test_a_redirect_asks_the_robots_txt_of_its_target_under_the_guard(small: WebSettings) -> None:
    with hostile_server() as first, hostile_server({"/robots.txt": rules("")}) as inner:
        fetcher = Fetcher(small, [first.host, inner.host])
        url = first.url(leading_to(inner.url("/a")))
        answer = fetcher.fetch(url, may_fetch=RobotsRules(fetcher).ask)
        assert answer.outcome is Outcome.BLOCKED_BY_GUARD
        assert inner.asked == []


def test_a_redirect_is_obeyed_too(small: WebSettings) -> None:
    robots = rules("User-agent: *\nDisallow: /closed\n")
    with hostile_server({"/robots.txt": robots, "/open": redirect("/closed"), "/closed": page}) as server:
        fetcher = Fetcher(small, [server.host])
        answer = fetcher.fetch(server.url("/open"), may_fetch=RobotsRules(fetcher).ask)
        assert answer.outcome is Outcome.BLOCKED_BY_ROBOTS
        assert server.count("/closed") == 0
