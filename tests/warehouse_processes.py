"""Starts real processes for the tests of the warehouse's protocol, and counts what they left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.query import run_query


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python program that can import what the tests can."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )


def count_rows(warehouse: Path) -> dict[str, int]:
    """Return the rows of each table of records in the published copy."""
    return {
        name: run_query(warehouse, f"SELECT count(*) FROM records.{name}").rows[0][0]
        for name in TABLES.values()
    }


def count_waiting_batches(warehouse: Path) -> int:
    """Return how many batches are acknowledged and not yet folded."""
    folder = WarehouseFolder(warehouse)
    return len(batch_files(folder.pending)) + len(batch_files(folder.claimed))
