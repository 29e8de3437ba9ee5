"""Lines go to files that are turned over and to a terminal, and nothing waits for either."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time

import pytest

from factdesk.ops.service_logs import RotatedFile, ServiceLogs, Shown, Terminal


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        with contextlib.suppress(OSError):
            os.close(descriptor)


def logs_in(folder, descriptor, *, as_json=False):
    return ServiceLogs(folder, as_json=as_json, max_bytes=100_000, kept=2, descriptor=descriptor)


def test_a_file_is_turned_over_and_only_so_many_are_kept(tmp_path):
    log = RotatedFile(tmp_path / "up.log", max_bytes=30, kept=2)
    for number in range(12):
        log.write(f"line {number:04}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["up.log", "up.log.1", "up.log.2"]
    assert (tmp_path / "up.log").read_text() == "line 0009\nline 0010\nline 0011\n"
    assert (tmp_path / "up.log.2").read_text() == "line 0003\nline 0004\nline 0005\n"


def test_lines_that_cannot_be_written_are_counted_and_stop_nobody(tmp_path):
    folder = tmp_path / "gone"
    log = RotatedFile(folder / "up.log", max_bytes=1000, kept=1)
    log.write("one")
    log.write("two")
    folder.mkdir()
    log.write("three")
    assert (folder / "up.log").read_text() == "(2 lines were lost: they could not be written)\nthree\n"


def test_a_line_is_stamped_in_the_file_and_short_on_the_terminal(tmp_path, pipe):
    reading, writing = pipe
    with logs_in(tmp_path, writing) as logs:
        logs.say("up", "everything is \x1b[31mup")
    assert re.fullmatch(r"\d\d:\d\d:\d\d up     everything is \[31mup\n", os.read(reading, 1000).decode())
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d everything is \x1b\[31mup\n", (tmp_path / "up.log").read_text()
    )


def test_a_secret_is_shown_and_in_no_file(tmp_path, pipe):
    reading, writing = pipe
    with logs_in(tmp_path, writing) as logs:
        assert not logs.is_watched, "a pipe may lead to a journal"
        logs.whisper("up", "the link")
        logs.say("up", "the rest")
    assert os.read(reading, 1000).decode().count("the link") == 1
    assert "the link" not in (tmp_path / "up.log").read_text()
    terminal, shown = os.openpty()
    with logs_in(tmp_path, shown) as logs:
        assert logs.is_watched
    os.close(shown)
    os.close(terminal)


def test_with_json_each_line_is_an_object_in_both_places(tmp_path, pipe):
    reading, writing = pipe
    with logs_in(tmp_path, writing, as_json=True) as logs:
        logs.say("up", 'a "quoted" word')
    shown = json.loads(os.read(reading, 1000))
    assert shown["service"] == "up"
    assert shown["message"] == 'a "quoted" word'
    assert json.loads((tmp_path / "up.log").read_text()) == shown


def test_a_service_is_read_to_its_end_though_nobody_reads_the_terminal(tmp_path, pipe):
    script = "for n in range(20000): print('line', n, 'x' * 90)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        logs = ServiceLogs(tmp_path, as_json=False, max_bytes=10_000_000, kept=1, descriptor=pipe[1])
        logs.follow("worker", process.stdout).join(timeout=60)
        assert process.wait(timeout=60) == 0
    assert len((tmp_path / "worker.log").read_text().splitlines()) == 20_000
    assert logs.tail("worker")[-1].startswith("line 19999 ")


def test_a_terminal_that_was_closed_is_no_fault(tmp_path, pipe):
    reading, writing = pipe
    os.close(reading)
    with logs_in(tmp_path, writing) as logs:
        for number in range(10):
            logs.say("up", f"line {number}")
            time.sleep(0.01)
    assert len((tmp_path / "up.log").read_text().splitlines()) == 10


def test_closing_does_not_wait_for_a_terminal_that_stands_still(pipe):
    terminal = Terminal(pipe[1])
    for _ in range(3):
        terminal.show("x" * 60_000)
    terminal.close(seconds=0.2)
    assert len(os.read(pipe[0], 100)) == 100
    # Its thread must be gone before the descriptor is: the next test's pipe may get the same number.
    os.close(pipe[0])
    terminal.close(seconds=20)
    assert not terminal.is_writing


def test_tracebacks_stay_in_the_file():
    shown = Shown(trouble_only=False)
    lines = [
        "Worker 'factdesk' started!",
        "10:00:00.123 | WARNING | prefect.x - the websocket failed",
        "Traceback (most recent call last):",
        '  File "x.py", line 1, in y',
        "ConnectionRefusedError: [Errno 111]",
        "10:00:01.123 | INFO    | prefect.x - goes on",
    ]
    assert [shown(line) for line in lines] == [
        lines[0],
        "WARNING prefect.x - the websocket failed",
        None,
        None,
        None,
        "prefect.x - goes on",
    ]


def test_of_the_server_only_trouble_is_shown():
    shown = Shown(trouble_only=True)
    assert shown("Check out the dashboard at http://127.0.0.1:4200") is None
    assert shown("10:00:00.123 | INFO    | uvicorn - started") is None
    assert shown("10:00:00.123 | ERROR   | prefect.server - database is locked").startswith("ERROR prefect")


def test_a_warning_that_comes_again_with_other_numbers_is_shown_once():
    shown = Shown(trouble_only=True)
    stamp = "10:00:00.123 | ERROR   | prefect.server - "
    said = [
        shown(f"{stamp}run 01a21b3f-584e-7697-aa65-997f25801e97 failed after {number} ms")
        for number in (5, 78)
    ]
    assert said[0].startswith("ERROR prefect.server - run 01a2")
    assert said[1] is None
    assert shown(f"{stamp}the disk is full") == "ERROR prefect.server - the disk is full"
