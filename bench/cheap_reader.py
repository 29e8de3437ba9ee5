"""Stands in a reading worker for the reader of pages: its text is the bytes, nothing is parsed."""

from __future__ import annotations

from factdesk.model import SourceOutcome
from factdesk.reading.page_text import PageText, no_text


def read_page(content: bytes, **told: object) -> PageText:
    """Return the page as it came."""
    return no_text(SourceOutcome.FETCHED, "text/plain", text=content.decode("utf-8"), charset="utf-8")
