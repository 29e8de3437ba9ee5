"""The longest text that a page may have: what is longer is cut, and told as `truncated`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from factdesk.model import Block, SourceOutcome, Span

if TYPE_CHECKING:
    from factdesk.reading.page_text import PageText

MAX_TEXT_CHARACTERS = 500_000
"""A novel of 80,000 words, or a report of 250 pages. Nine megabytes of plain text took sixty on their way
from the worker to the archive; with one emoji in them Python keeps four bytes a letter, and it is more."""


def within_limit(page: PageText) -> PageText:
    """Return a page whose texts are cut to `MAX_TEXT_CHARACTERS`, as `truncated` when one was."""
    if max(len(page.text), len(page.full_text)) <= MAX_TEXT_CHARACTERS:
        return page
    text = page.text[:MAX_TEXT_CHARACTERS]
    is_cut = len(text) < len(page.text) and page.outcome is SourceOutcome.FETCHED
    return replace(
        page,
        text=text,
        full_text=page.full_text[:MAX_TEXT_CHARACTERS],
        blocks=tuple(_shortened(block, len(text)) for block in page.blocks if block.span.start < len(text)),
        notes=(*page.notes, "text_cut"),
        outcome=SourceOutcome.TRUNCATED if is_cut else page.outcome,
    )


def _shortened(block: Block, end: int) -> Block:
    return replace(block, span=Span(block.span.start, min(block.span.end, end)))
