"""The entries of a feed that is known to be one; feedparser lives here and reads no document type.

Runs inside the killable reading worker. feedparser gets bytes, never an address, so that it asks no network.
Its sanitiser is not used: what an entry holds becomes a text, never a page.
"""

from __future__ import annotations

import io
import json
from calendar import timegm
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from factdesk.reading.dates import parse_date
from factdesk.reading.decode import storable
from factdesk.reading.feeds import FeedEntry, FeedText
from factdesk.reading.links import clean_url

MAX_WORDS = 500
"""Characters of a title or a name that are kept."""

_FORMS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "plain", "": "html"}
_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
_XML_HEADERS = {"content-type": "application/xml; charset=utf-8"}

DatedEntry = tuple[datetime | None, FeedEntry]
"""An entry and when it was published, or changed, as far as that is said."""


def take_newest(entries: Sequence[DatedEntry], limit: int) -> FeedText:
    """Return the newest entries; one without a date stands where the feed put it, after the one before."""
    last = max((when for when, _ in entries if when is not None), default=datetime.min.replace(tzinfo=UTC))
    placed = []
    for when, entry in entries:
        last = when or last
        placed.append((last, entry))
    placed.sort(key=lambda pair: pair[0], reverse=True)
    kept = tuple(entry for _, entry in placed[:limit])
    return FeedText(kept, len(entries) - len(kept))


def read_xml_feed(text: str, url: str | None) -> list[DatedEntry]:
    """Read RSS or Atom that begins with its root element; a broken feed gives what can be read of it."""
    import feedparser

    # It is not told where the feed came from, else it makes an address of a guid such as "1".
    feed = feedparser.parse(
        io.BytesIO(_DECLARATION + text.encode("utf-8", "replace")),
        response_headers=_XML_HEADERS,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    base = url or _absolute(dict.get(feed["feed"], "link"), None)
    return [(_moment(entry), _xml_entry(entry, base)) for entry in feed["entries"]]


def _xml_entry(entry: Mapping[str, Any], base: str | None) -> FeedEntry:
    # feedparser's own dict answers for keys that are not there; an entry's true ones are asked for.
    said = dict(entry)
    is_guid = said.get("guidislink") and said.get("link") == said.get("id")
    url = _absolute(said.get("feedburner_origlink") or said.get("link"), None if is_guid else base)
    text, form, text_base = _whole_text(said.get("content") or ())
    summary = str(said.get("summary") or "")
    published = str(said.get("published") or said.get("updated") or said.get("created") or "")
    return FeedEntry(
        url=url,
        entry_id=storable(str(said.get("id") or "").strip()[:2000]),
        title=_plain(said.get("title")),
        author=_plain(said.get("author")),
        published_on=parse_date(published) or _day(_moment(entry)),
        changed=storable(str(said.get("updated") or "")[:100]),
        text=storable(text),
        summary=storable(summary),
        form=form,
        base=_absolute(text_base, base) or url or base,
    )


def _whole_text(contents: Sequence[Mapping[str, Any]]) -> tuple[str, str, str | None]:
    """Return text, form and base of the longest content that is a text."""
    texts = [one for one in contents if str(one.get("type") or "") in _FORMS and one.get("value")]
    if not texts:
        return "", "html", None
    longest = max(texts, key=lambda one: len(one["value"]))
    return str(longest["value"]), _FORMS[str(longest.get("type") or "")], longest.get("base")


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    said = dict(entry)
    parsed = said.get("published_parsed") or said.get("updated_parsed") or said.get("created_parsed")
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def read_json_feed(text: str, url: str | None) -> list[DatedEntry] | None:
    """Read a JSON Feed, or return None when it is broken."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    entries = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(entries, list):
        return None
    base = url or _absolute(feed.get("home_page_url"), None)
    return [_json_entry(one, base) for one in entries if isinstance(one, dict)]


def _json_entry(entry: Mapping[str, Any], base: str | None) -> DatedEntry:
    said = {key: value for key, value in entry.items() if isinstance(value, (str, int, list, dict))}
    url = _absolute(said.get("url"), base)
    html, plain = said.get("content_html"), said.get("content_text")
    published = str(said.get("date_published") or said.get("date_modified") or "")
    text = html if isinstance(html, str) and html else plain if isinstance(plain, str) else ""
    made = FeedEntry(
        url=url,
        entry_id=storable(str(said.get("id") or "").strip()[:2000]),
        title=_folded(said.get("title")),
        author=_json_authors(said),
        published_on=parse_date(published),
        changed=storable(str(said.get("date_modified") or "")[:100]),
        text=storable(text),
        summary=storable(str(said.get("summary") or "")),
        form="html" if text is html else "plain",
        base=url or base,
    )
    return _json_moment(published), made


def _json_moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _json_authors(said: Mapping[str, Any]) -> str | None:
    people = said.get("authors") or [said.get("author")]
    names = [one.get("name") for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    return _folded(", ".join(name for name in names[:10] if isinstance(name, str)))


def _absolute(written: object, base: str | None) -> str | None:
    """Return the address of a page, made absolute; None for none and for what is no page (``tag:``)."""
    cleaned = clean_url(written, base) if isinstance(written, str) else None
    return cleaned if cleaned is not None and cleaned.lower().startswith(("http://", "https://")) else None


def _plain(words: object) -> str | None:
    """Return a title without markup; feeds write it as text, as HTML and as HTML escaped twice."""
    if not isinstance(words, str):
        return None
    if "<" in words or "&" in words:
        from factdesk.reading.html import parse_html

        words = parse_html(words[: 20 * MAX_WORDS]).get_text(" ") or words
    return _folded(words)


def _folded(words: object) -> str | None:
    folded = " ".join(words.split())[:MAX_WORDS] if isinstance(words, str) else ""
    return storable(folded) or None
