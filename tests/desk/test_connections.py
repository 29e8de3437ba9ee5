"""What no browser sends: broken, doubled, huge and slow requests on a bare connection."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from desk_homes import ServedApp, ServedDesk
from factdesk.desk.app import make_app
from factdesk.desk.connections import MOST_CONNECTIONS, HurriedProtocol, server_config
from factdesk.desk.safety import MOST_FORM_BYTES, SECURITY_HEADERS, Safety

PATIENCE_SECONDS = 60.0
FORM = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"


def talk(place: str, *pieces: str | bytes, half_closes: bool = False) -> str:
    """Send pieces to ``place`` (host:port) and return all that is answered until the connection closes."""
    host, _, port = place.partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as connection:
        answer = b""
        try:
            for piece in pieces:
                connection.sendall(piece.encode("latin-1") if isinstance(piece, str) else piece)
            if half_closes:
                connection.shutdown(socket.SHUT_WR)
            while received := connection.recv(65_536):
                answer += received
        except TimeoutError:
            raise
        except OSError:
            pass  # it may close before it has read all
        return answer.decode("latin-1")


def statuses(answer: str) -> list[int]:
    return [int(found) for found in re.findall(r"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.fixture
def place(shared_desk: ServedDesk) -> Iterator[str]:
    """Where the desk is; afterwards it must answer as before."""
    yield urlsplit(shared_desk.url).netloc
    assert shared_desk.stranger().get("/readyz").text == "ready\n"
    assert shared_desk.desk.fault is None


GET = "GET /queue HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
POST = "POST /signin HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
BROKEN = {
    "garbage": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03{host}\r\n\r\n",
    "an HTTP/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": "GET /queue\r\n\r\n",
    "no host": "GET /queue HTTP/1.1\r\n\r\n",
    "two hosts": GET + "Host: evil.example\r\n\r\n",
    "another host in an old request": "GET /queue HTTP/1.0\r\nHost: evil.example\r\n\r\n",
    "no host in an old request": "GET /queue HTTP/1.0\r\n\r\n",
    "a user in the host": "GET /queue HTTP/1.1\r\nHost: {host}@evil.example\r\nConnection: close\r\n\r\n",
    "the address of another site": GET.replace("/queue", "http://evil.example/queue") + "\r\n",
    "a tunnel": "CONNECT evil.example:443 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "a star": "OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "letters in the length": POST + "Content-Length: abc\r\n\r\n",
    "a length below nothing": POST + "Content-Length: -1\r\n\r\n",
    "a length past all": POST + "Content-Length: " + "9" * 5000 + "\r\n\r\n",
    "two lengths": POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "an unknown coding": POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": (POST + FORM + "Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n"),
    "a chunk past all": (
        POST + FORM + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n"
    ),
    "a blank in a name": "GET /queue HTTP/1.1\r\nHost : {host}\r\n\r\n",
    "a folded line": GET + "X: a\r\n b\r\n\r\n",
    "NUL in a header": GET + "X: a\0b\r\n\r\n",
    "NUL in the address": "GET /que\0ue HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "bytes in the address": "GET /\xff\xfe HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "broken escapes": "GET /%ff%zz%/%2e%2e/%00 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "a thousand headers": GET + "X-A: b\r\n" * 9_000 + "\r\n",
    "one huge header": GET + "Cookie: factdesk=" + "x" * 200_000 + "\r\n\r\n",
    "a huge address": "GET /" + "x" * 200_000 + " HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a websocket": (
        GET.replace("close", "Upgrade") + "Upgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n"
    ),
    "half a form": POST + FORM + "Content-Length: 50\r\n\r\na=b",
    "nothing": "",
}
HALF = ("half a form", "nothing", "a websocket", "a chunk past all")
"""What the desk would go on waiting after."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_request_is_refused_and_the_desk_goes_on(place: str, name: str) -> None:
    answer = talk(place, BROKEN[name].replace("{host}", place), half_closes=name in HALF)
    assert all(300 <= status < 500 for status in statuses(answer)), answer[:500]
    assert "Traceback" not in answer
    assert "set-cookie" not in answer.lower()


def test_a_second_request_hidden_in_the_first_is_not_taken(place: str) -> None:
    """With a length and chunks at once the two ends of a proxy may disagree where a request ends."""
    hidden = f"POST /me/keys HTTP/1.1\r\nHost: {place}\r\n{FORM}Content-Length: 8\r\n\r\nkeys=off"
    answer = talk(
        place,
        POST.replace("{host}", place)
        + f"{FORM}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
    )
    assert len(statuses(answer)) <= 2
    assert "factdesk-keys" not in answer


def test_pipelined_requests_are_answered_in_their_order(place: str) -> None:
    asked = "".join(f"GET {path} HTTP/1.1\r\nHost: {place}\r\n\r\n" for path in ("/healthz", "/nowhere"))
    assert statuses(talk(place, asked + GET.replace("{host}", place) + "\r\n")) == [200, 404, 303]


def test_a_form_that_says_too_little_of_its_size_is_cut(place: str) -> None:
    chunk = f"{65_536:x}\r\n{'x' * 65_536}\r\n"
    answer = talk(
        place,
        POST.replace("{host}", place) + f"{FORM}Transfer-Encoding: chunked\r\n\r\n",
        *[chunk] * (MOST_FORM_BYTES // 65_536 + 1),
    )
    assert statuses(answer)[:1] in ([413], [])  # it may have closed before the answer could be read
    assert "x" * 100 not in answer


@contextmanager
def impatient(desk: ServedDesk) -> Iterator[str]:
    """The same application, but nobody is waited for: its host and port."""

    class Impatient(HurriedProtocol):
        head_seconds = 0.2

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        place = f"127.0.0.1:{listening.getsockname()[1]}"
        inner = make_app(desk.desk, {place})
        assert isinstance(inner, Safety)
        config = server_config(Safety(inner.app, {place}, form_seconds=0.2))
        config.http = Impatient
        with ServedApp(config, listening):
            yield place


def test_whoever_sends_nothing_or_too_slowly_is_let_go(shared_desk: ServedDesk) -> None:
    with impatient(shared_desk) as place:
        assert talk(place) == ""
        assert talk(place, "GET /healthz HTT") == ""
        late = talk(
            place,
            POST.replace("{host}", place) + f"{FORM}Content-Length: 50\r\n\r\nname=",
        )
        assert statuses(late) == [408]
        assert "The form did not come whole in time, so nothing was done; send it again." in late
        assert SECURITY_HEADERS["Content-Security-Policy"] in late
        asked = f"GET /healthz HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n"
        assert statuses(talk(place, asked)) == [200], "a good request is waited for no longer"


def test_idle_connections_do_not_keep_others_out(shared_desk: ServedDesk) -> None:
    with impatient(shared_desk) as place:
        host, _, port = place.partition(":")
        idle = [socket.create_connection((host, int(port))) for _ in range(MOST_CONNECTIONS)]
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while (status := httpx.get(f"http://{place}/healthz").status_code) == 503:
                assert time.monotonic() < until, "the desk is full of people who say nothing"
            assert status == 200
        finally:
            for one in idle:
                one.close()
