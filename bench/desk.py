"""What one desk bears: key to next claim, server time of its pages, ten checkers at once, weight and memory.

The peer of a figure is what is asked for, of the larger warehouse also the same figure of the smaller one.
Milliseconds need a quiet machine; ``ms processor`` is the processor time of the thread that makes the page,
and what DuckDB's own threads do beside it is in "processor a decision". ``FACTDESK_BENCH_WAREHOUSES`` names a
folder in which the warehouses stay for the next run, ``FACTDESK_BENCH_CLAIMS`` the largest size.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.desk_browser import press_keys
from bench.desk_visits import RunningDesk, checkers, review_together, running_desk
from bench.figures import ROOT, Figure
from bench.keeping import kept_warehouse
from bench.keeping_load import WRITER

SIZES, SIZES_QUICK = (100_000, 1_000_000), (10_000,)
CHECKERS = 10
THINKING_SECONDS = 1.0
DECISIONS, DECISIONS_QUICK = 100, 25
KEYS, KEYS_QUICK = 60, 12
LOAD_SECONDS, LOAD_SECONDS_QUICK = 60.0, 10.0
WARM_UP = 5

MOST_PAGE_BYTES, MOST_SCRIPT_BYTES, MOST_MEMORY_BYTES = 60_000, 12_000, 400_000_000
SCRIPTS = ROOT / "src" / "factdesk" / "desk" / "static"

CLAIM, DECIDE, QUEUE = "GET /claims/ID", "POST /claims/ID/decide", "GET /queue"
_PAGES = ((CLAIM, "claim page", 40), (DECIDE, "decide", 25), (QUEUE, "queue page", 120))
"""Route, its name in the table, and the milliseconds of server time that its 95th percentile may take."""


def measure_desk(repeats: int) -> list[Figure]:
    """Measure each size; one repeat is the smallest warehouse alone, for a short time."""
    is_quick = repeats == 1
    largest = int(os.environ.get("FACTDESK_BENCH_CLAIMS", SIZES_QUICK[-1] if is_quick else SIZES[-1]))
    sizes = [one for one in (*SIZES_QUICK, *SIZES) if one <= largest and (is_quick or one in SIZES)]
    figures = [Figure("JavaScript of the desk", "bytes", _script_bytes(), "asked for", MOST_SCRIPT_BYTES)]
    smaller: dict[str, float] = {}
    for claims in sizes:
        found = _measure_size(claims, is_quick=is_quick)
        figures += found
        figures += [
            Figure(one.name, one.unit, one.figure, f"at {sizes[0]:,} claims", smaller[one.name], one.note)
            for one in found
            if one.name in smaller and one.unit in ("ms", "ms processor")
        ]
        smaller = smaller or {one.name: one.figure for one in found}
    return figures


def _script_bytes() -> int:
    return sum(path.stat().st_size for path in SCRIPTS.glob("*.js"))


def _measure_size(claims: int, *, is_quick: bool) -> list[Figure]:
    at = f"{claims:,} claims"
    with kept_warehouse(claims) as warehouse, tempfile.TemporaryDirectory() as name:
        root = Path(name) / "home"
        with running_desk(root, warehouse) as desk:
            figures = [Figure("opening the desk", "ms", desk.told["open_seconds"] * 1000, "", None, at)]
            figures += turn_pages(desk, DECISIONS_QUICK if is_quick else DECISIONS, at)
            figures += _press_keys(desk, KEYS_QUICK if is_quick else KEYS, at)
            figures += bear_load(desk, root, LOAD_SECONDS_QUICK if is_quick else LOAD_SECONDS, at)
    return figures


def turn_pages(desk: RunningDesk, count: int, at: str) -> list[Figure]:
    """One person alone: server time of the three pages, and their weight."""
    with checkers(desk, 1) as (one,):
        for number in range(count + WARM_UP):
            if number == WARM_UP:
                before = desk.ask()
            one.start("/queue" if number % 2 else "/queue?order=value")
            one.decide()
    told = desk.ask()
    figures = []
    for route, name, asked in _PAGES:
        took = told["took"][route]
        figures.append(_percentile(f"{name}, 95th percentile", [one["wall"] for one in took], asked, at))
        cpu = median(one["cpu"] for one in took)
        figures.append(Figure(f"{name}, its thread", "ms processor", cpu, "asked for", asked, at))
    spent = 1000 * (told["cpu_seconds"] - before["cpu_seconds"]) / count
    heaviest = max(one["bytes"] for route, _, _ in _PAGES for one in told["took"][route])
    return [
        *figures,
        Figure("processor a decision, its pages too", "ms processor", spent, "", None, at),
        Figure("heaviest page", "bytes", heaviest, "asked for", MOST_PAGE_BYTES, at),
    ]


def _press_keys(desk: RunningDesk, count: int, at: str) -> list[Figure]:
    took = press_keys(desk.new_link(), count)
    return [
        Figure("key to next claim, median", "ms", median(took), "asked for", 150, at),
        _percentile("key to next claim, 95th percentile", took, 300, at),
    ]


def bear_load(desk: RunningDesk, root: Path, seconds: float, at: str) -> list[Figure]:
    """Ten people decide while a flow writes essays; afterwards every decision must be there."""
    with checkers(desk, CHECKERS) as people:
        command = [sys.executable, "-c", WRITER, str(root / "warehouse"), str(seconds), "303", str(ROOT)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            review_together(people, seconds, THINKING_SECONDS)
            written, _ = writer.communicate()
        assert writer.returncode == 0, "the flow that writes meanwhile met an error"
        took = [1000 * one for person in people for one in person.took]
        decided = [claim for person in people for claim in person.decided]
    last = desk.stop()
    lost = len(set(decided) - _stored(root)) + last["rejected"]
    note = f"{at}; {len(decided)} decisions, {int(written)} essays folded in {seconds:g} s"
    memory = [
        Figure(f"memory of the desk, {name}", "MB", last[key] / 1e6, "asked for", MOST_MEMORY_BYTES / 1e6, at)
        for name, key in (("at the end", "now_bytes"), ("at its height", "peak_bytes"))
    ]
    p99 = quantiles(took, n=100)[98]
    return [
        Figure("ten checkers, decision lost", "decisions", lost, "asked for", None, note),
        Figure("ten checkers, slowest hundredth", "ms", p99, "asked for", 1000, note),
        Figure("ten checkers, median", "ms", median(took), "", None, note),
        *memory,
    ]


def _stored(root: Path) -> set[str]:
    """Return the claims on which a decision stands in the copy that the desk published when it closed."""
    from factdesk.warehouse.query import run_query

    rows = run_query(
        root / "warehouse",
        "SELECT CAST(claim_id AS VARCHAR) FROM records.review_events WHERE act = 'decide' "
        "AND acted_at > now() - INTERVAL 1 DAY",
    ).rows
    return {str(row[0]) for row in rows}


def _percentile(name: str, took: list[Any], asked: float, at: str) -> Figure:
    return Figure(name, "ms", quantiles(took, n=20)[18], "asked for", asked, at)
