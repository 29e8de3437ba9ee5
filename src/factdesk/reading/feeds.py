"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed, read into their entries, the newest first.

`looks_like_feed` is cheap and safe anywhere; `read_feed` parses and runs inside the killable reading worker.
No parser ever sees what stands before a feed's root element: entities that a document type declares are
refused, and without a document type there is nothing to expand or to load.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from factdesk.reading.decode import decode_text, sniff_media_type

SNIFFED_BYTES = 8192
"""A feed names itself within so many bytes, its document type and comments included."""

_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(rss|feed|RDF)(?=[\s>/])")
_RSS_1 = ("//purl.org/rss/", "//my.netscape.com/rdf/", "//channel.netscape.com/rdf/")
_JSON_FEED = re.compile(r"\{.{0,8000}?\"https?://(?:www\.)?jsonfeed\.org/version/", re.DOTALL)
_SUBSET_END = re.compile(r"\]\s*>")
_SKIPPED = (("<?", "?>"), ("<!--", "-->"))


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed.

    ``url`` is its page's address, absolute; None where it has none. ``entry_id`` is its id as written, else
    empty. ``text`` is the whole text where the entry holds it, as ``form`` (html or plain), with ``base`` for
    relative links; ``summary`` is a text that may be cut short. ``changed`` is the feed's own word for when
    the entry last changed.
    """

    url: str | None
    entry_id: str = ""
    title: str | None = None
    author: str | None = None
    published_on: date | None = None
    changed: str = ""
    text: str = ""
    summary: str = ""
    form: str = "html"
    base: str | None = None


@dataclass(frozen=True, slots=True)
class FeedText:
    """What one attempt to read a feed gave: its entries, the newest first, and how many more it has.

    ``fault`` is one sentence where it could not be read.
    """

    entries: tuple[FeedEntry, ...] = ()
    left_off: int = 0
    fault: str | None = None


def looks_like_feed(content: bytes) -> bool:
    """Whether bytes begin as a feed does. Looks at `SNIFFED_BYTES` and parses nothing."""
    if sniff_media_type(content[:SNIFFED_BYTES]) is not None:
        return False
    # A cut in the middle of a character, or of a pair, is no reason to give up.
    head = next(
        (found.text for cut in range(4) if (found := decode_text(content[: SNIFFED_BYTES - cut]))), ""
    )
    return _find_root(head) is not None or _JSON_FEED.match(head.lstrip()) is not None


def read_feed(content: bytes, *, url: str | None, limit: int) -> FeedText:
    """Read the ``limit`` newest entries of a feed. Never raises for bad input.

    ``url`` is where the feed was fetched from, the base of its relative links.
    """
    from factdesk.reading.feed_entries import read_json_feed, read_xml_feed, take_newest

    decoded = decode_text(content, markup=True)
    if decoded is None:
        return FeedText(fault="no character set reads this feed")
    text = decoded.text.lstrip("\ufeff \t\r\n")
    if _JSON_FEED.match(text):
        entries = read_json_feed(text, url)
        return FeedText(fault="its JSON is broken") if entries is None else take_newest(entries, limit)
    root = _find_root(text)
    if root is None:
        return FeedText(fault="it is no feed (RSS, Atom or JSON Feed)")
    if "<!ENTITY" in text[:root]:
        return FeedText(fault="the feed declares entities of its own, which are never expanded")
    return take_newest(read_xml_feed(text[root:], url), limit)


def _find_root(text: str) -> int | None:
    """Return where the root element of a feed begins, past declarations, comments and document type."""
    head = text[:SNIFFED_BYTES]
    at: int | None = 0
    while at is not None:
        at = len(head) - len(head[at:].lstrip("\ufeff \t\r\n"))
        found = _ROOT.match(head, at)
        if found is not None:
            return at if found[1] != "RDF" or any(name in head for name in _RSS_1) else None
        at = _end_of_prolog_part(head, at)
    return None


def _end_of_prolog_part(text: str, at: int) -> int | None:
    for opening, closing in _SKIPPED:
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening))
            return None if end < 0 else end + len(closing)
    if not text.startswith("<!DOCTYPE", at):
        return None
    end = text.find(">", at)
    if "[" in text[at:end]:
        subset = _SUBSET_END.search(text, at)
        return subset.end() if subset else None
    return None if end < 0 else end + 1
