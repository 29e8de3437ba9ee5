"""Ranking: what a look-up for all sentences answers is what each sentence answers, and the order is right."""

from hypothesis import given
from hypothesis import strategies as st

from factdesk.claims.alike import read_terms
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.ranking import Reached, best_numbers, rank
from factdesk.evidence.retrieve import choose_from
from factdesk.evidence.sentence_index import SentenceIndex

WORDS = st.one_of(
    st.sampled_from(
        ["the", "price", "rose", "prices", "fell", "bread", "loaf", "14", "1,400", "doubled", "twice"]
    ),
    st.sampled_from(["Turkey", "Turkish", "Ankara", "American", "US", "Friday", "organisation", "organise"]),
    st.sampled_from(
        ["tickets", "seats", "sold", "support", "backed", "opposed", "most", "voters", "electorate"]
    ),
)
LINES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)

FERRY = (
    "The ferry to Naxos was full on Friday. Its cabins had gone by noon.\n\n"
    "The ferry to Naxos was full on Friday.\n\n"
    "A single to Naxos costs 38 euros, the company says.\n\n"
    "In the harbour cafe a coffee costs 3 euros."
)


def ranked(claim: str, text: str, most: int = 3) -> list[str]:
    source = ParsedSource(text)
    found = rank(Reached(read_terms(claim), source.index), most)
    return [source.passages[one.number].span.cut(text) for one in found]


@given(LINES, st.lists(LINES, min_size=1, max_size=6))
def test_the_index_answers_what_each_sentence_answers(claim, lines):
    sentences = [read_terms(line) for line in lines]
    index = SentenceIndex(sentences)

    for term in read_terms(claim).terms:
        expected = {number for number, terms in enumerate(sentences) if terms.holds(term)}
        assert index.holding(term) == expected
        assert index.exact(term) == {n for n, terms in enumerate(sentences) if term.stem in terms.stems}


def test_a_line_that_a_page_prints_twice_takes_one_place():
    found = ranked("The ferry to Naxos costs 38 euros and was full on Friday", FERRY)

    assert found.count("The ferry to Naxos was full on Friday.") == 1
    assert "A single to Naxos costs 38 euros, the company says." in found


def test_words_in_a_row_count_more_than_the_same_words_apart():
    apart = "The bay of the harbour has a deep quay, and trucks wait in the long line."
    in_a_row = "The long quay of the harbour is deep, and trucks wait in the bay in line."

    assert ranked("The long quay is closed", f"{apart}\n\n{in_a_row}", 1) == [in_a_row]


def test_a_sentence_is_nearer_where_its_neighbour_holds_the_rest():
    text = (
        "Tickets cost 9 euros.\n\nA bus leaves at seven.\n\n"
        "The swimming hall in Turku opens at six. There, tickets cost 9 euros in all."
    )
    found = ranked("At the swimming hall in Turku tickets cost 9 euros", text, 2)

    assert found == ["The swimming hall in Turku opens at six.", "There, tickets cost 9 euros in all."]


def test_nothing_is_ranked_for_a_claim_that_the_source_does_not_touch():
    assert ranked("Wolves crossed the glacier", FERRY) == []


def test_sentences_that_are_given_come_first():
    source = ParsedSource(FERRY)
    reached = Reached(read_terms("The ferry to Naxos was full"), source.index)

    assert best_numbers(reached, 2, first=[4]) == [4, 0]


def test_the_best_of_several_sources_is_shown_first():
    poor, rich = ParsedSource("A ferry left the quay."), ParsedSource(FERRY)
    chosen = choose_from(read_terms("The ferry to Naxos was full on Friday"), [poor, rich])

    assert chosen[0].source == 1
    assert [one.gain for one in chosen] == sorted((one.gain for one in chosen), reverse=True)
