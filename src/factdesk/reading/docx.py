"""An essay in Word's format (.docx): paragraphs, lists, tables and notes in the order of the document.

The text is that of the document with all changes accepted: insertions are read, deletions are not. Hidden
text, comments, headers and footers, tables of contents and the instructions of fields are not read; nothing
is fetched or run. A note stands at the end of the text, and its links also hang on the word that it marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from factdesk.reading.dates import parse_date
from factdesk.reading.documents import DocumentText
from factdesk.reading.docx_fields import OpenFields
from factdesk.reading.docx_parts import (
    DocumentParts,
    ListNumbers,
    Style,
    cells_of,
    child,
    holds_prose,
    is_on,
    outline_level,
    read_numbered,
    read_parts,
    rows_of,
    value_of,
)
from factdesk.reading.links import complete_links, find_bare_links
from factdesk.reading.packages import WordPackage, attribute, local_name
from factdesk.reading.prose import ProseWriter

_MAX_NOTE_LINKS = 20
_EMBEDDED = "a part in another format was not read; open the file in a word processor and save it again"
_PLAIN = Style("")
_SKIPPED = frozenset(
    {"del", "moveFrom", "pPr", "rPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "rt"}
)
_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}


def read_docx(content: bytes) -> DocumentText:
    """Read a Word document. Raises RefusedEssayError when it is locked, broken, too big or no such file.

    The date is that of a paragraph in the style "Date"; the day on which a file was made or changed is no
    day of publication and is not taken for one.
    """
    package = WordPackage(content)
    parts = read_parts(package)
    writer = ProseWriter()
    writing = _Writing(parts, writer)
    root = package.part(package.document)
    writing.knows_pages = next(root.iter("{*}lastRenderedPageBreak"), None) is not None
    writing.write_all(child(root, "body"))
    return DocumentText(
        text=writer.text,
        links=complete_links(writer.text, writer.links, writer.entries),
        locators=tuple(writer.locators),
        title=parts.title or writer.title,
        author=parts.author or writing.author,
        published_on=writing.published_on,
        fault=_EMBEDDED if next(root.iter("{*}altChunk"), None) is not None else None,
    )


class _Writing:
    """Writes the body of a document, or one of its notes."""

    def __init__(self, parts: DocumentParts, writer: ProseWriter, part: str = "body") -> None:
        self.parts = parts
        self.writer = writer
        self.part = part
        self.form = "inline" if part == "body" else "footnote"
        self.author: str | None = None
        self.published_on: date | None = None
        self.knows_pages = False
        self._page = 1
        self._label = ""
        self._numbers = ListNumbers(parts.levels)
        self._fields = OpenFields(writer, self.form)
        self._boxes: list[Any] = []
        self._urls: dict[str, dict[str, list[str]]] = {kind: {} for kind in _NOTES}
        self._counts = dict.fromkeys(("paragraph", "heading", "table", "text box"), 0)
        self._depth = 0
        self._goes_on = False
        self._is_hidden = False

    def write_all(self, body: Any) -> None:
        """Write the body and, after it, the notes that it cites."""
        if body is None:
            return
        self.write(body)
        self._fields.close()
        for part, name in _NOTES.items():
            for number, identity in enumerate(self._urls[part], start=1):
                self.writer.end_block()
                self.writer.place(f"{name} {number}")
                _Writing(self.parts, self.writer, part).write(self.parts.notes[part][identity])

    def write(self, parent: Any) -> None:
        """Write what stands in an element: what has no meaning of its own is looked into."""
        for element in parent:
            name = local_name(element)
            act = _ACTS.get(name)
            if act is not None:
                act(self, element)
            elif name not in _SKIPPED:
                self.write(element)

    # --- blocks

    def _write_paragraph(self, paragraph: Any) -> None:
        properties = child(paragraph, "pPr")
        style = self.parts.styles.get(value_of(properties, "pStyle") or "", _PLAIN)
        level = outline_level(properties) or style.level
        if not self._goes_on:
            self.writer.end_block()
        start = self.writer.end
        kind = "heading" if level else "paragraph"
        self._name_place(f"{kind} {self._counts[kind] + 1}")
        self.write(paragraph)
        if self.writer.end > start:
            self._counts[kind] += not self._depth
            self._number(properties, style, start)
            self._learn(style.name, level, start)
        # A paragraph whose end was deleted in a tracked change runs on into the next one.
        self._goes_on = child(properties, "rPr", "del") is not None
        if not self._goes_on:
            self.writer.end_block()
        self._write_boxes()

    def _number(self, properties: Any, style: Style, start: int) -> None:
        """Record a numbered paragraph as an entry: the text leaves its number out, as Word's file does."""
        named = child(properties, "numPr", "numId")
        numbered = style.numbered if named is None else read_numbered(properties)
        number = self._numbers.next(numbered) if numbered is not None else None
        if number is not None:
            self.writer.add_entry(number, start)

    def _learn(self, style: str, level: int | None, start: int) -> None:
        """Take title, author and date from the paragraphs that are styled as such."""
        if (style == "title" or level == 1) and self.writer.title is None:
            self.writer.title = self.writer.text[start:].strip() or None
        elif style == "author" and self.author is None:
            self.author = self.writer.text[start:].strip() or None
        elif style == "date" and self.published_on is None:
            self.published_on = parse_date(self.writer.text[start:].strip())

    def _write_boxes(self) -> None:
        """Write the text boxes that hang on the paragraph before, each as blocks of its own."""
        if self._depth:  # a box in a table's cell is read with the cell
            return
        while self._boxes:
            box = self._boxes.pop(0)
            start = self.writer.end
            self.writer.end_block()
            self._name_place(f"text box {self._counts['text box'] + 1}")
            self._depth += 1
            self.write(box)
            self._depth -= 1
            self._counts["text box"] += self.writer.end > start
            self.writer.end_block()

    def _write_table(self, table: Any) -> None:
        self.writer.end_block()
        self._counts["table"] += not self._depth
        for number, row in enumerate(rows_of(table), start=1):
            if child(row, "trPr", "del") is None:
                self._write_row(row, f"table {self._counts['table']}, row {number}")
        self.writer.end_block()

    def _write_row(self, row: Any, label: str) -> None:
        cells = cells_of(row)
        is_layout = not self._depth and (len(cells) == 1 or any(map(holds_prose, cells)))
        if not is_layout:
            self.writer.open_row()
        for number, cell in enumerate(cells, start=1):
            if number > 1 and not is_layout:
                self.writer.write(" | ")
            self._name_place(f"{label}, cell {number}")
            self._depth += 1
            self.write(cell)
            self._depth -= 1
            self._write_boxes()
            if is_layout:
                self.writer.end_block()
        if not is_layout:
            self.writer.close_row()

    def _write_control(self, control: Any) -> None:
        """Write the content of a control; a table of contents says nothing that the headings do not."""
        gallery = value_of(control, "sdtPr", "docPartObj", "docPartGallery")
        content = child(control, "sdtContent")
        if gallery != "Table of Contents" and content is not None:
            self.write(content)

    def _write_alternative(self, element: Any) -> None:
        """Write the first of several spellings of the same drawing, not each of them."""
        chosen = child(element, "Choice")
        chosen = child(element, "Fallback") if chosen is None else chosen
        if chosen is not None:
            self.write(chosen)

    def _keep_box(self, box: Any) -> None:
        self._boxes.append(box)

    # --- words

    def _write_run(self, run: Any) -> None:
        properties = child(run, "rPr")
        was_hidden = self._is_hidden
        self._is_hidden = is_on(properties, "vanish")
        self.write(run)
        self._is_hidden = was_hidden

    def _write_words(self, element: Any) -> None:
        self._say(element.text or "")

    def _say(self, words: str) -> None:
        if not self._is_hidden and not self._fields.is_silent:
            self.writer.write(words)

    def _write_space(self, element: Any) -> None:
        self._say(" ")

    def _write_hyphen(self, element: Any) -> None:
        self._say("-")

    def _break(self, element: Any) -> None:
        if not self._is_hidden and not self._fields.is_silent:
            self.writer.break_line()

    def _turn_page(self, element: Any) -> None:
        self._page += 1
        if self._label:
            self._name_place(self._label, inside=True)

    def _write_link(self, element: Any) -> None:
        url = self.parts.targets[self.part].get(attribute(element, "id") or "")
        anchor = attribute(element, "anchor")
        if url is None:
            self.write(element)
            return
        self.writer.open_link(f"{url}#{anchor}" if anchor and "#" not in url else url, self.form)
        self.write(element)
        self.writer.close_link()

    def _write_simple_field(self, element: Any) -> None:
        self._fields.begin(attribute(element, "instr") or "")
        self._fields.show()
        self.write(element)
        self._fields.end()

    def _write_field_mark(self, element: Any) -> None:
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.begin()
        elif kind == "separate":
            self._fields.show()
        elif kind == "end":
            self._fields.end()

    def _write_instruction(self, element: Any) -> None:
        self._fields.instruct(element.text or "")

    def _cite(self, element: Any) -> None:
        """Hang the links of a note on the word that its mark follows; notes are written as they are cited."""
        kind = f"{local_name(element).removesuffix('Reference')}s"
        identity = attribute(element, "id") or ""
        note = self.parts.notes.get(kind, {}).get(identity)
        if attribute(element, "customMarkFollows") not in (None, "0", "false"):
            self._is_hidden = True  # the rest of the run is the mark itself
        if note is None or self.part != "body" or self._fields.is_silent:
            return
        if identity not in self._urls[kind]:
            self._urls[kind][identity] = self._note_urls(kind, note)
        for url in self._urls[kind][identity]:
            self.writer.mark(url, "footnote")

    def _note_urls(self, kind: str, note: Any) -> list[str]:
        scratch = ProseWriter()
        _Writing(self.parts, scratch, kind).write(note)
        urls = [link.url for link in (*scratch.links, *find_bare_links(scratch.text))]
        return list(dict.fromkeys(urls))[:_MAX_NOTE_LINKS]

    # --- places

    def _name_place(self, label: str, *, inside: bool = False) -> None:
        """Name the place of the next words, unless a table, a box or a note around them has named it."""
        if self.part != "body" or (self._depth and not inside):
            return
        self._label = label
        self.writer.place(f"page {self._page}, {label}" if self.knows_pages else label)


_ACTS: Mapping[str, Callable[[_Writing, Any], None]] = {
    "p": _Writing._write_paragraph,
    "tbl": _Writing._write_table,
    "sdt": _Writing._write_control,
    "AlternateContent": _Writing._write_alternative,
    "txbxContent": _Writing._keep_box,
    "r": _Writing._write_run,
    "t": _Writing._write_words,
    "tab": _Writing._write_space,
    "ptab": _Writing._write_space,
    "noBreakHyphen": _Writing._write_hyphen,
    "br": _Writing._break,
    "cr": _Writing._break,
    "lastRenderedPageBreak": _Writing._turn_page,
    "hyperlink": _Writing._write_link,
    "fldSimple": _Writing._write_simple_field,
    "fldChar": _Writing._write_field_mark,
    "instrText": _Writing._write_instruction,
    "footnoteReference": _Writing._cite,
    "endnoteReference": _Writing._cite,
}
