"""Word essays: what is read and in which order, and that every link keeps the words that carry it."""

import io
from datetime import date

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from factdesk.model import EssayOutcome
from factdesk.reading.essay_text import EssayText, read_essay_text
from office_files import (
    STRICT,
    field,
    link,
    make_docx,
    note,
    note_mark,
    paragraph,
    run,
    table,
)

A, B = "http://a.example/one", "http://b.example/two"
LINKS = {"a": A, "b": B}
NUMBERING = """
    <w:abstractNum w:abstractNumId="0">
    <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>
    <w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
    <w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
"""
STYLES = """
    <w:style w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>
    <w:style w:styleId="Mine"><w:name w:val="My heading"/><w:basedOn w:val="Kop1"/></w:style>
    <w:style w:styleId="T"><w:name w:val="Title"/></w:style>
    <w:style w:styleId="D"><w:name w:val="Date"/></w:style>
    <w:style w:styleId="W"><w:name w:val="Author"/></w:style>
"""


def entry(words: str, numbered: int = 1, level: int = 0) -> str:
    named = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbered}"/></w:numPr>'
    return paragraph(words, properties=named)


def read(*body: str, **parts: object) -> EssayText:
    return read_essay_text(make_docx(*body, **parts), "docx")  # type: ignore[arg-type]


def links_of(essay: EssayText) -> list[tuple[str, str, str | None]]:
    return [(one.form, one.url, one.span.cut(essay.text) if one.span else None) for one in essay.links]


def places_of(essay: EssayText) -> list[tuple[str, str]]:
    ends = [one.start for one in essay.locators[1:]] + [len(essay.text)]
    return [
        (one.label, essay.text[one.start : end].strip(" |\n"))
        for one, end in zip(essay.locators, ends, strict=True)
    ]


TEXTS = {
    "paragraphs": ([paragraph("One."), paragraph(), paragraph("Two.")], "One.\n\nTwo."),
    "runs of one word": ([paragraph("so", "ld ", "out")], "sold out"),
    "white space is folded": ([paragraph("a  b", "<w:r><w:tab/></w:r>", "c")], "a b c"),
    "a line break": ([paragraph("one", "<w:r><w:br/></w:r>", "two")], "one\ntwo"),
    "lists": ([entry("one"), entry("two"), entry("three", 2)], "one\n\ntwo\n\nthree"),
    "a table": ([table(("Fare", "£5"), ("Old", "£4"))], "Fare | £5\nOld | £4"),
    "a table between": (
        [paragraph("Before."), table(("a", "b")), paragraph("After.")],
        "Before.\n\na | b\n\nAfter.",
    ),
    "a table inside a table": ([table(("a", table(("b", "c")) + paragraph()))], "a | b | c"),
    "a table for the layout": (
        [table((paragraph("One.") + paragraph("Two.") + paragraph("Three."), "side"))],
        "One.\n\nTwo.\n\nThree.\n\nside",
    ),
    "one cell is a frame": ([table((paragraph("One.") + paragraph("Two."),))], "One.\n\nTwo."),
    "inserted and deleted": (
        [
            paragraph(
                "It costs ",
                f"<w:ins>{run('£5')}</w:ins>",
                '<w:del><w:r><w:delText>£4</w:delText></w:r></w:del>',
                ".",
            )
        ],
        "It costs £5.",
    ),
    "moved": (
        [
            paragraph(f"<w:moveFrom>{run('Gone.')}</w:moveFrom>", "Here."),
            paragraph(f"<w:moveTo>{run('Gone.')}</w:moveTo>"),
        ],
        "Here.\n\nGone.",
    ),
    "a paragraph's end deleted": (
        [paragraph("The fare ", properties="<w:rPr><w:del/></w:rPr>"), paragraph("is £5.")],
        "The fare is £5.",
    ),
    "a deleted row": (
        [f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('no')}</w:tc></w:tr></w:tbl>"],
        "",
    ),
    "hidden": ([paragraph("seen", run(" unseen", "<w:vanish/>"), run(" too", '<w:vanish w:val="0"/>'))],
               "seen too"),
    "a control": ([f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('Held.')}</w:sdtContent></w:sdt>"], "Held."),
    "a table of contents": (
        [
            "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
            f"</w:sdtPr><w:sdtContent>{paragraph('Prices 4')}</w:sdtContent></w:sdt>",
            paragraph(field(r' TOC \o "1-3" ', "Prices ", "4")),
            paragraph("Text."),
        ],
        "Text.",
    ),
    "the text of a field": ([paragraph("page ", field(" PAGE ", "3"), " of it")], "page 3 of it"),
    "a text box, once": (
        [
            paragraph(
                "Beside it",
                "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
                f"{paragraph('A box.')}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback>"
                f"<w:pict><v:textbox><w:txbxContent>{paragraph('A box.')}</w:txbxContent></v:textbox>"
                "</w:pict>"
                "</mc:Fallback></mc:AlternateContent></w:r>",
                " goes on.",
            )
        ],
        "Beside it goes on.\n\nA box.",
    ),
    "a hyphen that does not break": ([paragraph("sold", "<w:r><w:noBreakHyphen/></w:r>", "out")], "sold-out"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("namespace", [None, STRICT])
def test_the_text_is_that_of_the_document(name: str, namespace: str | None) -> None:
    body, text = TEXTS[name]
    essay = read(*body, numbering=NUMBERING, **({"namespace": namespace} if namespace else {}))
    assert essay.text == text
    assert essay.outcome is (EssayOutcome.READ if text else EssayOutcome.NO_TEXT)


LINKED = {
    "a link": ([paragraph("Says ", link("the ", "a"), "paper.")], [("inline", A, "the")]),
    "a place in the page": (
        [paragraph('<w:hyperlink r:id="a" w:anchor="fares">', run("fares"), "</w:hyperlink>")],
        [("inline", f"{A}#fares", "fares")],
    ),
    "a place in the document is no link": (
        [paragraph('<w:hyperlink w:anchor="x">', run("x"), "</w:hyperlink>")], [],
    ),
    "mail is no link": ([paragraph(link("mail", "m"))], []),
    "a script is one": ([paragraph(link("script", "j"))], [("inline", "javascript:x()", "script")]),
    "an address": ([paragraph(f"See {A}.")], [("bare", A, A)]),
    "an address that Word linked": ([paragraph(link(A, "a"))], [("inline", A, A)]),
    "a field": (
        [paragraph("Says ", field(f' HYPERLINK "{A}" ', "the paper"), ".")], [("inline", A, "the paper")],
    ),
    "a field with a place": (
        [paragraph(field(rf' HYPERLINK "{A}" \l "fares" \o "Fares" \t "_blank" ', "it"))],
        [("inline", f"{A}#fares", "it")],
    ),
    "a field with a place of the document": ([paragraph(field(r' HYPERLINK \l "fares" ', "it"))], []),
    "a simple field": (
        [paragraph(f"<w:fldSimple w:instr='HYPERLINK \"{A}\"'>{run('the paper')}</w:fldSimple>")],
        [("inline", A, "the paper")],
    ),
    "a field in a field": (
        [paragraph(field(f' HYPERLINK "{A}" ', "page ", field(" PAGEREF x ", "4")))],
        [("inline", A, "page 4")],
    ),
    "an inserted link": ([paragraph(f"<w:ins>{link('new', 'a')}</w:ins>")], [("inline", A, "new")]),
    "a deleted link": ([paragraph("x", f"<w:del>{link('old', 'a')}</w:del>")], []),
    "in a table": ([table(("Fare", paragraph(link("£5", "a"))))], [("inline", A, "£5")]),
    "a numbered list of references": (
        [paragraph("Gone [2]."), paragraph("References"), entry(f"One {A}"), entry(f"Two {B}")],
        [("reference", B, "[2]"), ("reference", A, A), ("reference", B, B)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LINKED)
def test_links_keep_the_words_that_carry_them(name: str) -> None:
    body, expected = LINKED[name]
    links = LINKS | {"m": "mailto:x@example.org", "j": "javascript:x()"}
    assert links_of(read(*body, links=links, numbering=NUMBERING)) == expected


def test_the_links_of_a_note_hang_on_the_word_that_it_marks() -> None:
    essay = read(
        paragraph("The fare", note_mark("footnote", 7), " is £5", note_mark("endnote", 2), ". More."),
        paragraph("Again", note_mark("footnote", 3), "."),
        links=LINKS,
        footnotes=note(
            "footnote",
            0,
            paragraph("line"),
        )
        + note("footnote", 3, paragraph("Third."))
        + note("footnote", 7, paragraph("See ", link("the list", "a"), f" and {B}.")),
        endnotes=note("endnote", 2, paragraph("The ", link("office", "b"), "."), paragraph("Really.")),
    )
    assert essay.text == (
        "The fare is £5. More.\n\nAgain.\n\n"
        f"See the list and {B}.\n\nThird.\n\nThe office.\n\nReally."
    )  # fmt: skip
    assert links_of(essay) == [
        ("footnote", A, "fare"),
        ("footnote", B, "fare"),
        ("footnote", B, "£5"),
        ("footnote", A, "the list"),
        ("bare", B, B),
        ("footnote", B, "office"),
    ]
    assert places_of(essay)[2:] == [
        ("footnote 1", f"See the list and {B}."),
        ("footnote 2", "Third."),
        ("endnote 1", "The office.\n\nReally."),
    ]


def test_places_are_named_as_a_person_counts_them() -> None:
    essay = read(
        paragraph("Fares", style="Kop1"),
        paragraph(),
        paragraph("One."),
        table(("a", "b"), ("c", "d")),
        paragraph("More", style="Mine"),
        paragraph("Two."),
        styles=STYLES,
    )
    assert places_of(essay) == [
        ("heading 1", "Fares"),
        ("paragraph 1", "One."),
        ("table 1, row 1, cell 1", "a"),
        ("table 1, row 1, cell 2", "b"),
        ("table 1, row 2, cell 1", "c"),
        ("table 1, row 2, cell 2", "d"),
        ("heading 2", "More"),
        ("paragraph 2", "Two."),
    ]
    assert essay.locators[-1].start == essay.text.index("Two")


def test_pages_are_named_where_word_has_noted_them() -> None:
    turned = "<w:r><w:lastRenderedPageBreak/><w:t>Two goes on.</w:t></w:r>"
    essay = read(paragraph("One."), paragraph("Two starts. ", turned), paragraph("Three."))
    assert places_of(essay) == [
        ("page 1, paragraph 1", "One."),
        ("page 1, paragraph 2", "Two starts."),
        ("page 2, paragraph 2", "Two goes on."),
        ("page 2, paragraph 3", "Three."),
    ]


def test_title_author_and_date_are_those_that_the_document_states() -> None:
    styled = [
        paragraph("The fares", style="T"),
        paragraph("M. Perić", style="W"),
        paragraph("3 May 2026", style="D"),
        paragraph("Text.", style="Kop1"),
    ]
    essay = read(*styled, styles=STYLES)
    assert (essay.title, essay.author, essay.published_on) == ("The fares", "M. Perić", date(2026, 5, 3))
    core = "<dc:title>Fares</dc:title><dc:creator>A. B.</dc:creator><dc:created>2026-01-01</dc:created>"
    essay = read(*styled[3:], styles=STYLES, core=core)
    assert (essay.title, essay.author, essay.published_on) == ("Fares", "A. B.", None)
    assert read(*styled[3:], styles=STYLES).title == "Text."


def test_a_part_in_another_format_is_named() -> None:
    essay = read(paragraph("Words."), '<w:altChunk r:id="a"/>', links=LINKS)
    assert (essay.outcome, essay.text) == (EssayOutcome.READ, "Words.")
    assert str(essay.detail).startswith("a part in another format was not read; open the file")


def test_a_file_of_python_docx_is_read() -> None:
    document = docx.Document()
    document.core_properties.title = "The ferry queue"
    document.core_properties.author = "M. Perić"
    document.add_heading("Fares", 1)
    words = document.add_paragraph("A ticket costs 14 euros, ")
    anchor = OxmlElement("w:hyperlink")
    anchor.set(qn("r:id"), document.part.relate_to(A, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    anchor.append(words.add_run("the office")._r)
    words._p.append(anchor)
    words.add_run(" said.")
    document.add_paragraph("Hvar", style="List Number")
    cells = document.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "Vis", "£5"
    out = io.BytesIO()
    document.save(out)
    essay = read_essay_text(out.getvalue(), "docx")
    assert essay.text == "Fares\n\nA ticket costs 14 euros, the office said.\n\nHvar\n\nVis | £5"
    assert links_of(essay) == [("inline", A, "the office")]
    assert (essay.title, essay.author, essay.published_on) == ("The ferry queue", "M. Perić", None)
    assert [label for label, _ in places_of(essay)] == [
        *("heading 1", "paragraph 1", "paragraph 2"),
        *("table 1, row 1, cell 1", "table 1, row 1, cell 2"),
    ]


WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\x85"), max_size=12)
PIECES = st.tuples(WORDS, st.sampled_from(["", "a", "b"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=5), max_size=5), st.booleans())
def test_every_span_slices_to_the_words_of_its_link(
    blocks: list[list[tuple[str, str]]], fields: bool
) -> None:
    def write(words: str, name: str) -> str:
        if not name:
            return run(words)
        return field(f' HYPERLINK "{LINKS[name]}" ', run(words)) if fields else link(words, name)

    essay = read(*(paragraph(*(write(*one) for one in block)) for block in blocks), links=LINKS)
    wanted = [
        (LINKS[name], " ".join(words.split()))
        for block in blocks
        for words, name in block
        if name and words.strip() and words.isprintable()
    ]
    shown = [
        (one.url, " ".join(one.span.cut(essay.text).split()))
        for one in essay.links
        if one.form == "inline" and one.span is not None
    ]
    for pair in wanted:
        assert pair in shown
    for one in essay.links:
        assert one.span is None or 0 <= one.span.start < one.span.end <= len(essay.text)
    starts = [one.start for one in essay.locators]
    assert starts == sorted(set(starts))
    assert all(0 <= start < len(essay.text) for start in starts)
