"""What servers say about when to come back, and which hosts are therefore left alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from factdesk.web.trips import End

MAX_REST_SECONDS = 7 * 86_400.0
"""A server that asks for more than a week has a wrong clock or is closed; it is asked again after a week."""


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, None when it asks for nothing readable."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def end_of_rest(now: datetime, seconds: float) -> datetime:
    """Return when a host that asked for so many seconds may be asked again."""
    return now + timedelta(seconds=min(seconds, MAX_REST_SECONDS))


def say_time(moment: datetime) -> str:
    """Return a time as it stands in a sentence: to the minute, rounded up, in UTC."""
    return f"{moment.astimezone(UTC) + timedelta(seconds=60, microseconds=-1):%Y-%m-%d %H:%M} UTC"


class RestingHosts:
    """The hosts (``host:port``) that asked to be left alone, and how their links end; for all threads."""

    def __init__(self) -> None:
        self._ends: dict[str, End] = {}
        self._lock = threading.Lock()

    def note(self, host: str, end: End) -> None:
        """Leave a host alone until the end's ``not_before``; the later of two times counts."""
        with self._lock:
            before = self._ends.get(host)
            if end.not_before is not None and (before is None or _later(end, before)):
                self._ends[host] = end

    def end_of(self, host: str, now: datetime) -> End | None:
        """Return how a link to a host ends now without a request; None when the host may be asked."""
        end = self._ends.get(host)
        if end is None or end.not_before is None or now >= end.not_before:
            return None
        when = say_time(end.not_before)
        return End(
            end.outcome,
            f"the site was not asked: it told us to come back after {when}",
            not_before=end.not_before,
        )


def _later(one: End, other: End) -> bool:
    return one.not_before is not None and (other.not_before is None or one.not_before > other.not_before)
