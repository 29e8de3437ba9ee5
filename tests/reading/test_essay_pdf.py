"""PDF essays: paragraphs over line and page ends, links under rectangles, notes and running heads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factdesk.model import EssayOutcome
from factdesk.reading.essay_text import EssayText, read_essay_text
from pdf_files import Link, Words, courier, escape, make_pdf

A, B = "http://a.example/one", "http://b.example/two"
WIDE = "The office said on Friday that all the tickets to Hvar and to Vis had"


def read(*pages: list[Words | Link], **more: object) -> EssayText:
    return read_essay_text(make_pdf(*pages, **more), "pdf")  # type: ignore[arg-type]


def lines(*texts: str, top: float = 700, step: float = 15, **more: float) -> list[Words | Link]:
    return [Words(text, y=top - step * at, **more) for at, text in enumerate(texts)]


def links_of(essay: EssayText) -> list[tuple[str, str, str | None]]:
    return [(one.form, one.url, one.span.cut(essay.text) if one.span else None) for one in essay.links]


TEXTS: dict[str, tuple[list[list[Words | Link]], str]] = {
    "wrapped lines are joined": ([lines(WIDE, "been sold.")], f"{WIDE} been sold."),
    "a gap ends a paragraph": (
        [[*lines(WIDE, "been sold."), *lines("Later there were more.", top=655)]],
        f"{WIDE} been sold.\n\nLater there were more.",
    ),
    "a short line ends one": (
        [lines(WIDE, "been sold.", "Nobody knew why. A man who had waited since the morning said that he"
               , "was not surprised.")],
        f"{WIDE} been sold.\n\nNobody knew why. A man who had waited since the morning said that he was not "
        "surprised.",
    ),
    "a larger line is a heading": (
        [[Words("Prices", y=730, size=20), *lines(WIDE, "been sold.")]],
        f"Prices\n\n{WIDE} been sold.",
    ),
    "a word that was cut": ([lines(WIDE + " been sold com-", "pletely.")], f"{WIDE} been sold completely."),
    "a compound keeps its hyphen": (
        [lines(WIDE + " been sold in Istria-", "Kvarner.")], f"{WIDE} been sold in Istria-Kvarner.",
    ),
    "a number keeps its hyphen": ([lines(WIDE + " asked sixty-", "one.")], f"{WIDE} asked sixty-one."),
    "a range of figures too": ([lines(WIDE + " aged 18-", "24 or so.")], f"{WIDE} aged 18-24 or so."),
    "an open hyphen stays open": (
        [lines(WIDE + " sold pre-", "and post-war.")], f"{WIDE} sold pre- and post-war.",
    ),
    "bullets": (
        [lines(WIDE + ":", "• one of them", "• another one")],
        f"{WIDE}:\n\n• one of them\n\n• another one",
    ),
    "an address that was cut": (
        [lines(f"{WIDE} been seen at http://a.example/long/", "way.html on that day.")],
        f"{WIDE} been seen at http://a.example/long/way.html on that day.",
    ),
    "a page's end in a sentence": ([lines(WIDE), lines("been sold.")], f"{WIDE} been sold."),
    "a page's end between sentences": (
        [lines(WIDE, "been sold."), lines("Later there were more.")],
        f"{WIDE} been sold.\n\nLater there were more.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_is_prose(name: str) -> None:
    pages, text = TEXTS[name]
    assert read(*pages).text == text


def test_running_heads_and_page_numbers_split_no_sentence() -> None:
    def page(number: int, *texts: str) -> list[Words | Link]:
        head = Words("The Ferry Review, May 2026", x=72 + 90 * (number % 2), y=770, size=9)
        return [head, *lines(*texts, top=720), Words(f"- {number} -", x=290, y=30, size=9)]

    queue = "It went on to the end of the pier, and a man who sold ice there said that"
    sea = "he had never seen so many people on a day in May; nobody had any idea of what"
    essay = read(page(1, WIDE, "been sold.", queue), page(2, sea), page(3, "they would do."))
    assert essay.text == f"{WIDE} been sold.\n\n{queue} {sea} they would do."


def test_what_a_browser_prints_into_the_margins_is_no_text() -> None:
    head = Words("11/27/26, 12:49 PM The ferry queue", x=24, y=770, size=8)
    foot = Words("https://a.example/queue 1/1", x=24, y=17, size=8)
    assert read([head, *lines(WIDE, "been sold."), foot]).text == f"{WIDE} been sold."


def test_a_head_that_stands_once_is_text() -> None:
    assert read([Words("The Ferry Review", y=770, size=9), *lines(WIDE)]).text.startswith("The Ferry Review")


def test_the_notes_of_a_page_stand_at_the_end_and_their_links_on_the_word() -> None:
    def page(number: int, body: str, url: str) -> list[Words | Link]:
        return [
            Words(body, y=700),
            Words(str(number), x=72 + 7.2 * len(body), y=705, size=7),
            Words(
                " in May and the whole of June, and it was in all the newspapers of",
                x=78 + 7.2 * len(body),
                y=700,
            ),
            Words("the day", y=685),
            Words(f"{number} See", y=60, size=8),
            Words(f"{url} there.", y=51, size=8),
        ]

    essay = read(page(1, "It cost 5 pounds", A), page(2, "and 6", B), lines("before that."))
    assert essay.text == (
        "It cost 5 pounds in May and the whole of June, and it was in all the newspapers of the day and 6 in "
        "May and the whole of June, and it was in all the newspapers of the day before that.\n\n"
        f"See {A} there.\n\nSee {B} there."
    )
    assert links_of(essay) == [
        ("footnote", A, "pounds"), ("footnote", B, "6"), ("bare", A, A), ("bare", B, B),
    ]  # fmt: skip
    assert [one.label for one in essay.locators] == [
        *("page 1", "page 2", "page 3", "page 1, footnote 1", "page 2, footnote 2"),
    ]


def raised(before: str, mark: str, after: str) -> list[Words | Link]:
    at = 72 + 7.2 * len(before)
    return [Words(before), Words(mark, x=at, y=705, size=7), Words(after, x=at + 4.2 * len(mark) + 1)]


@pytest.mark.parametrize(
    ("before", "mark", "after", "text"),
    [
        ("It has 40 m", "2", " now", "It has 40 m2 now"),
        ("It was 5 ", "1", "/2 now", "It was 5 1/2 now"),
        ("It cost £5", "3", " then", "It cost £5 then"),
        ("It was 20", "*", " then", "It was 20 then"),
        ("It was 20.", "[1]", " Then", "It was 20. Then"),
        ("It was 20.", "[1][3:1]", " Then", "It was 20. Then"),
        ("On the 2", "nd", " of May", "On the 2nd of May"),
    ],
)
def test_a_raised_mark_is_no_part_of_the_figure_before_it(
    before: str, mark: str, after: str, text: str
) -> None:
    assert read(raised(before, mark, after)).text == text


def test_marks_point_at_the_notes_at_the_end_of_the_essay() -> None:
    essay = read(
        raised("It cost 5 pounds", "1", ", they said."),
        [Words("Notes", size=16), *lines(f"1. The list, {A}", f"2. Another, {B}", top=660)],
    )
    assert essay.text == (f"It cost 5 pounds, they said.\n\nNotes\n\n1. The list, {A}\n\n2. Another, {B}")
    assert ("footnote", A, "pounds") in links_of(essay)
    assert ("footnote", B, "pounds") not in links_of(essay)


def test_marks_point_at_numbered_paragraphs_that_end_the_essay() -> None:
    essay = read(
        raised("It cost 5 pounds.", "[1]", " And 6"),
        raised("There were 20.", "[2:1]", " Really."),
        lines(f"1. The list, {A}", f"2. Another, {B}"),
    )
    assert ("footnote", A, "pounds.") in links_of(essay)
    assert ("footnote", B, "20.") in links_of(essay)


def covering(text: str, part: str, y: float = 700) -> tuple[float, float, float, float]:
    return courier(part, 72 + 7.2 * text.index(part), y)


SENTENCE = "The fare to Hvar, says the office, is 5 pounds now."


@pytest.mark.parametrize("part", ["The", "Hvar", "the office", "5 pounds now.", SENTENCE])
@pytest.mark.parametrize("off", [-3.0, 0.0, 3.0])
def test_a_link_keeps_the_words_under_its_rectangle(part: str, off: float) -> None:
    left, low, right, high = covering(SENTENCE, part)
    essay = read([Words(SENTENCE), Link(A, (left + off, low, right + off, high))])
    assert essay.text == SENTENCE
    ((form, url, words),) = links_of(essay)
    assert (form, url) == ("inline", A)
    assert words is not None
    assert words.strip(",.") == part.strip(",.")


STATES = {
    "one string": f"({escape(SENTENCE)}) Tj",
    "spaced letters": f"2 Tc ({escape(SENTENCE)}) Tj",
    "gaps between words": "[" + "-300 ".join(f"({word} )" for word in SENTENCE.split()) + "] TJ",
    "many strings": " ".join(f"({word} ) Tj" for word in SENTENCE.split()),
    "stretched": f"80 Tz ({escape(SENTENCE)}) Tj",
    "a state that is kept and brought back": f"q /Helvetica 30 Tf Q ({escape(SENTENCE)}) Tj",
}
WIDTHS = {"spaced letters": 9.2, "stretched": 5.76}


@pytest.mark.parametrize("name", STATES)
def test_letters_are_found_whatever_operators_place_them(name: str) -> None:
    drawn = f"q 1 0 0 1 12 100 cm BT /Courier 12 Tf 60 600 Td {STATES[name]} ET Q"
    at, length = SENTENCE.index("the office"), len("the office")
    wide = WIDTHS.get(name, 7.2)
    gaps = SENTENCE[:at].count(" ") * 3.6 if name == "gaps between words" else 0
    left = 72 + wide * at + gaps
    box = (left, 698, left + wide * length + (3.6 if gaps else 0), 710)
    essay = read([Link(A, box)], drawn=[drawn])
    assert essay.text == SENTENCE
    assert links_of(essay) == [("inline", A, "the office")]


def test_letters_of_a_form_stand_where_the_page_draws_it() -> None:
    drawn = "BT /Courier 12 Tf 72 740 Td (Before it.) Tj ET q 1 0 0 1 20 30 cm /Form Do Q"
    form = f"BT /Courier 12 Tf 52 670 Td ({escape(SENTENCE)}) Tj ET"
    essay = read([Link(A, covering(SENTENCE, "the office"))], drawn=[drawn], form=form)
    assert essay.text == f"Before it.\n\n{SENTENCE}"
    assert links_of(essay) == [("inline", A, "the office")]


def test_a_link_over_a_line_s_end_is_one_link() -> None:
    first, second = WIDE, "been sold, it said."
    boxes = (covering(first, "Vis had"), covering(second, "been sold", 685))
    one = read([*lines(first, second), Link(A, (0, 0, 600, 800), quads=boxes)])
    two = read([*lines(first, second), Link(A, boxes[0]), Link(A, boxes[1])])
    assert links_of(one) == links_of(two) == [("inline", A, "Vis had been sold")]


def test_a_link_over_no_letter_lies_on_the_line_beside_it() -> None:
    essay = read([*lines(WIDE, "been sold."), Link(A, (500, 684, 560, 694))])
    assert links_of(essay) == [("inline", A, "been sold.")]


def test_a_link_of_a_page_without_text_has_no_place() -> None:
    essay = read(lines(WIDE), [Link(A, (0, 0, 10, 10))])
    assert links_of(essay) == [("inline", A, None)]


def test_addresses_that_are_no_links_are_left_out() -> None:
    essay = read([Words(SENTENCE), Link("mailto:x@example.org", covering(SENTENCE, "office"))])
    assert essay.links == ()


def test_a_page_names_the_place_also_inside_a_sentence() -> None:
    essay = read(lines(WIDE), lines("been sold."))
    assert [(one.label, essay.text[one.start :][:4]) for one in essay.locators] == [
        ("page 1", "The "),
        ("page 2", "been"),
    ]


def test_title_and_author_are_those_of_the_file_and_no_date_is() -> None:
    about = "/Title (The fares) /Author (M. Peric) /CreationDate (D:20260503120000Z)"
    essay = read(lines(WIDE), about=about)
    assert (essay.title, essay.author, essay.published_on) == ("The fares", "M. Peric", None)
    shown = [Words("On fares", y=740, size=20), *lines(WIDE, "been sold.")]
    for name in ("Microsoft Word - fares3.docx", "fares3.docx", "untitled"):
        assert read(shown, about=f"/Title ({name})").title == "On fares"
    assert read(lines(WIDE)).title is None


def test_a_page_of_pictures_is_named() -> None:
    def scanned(*pages: list[Words | Link]) -> EssayText:
        return read_essay_text(make_pdf(*pages).replace(b"/Subtype /Form", b"/Subtype/Image"), "pdf")

    told = "pages are pictures without text, which need text recognition"
    part, whole = scanned([], lines(WIDE)), scanned([], [])
    assert (part.outcome, part.text, part.detail) == (EssayOutcome.READ, WIDE, f"1 of 2 {told}")
    assert (whole.outcome, whole.detail) == (EssayOutcome.NO_TEXT, f"2 of 2 {told}")


WORD = st.text("abcdefghjk", min_size=2, max_size=8)  # a page of "ii" alone is a page number


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(WORD, st.booleans()), min_size=1, max_size=8))
def test_every_span_slices_to_the_words_under_its_rectangle(words: list[tuple[str, bool]]) -> None:
    text = " ".join(word for word, _ in words)
    page: list[Words | Link] = [Words(text)]
    wanted = []
    at = 0
    for number, (word, linked) in enumerate(words):
        if linked:
            page.append(Link(f"http://a.example/{number}", courier(word, 72 + 7.2 * at)))
            wanted.append(("inline", f"http://a.example/{number}", word))
        at += len(word) + 1
    essay = read(page)
    assert essay.text == text
    assert links_of(essay) == wanted
