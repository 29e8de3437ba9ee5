"""Turns of one flow, with real processes: one runs, one waits, a third is refused, a killed one gives way."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import pytest

from factdesk.config import open_home
from factdesk.errors import WarehouseError
from factdesk.ops.overlap import OverlapError, take_turn

HOLDER = """
import sys, time
from pathlib import Path
from factdesk.config import open_home
from factdesk.ops.overlap import take_turn
with take_turn(open_home(Path(sys.argv[1])), "check_essays", sys.argv[2], print, 0.02):
    print("has the turn", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def run_of(home, who):
    command = [sys.executable, "-u", "-c", HOLDER, str(home.root), who]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def home_with(tmp_path, settings=""):
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "factdesk.toml").write_text(f"[flow]\n{settings}\n")
    return open_home(tmp_path)


def test_one_runs_one_waits_and_a_third_is_refused(tmp_path):
    home = home_with(tmp_path)
    with run_of(home, "run a") as first:
        assert first.stdout.readline() == "has the turn\n"
        with run_of(home, "run b") as second:
            assert "is running already (run a); this run waits" in second.stdout.readline()
            with pytest.raises(OverlapError, match=r"\(run a\) and another run waits"):
                take_turn(home, "check_essays", "run c", print).__enter__()
            with take_turn(home, "recheck_sources", "run d", print):
                pass  # another flow has a turn of its own
            first.kill()
            assert second.stdout.readline() == "has the turn\n"


def test_a_run_may_be_refused_by_the_settings(tmp_path):
    home = home_with(tmp_path, 'overlap = "refuse"')
    with run_of(home, "run a") as first:
        assert first.stdout.readline() == "has the turn\n"
        with pytest.raises(
            OverlapError, match=r'\(run a\); run it again later, or set flow.overlap to "wait"'
        ):
            take_turn(home, "check_essays", "run b", print).__enter__()
    with take_turn(home, "check_essays", "run b", print):
        pass


def test_a_run_waits_no_longer_than_it_may(tmp_path):
    home = home_with(tmp_path, "overlap_wait_minutes = 0.001")
    said = []
    with run_of(home, "run a") as first:
        assert first.stdout.readline() == "has the turn\n"
        with pytest.raises(OverlapError, match=r"still running \(run a\) after 0.001 minutes"):
            take_turn(home, "check_essays", "run b", said.append, 0.01).__enter__()
    assert said == ["check_essays is running already (run a); this run waits for it, at most 0.001 minutes"]


def test_a_warehouse_that_cannot_be_written_is_named(tmp_path):
    home = home_with(tmp_path)
    home.warehouse.write_text("a file where the folder should be")
    with pytest.raises(WarehouseError, match="cannot be made"):
        take_turn(home, "check_essays", "run a", print).__enter__()
