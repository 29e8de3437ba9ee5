"""Markdown to prose: no marks of markup, headings and list entries as blocks of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from factdesk.reading.prose import ProseWriter

_NOTE_LABEL = re.compile(r"\^?\d{1,4}|\^\w{1,20}|[*†‡]{1,3}")
_HTML_TAG = re.compile(r"<\s*(/?)\s*([a-zA-Z][a-zA-Z0-9]*)")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_UNSEEN_INLINE = frozenset({"script", "style", "template", "textarea", "select", "button"})


def write_markdown(text: str, writer: ProseWriter, first_line: int = 1) -> None:
    """Write Markdown (without front matter) as prose; links and reference definitions go to the writer.

    ``first_line`` is the number of the text's first line in its file.
    """
    parser = MarkdownIt("commonmark", {"store_labels": True, "maxNesting": 60}).enable("table")
    parser.use(footnote_plugin)
    # By default the parser hides javascript: and file: links; here they are links that the guard refuses.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    environment: dict[str, Any] = {}
    tokens = parser.parse(text, environment)
    _Writing(writer, environment, _footnote_urls(tokens), first_line).write(tokens)


def _footnote_urls(tokens: Sequence[Token]) -> dict[int, list[str]]:
    """Return the addresses in each footnote, by the footnote's number."""
    from factdesk.reading.links import find_bare_links

    urls: dict[int, list[str]] = {}
    note: int | None = None
    for token in tokens:
        if token.type == "footnote_open":
            note = int(token.meta["id"])
        elif token.type == "footnote_close":
            note = None
        elif note is not None and token.children:
            found = urls.setdefault(note, [])
            found += [str(child.attrs["href"]) for child in token.children if child.type == "link_open"]
            words = " ".join(child.content for child in token.children if child.type == "text")
            found += [link.url for link in find_bare_links(words)]
    return {number: list(dict.fromkeys(found))[:20] for number, found in urls.items()}


class _Writing:
    """Turns the parser's tokens into words, blocks and links."""

    def __init__(
        self, writer: ProseWriter, environment: dict[str, Any], notes: dict[int, list[str]], first_line: int
    ) -> None:
        self.writer = writer
        self.first_line = first_line
        self.line = first_line
        self.references: dict[str, Any] = environment.get("references", {})
        self.notes = notes
        self.used: set[str] = set()
        self.form = "inline"
        self.numbers: list[int | None] = []
        self.entry_starts: list[int] = []
        self.cells = 0
        self.html_links = 0
        self.unseen = 0
        self.skip_to_close = False

    def write(self, tokens: Sequence[Token]) -> None:
        heading_start = 0
        for token in tokens:
            if token.map is not None:
                self._place(self.first_line + token.map[0])
            if token.type == "inline":
                self._write_inline(token.children or [])
            elif token.type == "heading_open":
                self.writer.end_block()
                heading_start = self.writer.end
            elif token.type == "heading_close" and token.tag == "h1" and self.writer.title is None:
                self.writer.title = self.writer.text[heading_start:].strip() or None
                self.writer.end_block()
            else:
                self._write_block(token)
        for label, reference in self.references.items():
            if label not in self.used:
                self.writer.end_block()
                self.writer.mark(str(reference["href"]), "reference")

    def _place(self, line: int) -> None:
        self.line = line
        self.writer.place(f"line {line}")

    def _write_block(self, token: Token) -> None:
        act = _BLOCK_ACTS.get(token.type)
        if act is not None:
            act(self, token)
        elif token.type in ("fence", "code_block"):
            self.writer.write_lines(token.content)
            self.writer.end_block()
        elif token.block:
            self.writer.end_block()

    def _open_list(self, token: Token) -> None:
        ordered = token.type == "ordered_list_open"
        self.numbers.append(int(token.attrs.get("start", 1)) - 1 if ordered else None)

    def _close_list(self, token: Token) -> None:
        self.numbers.pop()
        self.writer.end_block()

    def _open_entry(self, token: Token) -> None:
        self.writer.end_block()
        number = self.numbers[-1] if self.numbers else None
        if number is not None:
            self.numbers[-1] = number + 1
        self.entry_starts.append(self.writer.end)

    def _close_entry(self, token: Token) -> None:
        start = self.entry_starts.pop()
        number = self.numbers[-1] if self.numbers else None
        if number is not None:
            self.writer.add_entry(str(number), start)
        self.writer.end_block()

    def _open_row(self, token: Token) -> None:
        self.cells = 0
        self.writer.open_row()

    def _close_row(self, token: Token) -> None:
        self.writer.close_row()

    def _open_cell(self, token: Token) -> None:
        if self.cells:
            self.writer.write(" | ")
        self.cells += 1

    def _open_note(self, token: Token) -> None:
        self.writer.end_block()
        self.form = "footnote"

    def _close_note(self, token: Token) -> None:
        self.writer.end_block()
        self.form = "inline"

    def _write_html(self, token: Token) -> None:
        from factdesk.reading.html import parse_html, write_tree  # few Markdown files hold HTML

        self.writer.end_block()
        write_tree(parse_html(token.content), self.writer)

    def _keep(self, token: Token) -> None:
        """Nothing to write."""

    def _write_inline(self, children: Sequence[Token]) -> None:
        for at, token in enumerate(children):
            if self.skip_to_close:
                self.skip_to_close = token.type != "link_close"
            elif token.type == "link_open":
                self._open_link(token, children[at + 1 : at + 3])
            elif token.type == "html_inline":
                self._write_tag(token.content)
            elif not self.unseen:
                self._write_words(token)
        while self.html_links:
            self._close_html_link()
        self.unseen = 0

    def _write_words(self, token: Token) -> None:
        if token.type in ("text", "code_inline", "text_special"):
            self.writer.write(token.content)
        elif token.type == "softbreak":
            self.writer.write(" ")
            self._place(self.line + 1)
        elif token.type == "hardbreak":
            self.writer.break_line()
            self._place(self.line + 1)
        elif token.type == "link_close":
            self.writer.close_link()
        elif token.type == "footnote_ref":
            for url in self.notes.get(int(token.meta["id"]), ()):
                self.writer.mark(url, "footnote")

    def _open_link(self, token: Token, following: Sequence[Token]) -> None:
        href = str(token.attrs["href"])
        label = token.meta.get("label")
        if label is not None:
            self.used.add(str(label))
        is_mark = label is not None and _NOTE_LABEL.fullmatch(following[0].content) is not None
        if is_mark and following[1].type == "link_close":
            self.writer.mark(href, "reference")
            self.skip_to_close = True
        else:
            bare = token.markup == "autolink"
            self.writer.open_link(href, "bare" if bare else "reference" if label is not None else self.form)

    def _write_tag(self, tag: str) -> None:
        found = _HTML_TAG.match(tag)
        if found is None:
            return
        closes, name = bool(found[1]), found[2].lower()
        if name == "br":
            self.writer.break_line()
        elif name in _UNSEEN_INLINE:
            self.unseen = max(0, self.unseen + (-1 if closes else 1))
        elif name == "a" and closes and self.html_links:
            self._close_html_link()
        elif name == "a" and not closes:
            self._open_html_link(tag)

    def _open_html_link(self, tag: str) -> None:
        href = _HREF.search(tag)
        if href and not self.html_links:
            self.html_links += 1
            self.writer.open_link(next(part for part in href.groups() if part is not None), self.form)

    def _close_html_link(self) -> None:
        self.html_links -= 1
        self.writer.close_link()


_BLOCK_ACTS: dict[str, Callable[[_Writing, Token], None]] = {
    "ordered_list_open": _Writing._open_list,
    "bullet_list_open": _Writing._open_list,
    "ordered_list_close": _Writing._close_list,
    "bullet_list_close": _Writing._close_list,
    "list_item_open": _Writing._open_entry,
    "list_item_close": _Writing._close_entry,
    "tr_open": _Writing._open_row,
    "tr_close": _Writing._close_row,
    "th_open": _Writing._open_cell,
    "td_open": _Writing._open_cell,
    "th_close": _Writing._keep,
    "td_close": _Writing._keep,
    "thead_open": _Writing._keep,
    "thead_close": _Writing._keep,
    "tbody_open": _Writing._keep,
    "footnote_open": _Writing._open_note,
    "footnote_close": _Writing._close_note,
    "html_block": _Writing._write_html,
}
