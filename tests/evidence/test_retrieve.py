from hypothesis import given
from hypothesis import strategies as st

from factdesk.claims.alike import read_terms
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.retrieve import MOST_COMPARED, choose_from, retrieve
from factdesk.model import Block, Span

SOURCE = (
    "The museum in Delft opened a new wing. Visitors praised the light.\n\n"
    "A ticket for the museum now costs 14 euros. Children pay half. The cafe is closed on Mondays.\n\n"
    "The mayor of Delft spoke of the city's canals."
)


def test_passages_slice_back_and_stay_in_their_paragraph():
    source = ParsedSource(SOURCE)

    for passage in source.passages:
        assert passage.near.covers(passage.span)
        assert passage.paragraph.covers(passage.near)
        assert "\n" not in passage.near.cut(SOURCE)


def test_a_passage_knows_the_block_that_it_stands_in():
    source = ParsedSource(SOURCE, blocks=(Block("main", Span(0, 68)), Block("table", Span(68, len(SOURCE)))))

    assert [passage.form for passage in source.passages] == [
        "main",
        "main",
        "table",
        "table",
        "table",
        "table",
    ]


def test_the_passage_that_holds_most_of_the_claim_comes_first():
    claimed = read_terms("A museum ticket in Delft costs 14 euros")
    found = retrieve(claimed, ParsedSource(SOURCE))

    assert found[0].passage.span.cut(SOURCE).startswith("A ticket for the museum")
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)


def test_shown_passages_complete_each_other():
    claimed = read_terms("The mayor of Delft praised the cafe")
    shown = [one.passage.span.cut(SOURCE) for one in choose_from(claimed, [ParsedSource(SOURCE)])]

    assert shown[0].startswith("The mayor")
    assert len(shown) == len(set(shown))


def test_a_paragraph_that_has_nothing_to_do_with_it_changes_no_share():
    claimed = read_terms("A museum ticket in Delft costs 14 euros")
    alone = [one.share for one in retrieve(claimed, ParsedSource(SOURCE))]
    longer = [
        one.share for one in retrieve(claimed, ParsedSource(SOURCE + "\n\nOtters sleep on their backs."))
    ]

    assert longer == alone


@given(st.text(max_size=400))
def test_any_text_can_be_parsed(text):
    source = ParsedSource(text)
    found = retrieve(read_terms("A museum ticket in Delft costs 14 euros"), source)

    assert len(found) <= MOST_COMPARED
    assert all(one.passage.span.cut(text).strip() for one in found)
