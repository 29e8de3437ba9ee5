"""More behaviours of the hostile server: what it says on the wire, and how it hosts robots.txt.

Keys are paths, or ``host/path`` for what one host alone does. See `web.hostile` and `web.hostile_pages`.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable

from web.hostile import CHUNKED, HTML, PAGE, Guest, hang, pack, packed, raw, redirect, status

Behaviour = Callable[[Guest], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def told(*lines: str, body: bytes = PAGE, code: str = "200 OK") -> Behaviour:
    """Answer a page with these headers and no others."""
    return lambda guest: guest.answer(code, body, *lines)


def chunks(*parts: bytes) -> Behaviour:
    return raw(CHUNKED + b"".join(parts))


def chunk(content: bytes) -> bytes:
    return b"%x\r\n" % len(content) + content + b"\r\n"


def early_hints(guest: Guest) -> None:
    guest.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" * 100)
    guest.answer("200 OK", PAGE, HTML)


def endless_trailers(guest: Guest) -> None:
    guest.send(CHUNKED + chunk(PAGE) + b"0\r\n")
    while True:
        guest.send(b"X-More: 1\r\n" * 1000)


def endless_redirect_body(guest: Guest) -> None:
    guest.send(b"HTTP/1.1 302 Found\r\nLocation: /ok\r\n\r\n")
    while True:
        guest.send(b"word " * 4000)


def growing_circle(guest: Guest) -> None:
    guest.answer("302 Found", b"", f"Location: {guest.path if '?' in guest.path else guest.path + '?'}a")


def slow_chunk_head(guest: Guest) -> None:
    guest.send(CHUNKED)
    guest.drip(b"0", 0.02)


def drip_status(guest: Guest) -> None:
    for byte in b"HTTP/1.1 200 OK and a very long reason that never comes to its end" * 9:
        guest.send(bytes([byte]))
        time.sleep(0.02)


def stall_in_body(guest: Guest) -> None:
    guest.send(HEAD + b"Content-Length: 90000\r\n\r\n" + PAGE)
    guest.server.stopped.wait(20)


def deep_gzip() -> bytes:
    content = PAGE
    for _ in range(40):
        content = gzip.compress(content)
    return content


WIRE: dict[str, Behaviour] = {
    "/http-09": raw(PAGE),
    "/http-10": raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE),
    "/http-99": raw(b"HTTP/9.9 200 OK\r\n\r\n" + PAGE),
    "/http-2-preface": raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)),
    "/icy": raw(b"ICY 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n" + PAGE),
    "/tls-alert": raw(b"\x15\x03\x01\x00\x02\x02\x0a"),
    "/no-reason": raw(b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n" + PAGE),
    "/line-feeds": raw(b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + PAGE),
    "/folded-header": raw(HEAD + b"X-Long: a\r\n  b\r\n\r\n" + PAGE),
    "/no-colon": raw(HEAD + b"this is no header\r\n\r\n" + PAGE),
    "/space-in-name": raw(HEAD + b"Content Length : 5\r\n\r\n" + PAGE),
    "/status-600": told(HTML, code="600 Beyond"),
    "/status-099": told(HTML, code="099 Below"),
    "/status-2000": told(HTML, code="2000 OK"),
    "/status-word": told(HTML, code="OK OK"),
    "/early-hints": early_hints,
    "/drip-status": drip_status,
    "/stall-in-body": stall_in_body,
    "/pipelined": raw((HEAD + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE) * 3),
    "/negative-length": told(HTML, "Content-Length: -5"),
    "/negative-length-alone": raw(HEAD + b"Content-Length: -5\r\n\r\n" + PAGE),
    "/plus-length": raw(HEAD + b"Content-Length: +5\r\n\r\n" + PAGE),
    "/hex-length": raw(HEAD + b"Content-Length: 0x40\r\n\r\n" + PAGE),
    "/long-number-length": raw(HEAD + b"Content-Length: " + b"9" * 4000 + b"\r\n\r\n" + PAGE),
    "/unicode-length": raw(HEAD + "Content-Length: ٣٣\r\n\r\n".encode() + PAGE),
    "/length-list": raw(HEAD + b"Content-Length: %d, %d\r\n\r\n" % (len(PAGE), len(PAGE)) + PAGE),
    "/length-and-chunks": raw(
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(PAGE) + b"0\r\n\r\n"
    ),
    "/packed-transfer": raw(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk(PAGE) + b"0\r\n\r\n"),
    "/chunks-twice": raw(HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + chunk(PAGE) + b"0\r\n\r\n"),
    "/trailers": chunks(chunk(PAGE), b"0\r\nX-Sum: 1\r\nSet-Cookie: a=b\r\n\r\n"),
    "/endless-trailers": endless_trailers,
    "/huge-chunk": chunks(b"FFFFFFFFFFFFFFFF\r\n", PAGE),
    "/longer-chunk-number": chunks(b"F" * 90, b"\r\n", PAGE),
    "/negative-chunk": chunks(b"-5\r\n", PAGE, b"\r\n0\r\n\r\n"),
    "/chunk-extensions": chunks(b"%x;a=b;c=d\r\n" % len(PAGE), PAGE, b"\r\n0;e\r\n\r\n"),
    "/chunk-longer-than-told": chunks(b"5\r\n", PAGE, b"\r\n0\r\n\r\n"),
    "/slow-chunk-head": slow_chunk_head,
    "/after-the-end": chunks(chunk(PAGE), b"0\r\n\r\n", b"and more" * 999),
    "/205": status("205 Reset Content"),
    "/407": status("407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=x"),
    "/416": status("416 Range Not Satisfiable", "Content-Range: bytes */9"),
    "/421": status("421 Misdirected Request"),
    "/basic": status("401 Unauthorized", 'WWW-Authenticate: Basic realm="a"'),
    "/negotiate": status("401 Unauthorized", "WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM"),
    "/byte-ranges": told("Content-Type: multipart/byteranges; boundary=a", code="206 Partial Content"),
    "/retry-unicode": status("503 Not Now", "Retry-After: ²٣"),
    "/retry-long-number": status("503 Not Now", "Retry-After: " + "9" * 400),
    "/retry-negative": status("503 Not Now", "Retry-After: -5"),
    "/retry-far-date": status("429 Slow Down", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
    "/retry-nonsense": status("429 Slow Down", "Retry-After: soon; or 1e9"),
    "/cookies": told(HTML, *(f"Set-Cookie: c{number}={'x' * 200}" for number in range(50))),
    "/cookie-flood": told(HTML, *(f"Set-Cookie: c{number}={'x' * 2000}" for number in range(100))),
    "/two-encoding-headers": told(
        HTML,
        "Content-Encoding: gzip",
        "Content-Encoding: br",
        body=pack(pack(PAGE, "gzip"), "br"),
    ),
    "/identity": told(HTML, "Content-Encoding: identity, identity, identity"),
    "/encoding-in-capitals": packed("GZIP", gzip.compress(PAGE)),
    "/zlib-deflate": packed("deflate", zlib.compress(PAGE)),
    "/encrypted": packed("aes128gcm", PAGE),
    "/gzip-in-gzip": packed("gzip", deep_gzip()),
    "/gzip-of-lies": packed("br", gzip.compress(PAGE)),
    "/empty-br": packed("br", b""),
    "/301": redirect("/ok", "301 Moved"),
    "/303": redirect("/ok", "303 See Other"),
    "/307": redirect("/ok", "307 Again"),
    "/308": redirect("/ok", "308 For Good"),
    "/growing-circle": growing_circle,
    "/redirect-with-endless-body": endless_redirect_body,
    "/two-targets": lambda guest: guest.answer("302 Found", b"", "Location: /ok", "Location: /gone"),
    "/target-with-line-feed": redirect("/ok%0d%0aX-Forged:%20yes"),
    "/target-far-too-long": redirect("/ok?" + "a" * 9000),
    "/target-empty": redirect(""),
    "/target-with-a-tab": redirect("/o\tk"),
}
"""Paths that any host of the server answers."""


def endless_rules(guest: Guest) -> None:
    guest.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /\n")
    while True:
        guest.send(b"# and so on\n" * 2000)


def rules(text: str, *lines: str) -> Behaviour:
    return lambda guest: guest.answer("200 OK", text.encode(), "Content-Type: text/plain", *lines)


def robots_hosts(inner: str) -> dict[str, Behaviour]:
    """Hosts that are hostile in their robots.txt; ``inner`` is an address that must never be asked."""
    many = "".join(f"Disallow: /{number}*a*b*c$\n" for number in range(20_000))
    told_robots: dict[str, Behaviour] = {
        "robots-none": status("404 Not Found"),
        "robots-denies": rules("User-agent: *\nDisallow: /\n"),
        "robots-denies-us": rules("User-agent: Factdesk\nDisallow: /\n\nUser-agent: *\nAllow: /\n"),
        "robots-allows-us": rules("User-agent: Factdesk\nAllow: /\n\nUser-agent: *\nDisallow: /\n"),
        "robots-endless": endless_rules,
        "robots-inside": redirect(inner),
        "robots-circle": redirect("/robots.txt"),
        "robots-binary": lambda guest: guest.answer("200 OK", bytes(range(256)) * 900),
        "robots-page": lambda guest: guest.answer("200 OK", PAGE, HTML),
        "robots-many-rules": rules("User-agent: *\n" + many),
        "robots-many-stars": rules("User-agent: *\nDisallow: /" + "*a" * 3000 + "*b$\n"),
        "robots-bomb": packed("gzip", gzip.compress(b"Disallow: /\n" * 1_000_000)),
        "robots-forbidden": status("403 Forbidden"),
        "robots-fault": status("503 Not Now"),
        "robots-hangs": hang,
        "robots-reset": lambda guest: guest.reset(),
    }
    return {f"{name}.example/robots.txt": behave for name, behave in told_robots.items()}
