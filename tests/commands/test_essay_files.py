"""Word and PDF essays through the installed program: claims, their links and where they stand in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from office_files import link, make_docx, note, note_mark, paragraph, table
from pdf_files import Link, Words, courier, make_pdf
from program import Run

SOLD = "Tickets to Hvar and Vis were sold out on Friday"
PRICE = "A single ticket to Hvar costs 14 euros."
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")


def word_essay(url: str) -> bytes:
    return make_docx(
        paragraph("From the ferry queue."),
        paragraph(SOLD, note_mark("footnote", 1), "."),
        table(("Fares", paragraph(PRICE))),
        links={"a": url},
        footnotes=note("footnote", 1, paragraph("See ", link("the table", "a"), ".")),
    )


def pdf_essay(url: str) -> bytes:
    return make_pdf(
        [Words("From the ferry queue."), Words(f"{SOLD}.", y=660)],
        [Words(PRICE), Link(url, courier(PRICE))],
    )


def test_a_word_essay_is_checked_with_its_notes_links_and_places(
    factdesk: Run, home: Path, site: str
) -> None:
    (home / "essay.docx").write_bytes(word_essay(f"http://{site}/fares"))
    ended = factdesk("check", "essay.docx", "--allow-host", site, "--json")
    assert ended.code == 0, ended.err
    rows = {row["kind"]: row for row in ended.rows}
    assert rows["sellout"]["locator"] == "paragraph 2"
    assert rows["price"]["locator"] == "table 1, row 1"
    assert rows["price"]["machine_rating"] == "supported"
    assert rows["sellout"]["source_outcome"] == "fetched"
    asked = factdesk("sql", "SELECT kind, locator FROM reports.verdicts ORDER BY kind", "--json").rows
    assert asked == [{"kind": kind, "locator": rows[kind]["locator"]} for kind in ("price", "sellout")]
    table = factdesk("check", "essay.docx", "--allow-host", site)
    assert "price · table 1, row 1 · confidence" in table.out


def test_a_pdf_essay_is_checked_with_its_links_and_pages(factdesk: Run, home: Path, site: str) -> None:
    (home / "essay.pdf").write_bytes(pdf_essay(f"http://{site}/fares"))
    ended = factdesk("check", "essay.pdf", "--allow-host", site, "--json")
    assert ended.code == 0, ended.err
    rows = {row["kind"]: row for row in ended.rows}
    assert (rows["sellout"]["locator"], rows["price"]["locator"]) == ("page 1", "page 2")
    assert rows["price"]["machine_rating"] == "supported"


@pytest.mark.parametrize("name", ["essay.docx", "essay.pdf", "essay.txt", "-"])
def test_claims_say_where_they_stand_whatever_the_file_is_called(
    factdesk: Run, home: Path, name: str
) -> None:
    content = pdf_essay("http://a.example") if name == "essay.pdf" else word_essay("http://a.example")
    if name != "-":
        (home / name).write_bytes(content)
    ended = factdesk("claims", name, "--json", stdin=content)
    assert ended.code == 0, ended.err
    expected = ["page 1", "page 2"] if name == "essay.pdf" else ["paragraph 2", "table 1, row 1"]
    assert [row["locator"] for row in ended.rows] == expected


def test_claims_of_a_text_name_its_lines(factdesk: Run) -> None:
    ended = factdesk("claims", "-", "--json", stdin=f"\n\n{SOLD}.\n\n{PRICE}\n".encode())
    assert [row["locator"] for row in ended.rows] == ["line 3", "line 5"]


@pytest.mark.parametrize("path", ["essay.docx", "essay"])
def test_an_essay_by_address_is_read_as_what_it_is(factdesk: Run, site: str, path: str) -> None:
    ended = factdesk("check", f"http://{site}/{path}", "--allow-host", site, "--json")
    assert ended.code == 0, ended.err
    assert [row["claim"] for row in ended.rows] == ["A ticket to Hvar costs 14 euros."]


@pytest.mark.parametrize(
    ("name", "content", "outcome", "mend"),
    [
        ("locked.docx", ENCRYPTED, "encrypted", "locked by a password; save it without one"),
        ("broken.docx", b"PK\x03\x04" + bytes(99), "undecodable", "save it again"),
        ("broken.pdf", b"%PDF-1.7" + bytes(99), "undecodable", "save it again as PDF"),
        ("old.docx", make_docx(more={"word/vbaProject.bin": b""}), "binary", "save it as .docx"),
    ],
)
def test_a_document_that_cannot_be_read_ends_with_3_and_the_mend(
    factdesk: Run, home: Path, name: str, content: bytes, outcome: str, mend: str
) -> None:
    (home / name).write_bytes(content)
    (home / "good.docx").write_bytes(word_essay("http://a.example"))
    ended = factdesk("check", name, "good.docx", "--source", "good.docx", "--json")
    assert ended.code == 3
    assert f"{name}: {outcome} (" in ended.err
    assert mend in ended.err
    assert len(ended.rows) == 2
    alone = factdesk("claims", name)
    assert alone.code == 3
    assert mend in alone.error_line()


def test_evidence_from_a_pdf_has_its_page(factdesk: Run, home: Path) -> None:
    (home / "essay.md").write_text(f"{PRICE}\n", encoding="utf-8")
    (home / "fares.pdf").write_bytes(make_pdf([Words("Fares of the ferry.")], [Words(PRICE)]))
    ended = factdesk("check", "essay.md", "--source", "fares.pdf", "--json")
    (row,) = ended.rows
    assert (row["machine_rating"], row["evidence_locator"]) == ("supported", "page 2")
    for view in ("verdicts", "evidence"):
        asked = factdesk("sql", f"SELECT evidence_locator FROM reports.{view}", "--json")
        assert asked.rows == [{"evidence_locator": "page 2"}]
    assert "fares.pdf, page 2" in factdesk("check", "essay.md", "--source", "fares.pdf").out
