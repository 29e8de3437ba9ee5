"""Essay and source texts for pages: plain text in stretches, marked by offsets, with nothing hidden in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from factdesk.model import Span
from factdesk.reports.terminal import visible

CONTEXT_BEFORE, CONTEXT_AFTER = 500, 1_800
"""Characters around a claim or passage: what stands on a page without scrolling, and what follows."""

MOST_MARKED = 4_000
"""A sentence without an end must not make a page of a megabyte."""

_FRAGMENT_WORDS = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to be set off: ``kind`` is a style (claim, passage, match ...), ``said`` what it means."""

    span: Span
    kind: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text and the marks that lie over the whole of it, the widest first."""

    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Part of a text. ``before`` and ``after`` count the characters that are left out."""

    stretches: tuple[Stretch, ...]
    before: int
    after: int


def cut_excerpt(
    text: str,
    marks: Sequence[Mark],
    around: Span,
    before: int = CONTEXT_BEFORE,
    after: int = CONTEXT_AFTER,
    *,
    most: int = MOST_MARKED,
) -> Excerpt:
    """Return the text around a span, cut at line ends where there are any, in marked stretches.

    Of a span that is longer than ``most`` the beginning is shown, and of a mark what lies in what is
    shown. Marks that lie outside of it are left out: an offset that does not fit must not break a page.
    """
    around = Span(around.start, min(around.end, around.start + most))
    start = _line_start(text, max(0, around.start - before), around.start)
    end = _line_end(text, min(len(text), around.end + after), around.end)
    fitting = [fitted for one in marks if (fitted := _fit(one, start, end)) is not None]
    return Excerpt(tuple(_stretches(text, start, end, fitting)), start, len(text) - end)


def _fit(mark: Mark, start: int, end: int) -> Mark | None:
    first, last = max(mark.span.start, start), min(mark.span.end, end)
    return Mark(Span(first, last), mark.kind, mark.said) if first < last else None


def _line_start(text: str, at: int, latest: int) -> int:
    if at == 0:
        return 0
    newline = text.find("\n", at, latest)
    return at if newline < 0 else newline + 1


def _line_end(text: str, at: int, earliest: int) -> int:
    if at >= len(text):
        return len(text)
    newline = text.rfind("\n", earliest, at)
    return at if newline < 0 else newline


def _stretches(text: str, start: int, end: int, marks: Iterable[Mark]) -> Iterable[Stretch]:
    ordered = sorted(marks, key=lambda one: (one.span.start, -one.span.end))
    edges = sorted({start, end, *(at for one in ordered for at in (one.span.start, one.span.end))})
    for left, right in pairwise(edges):
        over = tuple(one for one in ordered if one.span.start <= left and right <= one.span.end)
        yield Stretch(text[left:right], over)


def show(text: object) -> Markup:
    """Return stored text for a page: isolated, with the controls that reorder text made visible."""
    return Markup("<bdi>{}</bdi>").format(plain("" if text is None else str(text)))


def plain(text: str) -> Markup:
    """Return text escaped, with bidi controls made visible; for where an element stands around it already."""
    return escape(visible(text))


def safe_url(url: str | None) -> str | None:
    """Return an address that may be a link: http or https alone."""
    try:
        parts = urlsplit(url or "")
        return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def passage_url(url: str | None, passage: str) -> str | None:
    """Return a link to the live page that makes a browser scroll to the passage (a text fragment)."""
    address = safe_url(url)
    words = passage.split()
    if address is None or not words:
        return address
    first, last = words[:_FRAGMENT_WORDS], words[-_FRAGMENT_WORDS:]
    told = [first, last] if len(words) > 2 * _FRAGMENT_WORDS else [words]
    fragment = ",".join(quote(" ".join(one), safe="").replace("-", "%2D") for one in told)
    return f"{address.partition('#')[0]}#:~:text={fragment}"
