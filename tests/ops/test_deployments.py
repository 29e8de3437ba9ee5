"""Deployments on a real Prefect server: applied when changed, and an operator's wish outlives everything."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from deployed_homes import FLOW, DeployedHome
from factdesk import __version__
from factdesk.errors import ConfigError
from factdesk.ops.deployed import WORK_POOL, read_deployed
from factdesk.ops.deployment_notes import Wish, read_notes, settle_wish
from factdesk.ops.deployments import plan_deployments
from factdesk.ops.pausing import change_schedule
from factdesk.ops.prefect_api import PrefectError
from factdesk.ops.prefect_server import PrefectServer, free_port
from factdesk.ops.schedule_rules import next_runs
from factdesk.resources import bundled
from prefect_template import with_prefect_tables

PLANNED_SECONDS = 120
UPDATED_LATELY_SECONDS = 7
"""Every 5 s Prefect's planner looks at the deployments that were updated in the last 6 s. A round that it
began with the old rule would plan by it although the rule changes meanwhile."""
NUMBERS = count()


class RestartableServer:
    """A real server whose database outlives it."""

    def __init__(self, folder):
        self._server = PrefectServer(with_prefect_tables(folder))
        self._server.__enter__()

    @property
    def api_url(self):
        return self._server.api_url

    def restart(self):
        self.stop()
        self._server.__enter__()

    def stop(self):
        self._server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = RestartableServer(tmp_path_factory.mktemp("prefect"))
    yield server
    server.stop()


@pytest.fixture
def small(server, tmp_path):
    """Give a home that has deployed nothing yet."""
    return DeployedHome(tmp_path / "home", f"tiny_{next(NUMBERS)}", server.api_url)


@pytest.fixture(scope="module")
def shared(server, tmp_path_factory):
    return DeployedHome(tmp_path_factory.mktemp("shared") / "home", "tiny", server.api_url)


@pytest.fixture
def applied(shared):
    """Give a home whose file is applied and in which no operator has wished anything."""
    shared.restore()
    return shared


def command(home, monkeypatch):
    """Return a function that pauses or resumes as the command does, on this server."""
    monkeypatch.setenv("PREFECT_API_URL", home.api_url)
    return lambda name, active: change_schedule(home.home, name, active=active, say=home.said.append)


@pytest.mark.flows
def test_what_is_new_is_deployed_and_its_runs_are_those_that_we_say(small):
    done = small.apply()
    assert done.plan.new == (small.name,)
    pools = small.api.call("POST", "work_pools/filter", {})
    assert [(pool["name"], pool["type"]) for pool in pools] == [(WORK_POOL, "process")]
    (body,) = small.api.call("POST", "deployments/filter", {"deployments": {"name": {"any_": [small.name]}}})
    assert (body["description"], body["version"], body["paused"]) == ("A tiny flow.", __version__, False)
    assert body["tags"] == ["factdesk", "tiny"]
    assert body["work_pool_name"] == WORK_POOL
    assert body["job_variables"]["env"] == {"FACTDESK_HOME": str(small.root)}
    assert small.actives() == {"nightly": True, "often": True, "asleep": False}

    # Nothing but Prefect's own planner makes these runs: it is alive.
    until = time.monotonic() + PLANNED_SECONDS
    while set(due := small.waiting()) != {"nightly", "often"} and time.monotonic() < until:
        time.sleep(1)
    there = small.there()
    for slug, times in due.items():
        expected = next_runs(there.schedule(slug).rule, times[0] - timedelta(seconds=1), len(times))
        assert [time.astimezone(UTC) for time in expected] == times
        assert next_runs(there.schedule(slug).rule, datetime.now(UTC), 1)[0] in times[:2]


@pytest.mark.flows
def test_nothing_is_done_when_nothing_has_changed(applied):
    log = applied.home.prefect_home / "deploy.log"
    log.write_text("untouched")
    before = applied.api.call("POST", "deployments/filter", {})
    done = applied.apply()
    assert done.plan.is_empty
    assert done.plan.unchanged == (applied.name,)
    assert log.read_text() == "untouched"
    assert applied.api.call("POST", "deployments/filter", {}) == before
    assert plan_deployments(applied.home).is_empty
    assert plan_deployments(applied.home, applied.api_url).is_empty


@pytest.mark.flows
def test_a_pause_outlives_the_redeployment_of_another_schedule(applied, monkeypatch):
    change = command(applied, monkeypatch)
    ids = {one.slug: one.id for one in applied.there().schedules}
    assert change(f"{applied.name}/nightly", active=False).applied
    applied.switch("asleep", True)
    # A schedule without a slug, made in Prefect's pages: with it there, Prefect would make all of them anew.
    made = [{"schedule": {"cron": "0 0 * * *", "timezone": "UTC"}, "active": True}]
    applied.api.call("POST", f"deployments/{applied.there().id}/schedules", made)
    applied.schedule("often")["interval"] = 1200
    applied.write()

    time.sleep(UPDATED_LATELY_SECONDS)
    plan = json.loads(json.dumps(asdict(plan_deployments(applied.home, applied.api_url))))
    why = ["schedule often: every 10 minutes → every 20 minutes", "schedule without a slug is removed"]
    assert plan == {
        "new": [],
        "changed": [{"deployment": applied.name, "why": why, "deploys": True}],
        "removed": [],
        "unchanged": [],
    }
    applied.apply()
    assert applied.actives() == {"nightly": False, "often": True, "asleep": True}
    assert {one.slug: one.id for one in applied.there().schedules} == ids
    assert applied.there().schedule("often").rule.seconds == 1200
    # The runs of the schedules that are active are planned at once, none of the paused one is.
    due = applied.waiting()
    assert set(due) == {"often", "asleep"}
    assert all(time.minute % 20 == 0 for time in due["often"])
    assert applied.apply().plan.is_empty


@pytest.mark.flows
def test_pausing_removes_the_waiting_runs_and_leaves_those_of_the_others(applied, monkeypatch):
    change = command(applied, monkeypatch)
    change(f"{applied.name}/asleep", active=True)
    there = applied.there()
    # A late run: due an hour ago, never started. At some hours one of the other schedules has one too.
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    applied.api.call("POST", f"deployments/{there.id}/schedule", {"start_time": since, "max_runs": 2})
    planned = applied.waiting()
    assert set(planned) == {"nightly", "often", "asleep"}
    assert planned["often"][0] < datetime.now(UTC)
    change(f"{applied.name}/often", active=False)
    assert applied.waiting() == {slug: planned[slug] for slug in ("nightly", "asleep")}
    change(f"{applied.name}/often", active=True)
    due = applied.waiting()
    assert set(due) == {"nightly", "often", "asleep"}
    assert due["often"][0] == next_runs(there.schedule("often").rule, datetime.now(UTC), 1)[0]


@pytest.mark.flows
def test_a_file_that_changes_its_mind_wins(applied):
    applied.switch("nightly", False)
    applied.schedule("often")["active"] = False
    applied.schedule("asleep")["active"] = True
    applied.write()
    plan = applied.apply().plan
    assert [change.deploys for change in plan.changed] == [False]
    assert applied.actives() == {"nightly": False, "often": False, "asleep": True}
    applied.schedule("nightly")["active"] = False
    applied.write()
    applied.apply()
    applied.schedule("nightly")["active"] = True
    applied.write()
    applied.apply()
    assert applied.actives() == {"nightly": True, "often": False, "asleep": True}


@pytest.mark.flows
def test_a_deployment_that_is_paused_as_a_whole_stays_so(applied, monkeypatch):
    change = command(applied, monkeypatch)
    change(applied.name, active=False)
    assert applied.waiting() == {}
    applied.body["deployments"][0]["description"] = "Another."
    applied.write()
    applied.apply()
    assert applied.there().paused
    assert applied.waiting() == {}
    applied.api.call("POST", f"deployments/{applied.there().id}/resume_deployment", {})
    flow = applied.root / "flows" / "tiny.py"
    flow.write_text(flow.read_text().replace("size: int = 1", "size: int = 2"))
    (change,) = applied.apply().plan.changed
    assert change.why == ("another code of its flow",)
    assert not applied.there().paused
    assert set(applied.waiting()) == {"nightly", "often"}


@pytest.mark.flows
def test_wishes_outlive_the_database(applied):
    applied.switch("nightly", False)
    applied.switch("asleep", True)
    assert applied.apply().plan.is_empty
    applied.api.call("DELETE", f"deployments/{applied.there().id}")
    assert applied.apply().plan.new == (applied.name,)
    assert applied.actives() == {"nightly": False, "often": True, "asleep": True}


@pytest.mark.flows
def test_a_pause_without_a_server_waits_for_the_next_start(applied, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    changed = change_schedule(applied.home, f"{applied.name}/often", active=False, say=applied.said.append)
    assert not changed.applied
    assert "next factdesk up" in changed.sentences[0]
    plan = plan_deployments(applied.home)
    assert plan.changed[0].why == ("schedule often is paused",)
    applied.apply()
    assert applied.actives() == {"nightly": True, "often": False, "asleep": False}
    assert "often" not in applied.waiting()
    # From then on the server is asked again.
    applied.switch("often", True)
    assert applied.apply().plan.is_empty
    assert applied.actives()["often"]


@pytest.mark.flows
def test_what_leaves_the_file_leaves_the_server_and_nothing_else_does(applied):
    second = f"{applied.name}_more"
    applied.body["deployments"].append(applied.deployment(second))
    applied.body["deployments"][0]["schedules"].pop(0)
    applied.write()
    others = set(read_deployed(applied.api)) - {applied.name}
    applied.apply()
    assert set(applied.actives()) == {"often", "asleep"}
    assert set(applied.waiting()) == {"often"}
    assert applied.there(second) is not None

    kept = applied.body["deployments"].pop(0)
    applied.write()
    assert applied.apply().plan.removed == (applied.name,)
    assert set(read_deployed(applied.api)) == others | {second}
    gone = {"deployments": {"name": {"any_": [applied.name]}}}
    assert applied.api.call("POST", "flow_runs/filter", gone) == []
    assert set(read_notes(applied.home)) == {second}

    applied.body["deployments"] = [kept]
    applied.write()
    plan = applied.apply().plan
    assert (plan.new, plan.removed) == ((applied.name,), (second,))


@pytest.mark.flows
def test_the_server_may_be_restarted(server, applied, monkeypatch):
    command(applied, monkeypatch)(f"{applied.name}/nightly", active=False)
    server.restart()  # on another port
    applied.api_url = server.api_url
    assert applied.apply().plan.is_empty
    assert applied.actives() == {"nightly": False, "often": True, "asleep": False}
    assert "nightly" not in applied.waiting()


BROKEN = "import nothing_of_this_name\n"
SOUND = FLOW.format(name="sound")
PLAIN = "def tiny(size=1):\n    return size\n"

_FIND_FAULTS = """
import json, sys
from factdesk.ops.deploying import find_fault
print(json.dumps([find_fault(one) for one in json.load(sys.stdin)]))
"""


@pytest.mark.flows
def test_a_deployment_whose_runs_would_fail_is_told_before_it_is_deployed(tmp_path):
    cases = [
        (SOUND, {}, [], None),
        (SOUND, {"size": 2}, [{"size": 3}], None),
        (BROKEN, {}, [], "cannot be imported (ModuleNotFoundError: No module named 'nothing_of_this_name')"),
        (PLAIN, {}, [], "has no flow tiny; mend entrypoint"),
        (SOUND, {"size": "much"}, [], "its flow does not take these parameters"),
        (SOUND, {"colour": "red"}, [], "unexpected keyword argument 'colour'"),
        (SOUND, {}, [{}, {"size": "much"}], "its flow does not take these parameters"),
    ]
    deployments = []
    for number, (code, parameters, of_schedules, _) in enumerate(cases):
        file = tmp_path / f"flow_{number}.py"
        file.write_text(code)
        schedules = [{"slug": str(slug), "parameters": own} for slug, own in enumerate(of_schedules)]
        deployments.append({"entrypoint": f"{file}:tiny", "parameters": parameters, "schedules": schedules})
    done = subprocess.run(
        [sys.executable, "-c", _FIND_FAULTS],
        input=json.dumps(deployments),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    for fault, (*_, said) in zip(json.loads(done.stdout), cases, strict=True):
        assert (fault is None) == (said is None), fault
        assert (said or "") in (fault or "")
        assert "\n" not in (fault or "")


@pytest.mark.flows
def test_an_apply_that_is_cut_short_is_taken_up(applied):
    flow = applied.root / "flows" / "tiny.py"
    sound = flow.read_text()
    flow.write_text(BROKEN)
    applied.schedule("often")["active"] = False
    applied.schedule("asleep").update(active=True, cron="0 13 * * *")
    applied.switch("nightly", False)
    applied.write()
    with pytest.raises(ConfigError, match=r"yaml: the deployment tiny cannot run: .*; mend the file"):
        applied.apply()
    # What is to be paused is paused first; what is to run waits for its new rule.
    assert applied.actives() == {"nightly": False, "often": False, "asleep": False}
    flow.write_text(sound)
    applied.apply()
    assert applied.actives() == {"nightly": False, "often": False, "asleep": True}
    assert {time.hour for time in applied.waiting()["asleep"]} == {13}


@pytest.mark.flows
def test_the_flow_that_comes_with_factdesk_is_found(small):
    small.body["deployments"] = [
        {
            "name": small.name,
            "entrypoint": "flows/check_essays.py:check_essays",
            "description": "Checks essays.",
            "parameters": {"parameters": {"batch_size": 5}},
        }
    ]
    small.write()
    small.apply()
    (body,) = small.api.call("POST", "deployments/filter", {"deployments": {"name": {"any_": [small.name]}}})
    assert body["entrypoint"] == f"{bundled('flows', 'check_essays.py')}:check_essays"
    assert body["parameters"] == {"parameters": {"batch_size": 5}}


@pytest.mark.flows
def test_two_homes_do_not_share_a_server(applied, tmp_path):
    other = DeployedHome(tmp_path / "other", applied.name, applied.api_url)
    with pytest.raises(PrefectError, match=r"belongs to the home .*home; give each home a database"):
        other.apply()
    assert applied.apply().plan.is_empty


def test_a_server_that_is_not_there_is_named(tmp_path):
    home = DeployedHome(tmp_path / "home", "tiny", f"http://127.0.0.1:{free_port()}/api")
    with pytest.raises(PrefectError, match="does not answer"):
        home.apply()
    assert plan_deployments(home.home).new == ("tiny",)


@pytest.mark.parametrize(
    ("declared", "old", "on_server", "active"),
    [
        (True, None, None, True),
        (False, None, None, False),
        (True, None, False, False),
        (True, Wish(True), False, False),
        (False, Wish(False), True, True),
        (True, Wish(True, False), True, True),
        (True, Wish(True, False), None, False),
        (False, Wish(False, True), None, True),
        (True, Wish(True, False, pending=True), True, False),
        (False, Wish(True, True, pending=True), True, False),
        (False, Wish(True), True, False),
        (True, Wish(False), False, True),
        (True, Wish(False, True), True, True),
        (False, Wish(True, False), False, False),
    ],
)
def test_the_file_wins_when_it_changes_and_else_the_operator(declared, old, on_server, active):
    wish = settle_wish(declared, old, on_server)
    assert wish.active is active
    assert wish.declared is declared
    assert wish.pending is (on_server is not None and on_server is not active)
    assert settle_wish(declared, wish, on_server) == wish
    assert settle_wish(declared, Wish(declared, wish.wished), wish.active).active is active
