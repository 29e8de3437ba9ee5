from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from factdesk.reports.exports import csv_text, json_lines
from factdesk.reports.terminal import visible
from factdesk.reports.words import rating_words, summary_line


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_a_text_that_looks_like_a_formula_is_disarmed(start: str) -> None:
    (_, row) = csv.reader(io.StringIO(csv_text(["claim"], [[start]])))
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_stay_numbers_in_csv() -> None:
    assert csv_text(["n"], [[Decimal("-0.25")], [-3]]) == "n\n-0.25\n-3\n"


def test_a_list_that_begins_like_a_formula_is_disarmed() -> None:
    assert csv_text(["missing"], [[["=cmd()", "b"]]]) == "missing\n'=cmd(); b\n"


def test_json_lines_carry_every_type() -> None:
    moment = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
    identity = UUID(int=7)
    line = json_lines(["a", "b", "c", "d"], [[Decimal("0.5"), moment, identity, ["ü"]]])
    assert json.loads(line) == {"a": 0.5, "b": "2026-11-02T03:04:05.000000Z", "c": str(identity), "d": ["ü"]}


def test_bidi_controls_are_shown_and_escapes_dropped() -> None:
    assert visible("a\u202eb\x1b[31mc\n") == "a[U+202E]b[31mc\n"


def test_a_rating_is_said_relative_to_its_source() -> None:
    assert rating_words("partially_supported", "suggested") == "backed in part by its suggested source"
    assert rating_words("not_enough_evidence", "cited", "no_linked_source") == "no source is linked"
    named = rating_words("not_enough_evidence", "cited", "no_linked_source", ["named_not_linked"])
    assert named == "named, not linked"
    differs = rating_words("not_enough_evidence", "suggested", "given_file", ["suggested_conflict"])
    assert differs == "not settled: a suggested source says otherwise"


def test_the_summary_line_counts_what_was_set_aside() -> None:
    assert summary_line(1, 2, {"forecast": 4, "advice": 1}) == (
        "1 sentence read, 2 claims, 5 set aside (advice 1, forecast 4)"
    )
    assert summary_line(3, 0, {}) == "3 sentences read, 0 claims, 0 set aside"


def test_json_has_a_form_for_every_type_of_the_database() -> None:
    row = [
        timedelta(hours=36),
        float("nan"),
        float("inf"),
        b"\x00\xff",
        time(10, 30),
        {"a": [Decimal("1.50")]},
    ]
    line = json_lines(["a", "b", "c", "d", "e", "f"], [row])
    told = json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert told == {"a": 129600.0, "b": None, "c": None, "d": "00ff", "e": "10:30:00", "f": {"a": [1.5]}}


def test_a_repeated_column_is_not_lost() -> None:
    assert json.loads(json_lines(["a", "a", "b"], [[1, 2, 3]])) == {"a": 1, "a_2": 2, "b": 3}
