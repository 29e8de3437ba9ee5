"""Terms read the short way are the terms read the long way."""

import json
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from factdesk.claims.alike import frequent_terms, gather_terms, read_terms

ARTICLES = Path(__file__).parents[1] / "cases" / "articles.jsonl"
SAID = "Armenia's capital US us Tickets tickets ticket. no more 1,200 1200 – “Sold out: the İzmir\n sold out"


def of_so_many(text, least):
    """Read every term of the text and keep those that it has so often."""
    terms = read_terms(text).terms
    counts = Counter(term.stem for term in terms)
    return gather_terms([term for term in terms if counts[term.stem] >= least])


def test_the_frequent_terms_of_articles_are_those_of_all_terms():
    for row in map(json.loads, ARTICLES.read_text("utf-8").splitlines()):
        assert frequent_terms(row["source"], 3) == of_so_many(row["source"], 3)
        assert frequent_terms(row["source"], 3).terms


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SAID.split(" ")), max_size=24).map(" ".join), st.integers(1, 3))
def test_the_frequent_terms_of_any_words_are_those_of_all_terms(text, least):
    assert frequent_terms(text, least) == of_so_many(text, least)
