"""Opens the body of a page that leaves it to the reader, as HTML allows."""

from __future__ import annotations

import re

_BODY = re.compile(r"<(?:body|frameset)\b", re.IGNORECASE)
_YOUNG_ELEMENT = re.compile(
    r"<(?:article|aside|figure|footer|header|main|nav|search|section|[a-z][a-z0-9]*-[a-z0-9-]+)\b",
    re.IGNORECASE,
)
"""Elements that libxml2 does not know: it opens no body for them, so that an article behind the title
becomes a part of the head, which shows nothing."""


def with_body(html: str) -> str:
    """Return the page with ``<body>`` before the first element that would need it, if it has none."""
    if _BODY.search(html):
        return html
    first = _YOUNG_ELEMENT.search(html)
    return html if first is None else f"{html[: first.start()]}<body>{html[first.start() :]}"
