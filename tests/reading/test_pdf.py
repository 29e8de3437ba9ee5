"""PDF sources: one block a page, and an outcome for what is not readable."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from factdesk.model import SourceOutcome
from factdesk.reading.page_text import PageText, read_page


def make_pdf(*pages: str) -> bytes:
    """Write a small PDF by hand, one page for each line of words."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, words in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {5 + 2 * at} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}"
    return out.encode("latin-1")


def read(content: bytes) -> PageText:
    return read_page(content, media_type="text/html", charset=None, url=None)


def test_each_page_is_a_block() -> None:
    read_text = read(make_pdf("The fare was 300,000.", "Seats were gone."))
    assert read_text.outcome is SourceOutcome.FETCHED
    assert [block.span.cut(read_text.text) for block in read_text.blocks] == [
        "The fare was 300,000.",
        "Seats were gone.",
    ]
    assert read_text.media_type == "application/pdf"
    assert read_text.extractor.startswith("pypdf ")


def test_a_scan_without_text_is_empty() -> None:
    assert read(make_pdf("")).outcome is SourceOutcome.EMPTY_TEXT


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"%PDF-1.4\n%%EOF", make_pdf("words")[:300], b"%PDF-" + b"<<" * 5_000]
)
def test_a_broken_file_is_undecodable(content: bytes) -> None:
    assert read(content).outcome is SourceOutcome.UNDECODABLE


def test_a_locked_file_is_undecodable() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf("secret"))))
    writer.encrypt("word", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    assert read(locked.getvalue()).outcome is SourceOutcome.UNDECODABLE
