"""The method page says what is in use: every rule, kind, facet and pinned figure, in words and 80 columns."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from factdesk.claims import KINDS
from factdesk.config import RuleSettings, Settings
from factdesk.errors import ConfigError
from factdesk.model import FacetName, FacetOutcome
from factdesk.reports.method_text import COLUMNS, method_lines
from factdesk.resources import bundled
from factdesk.verdicts.logistic import read_weights
from factdesk.verdicts.method import method_id
from factdesk.verdicts.method_page import FLOORS, WORDS, describe_method
from factdesk.verdicts.muting import mutable_rules
from factdesk.verdicts.rules import RULES, RULES_VERSION

PINNED = json.loads(bundled(*FLOORS).read_text(encoding="utf-8"))


@pytest.fixture
def page() -> dict[str, Any]:
    return describe_method(Settings())


def shown(page: dict[str, Any]) -> str:
    return "\n".join(method_lines(page))


def test_the_rules_stand_in_their_order_with_code_rating_and_sentence(page: dict[str, Any]) -> None:
    told = [(one["place"], one["code"], one["rating"]) for one in page["rules"]]
    assert told == [(place, rule.code, rule.rating) for place, rule in enumerate(RULES, start=1)]
    assert all(one["sentence"] and "{" not in one["sentence"] for one in page["rules"])
    text = shown(page)
    places = [text.index(f"  {rule.code} -> ") for rule in RULES]
    assert places == sorted(places)


def test_every_rule_that_settles_something_is_told_of(page: dict[str, Any]) -> None:
    told = {one["code"]: one for one in (*page["rules"], *page["other_rules"])}
    assert set(mutable_rules()) <= set(told)
    assert all(one["sentence"] for one in told.values())


def test_everything_that_is_named_has_words(page: dict[str, Any]) -> None:
    assert [one["name"] for one in page["kinds"]] == [kind.NAME for kind in KINDS]
    assert [one["name"] for one in page["facets"]] == [one.value for one in FacetName]
    assert [one["name"] for one in page["outcomes"]] == [one.value for one in FacetOutcome]
    named = [*page["kinds"], *page["facets"], *page["outcomes"], *page["ratings"], *page["sets"]]
    assert [one["name"] for one in named if not one["is"]] == []


def test_the_method_is_the_one_in_use_with_its_tables_and_weights(page: dict[str, Any]) -> None:
    assert (page["method"], page["rules_version"]) == (method_id(), RULES_VERSION)
    assert {"alike.toml", "currencies.toml"} <= {one["name"] for one in page["tables"]}
    trained = {one["name"]: one["trained_on"] for one in page["weights"]}
    assert trained["confidence.json"] == read_weights("confidence")["trained_on"]
    assert f"confidence.json: {read_weights('confidence')['about'][:20]}" in shown(page)


def test_the_figures_are_the_pinned_ones_and_no_word_holds_any(page: dict[str, Any]) -> None:
    assert {one["measure"]: one["last"] for one in page["measures"]} == {
        name: entry.get("last") for name, entry in PINNED.items()
    }
    wrong = {one["measure"]: one["figure"] for one in page["wrong"]}
    assert wrong == {name: PINNED[name]["last"] for name in wrong}
    assert {"pairs.wrong_supported", "pairs.wrong_refuted"} <= set(wrong)
    assert f"{PINNED['pairs.wrong_supported']['last']:.1%} " in shown(page)
    lines = [line for line in WORDS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if re.search(r"\d", line)] == []


def test_every_measure_that_tells_of_errors_is_worded_once() -> None:
    wrong = [one["measure"] for one in tomllib.loads(WORDS.read_text("utf-8"))["wrong"]]
    assert len(wrong) == len(set(wrong))


def test_a_muted_rule_is_marked_and_is_another_method(page: dict[str, Any]) -> None:
    muted = describe_method(Settings(rules=RuleSettings(muted=("typed_conflict",))))
    assert muted["method"] == method_id(["typed_conflict"]) != page["method"]
    assert [one["code"] for one in muted["rules"] if one["is_muted"]] == ["typed_conflict"]
    text = shown(muted)
    assert "typed_conflict -> not enough evidence (muted; else refuted)" in text
    assert "Muted by [rules] muted: typed_conflict." in text
    assert "No rule is muted" in shown(page)
    with pytest.raises(ConfigError, match="nothing_of_the_kind"):
        describe_method(Settings(rules=RuleSettings(muted=("nothing_of_the_kind",))))


def test_it_is_plain_text_of_80_columns(page: dict[str, Any]) -> None:
    text = shown(page)
    assert [line for line in text.splitlines() if len(line) > COLUMNS] == []
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_bins_of_confidence_are_shown_beside_how_often_they_were_right(page: dict[str, Any]) -> None:
    bins = [{"from": 0.4, "to": 0.5, "confidence": 0.45, "right": 0.5, "n": 1200}]
    told = shown({**page, "reliability": {"on": "sentences of our own", "bins": bins}})
    assert "Measured on sentences of our own." in told
    assert "0.40 - 0.50   45.0%    50.0%    1,200" in told
    assert "It was not measured for these weights." in shown({**page, "reliability": None})


def test_how_many_cases_a_figure_rests_on_is_told_where_it_was_pinned(page: dict[str, Any]) -> None:
    one = {**page["wrong"][0], "n": 80}
    assert f"{one['figure']:.1%} of 80 {one['words']}" in shown({**page, "wrong": [one]})
