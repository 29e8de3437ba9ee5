"""The guarded transport: what httpx sends goes over one connection that the guard has made.

httpx gives the client, requests, answers and streams; this is its public seam for "how does a request
reach the host". Nothing private of httpx is used, so a new release cannot open a way around the guard.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator

import httpcore
import httpx

from factdesk.web.backend import GuardedBackend
from factdesk.web.guard import CheckedUrl

HEADERS_AS_SENT = "headers_as_sent"
"""The extension of a response that holds its headers, every one, as the host sent them."""


class GuardedTransport(httpx.BaseTransport):
    """Sends requests to the one checked address, whatever a request's own URL says.

    Raises httpcore's exceptions and those of `GuardedBackend`, untranslated.
    """

    def __init__(self, checked: CheckedUrl, backend: GuardedBackend, tls: ssl.SSLContext | None) -> None:
        self._checked = checked
        self._connection = httpcore.HTTPConnection(
            origin=httpcore.Origin(checked.scheme.encode(), checked.host.encode(), checked.port),
            ssl_context=tls,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. The client is not shown Location: redirects are checked and followed by hand."""
        answer = self._connection.handle_request(
            httpcore.Request(request.method, self._url(), headers=request.headers.raw, content=None)
        )
        return httpx.Response(
            answer.status,
            headers=[(name, value) for name, value in answer.headers if name.lower() != b"location"],
            stream=_Body(answer),
            extensions={HEADERS_AS_SENT: tuple(answer.headers)},
        )

    def _url(self) -> httpcore.URL:
        # The address as written: httpx would respell some characters of it.
        return httpcore.URL(
            scheme=self._checked.scheme.encode(),
            host=self._checked.host.encode(),
            port=self._checked.port,
            target=self._checked.target.encode(),
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._answer.stream, Iterable):
            yield from self._answer.stream

    def close(self) -> None:
        self._answer.close()
