"""What people type into forms, read and bounded in the same way on every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from factdesk.desk.texts import safe_url
from factdesk.errors import UsageError

LONGEST_TEXT = 4_000
"""Characters of a note, and of a sentence for readers; the forms say so too."""

LONGEST_URL = 2_000
LONGEST_TERM = timedelta(days=366)
MOST_SPENT_MS = 86_400_000
"""A page that was open for longer than a day counts as a day."""

_MOST_DIGITS = 11


def read_note(text: str) -> str | None:
    """Return a note without white space at its ends, None for an empty one.

    Raises UsageError for more than `LONGEST_TEXT` characters.
    """
    return _bounded("note", text.strip())


def read_conclusion(text: str) -> str | None:
    """Return a sentence for readers on one line, None for an empty one.

    Raises UsageError for more than `LONGEST_TEXT` characters.
    """
    return _bounded("conclusion", " ".join(text.split()))


def _bounded(name: str, text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        raise UsageError(f"the {name} has {len(text)} characters; write at most {LONGEST_TEXT}")
    return text or None


def read_number(text: str) -> int | None:
    """Return a number of at most eleven digits, None for anything else.

    >>> read_number("17"), read_number("-1"), read_number("²")
    (17, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def read_spent(text: str) -> int | None:
    """Return how long a page was open in milliseconds, at most `MOST_SPENT_MS`; None where it is not said."""
    spent = read_number(text)
    return None if spent is None else min(spent, MOST_SPENT_MS)


def read_url(text: str, what: str = "that") -> str:
    """Return an address of a page.

    Raises UsageError for anything else; ``what`` is what the sentence calls it.
    """
    if len(text) > LONGEST_URL or not text.isprintable() or " " in text or safe_url(text) is None:
        raise UsageError(f"{what} is no address of a page; give one that begins with https:// or http://")
    return text


def read_term(text: str, now: datetime) -> datetime | None:
    """Return the morning of a day (06:00 UTC) that lies ahead, by at most a year; None for anything else."""
    try:
        until = datetime.combine(date.fromisoformat(text), time(6), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return until if now < until < now + LONGEST_TERM else None
