"""After how long a source is fetched again: a table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from factdesk.config import FlowSettings
from factdesk.pipeline.recheck_policy import LONGEST_HOURS, RecheckPolicy
from factdesk.warehouse.due import CitedSource
from small_records import NOON, make_source

LONG_AGO = (NOON - timedelta(days=90)).date()
POLICY = RecheckPolicy.of(FlowSettings())


def cited(**changed: Any) -> CitedSource:
    fields: dict[str, Any] = {"alike": 1, "claims": 1, "open_claims": 1, "out_on": NOON.date()}
    return CitedSource(make_source(), None, None, is_unjudged=False, **{**fields, **changed})


@pytest.mark.parametrize(
    ("changed", "hours", "because"),
    [
        ({}, 168, "1 claim, 1 undecided"),
        ({"claims": 9, "open_claims": 4}, 168, "9 claims, 4 undecided"),
        ({"claims": 5, "open_claims": 5}, 84, "5 claims, 5 undecided"),
        ({"claims": 5, "open_claims": 0}, 168, "5 claims"),
        (
            {"open_claims": 0, "out_on": LONG_AGO},
            336,
            "1 claim, decided, and the essays out for 90 days",
        ),
        ({"open_claims": 0, "out_on": LONG_AGO + timedelta(days=1)}, 168, "1 claim"),
        ({"open_claims": 1, "out_on": LONG_AGO}, 168, "1 claim, 1 undecided"),
        ({"alike": 4}, 168, "1 claim, 1 undecided"),
        ({"alike": 5}, 336, "1 claim, 1 undecided, unchanged 4 times"),
        ({"alike": 9}, 672, "1 claim, 1 undecided, unchanged 8 times"),
        ({"alike": 9, "claims": 7, "open_claims": 7}, 336, "7 claims, 7 undecided, unchanged 8 times"),
        ({"alike": 5000}, 1344, "1 claim, 1 undecided, unchanged 4999 times"),
        ({"alike": 0, "claims": 0, "open_claims": 0, "out_on": None}, 168, "0 claims"),
    ],
)
def test_the_policy(changed: dict[str, Any], hours: float, because: str) -> None:
    found = POLICY.interval(cited(**changed), NOON)
    assert (found.hours, found.because) == (hours, because)
    assert found.hours >= POLICY.shortest_hours


def test_an_age_that_a_person_asks_for_holds_for_all() -> None:
    exact = RecheckPolicy.of(FlowSettings(), 3.0)
    assert {exact.interval(cited(alike=alike), NOON).hours for alike in (1, 5, 500)} == {3.0}
    assert exact.shortest_hours == 3.0
    assert RecheckPolicy.of(FlowSettings(), 1e300).after_hours == LONGEST_HOURS


def test_settings_that_contradict_each_other_make_no_source_due_sooner() -> None:
    policy = RecheckPolicy.of(FlowSettings(recheck_after_hours=500.0, recheck_longest_hours=10.0))
    assert policy.interval(cited(alike=99), NOON).hours == 500.0


@pytest.mark.parametrize(
    ("faults", "hours"), [(0, 1), (1, 1), (2, 2), (5, 16), (8, 128), (9, 168), (9999, 168)]
)
def test_each_fault_in_a_row_gives_a_server_twice_the_peace(faults: int, hours: float) -> None:
    assert POLICY.retry_hours(faults) == hours
