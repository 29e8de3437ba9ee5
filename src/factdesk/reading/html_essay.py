"""An essay in HTML: which part of the page is the essay, and its text and links."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from factdesk.reading.html import SURROUNDINGS, parse_html, write_tree
from factdesk.reading.html_tags import TagIndex
from factdesk.reading.links import FoundLink, complete_links
from factdesk.reading.page_about import PageAbout, read_about
from factdesk.reading.prose import ProseWriter


@dataclass(frozen=True, slots=True)
class HtmlEssay:
    """Text, links and what the page says of itself."""

    text: str
    links: tuple[FoundLink, ...]
    about: PageAbout


def read_html_essay(text: str, url: str | None) -> HtmlEssay:
    """Read the blocks of the page's article or main part, else its body without its surroundings."""
    soup = parse_html(text)
    about = read_about(TagIndex(soup), url, guess=False)
    base = _base_url(soup, url or about.canonical_url)
    writer = _first_with_text(soup, base)
    return HtmlEssay(writer.text, complete_links(writer.text, writer.links, writer.entries), about)


def _first_with_text(soup: BeautifulSoup, base: str | None) -> ProseWriter:
    for roots in (_articles(soup), soup.select("main, [role=main]", limit=1)):
        writer = ProseWriter(base)
        for root in roots:
            write_tree(root, writer, ("nav",))
        if writer.end:
            return writer
    writer = ProseWriter(base)
    write_tree(soup.body or soup, writer, SURROUNDINGS)
    return writer


def _articles(soup: BeautifulSoup) -> list[Tag]:
    """Return the essay's article: the longest if it holds half of all articles' words, else none.

    Front pages and comment threads are made of many articles; their main part is read instead.
    """
    sizes = [(len(tag.get_text()), tag) for tag in soup.find_all("article")]
    if not sizes:
        return []
    size, longest = max(sizes, key=lambda pair: pair[0])
    outer = sum(size for size, tag in sizes if tag.find_parent("article") is None)
    if size * 2 >= outer:
        return [longest]
    return (
        []
        if soup.select_one("main, [role=main]")
        else [tag for _, tag in sizes if tag.find_parent("article") is None]
    )


def _base_url(soup: BeautifulSoup, url: str | None) -> str | None:
    base = soup.find("base", href=True)
    if base is None:
        return url
    try:
        joined = urljoin(url or "", str(base["href"]).strip())
    except ValueError:
        return url
    return joined if joined.startswith(("http://", "https://")) else url
