"""The bench command: that it runs, says what it compares, and keeps the figures. No time is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench"


def test_one_part_prints_its_table_and_keeps_its_figures(tmp_path):
    latest = tmp_path / "latest.json"
    command = [sys.executable, BENCH / "run.py", "--quick", "--only", "archiving", "--latest", latest]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(latest.read_text())["figures"]
    assert [figure["peer"] for figure in figures] == [
        "as careful a loop",
        "hash, write and fsync",
        "hash and write",
        "as careful a loop in each",
        "as careful a loop",
    ]
    assert all(figure["ratio"] > 0 for figure in figures)
    assert ended.stdout.count("archive a page of 60 kB") == 3


def test_a_peer_that_is_not_installed_is_an_error_of_its_own():
    request = json.dumps({"peer": "onus", "work": "judge", "repeats": 1, "seconds": 1, "pairs": []})
    command = [sys.executable, BENCH / "peers.py"]
    ended = subprocess.run(command, input=request, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode != 0
    assert "No module named 'onus'" in ended.stderr
