"""The whole service as an operator runs it: a schedule fires, records arrive, bad parameters are refused."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing

import httpx
import pytest

from factdesk.desk.running import running_desk
from factdesk.errors import FactdeskError
from factdesk.ops.demo import make_demo_home
from factdesk.ops.doctor.desk import check_desk
from factdesk.ops.prefect_server import prefect_environment
from factdesk.ops.up_state import running_up
from factdesk.samples.bundle import copy_essays
from factdesk.samples.site import PressSite
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.query import run_query
from patience import soon
from program import PROGRAM
from ups import UP, Up

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


def desk_of(service):
    """Return the desk once it serves, and is the keeper."""
    return soon(lambda: running_desk(service.home.warehouse))


def enter(service, desk):
    """Sign in by a link as the command prints it."""
    command = [PROGRAM, "desk", "--link", "--as", "Ann", "--home", str(service.home.root)]
    link = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.strip()
    visitor = httpx.Client(base_url=desk.address, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False)
    assert visitor.get(link).status_code == 303
    return visitor


def test_the_desk_stands_beside_it_and_what_is_decided_there_is_published(service):
    desk = desk_of(service)
    soon(lambda: f"the desk: {desk.address}" in service.said())
    assert "/enter/" not in service.said(), "a link that signs in must not be in a log"
    (claim_id,) = rows(service.home, "SELECT claim_id FROM reports.verdicts ORDER BY essay_uri LIMIT 1")[0]
    with closing(enter(service, desk)) as visitor:
        page = visitor.get(f"/claims/{claim_id}").text
        seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
        form = {"seen": seen, "rating": "not_checkable", "conclusion": "Nobody can know.", "reason": "other"}
        assert visitor.post(f"/claims/{claim_id}/decide", data=form).status_code == 303
    told = f"SELECT editor_rating FROM reports.verdicts WHERE claim_id = '{claim_id}'"
    soon(lambda: rows(service.home, told) == [("not_checkable",)])


def test_a_desk_that_is_killed_comes_back_at_its_place(service):
    desk = desk_of(service)
    os.kill(desk.process, signal.SIGKILL)
    again = soon(lambda: (found := running_desk(service.home.warehouse)) and found != desk and found)
    assert again.address == desk.address
    assert httpx.get(f"{again.address}/readyz", trust_env=False).text == "ready\n"
    check = check_desk(service.home, running_up(service.home))
    assert check.said == f"the review pages are at {again.address} (process {again.process})"


def test_one_ctrl_c_stops_it_all(service):
    service.send(signal.SIGINT)
    assert service.code() == 130
    assert service.left() == []
    folder = WarehouseFolder(service.home.warehouse)
    assert not folder.desk_address.exists(), "the desk has ended in order"
    left = [batch_files(place) for place in (folder.pending, folder.claimed, folder.folded)]
    assert left == [[], [], []], "everything is stored and published"
