"""What machines ask the desk: whether it lives, whether it can store, and figures to watch.

``/healthz`` and ``/readyz`` tell nothing but that. ``/metrics`` is in the text format of Prometheus, version
0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), for this machine alone or by a token.
"""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from factdesk import __version__
from factdesk.desk.keeping import Desk
from factdesk.errors import UsageError
from factdesk.warehouse.health import read_health

TOKEN_VARIABLE = "FACTDESK_METRICS_TOKEN"
SHORTEST_TOKEN = 16
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Figure = tuple[str, str, float | None]
"""Name without its prefix, what it is, and the value; None where there is none."""


@dataclass(frozen=True, slots=True)
class Probes:
    """The probes of one desk. Without a ``token`` this machine alone may ask for figures."""

    desk: Desk
    token: str = ""

    def routes(self) -> list[Route]:
        """Return their addresses, which need no session."""
        return [
            Route("/healthz", lambda _: PlainTextResponse("ok\n")),
            Route("/readyz", self._answer_ready),
            Route("/metrics", self._answer_metrics),
        ]

    def _answer_ready(self, _: Request) -> Response:
        """Say whether decisions can be stored now."""
        trouble = self.desk.trouble
        return PlainTextResponse(f"{trouble or 'ready'}\n", 503 if trouble else 200)

    def _answer_metrics(self, request: Request) -> Response:
        """Give the figures to who may have them."""
        if self.token:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
                said = f"Send the token of {TOKEN_VARIABLE}: Authorization: Bearer TOKEN.\n"
                return PlainTextResponse(said, 401, {"WWW-Authenticate": "Bearer"})
        elif self.desk.home.settings.desk.origin or not _is_here(request):
            # Behind another server everybody comes from that server's address.
            return PlainTextResponse(
                f"Set {TOKEN_VARIABLE} where the desk runs; without it none are told.\n", 403
            )
        text = "".join(_lines(name, about, value) for name, about, value in figures(self.desk))
        return PlainTextResponse(text, media_type=METRICS_TYPE)


def check_token(token: str) -> str:
    """Return a token that is empty or long enough. Raises UsageError for another."""
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
        raise UsageError(
            f"{TOKEN_VARIABLE} must have at least {SHORTEST_TOKEN} printable ASCII characters; "
            "openssl rand -hex 24 makes one"
        )
    return token


def queue_age(desk: Desk) -> tuple[int, datetime | None]:
    """Return how many claims wait, and since when the one that has waited longest."""
    waiting = desk.waiting.all()
    return len(waiting), min((one.checked_at for one in waiting if one.checked_at), default=None)


def figures(desk: Desk) -> Iterator[Figure]:
    """Yield what is worth watching. Seconds and bytes."""
    now, health = desk.now(), read_health(desk.home.warehouse)
    claims, oldest = queue_age(desk)
    disk = shutil.disk_usage(desk.home.warehouse)
    yield f'about{{version="{__version__}"}}', "Always 1; which Factdesk serves.", 1
    yield "ready", "Whether what is decided is stored now: 1 or 0.", desk.trouble is None
    yield "claims_waiting", "Claims that wait for a person.", claims
    yield "oldest_claim_seconds", "Since when the oldest of them waits.", _age(oldest, now)
    yield "batches_waiting", "Batches that are not in the database yet.", health.waiting
    yield "batches_waiting_bytes", "Their size.", health.waiting_bytes
    yield "oldest_batch_seconds", "The age of the oldest of them.", health.oldest_waiting_seconds
    yield "batches_rejected", "Batches that were refused and lie aside.", len(health.rejected)
    yield "batches_unpublished", "Batches that the published copy lacks.", health.unpublished
    yield "published_age_seconds", "The age of the published copy.", health.published_age_seconds(now)
    yield "published_bytes", "Its size.", health.published_bytes
    yield "database_bytes", "The size of the database.", health.database_bytes
    yield "disk_free_bytes", "Free space where the warehouse lies.", disk.free
    yield "disk_total_bytes", "All space there.", disk.total


def _lines(name: str, about: str, value: float | None) -> str:
    bare = f"factdesk_{name.partition('{')[0]}"
    head = f"# HELP {bare} {about}\n# TYPE {bare} gauge\n"
    return head if value is None else f"{head}factdesk_{name} {float(value):.15g}\n"


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())


def _is_here(request: Request) -> bool:
    return request.client is not None and ip_address(request.client.host).is_loopback
