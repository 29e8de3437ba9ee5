"""What a page says of itself: title, author, day of publication, canonical address, language, reviews."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urljoin, urlsplit

from factdesk.model import PublishedReview
from factdesk.reading.decode import storable
from factdesk.reading.html_tags import TagIndex, attribute
from factdesk.reading.json_ld import JsonLd, Node, is_false, read_json_ld, same_address
from factdesk.reading.page_dates import guess_day, published_day
from factdesk.reading.page_reviews import read_reviews

_MAX_METAS = 2_000
_META_AUTHORS = (
    "author",
    "article:author",
    "article:author_name",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "byl",
)
_BYLINES = ("byline", "author", "author-name", "article-author", "entry-author", "byline-name")
_BYLINE = re.compile(r"^\s*(?:(?:written|words|story|posted)\s+)?by:?\s+", re.IGNORECASE)
_LONGEST_AUTHOR = 120


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
    reviews: tuple[PublishedReview, ...] = ()


def read_about(
    tags: TagIndex, url: str | None, *, visible: str | None = None, today: date | None = None
) -> PageAbout:
    """Read a page's own statements.

    From ``visible``, the words that the page shows, a day of publication is guessed when none is stated.
    """
    metas = _metas(tags)
    json_ld = read_json_ld(tags)
    canonical = _canonical(tags, metas, url)
    own = frozenset(same_address(address) for address in (url, canonical) if address)
    nodes = json_ld.about_page(own)
    today = today or datetime.now(UTC).date()
    published = published_day(tags, metas, nodes, url or canonical, today)
    if published is None and visible is not None:
        published = guess_day(visible, today)
    return PageAbout(
        title=_title(tags, metas, nodes),
        author=_author(tags, metas, nodes, json_ld),
        published_on=published[0] if published else None,
        published_rule=published[1] if published else None,
        canonical_url=canonical,
        language=_language(tags),
        free_to_read=not any(
            node.speaks_of_page and is_false(node.fields.get("isAccessibleForFree")) for node in json_ld.nodes
        ),
        reviews=read_reviews(json_ld, url),
    )


def _metas(tags: TagIndex) -> dict[str, str]:
    metas: dict[str, str] = {}
    for element in tags.named("meta", _MAX_METAS):
        content = element.get("content")
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and content and content.strip():
            metas.setdefault(name.strip().lower(), content)
    return metas


def _title(tags: TagIndex, metas: dict[str, str], nodes: list[Node]) -> str | None:
    headline = next((words for node in nodes if (words := node.words("headline"))), None)
    heading, title = tags.first("h1"), tags.first("title")
    candidates = (
        metas.get("og:title"),
        headline,
        " ".join(heading.itertext()) if heading is not None else None,
        title.text if title is not None else None,
    )
    return next((folded for folded in map(_fold, candidates) if folded), None)


def _author(tags: TagIndex, metas: dict[str, str], nodes: list[Node], json_ld: JsonLd) -> str | None:
    for node in nodes:
        names = [_fold(name) for name in json_ld.names(node.fields.get("author"))]
        stated = list(dict.fromkeys(name for name in names if name and "://" not in name))
        if stated:
            return ", ".join(stated)
    for words in map(_fold, [*(metas.get(name) for name in _META_AUTHORS), _byline(tags)]):
        if words and "://" not in words and len(words) <= _LONGEST_AUTHOR:
            return _BYLINE.sub("", words) or None
    return None


def _byline(tags: TagIndex) -> str | None:
    marked = tags.marked("rel", "author")
    for found in (marked, tags.marked("itemprop", "author")):
        if found is not None:
            return str(found.get("content") or " ".join(found.itertext()))
    classed = tags.of_class(_BYLINES)
    return None if classed is None else " ".join(map(str, classed.itertext()))


def _canonical(tags: TagIndex, metas: dict[str, str], url: str | None) -> str | None:
    link = tags.marked("rel", "canonical")
    for written in (link.get("href") if link is not None else None, metas.get("og:url")):
        if not written:
            continue
        try:
            absolute: str = urljoin(url or "", written.strip())
            parts = urlsplit(absolute)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return absolute
    return None


def _language(tags: TagIndex) -> str | None:
    html = tags.first("html")
    if html is None:
        return None
    stated = attribute(html, "lang") or attribute(html, "xml:lang") or ""
    code = re.match(r"\s*([a-zA-Z]{2,3})(?:[-_]|\s*$)", stated)
    return code[1].lower() if code else None


def _fold(words: str | None) -> str | None:
    folded = storable(" ".join(words.split())[:500]) if words else ""
    return folded or None
