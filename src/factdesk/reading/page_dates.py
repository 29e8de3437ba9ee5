"""The day on which a page was published, and the rule that found it.

Rules in order: ``json_ld``, ``meta``, ``time`` and ``url`` are what the page states; ``guess`` is a day in
its visible words. A day after today or before 1990 is no day of publication of a web page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from factdesk.reading.dates import parse_date
from factdesk.reading.html_tags import TagIndex
from factdesk.reading.json_ld import Node

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
    "publication-date",
    "originalpublicationdate",
    "article_date_original",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "pubdate",
    "article.published",
    "datecreated",
    "date",
)
_URL_DATE = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=\D|$)|[/-]((?:19|20)\d{2})-(\d{2})-(\d{2})(?=\D|$)"
)
_EARLIEST = date(1990, 1, 1)

_GUESS_LINES = 400
_LONGEST_DATELINE = 160
"""A line that only says when and by whom is short; longer ones are prose, whose days are of events."""

_LONGEST_DATE_ALONE = 60
_PUBLISHED = re.compile(
    r"\b(?:first\s+)?(?:published|posted|updated|modified|written|added|uploaded|date|dated|released|issued)\b",
    re.IGNORECASE,
)
_EVENTS = re.compile(
    r"\b(?:copyright|born|died|expires?|until|from|between|deadline|joined)\b|©", re.IGNORECASE
)
_DATE = re.compile(
    r"""
    (?<![\d/.-]) (?:
        \d{4}-\d{2}-\d{2} (?![\d-])
      | \d{1,2}(?:st|nd|rd|th)? \s (?:of\s)? [A-Z][a-z]{2,8}\.?,? \s \d{4} \b
      | [A-Z][a-z]{2,8}\.? \s \d{1,2}(?:st|nd|rd|th)?,? \s \d{4} \b
      | \d{1,2}\.\d{1,2}\.\d{4} (?![\d.])
      | \d{1,2}/\d{1,2}/\d{4} (?![\d/])
    )
    """,
    re.VERBOSE,
)


def published_day(
    tags: TagIndex, metas: Mapping[str, str], nodes: Iterable[Node], url: str | None, today: date
) -> tuple[date, str] | None:
    """Return the day of publication that a page states, and the rule that found it."""
    for words, rule in _stated(tags, metas, nodes, url):
        found = parse_date(words)
        if found is not None and _EARLIEST <= found <= today:
            return found, rule
    return None


def guess_day(text: str, today: date) -> tuple[date, str] | None:
    """Guess the day from a page's visible words: the first line that says when it was published.

    Failing that, the first line that is a day and little else. Days in prose are not looked at.
    """
    alone: date | None = None
    for line in text.split("\n", _GUESS_LINES)[:_GUESS_LINES]:
        if not 8 <= len(line) <= _LONGEST_DATELINE or _EVENTS.search(line):
            continue
        found = _DATE.search(line)
        day = parse_date(found[0]) if found else None
        if found is None or day is None or not _EARLIEST <= day <= today:
            continue
        if _PUBLISHED.search(line[: found.start()]):
            return day, "guess"
        if alone is None and len(line) <= _LONGEST_DATE_ALONE:
            alone = day
    return (alone, "guess") if alone else None


def _stated(
    tags: TagIndex, metas: Mapping[str, str], nodes: Iterable[Node], url: str | None
) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if words := node.words("datePublished"):
            yield words, "json_ld"
    for name in _META_DATES:
        if name in metas:
            yield metas[name], "meta"
    for words in _time_elements(tags):
        yield words, "time"
    for words in _url_dates(url):
        yield words, "url"


def _time_elements(tags: TagIndex) -> Iterator[str]:
    marked = tags.marked("itemprop", "datepublished")
    if marked is not None:
        yield marked.get("datetime") or marked.get("content") or marked.text_content()
    times = [element for element in tags.named("time", 50) if element.get("datetime")]
    stated = [element for element in times if element.get("pubdate") is not None]
    inside = [element for element in times if _lies_in(element, "article")]
    for element in (stated or inside or (times if len(times) == 1 else []))[:1]:
        yield element.get("datetime")


def _lies_in(element: HtmlElement, name: str) -> bool:
    return next(element.iterancestors(name), None) is not None


def _url_dates(url: str | None) -> list[str]:
    try:
        found = _URL_DATE.search(urlsplit(url or "").path)
    except ValueError:
        return []
    return ["-".join(part for part in found.groups() if part)] if found else []
