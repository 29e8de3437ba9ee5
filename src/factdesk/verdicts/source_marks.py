"""What a fact-checker must know of the sources that a verdict rests on, besides what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from factdesk.model import Block, Reason, Span
from factdesk.sources.copies import HostedText, group_copies, main_words_sha256

_OUTSIDE = {
    "table": "The passage stands in a table, outside the main text of its page.",
    "caption": "The passage stands in the caption of a picture, outside the main text of its page.",
}


class MarkedSource(Protocol):
    """What is asked of a source here."""

    @property
    def source_id(self) -> UUID:
        """Its id."""

    @property
    def url(self) -> str | None:
        """Its address, as it is linked."""

    @property
    def text(self) -> str | None:
        """Its text: the main text, then blocks outside it."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The form and span of each block of the text."""


def outside_reasons(blocks: Sequence[Block], span: Span) -> tuple[Reason, ...]:
    """Say that the deciding passage stands outside the main text of its page, where it does."""
    form = next((one.form for one in blocks if one.span.covers(span)), "main")
    return (Reason(f"from_{form}", _OUTSIDE[form]),) if form in _OUTSIDE else ()


def copy_reasons(readable: Sequence[MarkedSource]) -> tuple[Reason, ...]:
    """Say that several of a claim's sources are one text, where they are: they do not back one another."""
    if len(readable) < 2:
        return ()
    texts = [
        HostedText(one.source_id, one.url, main_words_sha256(one.text or "", one.blocks)) for one in readable
    ]
    if not group_copies(texts):
        return ()
    return (Reason("copies_of_one_text", "Sources of this claim are copies of one text; they count as one."),)
