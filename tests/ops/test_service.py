"""The whole service as an operator runs it: a schedule fires, records arrive, bad parameters are refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import httpx
import pytest

from factdesk.errors import FactdeskError
from factdesk.ops.demo import make_demo_home
from factdesk.ops.prefect_server import prefect_environment
from factdesk.ops.up_state import running_up
from factdesk.samples.bundle import copy_essays
from factdesk.samples.site import PressSite
from factdesk.warehouse.query import run_query
from program import PROGRAM
from ups import UP, Up, soon

pytestmark = pytest.mark.flows

OFTEN = """\
deployments:
  - name: check_essays
    entrypoint: flows/check_essays.py:check_essays
    description: Reads the inboxes often.
    parameters: {parameters: {}}
    schedules: [{slug: often, interval: 10, timezone: UTC, active: true}]
"""


class InstalledUp(Up):
    """``factdesk up`` by the installed program."""

    def start(self):
        with (self.home.root / "out.txt").open("ab") as out:
            command = [PROGRAM, "up", "--home", str(self.home.root)]
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        return self


def rows(home, sql):
    """Return the rows of a SELECT, none while nothing is published."""
    try:
        return run_query(home.warehouse, sql).rows
    except FactdeskError:
        return []


def _message(run):
    return run["state"]["message"]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    root = tmp_path_factory.mktemp("service")
    with PressSite() as site:
        home = make_demo_home(root, site)
        copy_essays(root / "essays", site.origin)
        (home.root / "config" / "prefect.yaml").write_text(OFTEN)
        with InstalledUp(root).start() as up:
            soon(lambda: UP in up.said() or up.process.poll() is not None)
            assert UP in up.said(), up.said()
            yield up


def test_a_schedule_fires_and_its_records_arrive(service):
    home, api = service.home, service.api
    soon(
        lambda: rows(
            home, "SELECT 1 FROM reports.runs WHERE flow = 'check_essays' AND counts LIKE '%verdict%'"
        )
    )
    assert rows(home, "SELECT count(*) FROM reports.essays") == [(10,)]
    assert rows(home, "SELECT count(*) > 10 FROM reports.verdicts") == [(True,)]
    # The second run by the schedule finds nothing to do, and says so.
    idle = "0 essays, 0 claims, 0 sources; 10 essays unchanged."
    ended = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    runs = soon(lambda: [run for run in api.call("POST", "flow_runs/filter", ended) if _message(run) == idle])
    assert all(run["auto_scheduled"] and run["deployment_id"] for run in runs)
    told = rows(home, "SELECT parameters FROM reports.runs")
    known = {run["id"] for run in api.call("POST", "flow_runs/filter", {})}
    assert {dict(json.loads(one))["flow_run_id"] for (one,) in told} <= known


def test_bad_parameters_are_refused_in_words(service):
    environment = prefect_environment(service.home.prefect_home, running_up(service.home).api_url)
    command = [sys.executable, "-m", "prefect", "deployment", "run", "check-essays/check_essays"]
    bad = json.dumps({"batch_size": 0})
    ended = subprocess.run(
        [*command, "--param", f"parameters={bad}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 1
    assert "0 is less than the minimum of 1" in " ".join((ended.stdout + ended.stderr).split())

    deployment = service.api.call("GET", "deployments/name/check-essays/check_essays")
    asked = f"{service.api.api_url}/deployments/{deployment['id']}/create_flow_run"
    answer = httpx.post(asked, json={"parameters": {"parameters": {"colour": "red"}}}, trust_env=False)
    assert answer.status_code == 409
    assert "colour" in answer.text
    described = deployment["parameter_openapi_schema"]["definitions"]["CheckEssays"]["properties"]
    assert all(one["description"] for one in described.values())


def test_a_run_by_hand_is_told_to_the_running_service(service):
    ended = subprocess.run(
        [PROGRAM, "run", "check_essays", "--json", "--home", str(service.home.root)],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"},
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["line"] == "0 essays, 0 claims, 0 sources; 10 essays unchanged."
    run = service.api.call("GET", f"flow_runs/{told['flow_run_id']}")
    assert (run["state_type"], sorted(run["tags"])) == ("COMPLETED", ["by-hand", "factdesk"])


def test_one_ctrl_c_stops_it_all(service):
    service.send(signal.SIGINT)
    assert service.code() == 130
    assert service.left() == []
