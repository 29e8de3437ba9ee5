"""Next runs are those that Prefect plans, also where clocks change; what it plans wrongly is refused."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.ops.schedule_rules import (
    CronRule,
    IntervalRule,
    cron_fault,
    interval_fault,
    is_timezone,
    next_runs,
    rule_body,
    rule_from_body,
    rule_words,
)

ANCHOR = datetime(2026, 1, 1, 9, tzinfo=UTC)
LONDON, NEW_YORK = "Europe/London", "America/New_York"


def times(rule, since, count=3):
    return [time.strftime("%m-%d %H:%M %Z") for time in next_runs(rule, datetime.fromisoformat(since), count)]


CRON_CASES = [
    # London: 01:00 becomes 02:00 on 28 March 2027, 02:00 becomes 01:00 on 31 October.
    ("0 9 * * *", LONDON, "2027-03-27T12:00Z", ["03-28 09:00 BST", "03-29 09:00 BST"]),
    ("0 9 * * *", LONDON, "2027-10-30T12:00Z", ["10-31 09:00 GMT", "11-01 09:00 GMT"]),
    ("30 1 * * *", LONDON, "2027-03-27T12:00Z", ["03-28 00:30 GMT", "03-29 01:30 BST"]),
    ("30 1 * * *", LONDON, "2027-10-30T12:00Z", ["10-31 01:30 BST", "11-01 01:30 GMT"]),
    ("30 1 * * *", LONDON, "2027-10-31T00:45Z", ["11-01 01:30 GMT", "11-02 01:30 GMT"]),
    ("*/30 * * * *", LONDON, "2027-03-28T00:10Z", ["03-28 00:30 GMT", "03-28 02:00 BST"]),
    ("*/30 * * * *", LONDON, "2027-10-31T00:20Z", ["10-31 01:30 BST", "10-31 02:00 GMT"]),
    ("*/30 * * * *", LONDON, "2027-10-31T01:10Z", ["10-31 02:00 GMT", "10-31 02:30 GMT"]),
    # New York: 02:00 becomes 03:00 on 14 March 2027, 02:00 becomes 01:00 on 7 November.
    ("30 2 * * *", NEW_YORK, "2027-03-13T12:00Z", ["03-14 01:30 EST", "03-15 02:30 EDT"]),
    ("30 1 * * *", NEW_YORK, "2027-11-06T12:00Z", ["11-07 01:30 EDT", "11-08 01:30 EST"]),
    # A run that is due at this very second is the next one.
    ("15 2 * * *", "UTC", "2027-01-01T02:15:00Z", ["01-01 02:15 UTC", "01-02 02:15 UTC"]),
    ("15 2 * * *", "UTC", "2027-01-01T02:15:00.000001Z", ["01-02 02:15 UTC", "01-03 02:15 UTC"]),
]


@pytest.mark.parametrize(("cron", "zone", "since", "expected"), CRON_CASES)
def test_cron_runs_on_the_clock_of_its_zone(cron, zone, since, expected):
    assert times(CronRule(cron, zone), since, len(expected)) == expected


@pytest.mark.parametrize(
    ("seconds", "zone", "since", "expected"),
    [
        (900, LONDON, "2027-03-28T00:40Z", ["03-28 00:45 GMT", "03-28 02:00 BST", "03-28 02:15 BST"]),
        (1800, LONDON, "2027-10-31T00:20Z", ["10-31 01:30 BST", "10-31 01:00 GMT", "10-31 01:30 GMT"]),
        (21600, NEW_YORK, "2027-11-07T00:00Z", ["11-06 23:00 EDT", "11-07 04:00 EST", "11-07 10:00 EST"]),
        (86400, "UTC", "2027-03-28T09:00Z", ["03-28 09:00 UTC", "03-29 09:00 UTC", "03-30 09:00 UTC"]),
    ],
)
def test_an_interval_counts_from_its_anchor_and_does_not_see_the_clocks(seconds, zone, since, expected):
    assert times(IntervalRule(seconds, ANCHOR, zone), since) == expected


@given(
    st.integers(1, 200_000),
    st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)),
    st.sampled_from(["UTC", LONDON, NEW_YORK, "Asia/Kolkata"]),
)
def test_an_interval_leaves_no_gap_and_starts_at_once(seconds, moment, zone):
    since = moment.replace(tzinfo=UTC)
    runs = next_runs(IntervalRule(seconds, ANCHOR, zone), since, 5)
    instants = [run.astimezone(UTC) for run in runs]
    assert timedelta() <= instants[0] - since < timedelta(seconds=seconds)
    assert {b - a for a, b in pairwise(instants)} == {timedelta(seconds=seconds)}
    assert all(run.utcoffset() == run.astimezone(ZoneInfo(zone)).utcoffset() for run in runs)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.sampled_from(CRON_CASES))
def test_cron_runs_rise_and_none_is_past(moment, case):
    since = moment.replace(tzinfo=UTC)
    instants = [run.astimezone(UTC) for run in next_runs(CronRule(case[0], case[1]), since, 8)]
    assert len(instants) == 8
    assert instants == sorted(set(instants))
    assert instants[0] >= since


def test_a_schedule_that_hardly_comes_has_the_runs_that_there_are():
    leap_days = next_runs(CronRule("0 12 29 2 *", "UTC"), datetime(2027, 1, 1, tzinfo=UTC), 3)
    assert [time.year for time in leap_days] == [2028, 2032, 2036]


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("15 2 * *", "five fields"),
        ("@daily", "five fields"),
        ("0 15 2 * * *", "five fields"),
        ("61 * * * *", "bad minute"),
        ("0 24 * * *", "bad hour"),
        ("0 0 31 2 *", "bad day-of-month"),
        ("0 0 * * 8", "bad day-of-week"),
        ("0 22-2 * * *", "bad hour"),
        ("4-4 * * * *", "its minute '4-4' is not understood"),
        ("5/15 * * * *", "its minute"),
        ("0 0 L * *", "its day of the month"),
        ("0 0 */2 * *", "or 1-31/5"),
        ("0 0 * * 2#1", "its day of the week"),
        ("0 0 * * MON-5", "its day of the week"),
        ("0 9 1 * MON", "two schedules"),
        ("0 9 1,31 * *", "first of March"),
        ("0 9 1-31/15 * *", "first of March"),
        ("h * * * *", "its minute"),
        ("", "five fields"),
    ],
)
def test_a_cron_text_that_could_be_misread_is_refused_with_a_mend(cron, said):
    fault = cron_fault(cron)
    assert said in (fault or "")
    assert "; " in (fault or "")


@pytest.mark.parametrize(
    "cron",
    [
        "15 2 * * *",
        "*/5 8-18 * * mon-fri",
        "0,30 9 1 JAN,JUL *",
        "0 0 29 2 *",
        "0 0 1-31/2 * *",
        "0 0 15,31 * *",
    ],
)
def test_a_plain_cron_text_is_taken(cron):
    assert cron_fault(cron) is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (IntervalRule(900, ANCHOR, "UTC"), "every 15 minutes"),
        (IntervalRule(3600, ANCHOR, "UTC"), "every hour"),
        (IntervalRule(172_800, ANCHOR, "UTC"), "every 2 days"),
        (IntervalRule(90, ANCHOR, "UTC"), "every 90 seconds"),
        (CronRule("0 9 * * MON-FRI", "UTC"), "at 09:00 on Monday through Friday (0 9 * * MON-FRI)"),
    ],
)
def test_rules_are_said_in_words_and_survive_a_round_trip(rule, words):
    assert rule_words(rule) == words
    assert rule_from_body(json.loads(json.dumps(rule_body(rule)))) == rule


def test_kinds_of_rules_that_we_do_not_make_are_none():
    assert rule_from_body({"rrule": "FREQ=DAILY", "timezone": "UTC"}) is None
    assert rule_from_body({"interval": "P1D", "anchor_date": "2026-01-01T00:00:00Z"}) is None


def test_a_daily_interval_is_refused_where_clocks_change():
    assert "write it as cron" in (interval_fault(86_400, LONDON) or "")
    assert "write it as cron" in (interval_fault(90_000, NEW_YORK) or "")
    assert interval_fault(86_399, LONDON) is None
    assert interval_fault(86_400, "UTC") is None
    assert interval_fault(86_400, "Asia/Kolkata") is None


@pytest.mark.parametrize("name", ["Mars/Base", "Europe", "../etc/passwd", "", "europe london"])
def test_time_zones_that_are_none_are_told(name):
    assert not is_timezone(name)
    assert is_timezone(LONDON)


# Prefect's own planner answers one question a line, in a process of its own: importing it is slow and warns.
_PREFECT = """
import datetime, json, sys
from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule
for line in sys.stdin:
    rule, since, count = json.loads(line)
    start = datetime.datetime.fromisoformat(since)
    if "cron" in rule:
        schedule = CronSchedule(**rule)
    else:
        rule["interval"] = datetime.timedelta(seconds=rule["interval"])
        schedule = IntervalSchedule(**rule)
    found = schedule._get_dates_generator(n=count, start=start)
    print(json.dumps([date.astimezone(datetime.timezone.utc).isoformat() for date in found]))
"""


def prefect_runs(questions):
    lines = "".join(
        json.dumps([rule_body(rule), since.isoformat(), count]) + "\n" for rule, since, count in questions
    )
    done = subprocess.run(
        [sys.executable, "-c", _PREFECT], input=lines, capture_output=True, text=True, check=True, timeout=300
    )
    return [[datetime.fromisoformat(time) for time in json.loads(line)] for line in done.stdout.splitlines()]


def random_cron(dice):
    def field(low, high, star_step=True):
        kind = dice.random()
        if kind < 0.3:
            return "*"
        if kind < 0.45 and star_step:
            return f"*/{dice.randint(1, high)}"
        members = []
        for _ in range(dice.choice([1, 1, 2, 3])):
            first, last = sorted(dice.sample(range(low, high + 1), 2))
            members.append(
                dice.choice([f"{first}", f"{first}-{last}", f"{first}-{last}/{dice.randint(1, 9)}"])
            )
        return ",".join(members)

    return " ".join((field(0, 59), field(0, 23), field(1, 31, False), field(1, 12), field(0, 7)))


@pytest.mark.flows
def test_prefect_plans_the_same_runs():
    dice = random.Random(20270328)
    moments = [
        datetime.fromisoformat(text)
        for text in ("2027-03-27T23:10Z", "2027-03-28T00:20Z", "2027-10-30T23:40Z", "2027-02-28T12:03Z")
    ]
    moments += [datetime.fromisoformat(text) for text in ("2027-03-14T05:50Z", "2027-11-07T04:30Z")]
    crons = [cron for _ in range(1500) if cron_fault(cron := random_cron(dice)) is None]
    assert len(crons) > 300
    questions = [
        (CronRule(cron, dice.choice(["UTC", LONDON, NEW_YORK])), dice.choice(moments), 12) for cron in crons
    ]
    questions += [(CronRule(cron, zone), since, 12) for cron, zone, _, _ in CRON_CASES for since in moments]
    # Within the hour that comes twice, Prefect leaves interval runs for its next round: look after it.
    later = [moment + timedelta(hours=4) for moment in moments]
    questions += [
        (IntervalRule(seconds, ANCHOR, zone), since, 12)
        for seconds in (60, 900, 3600, 21_600)
        for zone in ("UTC", LONDON, NEW_YORK)
        for since in later
    ]
    for (rule, since, count), theirs in zip(questions, prefect_runs(questions), strict=True):
        # A time that the change of clocks moved into the past has run already.
        theirs = sorted(time for time in theirs if time >= since)
        ours = [run.astimezone(UTC) for run in next_runs(rule, since, count)]
        assert len(theirs) > 5
        assert ours[: len(theirs)] == theirs, (rule, since)
