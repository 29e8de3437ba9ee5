"""Plain text: the text is the decoded file, nothing is changed, every offset is an offset into the file."""

from __future__ import annotations

from factdesk.model import Span
from factdesk.reading.front_matter import FrontMatter
from factdesk.reading.links import FoundLink, complete_links


def find_plain_links(text: str, head: FrontMatter) -> tuple[FoundLink, ...]:
    """Find the links of a plain text; addresses inside its front matter are not links of the text."""
    return complete_links(text, (), skip=Span(0, head.end) if head.end else None)
