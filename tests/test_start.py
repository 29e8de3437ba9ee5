"""A Ctrl-C that comes while a destructor runs stops the program all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

SWALLOWING = """
import os, signal, sys, time
from factdesk.start import stop_again

class Slow:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

signal.signal(signal.SIGINT, signal.default_int_handler)
{hook}
try:
    slow = Slow()
    del slow
    time.sleep(5)
except KeyboardInterrupt:
    sys.exit(130)
sys.exit(0)
"""

FAULTY = """
import sys
from factdesk.start import stop_again

class Faulty:
    def __del__(self):
        raise ValueError("broken on the way out")

sys.unraisablehook = stop_again
faulty = Faulty()
del faulty
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(("hook", "code"), [("", 0), ("sys.unraisablehook = stop_again", 130)])
def test_a_ctrl_c_that_a_destructor_swallows_is_raised_again(hook: str, code: int) -> None:
    ended = run(SWALLOWING.format(hook=hook))
    assert ended.returncode == code, ended.stderr
    assert ("KeyboardInterrupt" in ended.stderr) == (not hook)


def test_other_faults_of_destructors_are_told_as_python_tells_them() -> None:
    ended = run(FAULTY)
    assert ended.returncode == 0
    assert "ValueError: broken on the way out" in ended.stderr


def test_cyclic_garbage_is_looked_for_less_often():
    told = "print(gc.get_threshold()[0], gc.get_freeze_count())"
    code = f"import gc, factdesk.start as start; start.collect_rarely(); {told}"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    threshold, kept = map(int, said.split())
    assert threshold == 20_000
    assert kept > 0
