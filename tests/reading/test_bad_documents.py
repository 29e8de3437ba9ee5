"""Word files and PDFs that cannot be read: one named outcome, a sentence with the mend, bounded memory."""

import io
import random
import re
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from factdesk.config import ReadingSettings
from factdesk.model import EssayOutcome
from factdesk.reading.essay_text import EssayText, read_essay_text
from factdesk.web.workers import ReadingPool
from office_files import NAMESPACES, make_docx, pack, paragraph
from pdf_files import Words, make_pdf

MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ESSAY = make_docx(paragraph("A ticket costs £5."))
PDF = make_pdf([Words("A ticket costs 5 pounds.")])


def with_document(content: bytes) -> bytes:
    return make_docx(more={"word/document.xml": content})


def body(content: str, head: str = "") -> bytes:
    return with_document(f"{head}<w:document {NAMESPACES}><w:body>{content}</w:body></w:document>".encode())


def stored(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le") + bytes(999)


def opendocument(kind: str) -> bytes:
    return pack({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<x/>"})


def with_password(content: bytes) -> bytes:
    """Return a zip whose entries say that they are encrypted, as WinZip makes them."""
    changed = bytearray(content)
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(head), content):
            changed[found.start() + flags] |= 1
    return bytes(changed)


def with_declared_size(content: bytes, name: str, size: int) -> bytes:
    """Return a zip that lies about how large one of its files is."""
    changed = bytearray(content)
    for found in re.finditer(re.escape(b"PK\x01\x02"), content):
        if content[found.start() + 46 :].startswith(name.encode()):
            changed[found.start() + 24 : found.start() + 28] = struct.pack("<I", size)
    return bytes(changed)


def repacked(content: bytes, way: int) -> bytes:
    """Return the same package with its files packed in another way."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", way) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry))
    return packed.getvalue()


def locked_pdf(algorithm: str, user: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
SHEET = b'<Types><Override PartName="/xl/workbook.xml" ContentType="application/x.sheet.main+xml"/></Types>'

BAD: dict[str, tuple[bytes, EssayOutcome, str]] = {
    "locked Word file": (stored("EncryptedPackage"), EssayOutcome.ENCRYPTED, "password; save it without"),
    "old Word file": (stored("WordDocument"), EssayOutcome.BINARY, r"\(.doc\); save it as .docx"),
    "old workbook": (stored("Workbook"), EssayOutcome.BINARY, r"\(.xls\)"),
    "old presentation": (stored("PowerPoint Document"), EssayOutcome.BINARY, r"\(.ppt\)"),
    "other OLE file": (stored("Contents"), EssayOutcome.BINARY, "old Office file; save"),
    "locked zip": (with_password(ESSAY), EssayOutcome.ENCRYPTED, "password; save it without"),
    "opendocument": (opendocument("text"), EssayOutcome.BINARY, r"\(.odt\); save it as .docx"),
    "spreadsheet": (opendocument("spreadsheet"), EssayOutcome.BINARY, r"\(.ods\)"),
    "workbook": (
        pack({"[Content_Types].xml": SHEET, "xl/workbook.xml": b"<x/>"}), EssayOutcome.BINARY, r"\(.xlsx\)",
    ),
    "e-book": (pack({"mimetype": b"application/epub+zip"}), EssayOutcome.BINARY, r"\(.epub\)"),
    "a zip": (pack({"a.docx": ESSAY}), EssayOutcome.BINARY, "zip archive; unpack it"),
    "an empty zip": (pack({}), EssayOutcome.BINARY, "zip archive; unpack it"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), EssayOutcome.BINARY, "image/png, not text; save"),
    "rich text": (b"{\\rtf1 words}", EssayOutcome.BINARY, "application/rtf, not text; save"),
    "macros by type": (make_docx(document_type=MACRO_TYPE), EssayOutcome.BINARY, "macros"),
    "macros inside": (
        make_docx(more={"word/vbaProject.bin": b"x"}),
        EssayOutcome.BINARY, r"macros \(.docm\); save it as .docx",
    ),
    "cut off": (ESSAY[:-40], EssayOutcome.UNDECODABLE, "broken: .* save it again"),
    "only its head": (ESSAY[:60], EssayOutcome.UNDECODABLE, "broken"),
    "no list of parts": (
        pack({"word/document.xml": b"<x/>"}), EssayOutcome.UNDECODABLE, "broken: it lacks its list of parts",
    ),
    "packed by LZMA": (repacked(ESSAY, zipfile.ZIP_LZMA), EssayOutcome.UNDECODABLE, "packed in a way"),
    "packed by bzip2": (repacked(ESSAY, zipfile.ZIP_BZIP2), EssayOutcome.UNDECODABLE, "packed in a way"),
    "no document": (
        pack({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>"}),
        EssayOutcome.BINARY, "zip archive",
    ),
    "not XML": (with_document(b"<w:document"), EssayOutcome.UNDECODABLE, "document.xml is no whole XML"),
    "an unknown prefix": (
        with_document(b"<w:p>words</w:p>"), EssayOutcome.UNDECODABLE, "document.xml is no whole XML",
    ),
    "no body": (with_document(b"<document/>"), EssayOutcome.NO_TEXT, "None"),
    "entities": (body(paragraph("&amp;b;"), ENTITIES), EssayOutcome.UNDECODABLE, "entities or a DTD"),
    "outside entities": (body("<w:p/>", OUTSIDE), EssayOutcome.UNDECODABLE, "entities or a DTD"),
    "entities in UTF-16": (
        with_document(f"<?xml version='1.0' encoding='UTF-16'?>{OUTSIDE}<w/>".encode("utf-16")),
        EssayOutcome.UNDECODABLE, "entities or a DTD",
    ),
    "entities in a note": (
        make_docx(paragraph("x"), footnotes="<w:x/>", more={"word/footnotes.xml": f"{OUTSIDE}<w/>".encode()}),
        EssayOutcome.UNDECODABLE, "footnotes.xml declares entities",
    ),
    "bomb": (with_document(bytes(200_000_000)), EssayOutcome.TOO_BIG, "unpacks to 200000000 bytes or more"),
    "bomb that lies": (
        with_declared_size(with_document(bytes(100_000_000)), "word/document.xml", 900),
        EssayOutcome.UNDECODABLE, "damaged",
    ),
    "huge by its own word": (
        with_declared_size(ESSAY, "word/document.xml", 4_000_000_000), EssayOutcome.TOO_BIG, "4000000000",
    ),
    "many entries": (
        pack({f"{name}.xml": b"" for name in range(10_050)}), EssayOutcome.TOO_BIG, "more than 10000 files",
    ),
    "nests too deep": (body("<w:p>" * 5_000 + "</w:p>" * 5_000), EssayOutcome.UNDECODABLE, "no whole XML"),
    "locked PDF": (locked_pdf("RC4-128", "secret"), EssayOutcome.ENCRYPTED, "password; save it without"),
    "PDF with AES": (locked_pdf("AES-256", "secret"), EssayOutcome.ENCRYPTED, "password; save it without"),
    "PDF cut off": (PDF[:200], EssayOutcome.UNDECODABLE, "the PDF is broken .* again as PDF"),
    "PDF in name only": (b"%PDF-1.7 words", EssayOutcome.UNDECODABLE, "the PDF is broken"),
    "PDF of brackets": (b"%PDF-" + b"<<" * 50_000, EssayOutcome.UNDECODABLE, "the PDF is broken"),
    "a scan": (make_pdf([]), EssayOutcome.NO_TEXT, "None"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("form", ["docx", "plain"])
def test_a_bad_document_has_its_outcome_and_a_mend(name: str, form: str) -> None:
    content, outcome, detail = BAD[name]
    essay = read_essay_text(content, form)
    assert (essay.outcome, essay.text, essay.links) == (outcome, "", ())
    assert re.search(detail, str(essay.detail)), essay.detail


@pytest.mark.parametrize("form", ["plain", "markdown", "html", "docx", "pdf"])
def test_a_document_is_known_by_its_bytes_whatever_its_name_says(form: str) -> None:
    assert read_essay_text(ESSAY, form).text == "A ticket costs £5."
    assert read_essay_text(PDF, form).text == "A ticket costs 5 pounds."


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_text_with_the_name_of_a_document_is_read_as_text(form: str) -> None:
    essay = read_essay_text(b"A ticket costs 5 pounds.", form)
    assert (essay.outcome, essay.text) == (EssayOutcome.READ, "A ticket costs 5 pounds.")


def test_a_pdf_that_only_its_owner_may_change_is_read() -> None:
    assert read_essay_text(locked_pdf("RC4-128", ""), "pdf").text == "A ticket costs 5 pounds."


def test_the_pages_that_are_whole_are_read() -> None:
    whole = make_pdf([Words("A ticket costs 5 pounds.")], [Words("It was gone.")], [Words("So it was.")])
    broken = re.sub(rb"<< /Length (?=.{3,5}\nstream\n[^\n]*gone)", b"<</Filter/No /Length ", whole)
    assert broken != whole
    essay = read_essay_text(broken, "pdf")
    assert essay.text == "A ticket costs 5 pounds.\n\nSo it was."
    assert essay.detail == "1 of 3 pages are broken and were not read (page 2)"


def test_pictures_stay_packed() -> None:
    """Two hundred megabytes of a picture are no reason to refuse an essay, nor are they unpacked."""
    essay = read_essay_text(
        make_docx(paragraph("Words."), more={"word/media/image1.bmp": bytes(200_000_000)}), "docx"
    )
    assert essay.text == "Words."


@pytest.mark.parametrize("name", ["bomb", "bomb that lies", "entities", "PDF of brackets"])
def test_a_worker_reads_bombs_within_little_memory(name: str) -> None:
    content, outcome, _ = BAD[name]
    with ReadingPool(ReadingSettings(workers=1, memory_bytes=400_000_000)) as pool:
        answer = pool.read_essay_text(content, "docx")
        assert isinstance(answer, EssayText)
        assert answer.outcome is outcome
        after = pool.read_essay_text(ESSAY, "docx")
        assert isinstance(after, EssayText)
        assert after.outcome is EssayOutcome.READ


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([ESSAY, PDF]), st.integers(0, 10_000), st.integers(1, 40))
def test_a_damaged_document_has_an_outcome(content: bytes, seed: int, bytes_changed: int) -> None:
    luck = random.Random(seed)
    changed = bytearray(content)
    for _ in range(bytes_changed):
        changed[luck.randrange(8, len(changed))] = luck.randrange(256)
    essay = read_essay_text(bytes(changed), "docx")
    assert essay.outcome in EssayOutcome
    for link in essay.links:
        assert link.span is None or link.span.cut(essay.text)


def test_the_bombs_are_small_as_files() -> None:
    assert all(len(content) < 2_000_000 for content, _, _ in BAD.values())
