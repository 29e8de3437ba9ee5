"""HTML to prose: parsing that survives hostile pages, and the walk that writes blocks and links.

Only this module and its neighbours import BeautifulSoup. Parsing gets UTF-8 that we have made ourselves,
so that no parser guesses the charset again.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterator

from bs4 import BeautifulSoup, CData, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString
from bs4.exceptions import ParserRejectedMarkup

from factdesk.reading.prose import ProseWriter

MAX_TAG_CHARACTERS = 16_384
"""One tag with 100,000 attributes stops every parser that was tried; no honest tag is so long."""

UNSEEN = frozenset(
    {
        "script", "style", "template", "noscript", "head", "title", "iframe", "object", "embed",
        "canvas", "audio", "video", "svg", "math", "map", "select", "option", "datalist", "button",
        "textarea", "input", "progress", "meter", "dialog",
    }
)  # fmt: skip
"""Elements that are not words of a page."""
SURROUNDINGS = frozenset({"nav", "footer", "aside"})
"""Elements around an essay."""

BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav",
        "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "ul", "caption",
    }
)  # fmt: skip
LAYOUT_PARTS = frozenset(
    {"table", "tr", "h1", "h2", "h3", "ul", "ol", "article", "section", "div", "blockquote"}
)
SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
DIGITS = re.compile(r"[0-9+−-]{1,6}")
NOTE_MARK = re.compile(r"\[?\s*(?:\w{1,4}|[*†‡§¶]{1,3}|note\s\w{1,3})\s*\]?", re.IGNORECASE)
BRACKET_MARK = re.compile(r"\[\s*(?:\d{1,4}|[*†‡§¶]{1,3}|\w|note\s\w{1,3})\s*\]", re.IGNORECASE)
BACK_LINK = re.compile(r"[\s↩↑^⤴︎⏎]*|\^?jump up\^?", re.IGNORECASE)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAX_NOTE_LINKS = 20
_MAX_LOOKS = 400


def parse_html(text: str) -> BeautifulSoup:
    """Parse text as HTML. Never raises: what the parser rejects is an empty document."""
    content = shorten_tags(text).encode("utf-8", "replace")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            return BeautifulSoup(content, "lxml", from_encoding="utf-8")
        except ParserRejectedMarkup:
            return BeautifulSoup(b"", "lxml", from_encoding="utf-8")


def shorten_tags(text: str) -> str:
    """Strip the attributes of tags longer than `MAX_TAG_CHARACTERS`. Linear time."""
    if not _has_long_piece(text):
        return text
    pieces = text.split(">")
    return ">".join(_shorten(piece) if len(piece) > MAX_TAG_CHARACTERS else piece for piece in pieces)


def _has_long_piece(text: str) -> bool:
    """Whether two ">" are too far apart for a tag. Looks back from the farthest place, so at few."""
    start = 0
    while len(text) - start > MAX_TAG_CHARACTERS:
        end = text.rfind(">", start, start + MAX_TAG_CHARACTERS + 1)
        if end < 0:
            return True
        start = end + 1
    return False


_TAG_HEAD = re.compile(r"<([a-zA-Z][a-zA-Z0-9:-]{0,30})(?=[\s/])")


def _shorten(piece: str) -> str:
    head = _TAG_HEAD.search(piece)
    if head is None or len(piece) - head.start() <= MAX_TAG_CHARACTERS:
        return piece
    return piece[: head.end()]


def write_tree(root: Tag, writer: ProseWriter, leave_out: Collection[str] = ()) -> None:
    """Write the words and links below ``root``, without recursion (pages nest thousands deep)."""
    _Walk(root, writer, UNSEEN.union(leave_out)).run()


class _Walk:
    """One walk over a tree: what to do at each element's start and end."""

    def __init__(self, root: Tag, writer: ProseWriter, left_out: Collection[str]) -> None:
        self.root = root
        self.writer = writer
        self.left_out = left_out
        self.cells: list[int] = []
        self.numbers: list[int] = []
        self.entry_starts: list[int] = []
        self._targets: dict[str, Tag] | None = None

    def run(self) -> None:
        stack: list[tuple[Tag, Iterator[object]]] = [(self.root, iter(self.root.contents))]
        while stack:
            tag, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._leave(tag)
            elif isinstance(child, Tag):
                if self._enter(child):
                    stack.append((child, iter(child.contents)))
            elif type(child) in (NavigableString, CData):
                self._write(str(child), tag)
        self.writer.end_block()

    def _write(self, words: str, tag: Tag) -> None:
        if tag.name == "pre":
            self.writer.write_lines(words)
        elif tag.name == "sup" and DIGITS.fullmatch(words.strip()):
            self.writer.write(words.strip().translate(SUPERSCRIPTS))
        else:
            self.writer.write(words)

    def _enter(self, tag: Tag) -> bool:
        """Write what stands before an element's words; False leaves the element out."""
        name = tag.name
        if name in self.left_out or is_hidden(tag):
            return False
        if name in BLOCKS:
            self.writer.end_block()
        if name == "br":
            self.writer.break_line()
        elif name == "a":
            return self._enter_link(tag)
        elif name == "q":
            self.writer.write("“")
        elif name in ("ol", "ul"):
            self.numbers.append(0)
        elif name == "li":
            self._enter_entry()
        elif name == "tr":
            self._enter_row(tag)
        elif name in ("td", "th"):
            self._enter_cell()
        return True

    def _leave(self, tag: Tag) -> None:
        name = tag.name
        if name == "a" and _href(tag) is not None:
            self.writer.close_link()
        elif name == "q":
            self.writer.write("”")
        elif name in ("ol", "ul") and self.numbers:
            self.numbers.pop()
        elif name == "li" and self.entry_starts:
            self._leave_entry(tag)
        elif name == "tr" and self.cells and self.cells.pop() >= 0:
            self.writer.close_row()
        elif name in ("td", "th") and not (self.cells and self.cells[-1] >= 0):
            self.writer.end_block()
        if name in BLOCKS:
            self.writer.end_block()

    def _enter_entry(self) -> None:
        if self.numbers:
            self.numbers[-1] += 1
        self.entry_starts.append(self.writer.end)

    def _leave_entry(self, tag: Tag) -> None:
        start = self.entry_starts.pop()
        if self.numbers and tag.parent is not None and tag.parent.name == "ol":
            self.writer.add_entry(str(self.numbers[-1]), start)

    def _enter_row(self, tag: Tag) -> None:
        if is_layout_row(tag):
            self.cells.append(-1)
            return
        self.cells.append(0)
        self.writer.open_row()

    def _enter_cell(self) -> None:
        if not self.cells or self.cells[-1] < 0:
            self.writer.end_block()
            return
        if self.cells[-1] > 0:
            self.writer.write(" | ")
        self.cells[-1] += 1

    def _enter_link(self, tag: Tag) -> bool:
        """Open a link, or write a note mark as a link of the word that it hangs on."""
        href = _href(tag)
        if href is None:
            return True
        words = first_words(tag, 40)
        raised = (tag.parent is not None and tag.parent.name == "sup") or holds_element(tag, ("sup",))
        if href.startswith("#"):
            return self._enter_note(tag, href[1:], words, raised)
        if (raised and NOTE_MARK.fullmatch(words)) or BRACKET_MARK.fullmatch(words):
            self.writer.mark(href, "reference")
            return False
        self.writer.open_link(href)
        return True

    def _enter_note(self, tag: Tag, name: str, words: str, raised: bool) -> bool:
        if BACK_LINK.fullmatch(words):
            return False
        if not (BRACKET_MARK.fullmatch(words) or (raised and NOTE_MARK.fullmatch(words))):
            self.writer.open_link("#")  # keeps opening and closing paired; "#" is no link
            return True
        for url in self._note_urls(name):
            self.writer.mark(url, "footnote")
        return False

    def _note_urls(self, name: str) -> list[str]:
        note = self._target(name)
        if note is None:
            return []
        hrefs = (_href(link) for link in note.find_all("a", href=True, limit=_MAX_NOTE_LINKS))
        return [href for href in hrefs if href is not None and not href.startswith("#")]

    def _target(self, name: str) -> Tag | None:
        if self._targets is None:
            top = next(
                (parent for parent in self.root.parents if isinstance(parent, BeautifulSoup)), self.root
            )
            self._targets = {str(tag["id"]): tag for tag in top.find_all(id=True)}
        note = self._targets.get(name)
        if note is not None and note.name in ("a", "span", "sup", "b", "cite"):
            return note.find_parent(["li", "p", "dd", "td", "div"])
        return note


def is_hidden(tag: Tag) -> bool:
    """Whether an element says of itself that it is not shown."""
    style = tag.attrs.get("style")
    return "hidden" in tag.attrs or (style is not None and HIDDEN.search(str(style)) is not None)


def is_layout_row(row: Tag) -> bool:
    """Whether a table row lays out a page (its cells hold tables, headings or lists)."""
    return holds_element(row, LAYOUT_PARTS)


def holds_element(tag: Tag, names: Collection[str]) -> bool:
    """Whether an element of one of the names lies inside. Looks at no more than `_MAX_LOOKS` elements.

    BeautifulSoup's own search first walks down to the last descendant; on nested tables that is quadratic.
    """
    waiting, looks = [tag], 0
    while waiting and looks < _MAX_LOOKS:
        for child in waiting.pop().contents:
            if isinstance(child, Tag):
                if child.name in names:
                    return True
                waiting.append(child)
            looks += 1
    return False


def first_words(tag: Tag, characters: int) -> str:
    """Return the first words inside an element."""
    waiting: list[object] = [tag]
    found, looks = "", 0
    while waiting and len(found) < characters and looks < _MAX_LOOKS:
        element = waiting.pop()
        looks += 1
        if isinstance(element, Tag):
            waiting += reversed(element.contents)
        elif type(element) is NavigableString:
            found += element
    return " ".join(found.split())[:characters]


def _href(tag: Tag) -> str | None:
    href = tag.attrs.get("href")
    return str(href).strip() if href is not None else None
