"""The address policy at the moment of connecting, with a name server that lies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpcore
import pytest

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.backend import MAX_ADDRESSES, NameNotFoundError, resolve_by_system
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from web.hostile import HTML, HostileServer, hostile_server, leading_to

PUBLIC = "93.184.216.34"
OTHER_PUBLIC = "2606:4700::1111"


class RecordingConnector(httpcore.SyncBackend):
    """Stands for the internet: writes down which address was asked, and leads all of them to one server."""

    def __init__(self, server: HostileServer, refusing: tuple[str, ...] = ()) -> None:
        self.asked: list[str] = []
        self._server = server
        self._refusing = refusing

    def connect_tcp(self, host: str, port: int, *args: object, **named: object) -> httpcore.NetworkStream:
        self.asked.append(host)
        if host in self._refusing:
            raise httpcore.ConnectError("refused")
        return super().connect_tcp("127.0.0.1", self._server.port, timeout=1.0)


class LyingResolver:
    """Answers each question with the next of its answers; the last one again and again."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC, "::ffff:10.0.0.1"],
        [PUBLIC, OTHER_PUBLIC, "fec0::1"],
        ["169.254.169.254"],
        [PUBLIC, "nonsense"],
        [PUBLIC, "inner.example"],  # a CNAME where an address should be
        [PUBLIC, ""],
        [PUBLIC, "0x7f.1"],
        [PUBLIC, "fe80::1%eth0"],
        [OTHER_PUBLIC + "%eth0"],
        [PUBLIC, "64:ff9b::a00:1"],  # NAT64
        [PUBLIC, "2002:a00:1::"],  # 6to4
        [PUBLIC, "2001:0:4136:e378:8000:63bf:f5ff:fffe"],  # Teredo
        [PUBLIC, "::10.0.0.1"],
        [*[PUBLIC] * 500, "10.0.0.1"],
        [PUBLIC] * (MAX_ADDRESSES + 1),
    ],
)
def test_one_inner_address_among_many_is_enough(
    addresses: list[str], server: HostileServer, small: WebSettings
) -> None:
    connector = RecordingConnector(server)
    fetcher = Fetcher(small, resolver=LyingResolver(addresses), connector=connector)
    answer = fetcher.fetch("http://news.example/ok")
    assert answer.outcome is Outcome.BLOCKED_BY_GUARD
    assert (connector.asked, server.asked) == ([], [])


def test_the_connection_goes_to_the_very_address_that_was_looked_at(
    server: HostileServer, small: WebSettings
) -> None:
    resolver = LyingResolver([PUBLIC], ["127.0.0.1"])
    connector = RecordingConnector(server)
    fetcher = Fetcher(small, resolver=resolver, connector=connector)
    first = fetcher.fetch("http://news.example/ok")
    assert (first.outcome, first.hops[0].address) == (Outcome.FETCHED, PUBLIC)
    assert (resolver.asked, connector.asked) == (["news.example"], [PUBLIC])
    assert fetcher.fetch("http://news.example/ok").outcome is Outcome.BLOCKED_BY_GUARD
    assert connector.asked == [PUBLIC]


def test_a_redirect_to_the_same_name_is_looked_at_again(server: HostileServer, small: WebSettings) -> None:
    resolver = LyingResolver([PUBLIC], ["192.168.0.1"])
    connector = RecordingConnector(server)
    answer = Fetcher(small, resolver=resolver, connector=connector).fetch("http://news.example/relative")
    assert answer.outcome is Outcome.BLOCKED_BY_GUARD
    assert connector.asked == [PUBLIC]


def test_the_next_address_is_tried_when_one_refuses(server: HostileServer, small: WebSettings) -> None:
    connector = RecordingConnector(server, refusing=(OTHER_PUBLIC,))
    resolver = LyingResolver([OTHER_PUBLIC, PUBLIC])
    answer = Fetcher(small, resolver=resolver, connector=connector).fetch("http://news.example/ok")
    assert (answer.outcome, answer.hops[0].address) == (Outcome.FETCHED, PUBLIC)
    assert connector.asked == [OTHER_PUBLIC, PUBLIC]


def test_a_public_site_cannot_use_an_allowed_host(server: HostileServer, small: WebSettings) -> None:
    """An essay's link may lead anywhere; what a person allowed for a sample site is not for it."""
    connector = RecordingConnector(server)
    fetcher = Fetcher(small, [server.host], resolver=LyingResolver([PUBLIC]), connector=connector)
    answer = fetcher.fetch("http://news.example" + leading_to(server.url("/ok")))
    assert answer.outcome is Outcome.BLOCKED_BY_GUARD
    assert connector.asked == [PUBLIC]


def test_a_name_without_address_is_a_dns_error(server: HostileServer, small: WebSettings) -> None:
    for resolver in (LyingResolver([]), resolve_nothing):
        answer = Fetcher(small, resolver=resolver).fetch("http://news.example/")
        assert answer.outcome is Outcome.DNS_ERROR


def test_a_name_for_an_address_is_not_resolved_behind_the_guard(
    server: HostileServer, small: WebSettings
) -> None:
    """Not even for a host that a person allowed, which may have any address, but no other name."""
    for resolver in (LyingResolver(["inner.example"]), LyingResolver(["127.0.0.1", "localhost"])):
        connector = RecordingConnector(server)
        fetcher = Fetcher(small, ["news.example:80"], resolver=resolver, connector=connector)
        answer = fetcher.fetch("http://news.example/ok")
        assert answer.outcome is Outcome.BLOCKED_BY_GUARD
        assert "no IP address" in (answer.detail or "")
        assert connector.asked == []


def test_a_meta_refresh_is_looked_at_as_a_redirect_is(small: WebSettings) -> None:
    """The name leads inside when it is asked for the second time."""
    signpost = b'<meta http-equiv="refresh" content="0;url=/b"><p>You are being taken on.</p>'
    with hostile_server({"/a": lambda guest: guest.answer("200 OK", signpost, HTML)}) as server:
        connector = RecordingConnector(server)
        resolver = LyingResolver([PUBLIC], ["10.0.0.1"])
        answer = Fetcher(small, resolver=resolver, connector=connector).fetch("http://news.example/a")
    assert answer.outcome is Outcome.BLOCKED_BY_GUARD
    assert [(hop.address, hop.status) for hop in answer.hops] == [(PUBLIC, 200), (None, None)]
    assert (resolver.asked, connector.asked) == (["news.example"] * 2, [PUBLIC])


def test_a_robots_txt_is_looked_at_too(server: HostileServer, small: WebSettings) -> None:
    connector = RecordingConnector(server)
    resolver = LyingResolver(["10.0.0.1"], [PUBLIC])
    fetcher = Fetcher(small, resolver=resolver, connector=connector)
    answer = fetcher.fetch("http://news.example/ok", may_fetch=RobotsRules(fetcher).ask)
    assert answer.outcome is Outcome.FETCHED
    assert (resolver.asked, connector.asked) == (["news.example"] * 2, [PUBLIC])
    assert [path for path, _ in server.asked] == ["/ok"]


def resolve_nothing(host: str, port: int) -> list[str]:
    raise OSError("no such name")


def test_a_name_server_that_hangs_is_left_behind(server: HostileServer, small: WebSettings) -> None:
    def hang(host: str, port: int) -> list[str]:
        server.stopped.wait(5)
        return []

    answer = Fetcher(small, resolver=hang).fetch("http://news.example/")
    assert answer.outcome is Outcome.DNS_ERROR
    assert answer.elapsed_ms < 1000


def test_the_system_resolver_gives_literal_addresses() -> None:
    assert "127.0.0.1" in resolve_by_system("localhost", 80)
    assert issubclass(NameNotFoundError, Exception)


AUDITED = """
import json, sys
from factdesk.config import WebSettings
from factdesk.web.fetch import Fetcher
seen = []
def hook(event, arguments):
    if event == "socket.connect":
        seen.append(arguments[1][:2])
    elif event == "socket.getaddrinfo" and arguments[0] not in (None, ""):
        seen.append(["name", arguments[0]])
sys.addaudithook(hook)
settings = WebSettings(deadline_seconds=1.0, connect_seconds=0.5, tries=1, seconds_between_requests=0.0)
host, urls = sys.argv[1], json.loads(sys.argv[2])
outcomes = [Fetcher(settings, [host]).fetch(url).outcome for url in urls]
print(json.dumps([outcomes, seen]))
"""


PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def test_the_process_connects_nowhere_else(server: HostileServer, tmp_path: Path) -> None:
    """Python's own audit events, not our seam: what the whole process asked of the network."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    inner = ["http://127.0.0.1:1234/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/x"]
    links = [*inner, server.url("/ok"), server.url("/relative"), "http://2130706433/", "javascript:1"]
    urls = [*links, *(server.url(leading_to(target)) for target in inner)]
    done = subprocess.run(
        [sys.executable, "-c", AUDITED, server.host, json.dumps(urls)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parent,
        env=dict.fromkeys(PROXIES, "http://127.0.0.1:9") | {"NETRC": str(netrc), "PATH": "/usr/bin"},
    )
    outcomes, seen = json.loads(done.stdout)
    assert outcomes.count("fetched") == 2
    assert outcomes.count("blocked_by_guard") == len(urls) - 2
    to_server = [["name", "127.0.0.1"], ["127.0.0.1", server.port]]
    assert {tuple(one) for one in seen} <= {tuple(one) for one in to_server}
    assert seen.count(["127.0.0.1", server.port]) == 3 + len(inner)
    assert all("authorization" not in headers for _, headers in server.asked)
