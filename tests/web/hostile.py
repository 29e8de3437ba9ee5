"""A web server on loopback that does to a client whatever its path says. Raw sockets, a thread a guest."""

from __future__ import annotations

import gzip
import io
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

import brotli
import httpcore
import zstandard

PAGE = (
    b"<!doctype html><html><head><title>The hall</title></head><body><article>"
    b"<p>Every seat in the old town hall was sold within an hour on Friday, the box office said.</p>"
    b"<p>The organisers had asked for a larger hall and were given a smaller one with better light.</p>"
    b"</article></body></html>"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
ZEROS = bytes(30_000_000)


@dataclass
class Guest:
    """One request: its connection, path, headers, and how many came for this path before it."""

    connection: socket.socket
    path: str
    headers: dict[str, str]
    visit: int
    server: HostileServer

    def send(self, content: bytes) -> None:
        self.connection.sendall(content)

    def answer(
        self, status: str = "200 OK", body: bytes = PAGE, *lines: str, length: int | None = None
    ) -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *lines]
        self.send("\r\n".join([*head, "", ""]).encode() + body)

    def drip(self, content: bytes, seconds: float) -> None:
        for _ in range(400):
            self.send(content)
            time.sleep(seconds)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


HTML = "Content-Type: text/html; charset=utf-8"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


def pack(content: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.compress(content)
    if encoding == "br":
        return brotli.compress(content, quality=1)
    if encoding == "zstd":
        return zstandard.ZstdCompressor().compress(content)
    raw = zlib.compressobj(wbits=-15)
    return raw.compress(content) + raw.flush()


BOMBS = {encoding: pack(ZEROS, encoding) for encoding in ("gzip", "br", "zstd", "deflate")}


def wide_window_zstd() -> bytes:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    out = io.BytesIO()
    with zstandard.ZstdCompressor(compression_params=parameters).stream_writer(out, closefd=False) as writer:
        writer.write(PAGE)
    return out.getvalue()


def packed(encoding: str, body: bytes | None = None) -> Callable[[Guest], None]:
    def behave(guest: Guest) -> None:
        content = PAGE
        for name in encoding.split(", ") if body is None else ():
            content = pack(content, name)
        guest.answer("200 OK", content if body is None else body, HTML, f"Content-Encoding: {encoding}")

    return behave


def status(text: str, *lines: str) -> Callable[[Guest], None]:
    return lambda guest: guest.answer(text, b"<p>no</p>", HTML, *lines)


def raw(content: bytes) -> Callable[[Guest], None]:
    return lambda guest: guest.send(content)


def drip_headers(guest: Guest) -> None:
    guest.send(b"HTTP/1.1 200 OK\r\n")
    guest.drip(b"X-More: 1\r\n", 0.02)


def drip_body(guest: Guest) -> None:
    guest.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\nContent-Type: text/html\r\n\r\n")
    guest.drip(b"a", 0.02)


def endless(guest: Guest) -> None:
    guest.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        guest.send(b"word " * 4000)


def endless_continue(guest: Guest) -> None:
    while True:
        guest.send(b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n" * 100)


def small_chunks(guest: Guest) -> None:
    guest.send(CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in PAGE) + b"0\r\n\r\n")


def endless_small_chunks(guest: Guest) -> None:
    guest.send(CHUNKED)
    while True:
        guest.send(b"1;" + b"x" * 5000 + b"\r\na\r\n")


def cut_chunks(guest: Guest) -> None:
    guest.send(CHUNKED + b"%x\r\n" % len(PAGE) + PAGE + b"\r\n")


def bad_chunk(guest: Guest) -> None:
    guest.send(CHUNKED + b"%x\r\n" % len(PAGE) + PAGE + b"\r\nxyz\r\n")


def reset_at_once(guest: Guest) -> None:
    guest.reset()


def reset_in_body(guest: Guest) -> None:
    guest.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nContent-Type: text/html\r\n\r\n" + PAGE)
    time.sleep(0.1)
    guest.reset()


def hang(guest: Guest) -> None:
    guest.server.stopped.wait(20)


def redirect(target: str, status_line: str = "302 Found") -> Callable[[Guest], None]:
    return lambda guest: guest.answer(status_line, b"", f"Location: {target}")


def leading_to(target: str) -> str:
    return "/to/" + quote(target, safe="")


def redirect_anywhere(guest: Guest) -> None:
    """``/to/<target>``, the target percent-encoded as a whole: see `leading_to`."""
    guest.answer("302 Found", b"", f"Location: {unquote(guest.path.removeprefix('/to/'))}")


def endless_redirects(guest: Guest) -> None:
    step = int(guest.path.rpartition("/")[2])
    guest.answer("302 Found", b"", f"Location: /steps/{step + 1}")


def set_cookie(guest: Guest) -> None:
    guest.answer("302 Found", b"", "Location: /ok", "Set-Cookie: seen=1; Path=/")


def well_after(failures: int, status_line: str, *lines: str) -> Callable[[Guest], None]:
    def behave(guest: Guest) -> None:
        if guest.visit < failures:
            guest.answer(status_line, b"", *lines)
        else:
            guest.answer("200 OK", PAGE, HTML)

    return behave


def conditional(guest: Guest) -> None:
    if guest.headers.get("if-none-match") == '"v1"':
        guest.answer("304 Not Modified", b"")
    else:
        guest.answer("200 OK", PAGE, HTML, 'ETag: "v1"')


BEHAVIOURS: dict[str, Callable[[Guest], None]] = {
    "/ok": lambda guest: guest.answer("200 OK", PAGE, HTML),
    "/drip-headers": drip_headers,
    "/drip-body": drip_body,
    "/endless": endless,
    "/endless-continue": endless_continue,
    "/small-chunks": small_chunks,
    "/endless-small-chunks": endless_small_chunks,
    "/cut-chunks": cut_chunks,
    "/bad-chunk": bad_chunk,
    **{f"/{name}": packed(name) for name in ("gzip", "br", "zstd", "deflate")},
    **{f"/{name}-bomb": packed(name, bomb) for name, bomb in BOMBS.items()},
    "/bomb-in-bomb": packed("gzip, br", pack(BOMBS["gzip"], "br")),
    "/two-encodings": packed("gzip, br"),
    "/three-encodings": packed("gzip, br, gzip"),
    "/unknown-encoding": packed("lzma", b"\xfd7zXZ"),
    "/not-gzip": packed("gzip", PAGE),
    "/cut-gzip": packed("gzip", gzip.compress(bytes(i % 251 for i in range(9000)))[:-200]),
    "/gzip-members": packed("gzip", gzip.compress(b"") * 500),
    "/wide-zstd": packed("zstd", wide_window_zstd()),
    "/empty-gzip": packed("gzip", gzip.compress(b"")),
    "/huge-header": raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n"),
    "/many-headers": raw(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 50_000 + b"\r\n"),
    "/long-promise": lambda guest: guest.answer("200 OK", PAGE, HTML, length=len(PAGE) + 500),
    "/short-promise": lambda guest: guest.answer("200 OK", PAGE + b"tail", HTML, length=len(PAGE)),
    "/huge-promise": lambda guest: guest.answer("200 OK", PAGE, HTML, length=10**12),
    "/two-promises": lambda guest: guest.answer("200 OK", PAGE, HTML, "Content-Length: 3"),
    "/reset": reset_at_once,
    "/reset-in-body": reset_in_body,
    "/close": lambda guest: None,
    "/hang": hang,
    "/not-http": raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "/bad-header": raw(b"HTTP/1.1 200 OK\r\nA\x00B: 1\r\n\r\nx"),
    "/empty": lambda guest: guest.answer("200 OK", b"", HTML),
    "/png": lambda guest: guest.answer("200 OK", PNG, HTML),
    "/upgrade": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    "/204": raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "/206": lambda guest: guest.answer("206 Partial Content", PAGE, HTML),
    "/304": raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    **{
        f"/{code}": status(f"{code} Said")
        for code in (300, 400, 401, 402, 403, 404, 410, 418, 429, 451, 500, 503, 999)
    },
    "/no-target": status("302 Found"),
    "/loop": redirect("/loop"),
    "/loop-of-two": redirect("/loop-of-three"),
    "/loop-of-three": redirect("loop-of-two#part"),
    "/relative": redirect("ok?from=relative"),
    "/spaced": redirect("/ok?a=b c&d=é"),
    "/set-cookie": set_cookie,
    "/conditional": conditional,
    "/moved-home": redirect("/conditional"),
    "/limited-once": well_after(1, "429 Slow Down", "Retry-After: 1"),
    "/limited-long": well_after(9, "429 Slow Down", "Retry-After: 3600"),
    "/faulty-once": well_after(1, "503 Not Now"),
}
PREFIXES: dict[str, Callable[[Guest], None]] = {"/to/": redirect_anywhere, "/steps/": endless_redirects}


@dataclass
class HostileServer:
    """Serves `BEHAVIOURS` (or ``pages``) until it is stopped; ``asked`` are the requests that came.

    A page is named by its path, or by ``host/path`` when one host alone has it.
    """

    listener: socket.socket
    port: int
    pages: dict[str, Callable[[Guest], None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def count(self, path: str) -> int:
        with self.lock:
            return sum(1 for asked, _ in self.asked if asked == path)

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def _serve_one(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            guest = self._read_request(connection)
            if guest is None:
                return
            known = self.pages or BEHAVIOURS
            prefixed = (behave for prefix, behave in PREFIXES.items() if guest.path.startswith(prefix))
            path = guest.path.partition("?")[0]
            own = known.get(guest.headers.get("host", "").partition(":")[0] + path)
            behave = own or known.get(path) or next(prefixed, status("404 Not Found"))
            behave(guest)

    def _read_request(self, connection: socket.socket) -> Guest | None:
        content = b""
        while b"\r\n\r\n" not in content:
            part = connection.recv(65536)
            if not part:
                return None
            content += part
            if content.startswith(b"\x16"):  # a TLS handshake
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return None
        first, *lines = content.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        path = first.split(" ")[1] if first.count(" ") == 2 else ""
        with self.lock:
            visit = sum(1 for asked, _ in self.asked if asked == path)
            self.asked.append((path, headers))
        return Guest(connection, path, headers, visit, self)


@contextmanager
def hostile_server(
    pages: dict[str, Callable[[Guest], None]] | None = None, port: int = 0
) -> Iterator[HostileServer]:
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        server = HostileServer(listener, int(listener.getsockname()[1]), pages or {})
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


class ToLoopback(httpcore.SyncBackend):
    """Leads every host of the public web to one port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    def connect_tcp(self, host: str, port: int, *args: object, **named: object) -> httpcore.NetworkStream:
        return super().connect_tcp("127.0.0.1", self._port, timeout=5.0)
