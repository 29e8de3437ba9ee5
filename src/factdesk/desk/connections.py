"""How connections to the desk are served, and how long a slow one is borne."""

from __future__ import annotations

import asyncio
import logging

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

STOP_SECONDS = 5
MOST_CONNECTIONS = 256
MOST_HEAD_BYTES = 32_768
HEAD_SECONDS = 20.0
"""Within this time the head of a request must have come, from the connection or the answer before it on."""


class HurriedProtocol(H11Protocol):
    """Closes a connection that is too slow to say what it asks for; uvicorn would wait for ever.

    Otherwise as many idle connections as may be open would keep everybody else out.
    """

    head_seconds = HEAD_SECONDS
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of the first request."""
        super().connection_made(transport)
        self._await_head()

    def on_response_complete(self) -> None:
        """Begin to wait for the head of the next request."""
        super().on_response_complete()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(self.head_seconds, self._close_if_silent)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()

    def _close_if_silent(self) -> None:
        if self.conn.their_state is h11.IDLE:
            self.transport.close()


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Return how the desk is served. No address is taken from forwarded headers, which anybody can send."""
    return uvicorn.Config(
        app,
        http=HurriedProtocol,
        ws="none",
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=STOP_SECONDS,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
    )
