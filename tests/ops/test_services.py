"""Services end with the process that started them, and are started again when they end before it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factdesk.ops.guard import Guard
from factdesk.ops.launch import launch_command
from factdesk.ops.marks import MARK_NAME, end_marked, end_runs, marked_processes
from factdesk.ops.ports import choose_port, is_free, is_listening
from factdesk.ops.prefect_server import free_port
from factdesk.ops.service_logs import ServiceLogs
from factdesk.ops.services import BackOff, KeptService, Service
from factdesk.ops.stop_signals import StopSignals
from factdesk.ops.up_services import without_password
from factdesk.ops.up_state import UpError
from patience import soon

STUBBORN = "import signal,time;signal.signal(15,signal.SIG_IGN);print('there',flush=True);time.sleep(600)"


def is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def logs(tmp_path):
    descriptor = os.open(os.devnull, os.O_WRONLY)
    with ServiceLogs(tmp_path, as_json=False, max_bytes=100_000, kept=1, descriptor=descriptor) as logs:
        yield logs
    os.close(descriptor)


@pytest.fixture
def mark():
    mark = f"test-{os.getpid()}-{time.monotonic_ns()}"
    yield mark
    end_marked(mark, 0)


def service_of(script, logs, tmp_path, mark="none"):
    environment = {**os.environ, MARK_NAME: mark}
    return Service("worker", [sys.executable, "-c", script], environment, tmp_path, logs)


def test_waits_grow_to_a_minute_and_are_forgotten_after_a_steady_run():
    waits = BackOff()
    assert [waits.after(1) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert waits.after(61) == 1


def test_a_launched_program_ends_with_a_parent_that_is_killed():
    script = (
        "import subprocess,time;from factdesk.ops.launch import launch_command;"
        "p=subprocess.Popen(launch_command(['sleep','600']),start_new_session=True);"
        "print(p.pid,flush=True);time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        soon(lambda: Path(f"/proc/{child}/cmdline").read_bytes().startswith(b"sleep"))
        parent.kill()
    soon(lambda: is_gone(child))


def test_a_program_whose_parent_has_ended_already_is_not_started():
    command = launch_command([sys.executable, "-c", "print('started')"])
    command[3] = "1"
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")


def test_signals_that_a_shell_ignores_for_its_jobs_are_heard_again():
    script = "import signal;print(signal.getsignal(signal.SIGINT))"
    command = "trap '' INT; exec " + " ".join(f"'{word}'" for word in launch_command(["true"])[:3])
    shell = f'{command} $$ {sys.executable} -c "{script}"'
    # $$ is the shell, which becomes the launcher: its parent is this process.
    shell = shell.replace("$$", str(os.getpid()))
    said = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True).stdout
    assert "default_int_handler" in said


def test_a_service_says_its_lines_to_its_log_and_how_it_ended(logs, tmp_path):
    service = service_of("print('a line'); raise SystemExit(3)", logs, tmp_path)
    service.start()
    soon(lambda: service.pid is None)
    soon(lambda: logs.tail("worker") == ["a line"])
    assert service.take_end() == "ended with exit code 3"
    assert service.take_end() is None


def test_a_service_that_is_killed_is_started_again(logs, tmp_path):
    service, said = service_of("import time; time.sleep(600)", logs, tmp_path), []
    prepared = []
    kept = KeptService(service, said.append, prepare=lambda: prepared.append(1))
    service.start()
    first = service.pid
    os.kill(first, signal.SIGKILL)

    def is_back():
        kept.look()
        return service.pid not in (None, first)

    soon(is_back)
    assert prepared == [1]
    assert said[0] == "worker was killed by SIGKILL; it is started again in 1 s"
    service.end(signal.SIGTERM, 5)


def test_a_service_is_not_started_before_it_may(logs, tmp_path):
    service, may = service_of("pass", logs, tmp_path), []
    kept = KeptService(service, lambda line: None, may_start=lambda: bool(may))
    service.start()
    soon(lambda: kept.look() or service.pid is None)
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        kept.look()
        assert service.pid is None
        time.sleep(0.1)
    ended = service.ran_seconds
    may.append(1)
    soon(lambda: kept.look() or service.ran_seconds < ended)
    service.end(signal.SIGKILL, 0)


def test_all_that_carry_a_mark_are_ended_the_stubborn_too(mark):
    environment = {**os.environ, MARK_NAME: mark}
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN], env=environment, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        process.stdout.readline()
        assert marked_processes(mark) == [process.pid]
        assert end_marked(mark, 0.3) == 1
        assert marked_processes(mark) == []
        assert process.wait(timeout=10) == -signal.SIGKILL


def test_runs_are_ended_and_told_apart_from_services(mark):
    environment = {**os.environ, MARK_NAME: mark}
    service = subprocess.Popen(["sleep", "600"], env=environment, start_new_session=True)
    run = subprocess.Popen(
        ["sleep", "600"],
        env={**environment, "PREFECT__FLOW_RUN_ID": "8a8733c7-e4a6-4d5a-8b41-3eab99f6f8d5"},
        start_new_session=True,
    )
    soon(lambda: len(marked_processes(mark)) == 2)
    assert end_runs(mark, 5) == {"8a8733c7-e4a6-4d5a-8b41-3eab99f6f8d5"}
    assert run.wait(timeout=10) == -signal.SIGTERM
    assert service.poll() is None
    service.kill()
    service.wait()


def test_a_port_is_the_configured_or_the_last_or_one_that_is_free():
    taken = free_port()
    command = [sys.executable, "-m", "http.server", str(taken), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        soon(lambda: is_listening(server.pid, taken))
        assert not is_listening(os.getpid(), taken)
        assert not is_free(taken)
        with pytest.raises(UpError, match=rf"port {taken} \(up.port\) is taken by another program"):
            choose_port(taken, None)
        assert choose_port(0, taken) != taken
        server.kill()
    free = free_port()
    assert choose_port(free, None) == free
    assert choose_port(0, free) == free


def test_the_password_of_the_database_is_in_no_message(tmp_path):
    from factdesk.config import open_home

    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text(
        '[up]\ndatabase_url = "postgresql+asyncpg://desk:s3cret@db/prefect"\n'
    )
    said = without_password(open_home(tmp_path), "cannot connect to desk:s3cret@db")
    assert said == "cannot connect to desk:***@db"


def test_the_guard_ends_what_is_left_when_its_owner_is_killed(mark):
    script = (
        "import subprocess,os,time;from factdesk.ops.guard import Guard;"
        f"guard=Guard('{mark}');guard.look();"
        f"p=subprocess.Popen(['sleep','600'],env={{**os.environ,'{MARK_NAME}':'{mark}'}},start_new_session=True);"
        "print(p.pid,flush=True);time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as owner:
        child = int(owner.stdout.readline())
        time.sleep(1)
        assert marked_processes(mark) == [child]
        owner.kill()
    soon(lambda: is_gone(child))


def test_the_guard_of_one_start_leaves_the_next_one_alone(mark):
    guard = Guard(f"{mark}-first")
    guard.look()
    environment = {**os.environ, MARK_NAME: f"{mark}-second"}
    with subprocess.Popen(["sleep", "600"], env=environment) as other:
        guard.stop()
        assert marked_processes(mark) == [other.pid]
        other.kill()


def test_a_guard_that_cannot_be_started_is_tried_again():
    script = (
        "import resource;from factdesk.ops.guard import Guard;"
        "limits=resource.getrlimit(resource.RLIMIT_NOFILE);guard=Guard('none',print);"
        "resource.setrlimit(resource.RLIMIT_NOFILE,(3,limits[1]));guard.look();guard.look();"
        "resource.setrlimit(resource.RLIMIT_NOFILE,limits);guard.look();"
        "print(guard._process.poll());guard.stop()"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == [
        "the guard cannot be started (Too many open files); it is tried again",
        "None",
    ]


def test_the_first_signal_asks_and_the_second_ends():
    script = (
        "import os,signal,sys,time;from factdesk.ops.stop_signals import StopSignals;"
        "signals=StopSignals(lambda: print('all ended',flush=True)).__enter__();print('there',flush=True);"
        "signals.wait(60);print(signals.name,signals.exit_code,flush=True);time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "there\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "SIGINT 130\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "all ended\n"
    assert process.returncode == 128 + signal.SIGTERM


def test_a_wait_ends_at_its_time_and_at_once_when_a_signal_asks():
    with StopSignals(lambda: None) as signals:
        assert not signals.wait(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.wait(600)
        assert (signals.name, signals.exit_code) == ("SIGTERM", 0)
