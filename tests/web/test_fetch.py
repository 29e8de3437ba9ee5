from __future__ import annotations

import socket
import time

import httpcore
import pytest

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher
from web.hostile import PAGE, HostileServer, hostile_server, leading_to, redirect

SLACK_SECONDS = 2.0
"""What a busy machine may add to a deadline."""

ENDINGS = [
    ("/ok", Outcome.FETCHED),
    ("/gzip", Outcome.FETCHED),
    ("/br", Outcome.FETCHED),
    ("/zstd", Outcome.FETCHED),
    ("/deflate", Outcome.FETCHED),
    ("/two-encodings", Outcome.FETCHED),
    ("/small-chunks", Outcome.FETCHED),
    ("/short-promise", Outcome.FETCHED),
    ("/relative", Outcome.FETCHED),
    ("/spaced", Outcome.FETCHED),
    ("/png", Outcome.FETCHED),  # what the bytes are is for the reader to say
    ("/drip-headers", Outcome.TIMED_OUT),
    ("/drip-body", Outcome.TIMED_OUT),
    ("/hang", Outcome.TIMED_OUT),
    ("/endless", Outcome.TOO_BIG),
    ("/endless-continue", Outcome.TOO_BIG),
    ("/endless-small-chunks", Outcome.TOO_BIG),
    ("/gzip-bomb", Outcome.TOO_BIG),
    ("/br-bomb", Outcome.TOO_BIG),
    ("/zstd-bomb", Outcome.TOO_BIG),
    ("/deflate-bomb", Outcome.TOO_BIG),
    ("/bomb-in-bomb", Outcome.TOO_BIG),
    ("/huge-header", Outcome.TOO_BIG),
    ("/many-headers", Outcome.TOO_BIG),
    ("/huge-promise", Outcome.TOO_BIG),
    ("/three-encodings", Outcome.UNDECODABLE),
    ("/unknown-encoding", Outcome.UNDECODABLE),
    ("/not-gzip", Outcome.UNDECODABLE),
    ("/gzip-members", Outcome.UNDECODABLE),
    ("/wide-zstd", Outcome.UNDECODABLE),
    ("/cut-gzip", Outcome.TRUNCATED),
    ("/long-promise", Outcome.TRUNCATED),
    ("/cut-chunks", Outcome.TRUNCATED),
    ("/bad-chunk", Outcome.TRUNCATED),
    ("/reset-in-body", Outcome.TRUNCATED),
    ("/206", Outcome.TRUNCATED),
    ("/reset", Outcome.CONNECTION_FAILED),
    ("/close", Outcome.CONNECTION_FAILED),
    ("/not-http", Outcome.CONNECTION_FAILED),
    ("/bad-header", Outcome.CONNECTION_FAILED),
    ("/two-promises", Outcome.CONNECTION_FAILED),
    ("/empty", Outcome.EMPTY_TEXT),
    ("/empty-gzip", Outcome.EMPTY_TEXT),
    ("/204", Outcome.EMPTY_TEXT),
    ("/304", Outcome.SERVER_ERROR),
    ("/upgrade", Outcome.CONNECTION_FAILED),
    ("/no-target", Outcome.SERVER_ERROR),
    ("/300", Outcome.SERVER_ERROR),
    ("/500", Outcome.SERVER_ERROR),
    ("/503", Outcome.SERVER_ERROR),
    ("/400", Outcome.CLIENT_ERROR),
    ("/402", Outcome.CLIENT_ERROR),
    ("/418", Outcome.CLIENT_ERROR),
    ("/401", Outcome.FORBIDDEN),
    ("/403", Outcome.FORBIDDEN),
    ("/451", Outcome.FORBIDDEN),
    ("/999", Outcome.FORBIDDEN),
    ("/404", Outcome.GONE),
    ("/410", Outcome.GONE),
    ("/429", Outcome.RATE_LIMITED),
    ("/loop", Outcome.REDIRECT_LOOP),
    ("/loop-of-two", Outcome.REDIRECT_LOOP),
    ("/steps/1", Outcome.REDIRECT_LOOP),
]


@pytest.mark.parametrize(("path", "outcome"), ENDINGS)
def test_every_behaviour_ends_in_its_outcome_in_time(
    path: str, outcome: Outcome, server: HostileServer, small: WebSettings
) -> None:
    began = time.monotonic()
    answer = Fetcher(small, [server.host]).fetch(server.url(path))
    assert answer.outcome is outcome, answer.detail
    assert time.monotonic() - began < small.deadline_seconds + SLACK_SECONDS
    assert answer.hops[0].address == "127.0.0.1"
    readable = outcome in {Outcome.FETCHED, Outcome.TRUNCATED}
    assert (answer.content is not None) == readable
    assert server.count(path) == 1


@pytest.mark.parametrize("path", ["/ok", "/gzip", "/br", "/zstd", "/deflate", "/two-encodings"])
def test_what_was_packed_comes_out_whole(path: str, server: HostileServer, small: WebSettings) -> None:
    answer = Fetcher(small, [server.host]).fetch(server.url(path))
    assert answer.content == PAGE
    assert (answer.media_type, answer.charset) == ("text/html", "utf-8")
    assert answer.wire is not None
    assert (answer.wire == PAGE) == (path == "/ok")


def test_a_body_that_ends_early_keeps_what_came(server: HostileServer, small: WebSettings) -> None:
    for path in ("/long-promise", "/cut-chunks", "/reset-in-body"):
        assert Fetcher(small, [server.host]).fetch(server.url(path)).content == PAGE


INNER = [
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:1234/",
    "http://127.1:1234/",
    "http://2130706433:1234/",
    "http://0x7f000001/",
    "http://[::ffff:127.0.0.1]:1234/",
    "http://[::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://user@127.0.0.1:1234/",
    "http://example.com@127.0.0.1/",
    "http://10.0.0.1/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "gopher://127.0.0.1:70/",
    "//0.0.0.0/",
    "http://１２７.0.0.1/",
    "http:\\\\127.0.0.1/",
]


@pytest.mark.parametrize("target", INNER)
def test_no_redirect_leads_inside(target: str, server: HostileServer, small: WebSettings) -> None:
    answer = Fetcher(small, [server.host]).fetch(server.url(leading_to(target)))
    assert answer.outcome is Outcome.BLOCKED_BY_GUARD
    assert [hop.status for hop in answer.hops] == [302, None]
    assert answer.hops[-1].address is None


def test_a_long_target_is_followed_whole_or_not_at_all(server: HostileServer, small: WebSettings) -> None:
    for length, outcome in ((4000, Outcome.FETCHED), (5000, Outcome.BLOCKED_BY_GUARD)):
        target = f"/ok?{'a' * (length - len(server.url('/ok?')))}"
        server.pages["/long"] = redirect(target)
        server.pages["/ok"] = lambda guest: guest.answer("200 OK", PAGE)
        answer = Fetcher(small, [server.host]).fetch(server.url("/long"))
        assert answer.outcome is outcome
        assert (answer.final_url == server.url(target)) == (outcome is Outcome.FETCHED)


def test_an_allowed_host_is_not_reached_from_another_host(small: WebSettings) -> None:
    with hostile_server() as first, hostile_server() as second:
        fetcher = Fetcher(small, [first.host, second.host])
        answer = fetcher.fetch(first.url(leading_to(second.url("/ok"))))
        assert answer.outcome is Outcome.BLOCKED_BY_GUARD
        assert second.asked == []
        assert fetcher.fetch(second.url("/ok")).outcome is Outcome.FETCHED


def test_a_host_that_nobody_allowed_is_not_asked(server: HostileServer, small: WebSettings) -> None:
    for url in (server.url("/ok"), server.url("/ok").replace("127.0.0.1", "localhost")):
        answer = Fetcher(small, ["127.0.0.1:1", "other:80"]).fetch(url)
        assert answer.outcome is Outcome.BLOCKED_BY_GUARD
    assert server.asked == []


def test_cookies_are_neither_kept_nor_recorded(server: HostileServer, small: WebSettings) -> None:
    fetcher = Fetcher(small, [server.host])
    assert fetcher.fetch(server.url("/set-cookie")).outcome is Outcome.FETCHED
    fetcher.fetch(server.url("/ok"))
    assert len(server.asked) == 3
    assert all("cookie" not in headers for _, headers in server.asked)


def test_the_environment_names_no_proxy(server: HostileServer, small: WebSettings) -> None:
    """A proxy would see every address and resolve names behind the guard's back."""
    answer = Fetcher(small, [server.host]).fetch(server.url("/ok"))
    assert answer.hops[0].address == "127.0.0.1"
    assert server.asked[0][0] == "/ok"
    assert server.asked[0][1]["host"] == server.host


def test_tls_on_a_plain_port_is_a_tls_error(server: HostileServer, small: WebSettings) -> None:
    answer = Fetcher(small, [server.host]).fetch(f"https://{server.host}/ok")
    assert answer.outcome is Outcome.TLS_ERROR


def test_a_closed_port_and_a_host_that_failed_are_told(small: WebSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fetcher = Fetcher(small, [f"127.0.0.1:{port}"])
    first = fetcher.fetch(f"http://127.0.0.1:{port}/a")
    second = fetcher.fetch(f"http://127.0.0.1:{port}/b")
    assert (first.outcome, second.outcome) == (Outcome.CONNECTION_FAILED, Outcome.CONNECTION_FAILED)
    assert first.hops[0].address == "127.0.0.1"
    assert second.hops[0].address is None
    assert "not tried again" in (second.detail or "")


def test_a_server_that_never_accepts_times_out(small: WebSettings) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        fillers = [socket.socket() for _ in range(3)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
            answer = Fetcher(small, [host]).fetch(f"http://{host}/")
        finally:
            for filler in fillers:
                filler.close()
    assert answer.outcome is Outcome.TIMED_OUT
    assert answer.elapsed_ms < 1000 * (small.deadline_seconds + SLACK_SECONDS)


def test_a_server_that_asks_for_patience_gets_it(server: HostileServer, small: WebSettings) -> None:
    patient = small.model_copy(update={"tries": 3, "deadline_seconds": 5.0})
    answer = Fetcher(patient, [server.host]).fetch(server.url("/limited-once"))
    assert answer.outcome is Outcome.FETCHED
    assert answer.elapsed_ms >= 1000
    assert server.count("/limited-once") == 2


def test_a_server_that_asks_for_an_hour_is_not_asked_again(server: HostileServer, small: WebSettings) -> None:
    answer = Fetcher(small.model_copy(update={"tries": 3}), [server.host]).fetch(server.url("/limited-long"))
    assert answer.outcome is Outcome.RATE_LIMITED
    assert server.count("/limited-long") == 1


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        *((f"/{status}", 1) for status in (400, 401, 402, 403, 404, 410, 418, 451, 999)),
        *(
            ("/429", 2),
            ("/500", 2),
            ("/503", 2),
            ("/reset", 2),
            ("/faulty-once", 2),
            ("/ok", 1),
            ("/empty", 1),
        ),
    ],
)
def test_only_what_may_pass_is_tried_again(
    path: str, asked: int, server: HostileServer, small: WebSettings
) -> None:
    fetcher = Fetcher(small.model_copy(update={"tries": 2, "deadline_seconds": 20.0}), [server.host])
    fetcher.fetch(server.url(path))
    assert server.count(path) == asked


def test_tries_are_spread(small: WebSettings) -> None:
    """Two that failed in the same moment do not come back in the same moment."""
    pauses = set()
    with hostile_server({"/a": lambda guest: guest.answer("503 Not Now", b"")}) as server:
        patient = small.model_copy(update={"tries": 2, "deadline_seconds": 20.0})
        for _ in range(4):
            began = time.monotonic()
            Fetcher(patient, [server.host]).fetch(server.url("/a"))
            pauses.add(round(time.monotonic() - began, 2))
    assert len(pauses) > 1
    assert min(pauses) >= 0.25


def test_a_condition_is_sent_to_its_own_address_alone(server: HostileServer, small: WebSettings) -> None:
    fetcher = Fetcher(small, [server.host])
    own = server.url("/conditional")
    assert fetcher.fetch(own, etag='"v1"').outcome is Outcome.NOT_MODIFIED
    moved = fetcher.fetch(server.url("/moved-home"), etag='"v1"')
    assert moved.outcome is Outcome.FETCHED
    confirmed = fetcher.fetch(server.url("/moved-home"), etag='"v1"', confirms=own)
    assert confirmed.outcome is Outcome.NOT_MODIFIED
    assert fetcher.fetch(own, etag='"v1"\r\nX: y').outcome is Outcome.FETCHED


def test_hops_tell_the_whole_way(server: HostileServer, small: WebSettings) -> None:
    answer = Fetcher(small, [server.host]).fetch(server.url("/relative"))
    assert [(hop.url, hop.status) for hop in answer.hops] == [
        (server.url("/relative"), 302),
        (server.url("/ok?from=relative"), 200),
    ]
    assert answer.final_url == server.url("/ok?from=relative")


def test_every_connection_goes_through_the_connector(server: HostileServer, small: WebSettings) -> None:
    """Fails when a newer httpcore finds another way to the network than the backend that it is given."""

    class Refusing(httpcore.SyncBackend):
        asked: list[str] = []  # noqa: RUF012

        def connect_tcp(self, host: str, *args: object, **named: object) -> httpcore.NetworkStream:
            self.asked.append(host)
            raise httpcore.ConnectError("refused by the test")

    fetcher = Fetcher(small, [server.host], connector=Refusing())
    assert fetcher.fetch(server.url("/ok")).outcome is Outcome.CONNECTION_FAILED
    assert Refusing.asked == ["127.0.0.1"]
    assert server.asked == []
