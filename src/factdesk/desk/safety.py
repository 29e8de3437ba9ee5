"""What every request passes first and every answer carries: hosts, origins, sizes, headers.

A page of another site may make the browser send requests here; it cannot forge `Host`, `Origin` and
`Sec-Fetch-Site`. Against DNS rebinding the host must be one of ours, against forged forms every POST must
come from a page of ours (OWASP, Cross-Site Request Forgery Prevention, "Fetch Metadata").
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_FORM_BYTES = 262_144
MOST_URL_BYTES = 8_192
FORM_SECONDS = 30.0
TOO_SLOW = "The form did not come whole in time, so nothing was done; send it again"

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_READING = ("GET", "HEAD")


class Safety:
    """The outermost layer of the desk, around ``app``. ``hosts`` are the values of `Host` that are ours;
    ``probes`` are addresses that answer to a few more, such as loopback's names behind another server.
    ``most_bytes`` says how large a form for a path may be."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        form_seconds: float = FORM_SECONDS,
        *,
        probes: Mapping[str, Collection[str]] = MappingProxyType({}),
        most_bytes: Callable[[str], int] = lambda _: MOST_FORM_BYTES,
    ) -> None:
        self.app = app
        self._most_bytes = most_bytes
        self._form_seconds = form_seconds
        self._hosts = frozenset(one.lower() for one in hosts)
        self._probes = probes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what may not be, or pass it on and add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = _with_headers(send, is_static=scope["path"].startswith("/static/"))
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(guarded, *refusal)
            return
        most = self._most_bytes(scope["path"])
        await self.app(scope, _limited(receive, self._form_seconds, most), guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if host not in self._hosts and host not in self._probes.get(scope["path"], ()):
            return 421, "This desk does not answer to that host name; open it at the address that it printed."
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > MOST_URL_BYTES:
            return 414, "The address is too long; go back to the queue."
        length = headers.get("content-length") or "0"
        if not (length.isascii() and length.isdigit() and len(length) < 20):
            return 400, "The length of the form is no number; send it again."
        most = self._most_bytes(scope["path"])
        if int(length) > most:
            return 413, f"{too_large(most)}."
        if scope["method"] in _READING:
            return None
        if scope["method"] != "POST":
            return 405, "Only GET, HEAD and POST are known here."
        if not _is_from_us(headers, host):
            return 403, "This form was sent from another site, so nothing was done; use the desk's own page."
        return None


def too_large(most_bytes: int) -> str:
    """Say that a form is larger than it may be."""
    return f"The form is larger than {most_bytes // 1024} kB, so nothing was done; shorten it"


def _is_from_us(headers: Headers, host: str) -> bool:
    """Whether a browser says that a page of this host sent the form.

    Under ``Referrer-Policy: no-referrer`` browsers send ``Origin: null`` with our own forms, so that it only
    counts where `Sec-Fetch-Site`, which older browsers lack, is missing.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None or origin == "null":
        return site == "same-origin"
    return urlsplit(origin).netloc.lower() == host


def _limited(receive: Receive, seconds: float, most_bytes: int) -> Receive:
    """Let no more through than a form may have, and wait for it no longer than anybody needs to send it."""
    taken, ends = 0, time.monotonic() + seconds
    is_whole = False

    async def limited() -> Message:
        nonlocal taken, is_whole
        if is_whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), ends - time.monotonic())
        except TimeoutError as error:
            raise HTTPException(408, TOO_SLOW) from error
        taken += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if taken > most_bytes:
            raise HTTPException(413, too_large(most_bytes))
        return message

    return limited


def _with_headers(send: Send, *, is_static: bool) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
            # A page must not be kept by a browser that others use; a file of ours may be, and is asked for.
            headers["Cache-Control"] = "no-cache" if is_static else "no-store"
        await send(message)

    return guarded


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = sentence.encode("utf-8") + b"\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
