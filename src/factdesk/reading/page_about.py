"""What a page says of itself: title, author, day of publication, canonical address, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from factdesk.reading.dates import parse_date
from factdesk.reading.decode import storable
from factdesk.reading.html_tags import TagIndex, attribute

MAX_JSON_LD_CHARACTERS = 262_144
"""5 MB of JSON-LD cost a parser 670 MB; honest pages have a few KB."""

_MAX_NODES = 2_000
_META_DATES = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "datepublished",
    "date.published",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "dc.date",
    "citation_publication_date",
    "pubdate",
    "article.published",
    "date",
)
_META_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "citation_author",
    "byl",
)
_URL_DATE = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=\D|$)|[/-]((?:19|20)\d{2})-(\d{2})-(\d{2})(?=\D|$)"
)
_BYLINES = ("byline", "author", "author-name", "article-author", "entry-author")
_BYLINE = re.compile(r"^\s*(?:(?:written|words|story|posted)\s+)?by:?\s+", re.IGNORECASE)
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class PageAbout:
    """What a page says of itself. ``published_rule``: json_ld, meta, time, url or guess."""

    title: str | None = None
    author: str | None = None
    published_on: date | None = None
    published_rule: str | None = None
    canonical_url: str | None = None
    language: str | None = None
    free_to_read: bool = True


def read_about(tags: TagIndex, url: str | None, *, guess: bool, today: date | None = None) -> PageAbout:
    """Read a page's own statements. ``guess`` lets a date be guessed from the words when none is stated."""
    metas = _metas(tags)
    nodes = list(_json_ld_nodes(tags))
    today = today or datetime.now(UTC).date()
    published = _published(tags, metas, nodes, url, today)
    if published is None and guess:
        published = _guessed_date(tags, url, today)
    return PageAbout(
        title=_title(tags, metas, nodes),
        author=_author(tags, metas, nodes),
        published_on=published[0] if published else None,
        published_rule=published[1] if published else None,
        canonical_url=_canonical(tags, metas, url),
        language=_language(tags),
        free_to_read=not any(_is_false(node.get("isAccessibleForFree")) for node in nodes),
    )


def _metas(tags: TagIndex) -> dict[str, str]:
    metas: dict[str, str] = {}
    for tag in tags.named("meta", _MAX_NODES):
        name = attribute(tag, "property") or attribute(tag, "name") or attribute(tag, "itemprop")
        content = attribute(tag, "content")
        if name and content:
            metas.setdefault(name.lower(), content)
    return metas


def _json_ld_nodes(tags: TagIndex) -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, outer ones first. Bad JSON is no JSON."""
    budget = MAX_JSON_LD_CHARACTERS
    for script in tags.named("script"):
        if not (attribute(script, "type") or "").lower().startswith("application/ld+json"):
            continue
        written = script.get_text()
        budget -= len(written)
        if budget < 0:
            return
        try:
            waiting: list[Any] = [json.loads(written, strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MAX_NODES):
            if not waiting:
                break
            node = waiting.pop(0)
            if isinstance(node, dict):
                yield node
                waiting += [part for part in node.values() if isinstance(part, (dict, list))]
            elif isinstance(node, list):
                waiting += node[:_MAX_NODES]


def _published(
    tags: TagIndex, metas: dict[str, str], nodes: list[dict[str, Any]], url: str | None, today: date
) -> tuple[date, str] | None:
    stated = [(node.get("datePublished"), "json_ld") for node in nodes if "datePublished" in node]
    stated += [(metas[name], "meta") for name in _META_DATES if name in metas]
    stated += [(words, "time") for words in _time_elements(tags)]
    stated += [(words, "url") for words in _url_dates(url or _canonical(tags, metas, url))]
    for words, rule in stated:
        found = parse_date(words) if isinstance(words, str) else None
        if found is not None and _EARLIEST <= found <= today:
            return found, rule
    return None


def _time_elements(tags: TagIndex) -> list[str]:
    times = [tag for tag in tags.named("time", 50) if tag.has_attr("datetime")]
    marked = [tag for tag in times if tag.has_attr("pubdate") or tag.get("itemprop") == "datePublished"]
    inside = [tag for tag in times if tag.find_parent("article") is not None]
    chosen = marked or inside or (times if len(times) == 1 else [])
    return [str(tag["datetime"]) for tag in chosen[:1]]


def _url_dates(url: str | None) -> list[str]:
    try:
        found = _URL_DATE.search(urlsplit(url or "").path)
    except ValueError:
        return []
    return ["-".join(part for part in found.groups() if part)] if found else []


def _guessed_date(tags: TagIndex, url: str | None, today: date) -> tuple[date, str] | None:
    """Guess from the visible words; a first of a month is what the guesser says when it knows no day."""
    from htmldate import find_date  # slow to load
    from lxml.html import fromstring

    if tags.first("body") is None:
        return None
    for script in [*tags.named("script"), *tags.named("style")]:
        script.extract()
    tree = fromstring(str(tags.soup).encode("utf-8"))
    try:
        words = find_date(
            tree, original_date=True, url=url, min_date="1995-01-02", max_date=today.isoformat()
        )
    except (ValueError, RecursionError, OverflowError):
        return None
    found = parse_date(words) if words else None
    if found is None or found > today or found.day == 1:
        return None
    return found, "guess"


def _title(tags: TagIndex, metas: dict[str, str], nodes: list[dict[str, Any]]) -> str | None:
    headline = next((node["headline"] for node in nodes if isinstance(node.get("headline"), str)), None)
    heading, title = tags.first("h1"), tags.first("title")
    candidates = (
        metas.get("og:title"),
        headline,
        heading.get_text(" ") if heading else None,
        title.get_text(" ") if title else None,
    )
    return next((folded for folded in map(_fold, candidates) if folded), None)


def _author(tags: TagIndex, metas: dict[str, str], nodes: list[dict[str, Any]]) -> str | None:
    for node in nodes:
        names = _names(node.get("author"))
        if names:
            return ", ".join(names)
    stated = [metas.get(name) for name in _META_AUTHORS]
    marked = tags.marked("rel", "author") or tags.marked("itemprop", "author") or tags.of_class(_BYLINES)
    stated.append(marked.get_text(" ") if marked is not None else None)
    for words in map(_fold, stated):
        if words and "://" not in words and len(words) <= 120:
            return _BYLINE.sub("", words) or None
    return None


def _names(author: Any) -> list[str]:
    people = author if isinstance(author, list) else [author]
    names = [person.get("name") if isinstance(person, dict) else person for person in people[:10]]
    return [
        folded
        for folded in (_fold(name) for name in names if isinstance(name, str))
        if folded and "://" not in folded
    ]


def _canonical(tags: TagIndex, metas: dict[str, str], url: str | None) -> str | None:
    link = tags.marked("rel", "canonical")
    for written in (attribute(link, "href") if link else None, metas.get("og:url")):
        if not written:
            continue
        try:
            absolute = urljoin(url or "", written.strip())
            parts = urlsplit(absolute)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return absolute
    return None


def _language(tags: TagIndex) -> str | None:
    html = tags.first("html")
    stated = (attribute(html, "lang") or attribute(html, "xml:lang") or "") if html else ""
    code = re.match(r"\s*([a-zA-Z]{2,3})(?:[-_]|\s*$)", stated)
    return code[1].lower() if code else None


def _is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() in ("false", "no"))


def _fold(words: str | None) -> str | None:
    folded = storable(" ".join(words.split())[:500]) if words else ""
    return folded or None
