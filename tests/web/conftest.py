from __future__ import annotations

from collections.abc import Iterator

import pytest

from factdesk.config import WebSettings
from web.hostile import HostileServer, hostile_server


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as running:
        yield running


@pytest.fixture
def small() -> WebSettings:
    """Caps and deadlines small enough for tests."""
    return WebSettings(
        deadline_seconds=1.0,
        connect_seconds=0.5,
        max_wire_bytes=100_000,
        max_decoded_bytes=200_000,
        max_redirects=5,
        seconds_between_requests=0.0,
        tries=1,
    )
