from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factdesk.config import WebSettings
from factdesk.errors import ArchiveError
from factdesk.model import Hop
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules, parse_rules
from factdesk.web.shared_turns import SharedTurns
from factdesk.web.turns import HostTurns
from web.hostile import (
    HTML,
    PAGE,
    Guest,
    HostileServer,
    ToLoopback,
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


def test_a_robots_txt_gets_the_time_that_its_page_has_left(small: WebSettings) -> None:
    """And a site that got too little of it is asked again for its next page."""
    pages = {"/robots.txt": lambda guest: (guest.server.stopped.wait(0.3), page(guest)), "/a": page}
    with hostile_server(pages) as server:  # type: ignore[arg-type]
        fetcher = Fetcher(small.model_copy(update={"deadline_seconds": 3.0}), [server.host])
        robots = RobotsRules(fetcher)
        hasty = robots.ask(fetcher.check(server.url("/a")), True, 0.05)
        assert hasty.obstacle is not None
        assert hasty.obstacle.outcome is Outcome.TIMED_OUT
        assert robots.ask(fetcher.check(server.url("/a")), True, 3.0).obstacle is None


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


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("Crawl-delay: 3", 3.0),
        ("Crawl-delay: 0.5", 1.0),
        ("Crawl-delay: 86400", 20.0),
        ("Crawl-delay: soon", 1.0),
        ("Request-rate: 1/4", 4.0),
        ("Request-rate: 1/4\nCrawl-delay: 6", 6.0),
    ],
)
def test_a_longer_pause_is_kept_up_to_a_cap(asked: str, pause: float, small: WebSettings) -> None:
    robots = rules(f"User-agent: *\n{asked}\n")
    polite = small.model_copy(update={"seconds_between_requests": 1.0})
    with hostile_server({"/robots.txt": robots, "/a": page}) as server:
        fetcher = Fetcher(polite, resolver=lead_outside, connector=ToLoopback(server.port))
        answer = fetcher.fetch("http://paper.example/a", may_fetch=RobotsRules(fetcher).ask)
        assert answer.outcome is Outcome.FETCHED
        assert pause - 1 < fetcher.turns.seconds_until_ready("paper.example:80") <= pause


def lead_outside(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


class Runs:
    """Runs of one home, one after the other, on a clock of their own; each asks for one page of a site."""

    def __init__(self, server: HostileServer, settings: WebSettings, folder: Path) -> None:
        self.server = server
        self.now = datetime(2026, 5, 1, 12, tzinfo=UTC)
        self._settings = settings
        self._folder = folder

    def ask(self, *, trusted: bool = False) -> Outcome:
        fetcher = Fetcher(
            self._settings,
            ["paper.example:80"] if trusted else [],
            lead_outside,
            connector=ToLoopback(self.server.port),
            turns_folder=self._folder,
            now=lambda: self.now,
        )
        answer = fetcher.fetch("http://paper.example/a", may_fetch=RobotsRules(fetcher).ask)
        fetcher.close()
        return answer.outcome

    def files(self) -> list[Path]:
        return sorted((self._folder / "robots").glob("*"))


@pytest.fixture
def runs(tmp_path: Path, small: WebSettings) -> Iterator[Runs]:
    with hostile_server({"/robots.txt": rules(DISALLOW_ALL), "/a": page}) as server:
        yield Runs(server, small, tmp_path / "turns")


def test_a_robots_txt_is_kept_for_a_day_over_all_runs(runs: Runs) -> None:
    assert [runs.ask(), runs.ask()] == [Outcome.BLOCKED_BY_ROBOTS] * 2
    runs.server.pages["/robots.txt"] = rules("")
    runs.now += timedelta(hours=23)
    assert runs.ask() is Outcome.BLOCKED_BY_ROBOTS
    assert runs.server.count("/robots.txt") == 1
    runs.now += timedelta(hours=2)
    assert runs.ask() is Outcome.FETCHED
    assert runs.ask() is Outcome.FETCHED  # none at all is kept too
    assert runs.server.count("/robots.txt") == 2
    runs.now -= timedelta(hours=2)  # what was fetched tomorrow is not believed
    assert runs.ask() is Outcome.FETCHED
    assert runs.server.count("/robots.txt") == 3


def test_what_a_trusted_host_says_is_not_kept_and_not_mixed(runs: Runs) -> None:
    """Another site may be at the same port of this machine in the next hour."""
    assert runs.ask(trusted=True) is Outcome.BLOCKED_BY_ROBOTS
    assert runs.files() == []
    runs.ask()
    runs.server.pages["/robots.txt"] = rules("")
    assert runs.ask(trusted=True) is Outcome.FETCHED
    assert runs.ask() is Outcome.BLOCKED_BY_ROBOTS


@pytest.mark.parametrize("damage", ["cut", "empty", "changed", "elsewhere", "naive"])
def test_a_damaged_file_is_fetched_anew(damage: str, runs: Runs) -> None:
    runs.ask()
    (path,) = runs.files()
    text = path.read_text()
    path.write_text(
        {
            "cut": text[:-20],
            "empty": "",
            "changed": text.replace("Disallow", "Dis4llow"),
            "elsewhere": text.replace("paper.example", "other.example"),
            "naive": text.replace("+00:00", ""),
        }[damage]
    )
    assert runs.ask() is Outcome.BLOCKED_BY_ROBOTS
    assert runs.server.count("/robots.txt") == 2
    assert path.read_text() == text


def test_a_robots_txt_that_was_not_reached_is_asked_for_again_by_the_next_run(runs: Runs) -> None:
    runs.server.pages["/robots.txt"] = status("503 Not Now")
    assert runs.ask() is Outcome.SERVER_ERROR
    runs.server.pages["/robots.txt"] = rules("")
    assert runs.ask() is Outcome.FETCHED


def test_a_robots_txt_that_was_cut_on_its_way_is_not_kept(runs: Runs) -> None:
    runs.server.pages["/robots.txt"] = lambda guest: guest.answer("200 OK", b"User-agent: *\n", length=99)
    assert runs.ask() is Outcome.FETCHED
    assert runs.files() == []


def test_a_folder_that_cannot_be_written_is_told(runs: Runs) -> None:
    runs.ask()
    (path,) = runs.files()
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("in the way")
    with pytest.raises(ArchiveError, match=r"which keeps what robots.txt files say, cannot be written"):
        runs.ask()


def test_old_files_are_removed_when_nobody_is_there(runs: Runs) -> None:
    runs.ask()
    (path,) = runs.files()
    for old in (path, path.parent.parent / "users"):
        os.utime(old, (0, 0))
    HostTurns(1, 0.0, shared=SharedTurns(path.parent.parent, 1, 0.0, 60.0)).close()
    assert runs.files() == []
