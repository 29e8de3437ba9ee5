"""The bundled reports on a real database, against figures that plain Python makes of the same claims."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from factdesk.errors import UsageError, WarehouseError
from factdesk.model import Rating
from factdesk.resources import bundled
from factdesk.warehouse.published import open_published
from factdesk.warehouse.reports import (
    NO_FILTERS,
    REPORTS,
    Filters,
    Form,
    find_report,
    list_parts,
    list_reports,
    run_report,
)
from reviewed_desk import (
    AS_OF,
    AUTHORS,
    Told,
    cohen,
    days_between,
    decided_ones,
    fill,
    fleiss,
    tell_claims,
    wilson,
)

TOLD = tell_claims()
DECIDED = decided_ones(TOLD)

TYPES = {
    Form.TEXT: {"VARCHAR"},
    Form.RATING: {"VARCHAR"},
    Form.ADDRESS: {"VARCHAR"},
    Form.TEXTS: {"VARCHAR[]"},
    Form.COUNT: {"BIGINT"},
    Form.NUMBER: {"DOUBLE"},
    Form.SHARE: {"DOUBLE", "DECIMAL(9,4)"},
    Form.FLAG: {"BOOLEAN"},
    Form.DAY: {"DATE"},
    Form.TIME: {"TIMESTAMP WITH TIME ZONE"},
    Form.ID: {"UUID"},
}

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = tmp_path_factory.mktemp("desk") / "warehouse"
    fill(warehouse, TOLD)
    return warehouse


@pytest.fixture(scope="module")
def rows(desk: Path) -> Rows:
    def run(name: str, **narrowed: Any) -> list[dict[str, Any]]:
        by_author = narrowed.pop("by_author", False)
        return run_report(desk, name, Filters(**narrowed), by_author=by_author, as_of=AS_OF).as_dicts()

    return run


def test_each_file_of_the_folder_is_listed_once() -> None:
    files = {path.stem for path in bundled("warehouse", "reports").glob("*.sql")}
    assert sorted(files) == sorted(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_a_head_says_what_the_report_is_and_names_its_columns_as_they_are(desk: Path, name: str) -> None:
    report = find_report(name)
    assert report.question.endswith("?")
    assert all(column.meaning and not column.meaning.endswith(".") for column in report.columns)
    assert (report.since is not None) == ("since" in report.filters)
    assert report.part_of is None or name.startswith(f"{report.part_of}_")
    assert set(re.findall(r"getvariable\('(\w+)'\)", report.sql)) <= {
        "since",
        "author",
        "kind",
        "by_author",
        "as_of",
    }
    with open_published(desk) as connection:  # as it is, in any tool
        described = connection.execute(f"DESCRIBE {report.sql}").fetchall()
    assert [
        (one[0], one[1] in TYPES[column.form]) for one, column in zip(described, report.columns, strict=True)
    ] == [(column.name, True) for column in report.columns]


def test_a_report_runs_as_it_is_in_another_tool_with_its_variables_set(desk: Path) -> None:
    with duckdb.connect(str(desk / "reports.duckdb"), read_only=True) as other:
        other.execute("SET TimeZone = 'UTC'; SET VARIABLE kind = 'poll'")
        told = other.execute(find_report("agreement").sql).fetchall()
    assert told == run_report(desk, "agreement", Filters(kind="poll"), as_of=AS_OF).rows


def test_the_refuted_share_has_a_wilson_interval_and_is_hidden_below_ten(rows: Rows) -> None:
    counted = [
        one
        for one in DECIDED
        if one.final not in (Rating.NOT_A_CLAIM, Rating.NOT_CHECKABLE) and not one.is_disputed_between_two
    ]
    expected: dict[tuple[date, str], list[Told]] = {}
    for one in counted:
        assert one.holds_at
        week = (one.holds_at - timedelta(days=one.holds_at.weekday())).date()
        for desk in (one.desk, "all desks"):
            expected.setdefault((week, desk), []).append(one)
    told = {(row["week"], row["desk"]): row for row in rows("refuted_share")}
    assert set(told) == set(expected)
    assert {row["decided"] >= 10 for row in told.values()} == {True, False}
    for key, claims in expected.items():
        refuted = sum(one.final is Rating.REFUTED for one in claims)
        share, low, high = wilson(refuted, len(claims))
        row = told[key]
        assert (row["decided"], row["refuted"]) == (len(claims), refuted if len(claims) >= 10 else None), key
        assert (row["refuted_share"], row["share_low"], row["share_high"]) == (share, low, high), key
        assert row["author"] is None


def test_authors_stand_apart_only_where_the_setting_asks_for_it(rows: Rows) -> None:
    author = AUTHORS["students"][0]
    with pytest.raises(UsageError, match="tells no share of one author; set refuted_share_by_author = true"):
        rows("refuted_share", author=author)
    told = rows("refuted_share", by_author=True)
    assert {row["author"] for row in told if row["desk"] != "all desks"} == {
        name for names in AUTHORS.values() for name in names
    }
    assert {row["desk"] for row in rows("refuted_share", author=author, by_author=True)} == {"students"}


@pytest.mark.parametrize("review", ["blind", "shown"])
def test_agreement_and_kappa_are_told_apart_for_blind_and_shown(rows: Rows, review: str) -> None:
    pairs = [
        (one.machine.value, one.final.value)
        for one in DECIDED
        if one.shown == (review == "shown") and one.final
    ]
    agreed = sum(one == other for one, other in pairs)
    (row,) = (row for row in rows("agreement") if row["review"] == review)
    assert (row["decisions"], row["agreed"]) == (len(pairs), agreed)
    assert (row["agreement"], row["share_low"], row["share_high"]) == wilson(agreed, len(pairs))
    assert row["kappa"] == round(cohen(pairs), 3)
    assert 0 < row["kappa"] < row["agreement"] < 1
    matrix = {
        (one["machine_rating"], one["editor_rating"]): one["decisions"]
        for one in rows("agreement_matrix")
        if one["review"] == review
    }
    assert matrix == Counter(pairs)


def test_the_shares_of_the_matrix_are_of_the_machines_ratings(rows: Rows) -> None:
    told = rows("agreement_matrix")
    sums: Counter[tuple[str, str]] = Counter()
    for row in told:
        sums[row["review"], row["machine_rating"]] += row["decisions"]
    for row in told:
        n = sums[row["review"], row["machine_rating"]]
        assert row["share_of_machine_rating"] == (round(row["decisions"] / n, 3) if n >= 10 else None)
    assert any(row["share_of_machine_rating"] is None for row in told)


def test_the_calibration_curve_has_the_mean_and_the_share_of_each_band(rows: Rows) -> None:
    bands: dict[tuple[str, int], list[Told]] = {}
    for one in DECIDED:
        bands.setdefault(("shown" if one.shown else "blind", int(one.confidence * 10)), []).append(one)
    told = {(row["review"], round(row["band_low"] * 10)): row for row in rows("agreement_calibration")}
    assert set(told) == set(bands)
    for key, claims in bands.items():
        confirmed = sum(one.machine is one.final for one in claims)
        row = told[key]
        assert (row["decisions"], row["confirmed"]) == (len(claims), confirmed)
        assert row["mean_confidence"] == pytest.approx(
            statistics.fmean(one.confidence for one in claims), abs=6e-4
        )
        assert (row["confirmed_share"], row["share_low"], row["share_high"]) == wilson(confirmed, len(claims))
        assert row["band_high"] == pytest.approx(row["band_low"] + 0.1)


def test_checkers_are_compared_by_their_first_ratings_of_the_same_claim(rows: Rows) -> None:
    pairs = {
        reviewer: [
            (one.editor.value, one.second.value) for one in DECIDED if one.second and one.editor and kept(one)
        ]
        for reviewer, kept in (("all", lambda one: True), ("rann", lambda one: one.number % 2 == 0))
    }
    assert len(pairs["all"]) >= 10
    told = {row["checker"]: row for row in rows("checkers")}
    for name, both in pairs.items():
        agreed = sum(one == other for one, other in both)
        row = told[name]
        assert (row["doubled"], row["agreed"]) == (len(both), agreed)
        assert (row["agreement"], row["share_low"], row["share_high"]) == wilson(agreed, len(both))
        assert row["kappa"] == round(fleiss(both), 3)
    assert (told["rann"]["other_checker"], told["all"]["other_checker"]) == ("rcleo", None)


def test_the_pace_of_a_checker_has_the_median_and_keeps_blind_apart(rows: Rows) -> None:
    told = {row["reviewer"]: row for row in rows("checkers_pace")}
    mine = [one for one in DECIDED if one.number % 2 == 1]
    slips = [one for one in mine if one.number % 11 == 10]
    row = told["rbob"]
    assert (row["decisions"], row["undone"]) == (len(mine) + len(slips), len(slips))
    times = [one.spent_ms / 1000 for one in [*mine, *slips] if one.spent_ms]
    assert row["median_seconds"] == pytest.approx(statistics.median(times), abs=0.051)
    for shown, name in ((False, "agrees_blind"), (True, "agrees_shown")):
        seen = [one.machine is one.editor for one in mine if one.shown == shown]
        assert row[name] == wilson(sum(seen), len(seen))[0]


def test_the_queue_tells_its_oldest_and_its_median_age(rows: Rows) -> None:
    waiting = {
        **{one.number: one.arrived for one in TOLD if one.decided is None},
        **{one.number: one.holds_at for one in DECIDED if one.is_disputed_between_two and one.holds_at},
    }
    ages = [days_between(since, AS_OF) for since in waiting.values()]
    whole, *_ = rows("queue_age")
    assert (whole["stage"], whole["waiting"], whole["held"]) == ("all", len(waiting), 0)
    assert whole["oldest_since"] == min(waiting.values())
    assert whole["oldest_days"] == pytest.approx(max(ages), abs=0.006)
    assert whole["median_days"] == pytest.approx(statistics.median(ages), abs=0.006)
    listed = {int(row["claim"].split()[1]): row for row in rows("queue")}
    assert {number: row["waiting_since"] for number, row in listed.items()} == waiting
    assert {row["stage"] for row in listed.values()} == {"to_review", "second_check"}


def test_arrivals_and_decisions_are_counted_by_day_without_gaps(rows: Rows) -> None:
    arrived = Counter(one.arrived.date() for one in TOLD)
    decided = Counter(one.decided.date() for one in DECIDED if one.decided)
    decided.update(one.holds_at.date() for one in DECIDED if one.second and one.holds_at)
    told = rows("queue_days")
    assert [row["day"] for row in told] == [
        AS_OF.date() - timedelta(days=back) for back in range((AS_OF.date() - min(arrived)).days + 1)
    ]
    for row in told:
        assert (row["arrived"], row["decided"]) == (arrived[row["day"]], decided[row["day"]])
        assert row["difference"] == row["arrived"] - row["decided"]
    assert [row["day"] for row in rows("queue_days", since=date(2026, 5, 18))][-1] == date(2026, 5, 18)


def test_corrections_are_only_what_people_have_confirmed(desk: Path, rows: Rows) -> None:
    wrong = {
        one.number: "requested" if one.final is Rating.REFUTED and one.number % 2 else "needed"
        for one in DECIDED
        if one.final in (Rating.REFUTED, Rating.PARTIALLY_SUPPORTED) and not one.is_disputed_between_two
    }
    told = rows("corrections")
    assert {int(row["claim"].split()[1]): row["correction"] for row in told} == wrong
    assert {row["publication"] for row in told} == {"published"}
    assert [row["correction"] for row in told] == sorted(wrong.values())
    needed = [row["decided_at"] for row in told if row["correction"] == "needed"]
    assert needed == sorted(needed)
    before = run_report(desk, "corrections", as_of=datetime(2026, 3, 1, tzinfo=UTC)).as_dicts()
    assert {row["publication"] for row in before} == {"not yet"}


def test_rules_are_ranked_by_how_often_people_overrule_them(rows: Rows) -> None:
    told = rows("overruled_rules")
    for row in told:
        mine = [
            one
            for one in DECIDED
            if one.code == row["reason_code"] and one.shown == (row["review"] == "shown")
        ]
        over = [one for one in mine if one.final is not one.machine]
        assert (row["decided"], row["overruled"]) == (len(mine), len(over))
        share, low, high = wilson(len(over), len(mine))
        assert (row["overruled_share"], row["share_low"], row["share_high"]) == (share, low, high)
        said = Counter(one.reason or "not said" for one in over)
        given = dict(part.rsplit(" ", 1) for part in row["given_reasons"].split("; ")) if over else {}
        assert {reason: int(times) for reason, times in given.items()} == said
    assert {(row["reason_code"], row["review"]) for row in told} == {
        (one.code, "shown" if one.shown else "blind") for one in DECIDED
    }
    shares = [row["overruled_share"] for row in told if row["overruled_share"] is not None]
    assert shares == sorted(shares, reverse=True)


def test_outcomes_are_counted_by_host_and_claims_without_a_link_listed(rows: Rows) -> None:
    told = {row["host"]: row for row in rows("hosts")}
    assert set(told) == {f"host{number}.example" for number in range(5)}
    for row in told.values():
        parts = (row[name] for name in ("readable", "gone", "refused", "unreachable", "unreadable"))
        assert sum(parts) == row["sources_cited"] == 1
    assert (told["host1.example"]["gone"], told["host1.example"]["outcomes"]) == (1, "gone 1")
    listed = {int(row["claim"].split()[1]) for row in rows("unsourced")}
    assert listed == {one.number for one in TOLD if one.links_nothing}


def test_dead_sources_name_the_claims_on_them(rows: Rows) -> None:
    told = {row["source_url"]: row for row in rows("sources_changed")}
    assert {row["event"] for row in told.values()} == {"gone", "unreadable"}
    for link, row in told.items():
        assert row["claims"] == sum(one.link == link and not one.links_nothing for one in TOLD)


@pytest.mark.parametrize("name", REPORTS)
def test_a_filter_narrows_to_what_it_says(desk: Path, rows: Rows, name: str) -> None:
    report = find_report(name)
    whole = rows(name)
    if "kind" in report.filters:
        narrowed = rows(name, kind="price")
        assert narrowed != whole or not whole
        assert all(row.get("kind", "price") == "price" for row in narrowed)
        assert rows(name, kind="rumour") == []
    else:
        with pytest.raises(
            UsageError, match=f"the report {name} cannot be narrowed by --kind; those that can are "
        ):
            rows(name, kind="price")
    assert len(rows(name, since=date(2030, 1, 1))) == 0


def test_an_author_whom_no_essay_names_is_refused_with_the_nearest(rows: Rows) -> None:
    with pytest.raises(
        UsageError, match="no essay names 'Ines Webber' as its author; do you mean Ines Weber"
    ):
        rows("queue", author="Ines Webber")
    assert {row["author"] for row in rows("queue", author="Ines Weber")} == {"Ines Weber"}


def test_a_report_says_its_filters_in_words(desk: Path) -> None:
    narrowed = Filters(since=date(2026, 4, 20), kind="poll")
    table = run_report(desk, "corrections", narrowed)
    assert table.filter_words() == ["since 2026-04-20 (decided on that day or later)", "kind poll"]
    assert run_report(desk, "corrections", NO_FILTERS).filter_words() == []


def test_a_report_stands_with_its_parts() -> None:
    assert [one.name for one in list_parts("agreement")] == [
        "agreement", "agreement_matrix", "agreement_calibration"
    ]  # fmt: skip
    assert {one.name for one in list_reports() if one.part_of is None} == {
        *("corrections", "refuted_share", "sources_changed", "queue", "agreement", "checkers"),
        *("unsourced", "hosts", "method_disagreements", "overruled_rules"),
    }


def test_a_report_gives_its_first_rows_and_says_that_there_are_more(desk: Path) -> None:
    whole = run_report(desk, "queue", as_of=AS_OF)
    cut = run_report(desk, "queue", as_of=AS_OF, row_limit=3)
    assert (cut.rows, cut.cut_off, whole.cut_off) == (whole.rows[:3], True, False)
    assert not run_report(desk, "queue", as_of=AS_OF, row_limit=len(whole.rows)).cut_off


def test_an_unknown_report_and_an_empty_warehouse_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no report 'nonesuch'; there are agreement, .*queue"):
        run_report(tmp_path, "nonesuch")
    with pytest.raises(WarehouseError, match="nothing is published in"):
        run_report(tmp_path, "queue")
