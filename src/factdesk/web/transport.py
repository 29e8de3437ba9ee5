"""The guarded transport: one request at a time over one connection that the guard has made.

This is httpcore's connection and not httpx's client: there is no proxy, netrc, cookie, redirect or
authentication that could be left on. Only public seams of httpcore are used, so that a new release cannot
open a way around the guard.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator

import httpcore

from factdesk.web.backend import GuardedBackend
from factdesk.web.guard import CheckedUrl

RawHeaders = list[tuple[bytes, bytes]]


class GuardedConnection:
    """Sends requests to the one checked address. Raises httpcore's exceptions and those of the backend."""

    def __init__(self, checked: CheckedUrl, backend: GuardedBackend, tls: ssl.SSLContext | None) -> None:
        self._connection = httpcore.HTTPConnection(
            origin=httpcore.Origin(checked.scheme.encode(), checked.host.encode(), checked.port),
            ssl_context=tls,
            network_backend=backend,
        )
        # The address as written: nothing between here and the wire respells it.
        self._url = httpcore.URL(
            scheme=checked.scheme.encode(),
            host=checked.host.encode(),
            port=checked.port,
            target=checked.target.encode(),
        )

    def send(self, method: str, headers: RawHeaders) -> RawAnswer:
        """Send one request and return its answer, headers read and body not."""
        answer = self._connection.handle_request(httpcore.Request(method, self._url, headers=headers))
        return RawAnswer(answer)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class RawAnswer:
    """An answer as the host sent it: every header, and the body in the encodings in which it came."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers: RawHeaders = list(answer.headers)

    def iter_raw(self) -> Iterator[bytes]:
        """Yield the body as it comes, without its chunk framing."""
        if isinstance(self._answer.stream, Iterable):
            yield from self._answer.stream
