"""Starts real processes for the tests of the warehouse's protocol, folds by hand, counts what is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from factdesk.warehouse.batch_checks import check_batch
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.folding import CheckedBatch, fold_batches
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


def fold_batch(connection: duckdb.DuckDBPyConnection, path: Path, sequence: int) -> bool:
    """Check and fold one batch and commit; False when the database has it already."""
    return fold_batches(connection, [CheckedBatch(path, sequence, check_batch(path))]) > 0
