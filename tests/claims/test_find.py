"""What holds of the claims of any text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factdesk.claims.find import count_set_aside, find_claims
from factdesk.claims.lines import claim_line
from factdesk.claims.method import find_method_id, tables_of
from factdesk.errors import ConfigError
from factdesk.model import Flag

WORDS = """tickets seats sold out not no left £40 62% of voters said cost from to 1,200 pesos (€30) a month
if will Turkey, Georgia and Armenia – twice ; : . \n\n only three gone half poll “ ” ? in the were"""
PIECES = [*WORDS.split(), "\n\n", "sold out", "62% of voters said"]
COLUMN = (
    "Seats to Izmir, Batumi and Aktau were sold out by noon. The cheapest return cost €410, "
    "twice the June fare. "
    "In a poll of 900 adults, 37% said they would rather stay at home. Nobody minded the weather. "
    "The harbour was quiet, the cafés were open and the children played football on the quay.\n\n"
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
def test_quotes_lie_in_their_sentences_and_slice_back(text: str) -> None:
    for finding in find_claims(text):
        assert finding.quote.cut(text) == finding.text
        assert finding.text.strip()
        assert finding.sentence.covers(finding.quote)
        assert 0 <= finding.checkworthiness <= 1


def test_set_aside_findings_are_counted_by_their_flag() -> None:
    text = "Is the show sold out? You can't get a seat for love or money. The fair was sold out."
    findings = find_claims(text)
    assert count_set_aside(findings) == (("figurative", 1), ("question", 1))
    assert [finding.is_set_aside for finding in findings] == [True, True, False]


def test_quoted_and_uncertain_only_mark() -> None:
    text = "“The ferry was sold out by nine,” she said. Reportedly, a cabin cost £300."
    first, second = find_claims(text)
    assert first.flags == (Flag.QUOTED,)
    assert second.flags == (Flag.UNCERTAIN,)
    assert not first.is_set_aside
    assert not second.is_set_aside


def test_a_line_has_the_fields_of_its_kind() -> None:
    sellout, price, poll = (claim_line(one, COLUMN) for one in find_claims(COLUMN))
    assert sellout["state"] == "sold_out"
    assert [part["text"] for part in sellout["parts"]] == ["Izmir", "Batumi", "Aktau"]
    assert (price["amount"], price["currency"], price["ratio"]) == (410, "EUR", 2)
    assert (poll["percent"], poll["population"]) == (37, "900 adults")


def test_finding_is_linear_in_the_length_of_the_text() -> None:
    find_claims(COLUMN)
    seconds = []
    for copies in (20, 160):
        started = time.process_time()
        found = find_claims(COLUMN * copies)
        seconds.append(time.process_time() - started)
        assert len(found) == 3 * copies
    assert seconds[1] < seconds[0] * 8 * 2.5


def test_only_the_kinds_that_are_on_are_looked_for() -> None:
    assert [one.kind for one in find_claims(COLUMN)] == ["sellout", "price", "poll"]
    assert [one.kind for one in find_claims(COLUMN, kinds=["poll", "price"])] == ["price", "poll"]


def test_a_kind_that_does_not_exist_is_named_beside_those_that_do() -> None:
    with pytest.raises(ConfigError, match=r"names 'rumour', .* use some of sellout, price, poll"):
        find_claims(COLUMN, kinds=["price", "rumour"])


def test_the_method_of_finding_depends_on_the_kinds_and_not_on_their_order() -> None:
    ids = {find_method_id(kinds) for kinds in (["price"], ["price", "poll"], ["sellout", "price", "poll"])}
    assert len(ids) == 3
    assert find_method_id(["poll", "price"]) == find_method_id(["price", "poll"])
    assert find_method_id() in ids


def test_the_method_rests_on_the_tables_of_the_kinds_that_are_on_and_of_those_they_ask() -> None:
    names = {table.name for table in tables_of(["count", "sellout"])}
    assert {"count.toml", "poll.toml", "poll_words.toml", "sellout_lexicon.toml", "currencies.toml"} <= names
    assert not {"price.toml", "price_words.toml", "price_evidence.toml"} & names


def test_a_figure_beyond_reason_ends_nothing() -> None:
    text = f"Prices rose {'9' * 26} per cent. A ticket cost £40."
    assert [found.quote.cut(text) for found in find_claims(text)] == ["A ticket cost £40."]
