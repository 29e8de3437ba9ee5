"""Readers that take another text from a page than the real one does; they run in a worker."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from factdesk.reading.page_text import PageText, read_page


def read_less(content: bytes, **given: Any) -> PageText:
    """Lose the first words of every web page."""
    page = read_page(content, **given)
    return replace(page, text=page.text[4:]) if b"<html" in content else page


def read_less_as_another(content: bytes, **given: Any) -> PageText:
    return replace(read_less(content, **given), extractor="another reader 1")


def break_on_porto(content: bytes, **given: Any) -> PageText:
    if b"Porto" in content:
        raise ZeroDivisionError("no passengers")
    return read_page(content, **given)
