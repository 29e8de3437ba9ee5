"""A real server starts, answers, and leaves no process behind; one that cannot start says why."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from factdesk.ops.mail import PASSWORD_VARIABLE
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.prefect_server import PrefectServer, end_group, free_port, prefect_environment


def is_emptied(session: int) -> bool:
    """Whether a session has no process any more, soon: a killed one takes a moment to go."""
    for _ in range(40):
        if not processes_of_session(session):
            return True
        time.sleep(0.05)
    return False


def processes_of_session(session: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


@pytest.mark.flows
def test_a_server_answers_while_it_is_entered_and_leaves_nothing_behind(tmp_path):
    waits = []
    with PrefectServer(tmp_path / "prefect", with_pages=True, waiting=waits.append) as server:
        session = server._process.pid
        assert PrefectApi(server.api_url).is_healthy()
        # Its pages ask the server that they come from, on whichever port that is.
        with urlopen(f"{server.pages_url}/ui-settings") as answer:
            assert json.load(answer)["api_url"] == "/api"
        assert processes_of_session(session)
    assert waits
    assert is_emptied(session)
    assert not PrefectApi(server.api_url).is_healthy()
    assert (tmp_path / "prefect" / "prefect.db").is_file()


def test_a_server_that_cannot_start_says_why(tmp_path):
    (tmp_path / "prefect" / "prefect.db").mkdir(parents=True)
    with pytest.raises(PrefectError, match=r"did not start \(.+\); see .*server\.log"):
        PrefectServer(tmp_path / "prefect").__enter__()


def test_the_environment_is_project_local_and_silent(tmp_path):
    environment = prefect_environment(
        tmp_path, base={"PREFECT_API_URL": "", "HOME": "h", PASSWORD_VARIABLE: "pw"}
    )
    assert environment["PREFECT_HOME"] == str(tmp_path)
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["HOME"] == "h"
    assert PASSWORD_VARIABLE not in environment
    assert "PREFECT_API_URL" not in environment


def test_a_running_server_is_kept_and_may_be_named(tmp_path):
    url = "http://127.0.0.1:4200/api"
    assert prefect_environment(tmp_path, base={"PREFECT_API_URL": url})["PREFECT_API_URL"] == url
    assert prefect_environment(tmp_path, url, base={})["PREFECT_API_URL"] == url


def test_ending_a_group_ends_the_children_of_a_stubborn_process():
    script = "import signal,subprocess,time;signal.signal(15,signal.SIG_IGN);"
    script += "subprocess.Popen(['sleep','60']);print(1,flush=True);time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        process.stdout.readline()
        assert len(processes_of_session(process.pid)) == 2
        end_group(process, 15, 0.3)
        assert is_emptied(process.pid)


def test_a_server_that_is_not_there_is_named():
    api = PrefectApi(f"http://127.0.0.1:{free_port()}/api")
    with pytest.raises(PrefectError, match="does not answer"):
        api.flow_run_state("a-flow-run")
