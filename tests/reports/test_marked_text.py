"""The marked-up view of a text: exactly what stands in a pipe and in a terminal."""

from __future__ import annotations

import io
import unicodedata
from decimal import Decimal
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from factdesk.claims.find import find_claims
from factdesk.claims.findings import Finding
from factdesk.model import Bound, Facet, FacetName, Flag, Part, Span, Value
from factdesk.reports.claim_words import claim_tag
from factdesk.reports.marked_text import print_marked

TEXT = (
    "A letter.\n\nIt rained. Trains to Leeds and York were sold out. A seat cost £640. Why? Nobody knows."
    "\n\nNothing. At all.\n\nHere. Neither."
)


def price(text: str, quote: str, amount: str = "640", *flags: Flag, after: int = 0) -> Finding:
    return found("price", text, quote, flags=flags, after=after, values=(money(amount),))


def money(amount: str, role: str = "amount", unit: str = "GBP", bound: Bound = Bound.EXACT) -> Value:
    return Value(role, unit, Decimal(amount), Decimal(amount), bound)


def sellout(text: str, quote: str, *things: str) -> Finding:
    span = Span(text.index(quote), text.index(quote) + len(quote))
    return found(
        "sellout",
        text,
        quote,
        facets=(Facet(FacetName.STATE, "sold out", "sold_out", None),),
        parts=tuple(Part(thing, span) for thing in things),
    )


def found(kind: str, text: str, quote: str, *, after: int = 0, **fields: object) -> Finding:
    start = text.index(quote, after)
    span = Span(start, start + len(quote))
    told = {"values": (), "facets": (), "parts": (), "flags": (), "checkworthiness": Decimal("0.5")}
    return Finding(kind, span, span, quote, **{**told, **fields})  # type: ignore[arg-type]


def shown(text: str, *findings: Finding, width: int = 80, colours: bool = False, **fields: object) -> str:
    file = io.StringIO()
    fields.setdefault("_environ", {})  # tests of flows leave NO_COLOR behind in this process
    console = Console(
        file=file,
        width=width,
        force_terminal=colours,
        color_system="standard" if colours else None,
        highlight=False,
        markup=False,
        legacy_windows=False,
        **fields,  # type: ignore[arg-type]
    )
    print_marked(text, findings, console)
    return file.getvalue()


def lines_of(expected: str) -> str:
    """Return a text block as it is printed, without its own indent; a bar stands for its left edge."""
    return dedent(expected).lstrip("\n").replace("|\n", "\n").replace("|", "")


def test_in_a_pipe_signs_stand_below_the_words_and_values_beside_them() -> None:
    findings = (
        sellout(TEXT, "Trains to Leeds and York were sold out", "Leeds", "York"),
        price(TEXT, "A seat cost £640"),
    )
    assert shown(TEXT, *findings) == lines_of(
        """
        |      ^^^ sellout   ~~~ price

        |      … 1 sentence …

        |   2  It rained. Trains to Leeds and York were sold out. A seat cost £640. Why?
        |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^  ~~~~~~~~~~~~~~~~
        |                 sold out: Leeds, York · worth 0.50      £640 exact · worth 0.50
        |   6  Nobody knows.

        |      … 4 sentences …

        """
    )


def test_in_a_terminal_claims_are_underlined_in_the_colour_of_their_kind() -> None:
    findings = (
        sellout(TEXT, "Trains to Leeds and York were sold out", "Leeds", "York"),
        price(TEXT, "A seat cost £640", "640", Flag.FORECAST),
    )
    assert shown(TEXT, *findings, width=70, colours=True) == lines_of(
        """
        |      \x1b[4;35msellout\x1b[0m   \x1b[2mset aside\x1b[0m

        |      \x1b[2m… 1 sentence …\x1b[0m

        |   2  It rained. \x1b[4;35mTrains to Leeds and York were sold out\x1b[0m. \x1b[2;4mA seat cost\x1b[0m
        |                 \x1b[35m└ sold out: Leeds, York · worth 0.50\x1b[0m
        |   5  \x1b[2;4m£640\x1b[0m. Why? Nobody knows.
        |      \x1b[2m└ set aside (forecast): £640 exact\x1b[0m

        |      \x1b[2m… 4 sentences …\x1b[0m

        """
    )


def test_a_terminal_without_colours_gets_signs() -> None:
    finding = price(TEXT, "A seat cost £640")
    plain = shown(TEXT, finding)
    assert shown(TEXT, finding, colours=True, no_color=True) == plain
    assert shown(TEXT, finding, colours=True, _environ={"NO_COLOR": "1"}) == plain
    assert "\x1b" not in plain


OVERLAPPING = "In a poll, 62% of nurses said rents of £900 were too high."


def overlapping() -> tuple[Finding, Finding]:
    share = money("62", "percent", "percent", Bound.AT_LEAST)
    poll = found("poll", OVERLAPPING, OVERLAPPING[:-1], values=(share,))
    return poll, price(OVERLAPPING, "62% of nurses said rents of £900", "900")


def test_overlapping_claims_have_a_row_each() -> None:
    assert shown(OVERLAPPING, *overlapping(), width=50) == lines_of(
        """
        |      === poll   ~~~ price

        |   1  In a poll, 62% of nurses said rents of £900
        |      ===========================================
        |                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        |                 £900 exact · worth 0.50
        |      were too high.
        |      ============= 62% at least · worth 0.50

        """
    )


def test_of_overlapping_claims_the_inner_one_keeps_its_colour() -> None:
    assert shown(OVERLAPPING, *overlapping(), width=50, colours=True).splitlines()[2:] == [
        "   1  \x1b[4;32mIn a poll, \x1b[0m\x1b[4;36m62% of nurses said rents of £900\x1b[0m",
        "                 \x1b[36m└ £900 exact · worth 0.50\x1b[0m",
        "      \x1b[4;32mwere too high\x1b[0m.",
        "      \x1b[32m└ 62% at least · worth 0.50\x1b[0m",
        "",
    ]


def test_signs_stand_below_wide_and_combining_letters() -> None:
    text = "東京 flats, 大阪 flats cost £640; cafe\u0301 £9."
    assert shown(text, price(text, "大阪 flats cost £640"), price(text, "cafe\u0301 £9", "9")) == lines_of(
        """
        |      ~~~ price

        |   1  東京 flats, 大阪 flats cost £640; cafe\u0301 £9.
        |                  ~~~~~~~~~~~~~~~~~~~~ £640 exact · worth 0.50
        |                                        ~~~~~~~ £9 exact · worth 0.50

        """
    )


def test_controls_are_shown_or_dropped_and_the_signs_still_fit() -> None:
    text = "A\x07t the \u202eend\u202c of that year, when everybody had gone away,\na flat\tcost £640 in all."
    assert shown(text, price(text, "away,\na flat\tcost £640"), width=90) == lines_of(
        """
        |      ~~~ price

        |   1  At the [U+202E]end[U+202C] of that year, when everybody had gone away, a flat cost
        |                                                                       ~~~~~~~~~~~~~~~~~
        |      £640 in all.
        |      ~~~~ £640 exact · worth 0.50

        """
    )


def test_a_word_longer_than_the_terminal_is_broken_and_a_long_tag_too() -> None:
    text = f"{'x' * 30} cost £9."
    assert shown(text, price(text, text[:-1], "9", Flag.FORECAST, Flag.ADVICE), width=30) == lines_of(
        """
        |      ... set aside

        |   1  xxxxxxxxxxxxxxxxxxxxxxxx
        |      ........................
        |      xxxxxx cost £9.
        |      ..............
        |      set aside (forecast,
        |      advice): £9 exact

        """
    )


def test_far_sentences_are_counted_and_near_ones_shown() -> None:
    text = f"{'It rained. ' * 5}It cost £9. {'It blew. ' * 3}It cost £8.\n\nNobody. Came.\n\nHome."
    assert shown(text, price(text, "It cost £9", "9"), price(text, "It cost £8", "8")) == lines_of(
        """
        |      ~~~ price

        |      … 5 sentences …

        |   6  It cost £9. It blew. It blew. It blew. It cost £8.
        |      ~~~~~~~~~~ £9 exact · worth 0.50       ~~~~~~~~~~ £8 exact · worth 0.50

        |      … 3 sentences …

        """
    )


def test_a_text_without_claims_is_counted() -> None:
    assert shown("Nothing here. At all.") == "      … 2 sentences …\n\n"
    assert shown("") == ""


def test_a_kind_without_a_sign_of_its_own_has_the_common_one() -> None:
    text = "They sold 5,000 tickets."
    count = found("count", text, "sold 5,000 tickets", values=(money("5000", "count", "count"),))
    assert shown(text, count).splitlines()[3] == f"{' ' * 11}------------------ 5,000 exact · worth 0.50"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((money("0.85"),), "£0.85 exact"),
        ((money("0.001", unit="BTC"),), "0.001 BTC exact"),
        ((money("4.5", unit="EUR"),), "€4.50 exact"),
        ((money("1234.5", unit="RSD"),), "1,234.50 RSD exact"),
        ((money("98.5", unit="JPY"),), "98.5 JPY exact"),
        ((money("423.5", unit="KWD"),), "423.500 KWD exact"),
        ((Value("amount", "GBP", Decimal("4.5"), Decimal(6), Bound.BETWEEN),), "£4.50–6"),
        ((money("62000", unit="RSD"), money("530", "also", "EUR")), "62,000 RSD exact, = €530"),
        ((Value("amount", "EUR", Decimal(50), Decimal(60), Bound.BETWEEN),), "€50–60"),
        ((Value("amount", "USD", None, Decimal("1e9"), Bound.LESS_THAN),), "$1,000,000,000 less than"),
        ((money("4.5", "percent", "percent"),), "4.5% exact"),
        ((Value("percent", "percent", Decimal(200) / 3, Decimal(200) / 3, Bound.ABOUT),), "66.67% about"),
        (
            (money("40", "from_percent", "percent"), money("3", "points", "points")),
            "from 40%, 3 points exact",
        ),
        (
            (Value("ratio", "ratio", Decimal(3), Decimal(3), Bound.ABOUT, of="the\nJune fare"),),
            "3× about the June fare",
        ),
        (
            (Value("diff", "GBP", Decimal(30), Decimal(30), Bound.EXACT, of="x" * 90),),
            f"difference £30 exact {'x' * 59}…",
        ),
        ((), "price"),
    ],
)
def test_values_are_said_with_their_bounds(values: tuple[Value, ...], words: str) -> None:
    text = "It cost that."
    assert claim_tag(found("price", text, "It cost that", values=values)) == f"{words} · worth 0.50"


def test_a_number_says_what_it_counts() -> None:
    values = (Value("count", "count", Decimal(260_000), Decimal(260_000), Bound.MORE_THAN),)
    facets = (Facet(FacetName.ITEM, "people", "peopl", None),)
    finding = found("count", "They fled.", "They fled", values=values, facets=facets)
    assert claim_tag(finding) == "260,000 people more than · worth 0.50"


def test_a_share_says_of_whom_and_a_state_what_it_holds_of() -> None:
    text = "They said so."
    population = Facet(FacetName.POPULATION, "the\u202e uninsured", "uninsured", None)
    share = money("62", "percent", "percent")
    poll = found("poll", text, "They said so", values=(share,), facets=(population,), flags=(Flag.QUOTED,))
    assert claim_tag(poll) == "62% exact of the[U+202E] uninsured · quoted · worth 0.50"
    towns = [f"Town {number}" for number in range(8)]
    assert claim_tag(sellout(text, "said so", *towns)) == (
        "sold out: Town 0, Town 1, Town 2, Town 3, Town 4, Town 5, 2 more · worth 0.50"
    )
    facets = (
        Facet(FacetName.STATE, "left", "nearly_sold_out", None),
        Facet(FacetName.ITEM, "seats", None, None),
    )
    assert (
        claim_tag(found("sellout", text, "said so", facets=facets)) == "nearly sold out: seats · worth 0.50"
    )


WORDS = [
    "tickets were sold out",
    "to 東京",
    "cost £40",
    "62% of voters said",
    "cafe\u0301",
    "\n",
    "\n\n",
    "\u2028",
]
WORDS += [
    ".",
    "?",
    "\u202e",
    "\x1b[0m",
    "\x00",
    "if",
    "Leeds, York and Hull",
    "x" * 70,
    "\u200b",
    "\t",
    "💷",
    "\ud7ff",
]


@settings(max_examples=120, deadline=None)
@example("cost £40 " + "x" * 70 + " tickets were sold out cost £40", 66, False)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.integers(26, 90), st.booleans())
def test_any_text_is_shown_within_the_width_without_controls(text: str, width: int, colours: bool) -> None:
    findings = find_claims(text)
    printed = shown(text, *findings, width=width, colours=colours, no_color=True)
    for line in printed.splitlines():
        assert cell_len(line) <= width
    assert not {char for char in printed if unicodedata.category(char) == "Cc"} - {"\n"}
    squeezed = "".join(printed.split())
    for finding in findings:
        assert "".join(claim_tag(finding).split())[:12] in squeezed
