"""An essay in PDF: paragraphs over the ends of lines and pages, links from annotations, notes last.

A note that its page cites by a raised mark stands at the end of the text, and its links also hang on the
word that the mark follows. Scripts and attachments of the file are neither run nor opened.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from factdesk.model import EssayOutcome
from factdesk.reading.documents import DocumentText, RefusedEssayError
from factdesk.reading.links import FoundLink, clean_url, complete_links, find_bare_links
from factdesk.reading.locators import page_label
from factdesk.reading.pdf_file import BROKEN, MAX_PAGES, clean_words, open_pdf
from factdesk.reading.pdf_layout import Layout, find_end_notes, lay_out, mark_labels
from factdesk.reading.pdf_lines import Line, Page, read_page_lines
from factdesk.reading.prose import ProseWriter

if TYPE_CHECKING:
    from pypdf import PdfReader

_MAX_NOTE_LINKS = 20
_TITLE_SIZE = 1.2
_FILE_TITLE = re.compile(
    r"(?:Microsoft Word - .*|untitled.*|.*\.(?:docx?|odt|indd|pages|tex|pdf|html?))", re.IGNORECASE
)
_CUT_WORD = re.compile(r"[a-z]-\s*\Z")
_SMALL_LETTER = re.compile(r"\s*[a-z]")
_JOINT = re.compile(r"\w-\s*\Z")
_LAST_WORD = re.compile(r"(?<!\w)(\w+)-\s*\Z")
_FIRST_WORD = re.compile(r"\s*(\w+)")
_HYPHENS = Path(__file__).resolve().parent / "tables" / "hyphens.toml"
_OPEN_URL = re.compile(r"(?:https?://|www\.)\S*[/_=&?%.#~+-]\s*\Z", re.IGNORECASE)

NoteUrls = Mapping[tuple[int, str], Sequence[str]]
"""(page, label) -> the addresses in the note; page 0 for notes at the end of the essay."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters of a line that one link covers, or the mark of a note."""

    text: str
    url: str | None
    is_mark: bool


def read_essay_pdf(content: bytes) -> DocumentText:
    """Read a PDF. Raises RefusedEssayError when it is locked or broken.

    The day on which the file was made is no day of publication and is not taken for one.
    """
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    try:
        reader = open_pdf(content)
        pages = read_pages(reader)
        about = reader.metadata
        title, author = clean_words(about and about.title), clean_words(about and about.author)
        fault = _find_fault(pages, len(reader.pages))
    except FileNotDecryptedError as error:
        detail = "the PDF is locked by a password; save it without one"
        raise RefusedEssayError(EssayOutcome.ENCRYPTED, detail) from error
    except (PyPdfError, *BROKEN) as error:
        detail = f"the PDF is broken ({type(error).__name__}); open it and print or save it again as PDF"
        raise RefusedEssayError(EssayOutcome.UNDECODABLE, detail) from error
    writer, layout = write_pages(pages)
    homeless = tuple(
        FoundLink(url, None, "inline") for url in _clean(one for page in pages for one in page.homeless)
    )
    return DocumentText(
        text=writer.text,
        links=complete_links(writer.text, writer.links) + homeless,
        locators=tuple(writer.locators),
        title=choose_title(title, layout),
        author=author,
        fault=fault,
    )


def read_pages(reader: PdfReader) -> list[Page]:
    """Read the pages; one that is broken has no lines. Raises what broke the last one when all are broken."""
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    pages: list[Page] = []
    last = min(len(reader.pages), MAX_PAGES)
    for number in range(1, last + 1):
        try:
            pages.append(read_page_lines(reader.pages[number - 1], number))
        except FileNotDecryptedError:
            raise
        except (PyPdfError, *BROKEN):
            pages.append(Page(number, [], 0.0, 0.0, is_broken=True))
            if number == last and all(page.is_broken for page in pages):
                raise
    return pages


def write_pages(pages: Sequence[Page]) -> tuple[ProseWriter, Layout]:
    """Write the text of a PDF, essay or source: the same bytes give the same text on both sides."""
    writer, layout = ProseWriter(), lay_out(pages)
    _write(layout, writer)
    return writer, layout


def _write(layout: Layout, writer: ProseWriter) -> None:
    notes = (*find_end_notes(layout.paragraphs), *layout.notes)
    urls = {(note.page, note.label): _note_urls(note.lines) for note in notes}
    page = 0
    for paragraph in layout.paragraphs:
        page = _write_lines(paragraph, writer, urls, page)
    for number, note in enumerate(layout.notes, start=1):
        writer.place(f"page {note.page}, footnote {number}")
        _write_lines(note.lines, writer, {}, note.page, form="footnote")


def _write_lines(
    lines: Sequence[Line], writer: ProseWriter, notes: NoteUrls, page: int, form: str = "inline"
) -> int:
    """Write lines as one paragraph, each page's first words with their place; return the last page."""
    open_url: str | None = None
    for at, line in enumerate(lines):
        if line.page != page:
            page = line.page
            writer.place(page_label(page))
        stretches = list(_stretches(line))
        cut = at + 1 < len(lines) and _is_cut(line.text, lines[at + 1].text)
        for stretch in stretches:
            if stretch.url != open_url:
                _turn(writer, open_url, stretch.url, form)
                open_url = stretch.url
            if stretch.is_mark:
                for label in mark_labels(stretch.text):
                    for url in notes.get((line.page, label)) or notes.get((0, label), ()):
                        writer.mark(url, "footnote")
            else:
                is_last = stretch is stretches[-1]
                writer.write(stretch.text.rstrip()[:-1] if cut and is_last else stretch.text)
        if not cut and not _OPEN_URL.search(line.text) and not _goes_on(line, lines[at + 1 : at + 2]):
            writer.write(" ")
    _turn(writer, open_url, None, form)
    writer.end_block()
    return page


def _turn(writer: ProseWriter, before: str | None, now: str | None, form: str) -> None:
    if before is not None:
        writer.close_link()
    if now is not None:
        writer.open_link(now, form)


def _stretches(line: Line) -> Iterator[_Stretch]:
    """Cut a line where its link changes and around the marks of notes, which the text leaves out."""
    in_mark = [False] * len(line.text)
    for start, end in line.marks:
        in_mark[start:end] = [True] * (end - start)
    for (url, is_mark), group in groupby(
        zip(line.text, line.links, in_mark, strict=True), key=lambda one: (one[1], one[2])
    ):
        yield _Stretch("".join(letter for letter, _, _ in group), None if is_mark else url, is_mark)


def _is_cut(line: str, following: str) -> bool:
    """Whether the hyphen at the end of a line only cuts a word (an address keeps its own)."""
    is_word = _CUT_WORD.search(line) is not None and _OPEN_URL.search(line) is None
    return is_word and _SMALL_LETTER.match(following) is not None and not _keeps(line, following)


def _goes_on(line: Line, following: Sequence[Line]) -> bool:
    """Whether a kept hyphen joins two lines without a space: "Istria-/Kvarner", "18-/24", not "pre-/and"."""
    if not following or _JOINT.search(line.text) is None:
        return False
    return not _is_open(_FIRST_WORD.match(following[0].text), _hyphens()[1])


def _keeps(line: str, following: str) -> bool:
    """Whether the hyphen belongs to the word: "sixty-" and "one" are 61, "sixtyone" is no number."""
    last, first = _LAST_WORD.search(line), _FIRST_WORD.match(following)
    kept_after, open_before = _hyphens()
    return (last is not None and last[1].lower() in kept_after) or _is_open(first, open_before)


def _is_open(first: re.Match[str] | None, words: frozenset[str]) -> bool:
    return first is not None and first[1] in words


@cache
def _hyphens() -> tuple[frozenset[str], frozenset[str]]:
    table = tomllib.loads(_HYPHENS.read_text(encoding="utf-8"))
    return frozenset(table["kept_after"].split()), frozenset(table["open_before"].split())


def _note_urls(lines: Sequence[Line]) -> list[str]:
    scratch = ProseWriter()
    _write_lines(lines, scratch, {}, 0)
    urls = [link.url for link in (*scratch.links, *find_bare_links(scratch.text))]
    return list(dict.fromkeys(urls))[:_MAX_NOTE_LINKS]


def _clean(urls: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(url for url in map(clean_url, urls) if url is not None))


def choose_title(told: str | None, layout: Layout) -> str | None:
    """Return the title of the metadata, unless a program put the file's name there, else the one shown."""
    is_told = told is not None and not _FILE_TITLE.fullmatch(told)
    return told if is_told else _shown_title(layout)


def _shown_title(layout: Layout) -> str | None:
    """Return the first lines of the first page if they are set larger than the text."""
    first: list[Line] = layout.paragraphs[0] if layout.paragraphs else []
    if not first or first[0].page != 1 or first[0].size < layout.size * _TITLE_SIZE:
        return None
    return clean_words(" ".join(line.text for line in first))


def _find_fault(pages: Sequence[Page], total: int) -> str | None:
    """Return a clause about pages that were not read: too many of them, or scans."""
    faults = []
    if total > len(pages):
        faults.append(f"only the first {len(pages)} of {total} pages were read")
    broken = [str(page.number) for page in pages if page.is_broken]
    if broken:
        faults.append(f"{len(broken)} of {total} pages are broken and were not read (page {broken[0]})")
    scans = sum(1 for page in pages if page.has_pictures and not page.lines)
    if scans:
        faults.append(f"{scans} of {total} pages are pictures without text, which need text recognition")
    return "; ".join(faults) or None
