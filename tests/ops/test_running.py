"""A run is alive while its process is: by its lock, or by the environment that a worker starts it with."""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import uuid4

import pytest

from factdesk.config import open_home
from factdesk.ops.running import hold_run, is_running

HOLDER = """
import sys
from pathlib import Path
from factdesk.config import open_home
from factdesk.ops.running import hold_run
with hold_run(open_home(Path(sys.argv[1])), sys.argv[2]):
    print("holds", flush=True)
    sys.stdin.readline()
"""


def test_a_killed_run_is_no_longer_alive(tmp_path):
    home, run_id = open_home(tmp_path), str(uuid4())
    assert not is_running(home, run_id)
    command = [sys.executable, "-c", HOLDER, str(tmp_path), run_id]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "holds\n"
        assert is_running(home, run_id)
        process.kill()
        process.wait()
        assert not is_running(home, run_id)


def test_a_run_that_ends_leaves_no_file(tmp_path):
    home, run_id = open_home(tmp_path), str(uuid4())
    with hold_run(home, run_id):
        assert is_running(home, run_id)
    assert not is_running(home, run_id)
    assert list((tmp_path / ".prefect" / "runs").iterdir()) == []


def test_a_run_that_fails_leaves_no_file_either(tmp_path):
    home, run_id = open_home(tmp_path), str(uuid4())
    with pytest.raises(ZeroDivisionError), hold_run(home, run_id):
        _ = 1 / 0
    assert not is_running(home, run_id)
    assert list((tmp_path / ".prefect" / "runs").iterdir()) == []


def test_a_run_that_still_imports_is_alive(tmp_path):
    home, run_id = open_home(tmp_path), str(uuid4())
    environment = {**os.environ, "PREFECT__FLOW_RUN_ID": run_id}
    command = [sys.executable, "-c", "print('up', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"  # a process has no environment yet while it is made
        assert is_running(home, run_id)
        process.kill()
        process.wait()
    assert not is_running(home, run_id)


def test_a_run_without_a_server_holds_nothing(tmp_path):
    with hold_run(open_home(tmp_path), ""):
        assert not (tmp_path / ".prefect").exists()
