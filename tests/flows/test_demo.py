"""The demo as a person runs it: verdicts, where the records are, and no process left behind."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.flows

FACTDESK = [sys.executable, "-c", "from factdesk.cli import main; main()"]


def processes_with(word: str) -> list[str]:
    """Return the command lines of processes whose environment or arguments carry a word."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in told:
            found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def test_the_demo_ends_by_itself_and_its_records_answer(tmp_path):
    ended = subprocess.run(
        [*FACTDESK, "demo", "--once"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert re.search(r"10 essays, \d\d claims, 20 sources", ended.stdout)
    assert "Completed, 4 artifacts" in ended.stdout
    assert "Reykjavik" in ended.stdout
    assert (tmp_path / ".demo" / ".gitignore").read_text() == "*\n"
    assert processes_with(str(tmp_path)) == []

    (line,) = [line for line in ended.stdout.splitlines() if " sql --home " in line]
    asked = subprocess.run(
        [*FACTDESK, *shlex.split(line)[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr
    assert "partially_supported" in asked.stdout


def test_a_demo_that_is_told_to_end_leaves_nothing_behind(tmp_path):
    with subprocess.Popen(
        [*FACTDESK, "demo"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        for line in demo.stdout:
            if line.startswith("Prefect server at"):
                break
        time.sleep(2)  # the flow is on its way
        demo.send_signal(signal.SIGTERM)
        _, said = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert "stopped by Ctrl-C" in said
    assert processes_with(str(tmp_path)) == []
