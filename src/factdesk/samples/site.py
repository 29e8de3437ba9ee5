"""The sample press site: a small newspaper served on loopback, with the faults of real ones.

Most pages are files of ``press/``. A few addresses misbehave on purpose, so that the demo and the tests
meet a dead link, a page that moved, a slow one, and one that fails before it recovers.
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from types import TracebackType
from urllib.parse import unquote, urlsplit

PRESS = Path(__file__).resolve().parent / "press"

MOVED = {
    "/polls/levy-explained.html": "/explainers/coastal-levy.html",
    "/culture/tour-dates": "/culture/velodrome-nights.html",
}
SLOW_SECONDS = {"/transport/ferry-fares.html": 3.0}
FAILS_FIRST = {"/news/bakery-prices.html": 1}
"""How often an address answers 500 before it recovers."""

_MEDIA_TYPES = {".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class _Reply:
    status: HTTPStatus
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Failures:
    """Counts down the planned failures of one running site."""

    left: dict[str, int] = field(default_factory=lambda: dict(FAILS_FIRST))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str) -> bool:
        with self.lock:
            count = self.left.get(path, 0)
            self.left[path] = max(0, count - 1)
            return count > 0


class PressSite:
    """Serves the sample press site while it is entered; ``origin`` is its address.

    >>> with PressSite() as site:
    ...     site.origin.startswith("http://127.0.0.1:")
    True
    """

    def __init__(self, port: int = 0) -> None:
        failures = _Failures()

        class Handler(_PressHandler):
            planned = failures

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        # A page that is being slow must not hold up the end of the demo.
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, name="press-site", daemon=True)

    @property
    def address(self) -> str:
        """The host and port, as ``--allow-host`` takes them."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def origin(self) -> str:
        """The address as a URL, without a slash at its end."""
        return f"http://{self.address}"

    def __enter__(self) -> PressSite:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _PressHandler(BaseHTTPRequestHandler):
    planned: _Failures
    server_version = "Courier"
    sys_version = ""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        time.sleep(SLOW_SECONDS.get(path, 0.0))
        self._send(_reply(path, self.planned, self.headers.get("If-None-Match")))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, reply: _Reply) -> None:
        try:
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if reply.status is not HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)
        except (BrokenPipeError, ConnectionResetError):
            # The reader gave up on a slow page; that is its own outcome over there.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the demo's terminal belongs to its verdicts."""


def _reply(path: str, planned: _Failures, seen_tag: str | None) -> _Reply:
    if planned.take(path):
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR, "The presses have stopped; try again in a moment.")
    if path in MOVED:
        return _Reply(HTTPStatus.MOVED_PERMANENTLY, headers=(("Location", MOVED[path]),))
    file = _file_at(path)
    if file is None:
        return _page(HTTPStatus.NOT_FOUND, "This page is no longer here.")
    content = file.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    if seen_tag == tag:
        return _Reply(HTTPStatus.NOT_MODIFIED, headers=(("ETag", tag),))
    kind = _MEDIA_TYPES.get(file.suffix, "application/octet-stream")
    return _Reply(HTTPStatus.OK, content, (("Content-Type", kind), ("ETag", tag)))


def _file_at(path: str) -> Path | None:
    """Return the file of ``press/`` at an address, or None; nothing outside the folder is found."""
    parts = PurePosixPath(path).parts[1:]
    if ".." in parts or "\0" in path:
        return None
    file = PRESS.joinpath(*parts) if parts else PRESS / "index.html"
    return file if file.is_file() else None


def _page(status: HTTPStatus, sentence: str) -> _Reply:
    body = f"<!doctype html><title>{status.phrase}</title><h1>{status.phrase}</h1><p>{sentence}</p>"
    return _Reply(status, body.encode(), (("Content-Type", "text/html; charset=utf-8"),))
