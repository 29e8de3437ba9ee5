"""What one keeper bears: warehouses of growing size, each measured in processes of their own.

The peer of a cost is the same cost at 10,000 claims, so that a ratio tells how it grows; the peer of a
publish is a plain copy of the file (read, hash, write, flush). Costs are processor time, reports are wall
time to the last row on a cold connection. ``FACTDESK_BENCH_WAREHOUSES`` names a folder in which the
warehouses stay for the next run, ``FACTDESK_BENCH_CLAIMS`` the largest size (1000000, or 5000000).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.warehouses import make_warehouse

from factdesk.warehouse.reports import list_reports

CHILD = Path(__file__).with_name("keeping_child.py")
SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
LARGEST = 1_000_000
LARGEST_QUICK = 10_000
WAITING_SHARE = 20
"""One claim in so many waits for a person."""

_COSTS = (
    ("batch_cpu_ms", "fold one essay of 25 claims"),
    ("decision_cpu_ms", "fold one decision"),
    ("claim_cpu_ms", "look up all about one claim"),
    ("queue_cpu_ms", "first 50 rows of the queue"),
)


def measure_keeping(repeats: int) -> list[Figure]:
    """Measure each size up to the largest; one repeat is the smallest alone."""
    largest = int(os.environ.get("FACTDESK_BENCH_CLAIMS", LARGEST if repeats > 1 else LARGEST_QUICK))
    figures: list[Figure] = []
    smallest: dict[str, Any] | None = None
    for claims in SIZES:
        if claims > largest:
            break
        with kept_warehouse(claims) as warehouse:
            told = _run(warehouse, str(random.randrange(10**9)))
            smallest = smallest or told
            figures += _keeper_figures(claims, told, smallest)
            figures += [_report_figure(claims, warehouse, report.name) for report in list_reports()]
    return figures


@contextmanager
def kept_warehouse(claims: int) -> Iterator[Path]:
    """Give a made-up warehouse of so many claims, one in twenty of which waits."""
    kept = os.environ.get("FACTDESK_BENCH_WAREHOUSES")
    if kept:
        folder = Path(kept) / str(claims)
        if not (folder / "published.json").is_file():
            make_warehouse(folder, claims, claims // WAITING_SHARE)
        yield folder
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "warehouse"
        make_warehouse(folder, claims, claims // WAITING_SHARE)
        yield folder


def _run(warehouse: Path, what: str) -> dict[str, Any]:
    child = subprocess.run(
        [sys.executable, str(CHILD), str(warehouse), what], capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(child.stdout)
    return told


def _keeper_figures(claims: int, told: dict[str, Any], smallest: dict[str, Any]) -> list[Figure]:
    at = f"{claims:,} claims"
    figures = [
        Figure(name, "ms processor", told[key], f"at {SIZES[0]:,} claims", smallest[key], at)
        for key, name in _COSTS
    ]
    return [
        *figures,
        Figure(
            "publish", "ms", told["publish_seconds"] * 1000, "plain copy", told["copy_seconds"] * 1000, at
        ),
        Figure("database file", "MB", told["file_bytes"] / 1e6, "", None, at),
        Figure("memory of the keeper", "MB", told["memory_bytes"] / 1e6, "", None, at),
    ]


def _report_figure(claims: int, warehouse: Path, name: str) -> Figure:
    told = _run(warehouse, name)
    note = f"{claims:,} claims; {told['rows']:,} rows, {told['cpu_seconds']:.2f} s processor"
    return Figure(f"report {name}", "ms", told["seconds"] * 1000, "", None, note)
