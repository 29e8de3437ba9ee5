"""The settings that decide what a fetch can bring home, as they are kept with its record."""

from __future__ import annotations

from factdesk.config import WebSettings

RECORDED_OPTIONS = (
    "deadline_seconds",
    "connect_seconds",
    "max_wire_bytes",
    "max_decoded_bytes",
    "max_redirects",
    "max_header_bytes",
    "tries",
    "user_agent",
)


def list_options(settings: WebSettings) -> tuple[tuple[str, str], ...]:
    """Return the recorded settings as they are kept, numbers as short as they can be written."""
    told = ((name, getattr(settings, name)) for name in RECORDED_OPTIONS)
    return tuple((name, f"{value:g}" if isinstance(value, float) else str(value)) for name, value in told)
