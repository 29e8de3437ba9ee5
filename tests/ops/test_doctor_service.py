"""The doctor asks a real Prefect server whether schedules, worker and runs are well."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pytest

from factdesk.config import open_home
from factdesk.ops.doctor import Finding
from factdesk.ops.doctor.service import check_service
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.prefect_server import PrefectServer
from factdesk.ops.up_state import UpState, hold_up, running_up, write_up_state
from prefect_template import with_prefect_tables

pytestmark = pytest.mark.flows

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with PrefectServer(with_prefect_tables(tmp_path_factory.mktemp("prefect"))) as started:
        yield started


@pytest.fixture
def home(server, tmp_path):
    """A home in which a ``factdesk up`` runs, as far as others see it."""
    home = open_home(tmp_path)
    with hold_up(home):
        write_up_state(home, UpState(os.getpid(), server.port, "2026-03-01T12:00:00+00:00"))
        yield home


@pytest.fixture
def api(server):
    return PrefectApi(server.api_url)


def found(home, now=None):
    now = now or datetime.now(UTC)
    return {check.name: check for check in check_service(home, running_up(home), None, now)}


def deploy(api, *, active):
    flow = api.call("POST", "flows/", {"name": "check-essays"})["id"]
    schedule = {"schedule": {"interval": 900}, "active": active, "slug": "often"}
    body = {"name": "check_essays", "flow_id": flow, "schedules": [schedule]}
    return flow, api.call("POST", "deployments/", body)["id"]


def plan(api, flow, deployment, when):
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": when.isoformat()}}
    body = {"flow_id": flow, "deployment_id": deployment, "state": state}
    return api.call("POST", "flow_runs/", body)["id"]


def test_the_service_from_nothing_to_well(home, api):
    checks = found(home)
    assert checks["service"].found is Finding.OK
    assert checks["prefect"].said.endswith(f"client and server are {version('prefect')}")
    assert (checks["schedules"].found, checks["schedules"].said) == (Finding.FAIL, "no flow is deployed")
    assert (checks["worker"].found, checks["worker"].said) == (
        Finding.FAIL,
        "there is no work pool 'factdesk'",
    )
    assert checks["late runs"].found is Finding.OK

    flow, deployment = deploy(api, active=False)
    api.call("POST", "work_pools/", {"name": "factdesk", "type": "process"})
    checks = found(home)
    assert (checks["schedules"].found, checks["schedules"].said) == (Finding.OK, "paused: check_essays")
    assert checks["worker"].said == "no worker is alive; none was ever heard of"

    api.call("POST", "work_pools/factdesk/workers/heartbeat", {"name": "w", "heartbeat_interval_seconds": 60})
    deploy(api, active=True)
    now = datetime.now(UTC)
    plan(api, flow, deployment, now + 2 * HOUR)
    checks = found(home, now)
    assert checks["schedules"].said.startswith("next (UTC): check_essays ")
    assert checks["worker"].said.startswith("1 worker alive; last heard of ")

    checks = found(home, now + timedelta(days=1000))
    assert checks["schedules"].found is Finding.FAIL
    assert "no run of check_essays is planned although its schedule is active" in checks["schedules"].said
    assert checks["late runs"].found is Finding.WARN

    plan(api, flow, deployment, now - HOUR)
    late = found(home, now)["late runs"]
    assert late.found is Finding.WARN
    assert f"1 run late; the oldest was due {now - HOUR:%Y-%m-%d %H:%M} UTC" in late.said


def test_a_server_that_is_only_named_is_asked_for_its_version_alone(server, tmp_path):
    home = open_home(tmp_path)
    checks = list(check_service(home, None, server.api_url, datetime.now(UTC)))
    assert [check.name for check in checks] == ["service", "prefect"]
    assert {check.found for check in checks} == {Finding.OK}
