"""Laws that hold for every claim and source, checked on the labelled articles and on made-up texts."""

import json
import random
import re
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factdesk.claims.find import find_claims
from factdesk.verdicts.pair_answers import judge_pair

CASES = Path(__file__).parents[1] / "cases"
UNRELATED = (
    "The beekeepers of the valley met in the village hall and talked about hives, smoke and gloves.",
    "Moss grows on the north side of the old mill, where the sun never comes.",
    "A cello lesson lasts longer than most pupils would like, the teacher joked.",
)
FOREIGN = "Les billets étaient introuvables hier soir. " * 40


def _rows(name):
    return [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]


def _is_tuned_on(article):
    return sha256(article.encode()).hexdigest()[0] in "01234567"


ARTICLES = {row["article"]: row["source"] for row in _rows("articles.jsonl")}
OWN_ARTICLES = {row["article"]: row["source"] for row in _rows("own_articles.jsonl")}
PAIRS = [row for row in _rows("pairs.jsonl") if _is_tuned_on(row["article"])]
OWN_SELLOUTS = [row for row in _rows("own_pairs.jsonl") if row["kind"] == "sellout"]


def _source_of(pair):
    return ARTICLES.get(pair["article"]) or OWN_ARTICLES[pair["article"]]


@pytest.mark.parametrize("pair", PAIRS + OWN_SELLOUTS, ids=lambda pair: pair["id"])
def test_an_unrelated_paragraph_changes_no_rating(pair):
    source = _source_of(pair)
    rating = judge_pair(pair["claim"], source)["rating"]

    for extra in UNRELATED:
        assert judge_pair(pair["claim"], f"{extra}\n\n{source}\n\n{extra}")["rating"] == rating


@pytest.mark.parametrize("pair", PAIRS + OWN_SELLOUTS, ids=lambda pair: pair["id"])
def test_the_order_of_paragraphs_changes_no_rating(pair):
    paragraphs = _source_of(pair).split("\n\n")
    rating = judge_pair(pair["claim"], "\n\n".join(paragraphs))["rating"]

    random.Random(pair["id"]).shuffle(paragraphs)
    assert judge_pair(pair["claim"], "\n\n".join(paragraphs))["rating"] == rating


def _own_sentences():
    for article, source in ARTICLES.items():
        if _is_tuned_on(article):
            for span in sorted(
                {one.sentence for one in find_claims(source) if not one.is_set_aside}, key=str
            ):
                yield pytest.param(source, span.cut(source), id=f"{article} {span.start}")


def _altered(sentence):
    """Yield the sentence with one figure of two digits or more altered, and where."""
    for match in re.finditer(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])", sentence):
        figure = match.group()
        if sum(map(str.isdigit, figure)) > 1:
            digit = "4" if figure[0] == "9" else str(int(figure[0]) + 1)
            yield match.start(), sentence[: match.start()] + digit + sentence[match.start() + 1 :]


@pytest.mark.parametrize(("source", "sentence"), list(_own_sentences()))
def test_a_sources_own_sentence_is_supported_and_an_altered_figure_is_not(source, sentence):
    assert judge_pair(sentence, source)["rating"] == "supported"

    for at, altered in _altered(sentence):
        values = [value for one in find_claims(altered) if not one.is_set_aside for value in one.values]
        if any(value.span and value.span.start <= at < value.span.end for value in values):
            assert judge_pair(altered, source)["rating"] != "supported", altered


@pytest.mark.parametrize(
    "source",
    ["", " \n\n", FOREIGN, "word " * 120_000, "9" * 50_000, "\u202e\ufffd" * 500],
    ids=list("abcdef"),
)
@pytest.mark.parametrize("claim", sorted({pair["claim"] for pair in PAIRS})[::9])
def test_an_empty_foreign_or_enormous_source_settles_nothing(claim, source):
    assert judge_pair(claim, source)["rating"] == "not_enough_evidence"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=600))
def test_any_two_texts_get_an_answer(claim, source):
    answer = judge_pair(claim, source)

    assert answer["reasons"]
    assert 0 < float(answer["confidence"]) < 1
    assert 0 < float(answer["support"]) < 1


@settings(max_examples=40, deadline=None)
@given(st.integers(20, 98), st.integers(20, 98))
def test_only_the_right_share_is_supported(said, shown):
    claim = f"{said} percent of Danes support the wind farm."
    source = f"In a poll released on Monday {shown} percent of Danes said that they support the wind farm."

    assert (judge_pair(claim, source)["rating"] == "supported") == (said == shown)
