"""Which charts a report has, and what they draw of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from factdesk.model import Rating
from factdesk.reports.charts import (
    Bar,
    Chart,
    Point,
    bar_chart,
    line_chart,
    matrix_chart,
    point_chart,
    stacked_chart,
)
from factdesk.reports.words import rating_in_short
from factdesk.warehouse.reports import ReportTable

MOST_BARS = 12
"""More bars than these say less; the table has them all."""

Row = dict[str, Any]


def draw_charts(table: ReportTable) -> list[Chart]:
    """Return the charts of a report, none where it has none or no rows."""
    draw = _CHARTS.get(table.report.name)
    charts = draw(table.as_dicts()) if draw is not None and table.rows else []
    if not table.cut_off:
        return charts
    return [replace(one, title=f"{one.title} (of the first {len(table.rows):,} rows)") for one in charts]


def _corrections(rows: Sequence[Row]) -> list[Chart]:
    told = Counter(row["correction"] for row in rows)
    bars = [Bar(state, told[state]) for state in ("needed", "requested", "refused", "made")]
    return [bar_chart("Claims that people found wrong", "correction", "claims", bars)]


def _refuted_share(rows: Sequence[Row]) -> list[Chart]:
    desks = list(dict.fromkeys(row["desk"] for row in rows if row["author"] is None))
    charts = [
        _shares_of_weeks(desk, [row for row in rows if row["desk"] == desk]) for desk in desks[:MOST_BARS]
    ]
    return [chart for chart in charts if any(cell[1] != "–" for cell in chart.rows)]


def _shares_of_weeks(desk: str, rows: Sequence[Row]) -> Chart:
    weeks = sorted(rows, key=lambda row: row["week"])
    first, days = weeks[0]["week"], max((weeks[-1]["week"] - weeks[0]["week"]).days, 1)
    points = [
        Point((row["week"] - first).days / days, str(row["week"]), *(row[name] for name in _SHARE))
        for row in weeks
    ]
    return point_chart(f"Refuted share by week: {desk}", "week", "refuted share", points)


_SHARE = ("refuted_share", "share_low", "share_high")


def _sources_changed(rows: Sequence[Row]) -> list[Chart]:
    told = Counter(row["event"] for row in rows)
    claims: Counter[str] = Counter()
    for row in rows:
        claims[row["event"]] += row["claims"]
    bars = [Bar(event, count) for event, count in told.most_common()]
    hanging = [Bar(event, claims[event]) for event, _ in told.most_common()]
    return [
        bar_chart("What happened to sources", "event", "sources", bars),
        bar_chart("Claims that hang on them", "event", "claims", hanging),
    ]


_AGES = ((1, "up to a day"), (7, "up to a week"), (30, "up to 30 days"), (float("inf"), "longer"))


def _queue(rows: Sequence[Row]) -> list[Chart]:
    bands = Counter(
        next(name for most, name in _AGES if row["days_waiting"] <= most)
        for row in rows
        if row["days_waiting"] is not None
    )
    return [
        bar_chart(
            "How long claims have waited", "time", "claims", [Bar(name, bands[name]) for _, name in _AGES]
        )
    ]


def _queue_days(rows: Sequence[Row]) -> list[Chart]:
    days = sorted(rows, key=lambda row: row["day"])
    series = [(name, [row[name] for row in days]) for name in ("arrived", "decided")]
    return [line_chart("Arrivals against decisions", "day", series, [str(row["day"]) for row in days])]


def _agreement(rows: Sequence[Row]) -> list[Chart]:
    bars = [Bar(row["review"], row["agreement"], row["share_low"], row["share_high"]) for row in rows]
    return [bar_chart("Decisions with the machine's rating", "review", "agreement", bars, is_share=True)]


_ORDER = [rating.value for rating in Rating]


def _matrix(rows: Sequence[Row]) -> list[Chart]:
    reviews = list(dict.fromkeys(row["review"] for row in rows))
    return [_matrix_of(review, [row for row in rows if row["review"] == review]) for review in reviews]


def _matrix_of(review: str, rows: Sequence[Row]) -> Chart:
    told = {(row["machine_rating"], row["editor_rating"]): row["decisions"] for row in rows}
    down = sorted({machine for machine, _ in told}, key=_ORDER.index)
    across = sorted({*down, *(editor for _, editor in told)}, key=_ORDER.index)
    counts = [[told.get((machine, editor), 0) for editor in across] for machine in down]
    names, heads = ([rating_in_short(one) for one in ratings] for ratings in (down, across))
    return matrix_chart(f"Machine (rows) against people (columns), {review}", "machine", names, heads, counts)


def _calibration(rows: Sequence[Row]) -> list[Chart]:
    return [
        point_chart(
            f"Confidence (left to right) against what people confirm, {review}",
            "mean confidence",
            "confirmed share",
            [
                Point(
                    row["mean_confidence"],
                    f"{row['mean_confidence']:.3f}",
                    *(row[name] for name in _CONFIRMED),
                )
                for row in rows
                if row["review"] == review
            ],
            has_diagonal=True,
        )
        for review in dict.fromkeys(row["review"] for row in rows)
    ]


_CONFIRMED = ("confirmed_share", "share_low", "share_high")


def _checkers(rows: Sequence[Row]) -> list[Chart]:
    bars = [
        Bar(
            " and ".join(one for one in (row["checker"], row["other_checker"]) if one),
            row["agreement"],
            row["share_low"],
            row["share_high"],
        )
        for row in rows[:MOST_BARS]
    ]
    return [bar_chart("Claims rated alike by two checkers", "checkers", "agreement", bars, is_share=True)]


def _unsourced(rows: Sequence[Row]) -> list[Chart]:
    told = Counter(row["author"] or "unknown" for row in rows)
    bars = [Bar(author, count) for author, count in told.most_common(MOST_BARS)]
    return [bar_chart("Claims without a source, by author", "author", "claims", bars)]


_FATES = ("readable", "gone", "refused", "unreachable", "unreadable")


def _hosts(rows: Sequence[Row]) -> list[Chart]:
    told = [(row["host"], [row[fate] for fate in _FATES]) for row in rows[:MOST_BARS]]
    return [stacked_chart("Links of the hosts that are cited most", "host", _FATES, told)]


def _disagreements(rows: Sequence[Row]) -> list[Chart]:
    told = Counter(
        f"{rating_in_short(row['editor_rating'])} → {rating_in_short(row['machine_rating_now'])}"
        for row in rows
    )
    bars = [Bar(change, count) for change, count in told.most_common(MOST_BARS)]
    return [bar_chart("The decision and what the machine says now", "change", "claims", bars)]


def _rules(rows: Sequence[Row]) -> list[Chart]:
    bars = [
        Bar(
            f"{row['reason_code']} ({row['review']})",
            row["overruled_share"],
            row["share_low"],
            row["share_high"],
        )
        for row in rows
        if row["overruled_share"] is not None
    ]
    return [
        bar_chart("Rules that people overrule", "rule", "overruled share", bars[:MOST_BARS], is_share=True)
    ]


_CHARTS: dict[str, Callable[[Sequence[Row]], list[Chart]]] = {
    "corrections": _corrections,
    "refuted_share": _refuted_share,
    "sources_changed": _sources_changed,
    "queue": _queue,
    "queue_days": _queue_days,
    "agreement": _agreement,
    "agreement_matrix": _matrix,
    "agreement_calibration": _calibration,
    "checkers": _checkers,
    "unsourced": _unsourced,
    "hosts": _hosts,
    "method_disagreements": _disagreements,
    "overruled_rules": _rules,
}
