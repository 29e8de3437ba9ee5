"""An essay in HTML: which part of the page is the essay, and its text and links."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from factdesk.reading.html import SURROUNDINGS, parse_html, write_tree
from factdesk.reading.html_tags import TagIndex
from factdesk.reading.html_tree import parse_tree
from factdesk.reading.links import FoundLink, complete_links
from factdesk.reading.page_about import PageAbout, read_about
from factdesk.reading.prose import ProseWriter

_MAIN = "main, [role=main]"


@dataclass(frozen=True, slots=True)
class HtmlEssay:
    """Text, links and what the page says of itself."""

    text: str
    links: tuple[FoundLink, ...]
    about: PageAbout


def read_html_essay(text: str, url: str | None) -> HtmlEssay:
    """Read the blocks of the page's article or main part, else its body without its surroundings."""
    soup = parse_html(text)
    about = read_about(TagIndex(parse_tree(text).root), url)
    base = _base_url(soup, url or about.canonical_url)
    writer = _first_with_text(soup, base)
    return HtmlEssay(writer.text, complete_links(writer.text, writer.links, writer.entries), about)


def _first_with_text(soup: BeautifulSoup, base: str | None) -> ProseWriter:
    for roots in (_articles(soup), soup.select(_MAIN, limit=1)):
        writer = ProseWriter(base)
        for root in roots:
            write_tree(root, writer, ("nav",))
        if writer.end:
            return writer
    writer = ProseWriter(base)
    write_tree(soup.body or soup, writer, SURROUNDINGS)
    return writer


def _articles(soup: BeautifulSoup) -> list[Tag]:
    """Return the essay's article: the one that holds half of all articles' words.

    Front pages and comment threads are made of many articles; their main part is read instead, and all
    the articles where there is none.
    """
    sizes = _article_sizes(soup)
    if not sizes:
        return []
    longest = max(range(len(sizes)), key=lambda at: sizes[at][1])
    if sizes[longest][1] * 2 >= sum(size for _, size in sizes):
        return [sizes[longest][0]]
    return [] if soup.select_one(_MAIN) is not None else [article for article, _ in sizes]


def _article_sizes(soup: BeautifulSoup) -> list[tuple[Tag, int]]:
    """Return the articles that lie in no other article, and how many characters each holds."""
    articles: list[Tag] = []
    sizes: list[int] = []
    waiting: list[tuple[object, int]] = [(soup, -1)]
    while waiting:
        element, inside = waiting.pop()
        if isinstance(element, Tag):
            if element.name == "article" and inside < 0:
                articles.append(element)
                sizes.append(0)
                inside = len(articles) - 1
            waiting += [(child, inside) for child in reversed(element.contents)]
        elif inside >= 0 and isinstance(element, str):
            sizes[inside] += len(element.strip())
    return list(zip(articles, sizes, strict=True))


def _base_url(soup: BeautifulSoup, url: str | None) -> str | None:
    base = soup.find("base", href=True)
    if base is None:
        return url
    try:
        joined = urljoin(url or "", str(base["href"]).strip())
    except ValueError:
        return url
    return joined if joined.startswith(("http://", "https://")) else url
