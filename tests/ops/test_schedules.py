"""``factdesk schedules`` as a person and a script meet it, with a server and without."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from deployed_homes import DeployedHome
from factdesk.commands.schedules import times_words
from factdesk.errors import UsageError
from factdesk.ops.deployed import remove_schedule
from factdesk.ops.deployment_notes import hold_notes, notes_path, read_notes
from factdesk.ops.pausing import change_schedule
from factdesk.ops.prefect_api import PrefectError
from factdesk.ops.prefect_server import PrefectServer, free_port
from factdesk.ops.schedule_rules import CronRule, next_runs
from factdesk.ops.schedules import Because, Standing, list_schedules
from factdesk.ops.up_state import UpState, hold_up, write_up_state
from prefect_template import with_prefect_tables
from program import COMMAND_SECONDS, PROGRAM, run_in

NOW = datetime(2027, 3, 27, 12, tzinfo=UTC)


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return DeployedHome(tmp_path / "home", "tiny", f"http://127.0.0.1:{free_port()}/api")


@pytest.fixture(scope="module")
def applied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service")
    with PrefectServer(with_prefect_tables(folder / "prefect")) as server:
        home = DeployedHome(folder / "home", "tiny", server.api_url)
        home.apply()
        yield home


def factdesk(home, *arguments, api_url=None):
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    if api_url:
        environment["PREFECT_API_URL"] = api_url
    return run_in(home.root, *arguments, env=environment)


def rows(home, now=NOW):
    return {row.slug: row for row in list_schedules(home.home, now).rows}


def test_without_a_server_the_file_is_listed(small):
    listed = rows(small)
    assert list(listed) == ["nightly", "often", "asleep"]
    nightly = listed["nightly"]
    shown = [time.isoformat() for time in nightly.next_runs]
    assert shown == [f"2027-03-{day}T02:15:00+01:00" for day in (28, 29, 30, 31)] + [
        "2027-04-01T02:15:00+01:00"
    ]
    assert (nightly.active, nightly.because, nightly.standing) == (True, None, Standing.NEW)
    asleep = listed["asleep"]
    assert (asleep.active, asleep.because, asleep.next_runs) == (False, Because.FILE, ())
    assert nightly.last_run is None


def test_what_is_noted_without_a_server_is_listed_as_waiting(small):
    for name, active in (("tiny/nightly", False), ("tiny/asleep", True)):
        changed = change_schedule(small.home, name, active=active, say=small.said.append)
        assert not changed.applied
        assert changed.sentences[0].endswith("at the next factdesk up: no Prefect server runs now")
    listed = rows(small)
    assert (listed["nightly"].active, listed["nightly"].because) == (False, Because.OPERATOR)
    assert (listed["asleep"].active, listed["asleep"].because) == (True, Because.OPERATOR)
    assert [row.pending for row in listed.values()] == [True, False, True]
    assert len(listed["asleep"].next_runs) == 5

    change_schedule(small.home, "tiny", active=False, say=small.said.append)
    assert {row.because for row in rows(small).values()} == {Because.WHOLE}
    resumed = change_schedule(small.home, "tiny/nightly", active=True, say=small.said.append)
    assert resumed.sentences[1].endswith("factdesk schedules resume tiny")
    change_schedule(small.home, "tiny/nightly", active=False, say=small.said.append)
    resumed = change_schedule(small.home, "tiny", active=True, say=small.said.append)
    assert resumed.sentences[1:] == (
        "its schedule nightly stays paused: factdesk schedules resume tiny/nightly",
    )
    small.schedule("nightly")["active"] = False
    small.write()
    assert rows(small)["nightly"].because is Because.FILE


@pytest.mark.parametrize("name", ["nightly", "tiny/never", "tiny/", "/nightly", "other/nightly", ""])
def test_an_unknown_name_lists_the_known(small, name):
    with pytest.raises(UsageError) as told:
        change_schedule(small.home, name, active=False, say=small.said.append)
    assert str(told.value).endswith("use one of tiny, tiny/asleep, tiny/nightly, tiny/often")
    assert not (small.home.prefect_home / "deployments.json").exists()


def test_a_server_that_does_not_answer_is_told_and_nothing_is_noted(small, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", small.api_url)
    assert "does not answer; this is what the file says" in (list_schedules(small.home, NOW).remark or "")
    with pytest.raises(PrefectError, match=r"\(PREFECT_API_URL\) does not answer; start it, or unset"):
        change_schedule(small.home, "tiny", active=False, say=small.said.append)
    assert not (small.home.prefect_home / "deployments.json").exists()


@pytest.mark.parametrize("has_state", [False, True])
def test_a_service_that_is_starting_is_told(small, has_state):
    with hold_up(small.home):
        if has_state:  # it was up before, and its server is being started again
            write_up_state(small.home, UpState(os.getpid(), free_port(), "2027-03-27T12:00:00Z"))
        with pytest.raises(PrefectError, match=rf"\(process {os.getpid()}\) is starting or stopping; try"):
            change_schedule(small.home, "tiny", active=False, say=small.said.append)
        assert rows(small)["often"].active


def test_the_command_lists_for_people_and_for_scripts(small):
    ended = factdesk(small, "schedules")
    assert ended.code == 0
    assert ended.err == ""
    assert "tiny/nightly  active\n  rule  at 02:15 every day (15 2 * * *), Europe/London\n" in ended.out
    assert "tiny/asleep  paused by the file\n" in ended.out
    assert factdesk(small, "schedules", "list", "--json").rows == (
        listed := factdesk(small, "schedules", "--json").rows
    )
    assert [row["slug"] for row in listed] == ["nightly", "often", "asleep"]
    assert [row["interval_seconds"] for row in listed] == [None, 600, None]
    assert len(listed[0]["next_runs"]) == 5
    assert all(datetime.fromisoformat(time).utcoffset() is not None for time in listed[0]["next_runs"])


def test_a_command_waits_for_the_one_that_applies(small):
    command = [str(PROGRAM), "schedules", "pause", "tiny/often"]
    with hold_notes(small.home, small.said.append):
        waiting = subprocess.Popen(command, cwd=small.root, stderr=subprocess.PIPE, text=True)
        assert "waiting for it" in waiting.stderr.readline()
        assert waiting.poll() is None
        assert read_notes(small.home) == {}
    with waiting:
        assert waiting.wait(COMMAND_SECONDS) == 0
    assert not read_notes(small.home)["tiny"].schedules["often"].active


def test_notes_that_cannot_be_written_are_told(small):
    small.home.prefect_home.write_text("a file where a folder should be")
    with pytest.raises(UsageError, match=r"\.prefect cannot be written \(.+\); make it writable"):
        change_schedule(small.home, "tiny", active=False, say=small.said.append)


def test_notes_that_are_damaged_are_none(small):
    change_schedule(small.home, "tiny", active=False, say=small.said.append)
    path = notes_path(small.home)
    assert not read_notes(small.home)["tiny"].whole.active
    path.write_text(path.read_text()[:40])
    assert read_notes(small.home) == {}


def test_the_command_refuses_in_one_sentence(small):
    ended = factdesk(small, "schedules", "pause", "tiny/never")
    assert ended.code == 2
    assert "use one of tiny, tiny/asleep" in ended.error_line()
    small.schedule("nightly")["crno"] = "x"
    small.write()
    ended = factdesk(small, "schedules")
    assert ended.code == 2
    assert "has the unknown key 'crno'" in ended.error_line()
    assert factdesk(small, "schedules", "pause").code == 2


@pytest.mark.flows
def test_the_command_changes_and_lists_what_the_server_has(applied):
    def schedules(*arguments):
        return factdesk(applied, "schedules", *arguments, api_url=applied.api_url)

    ended = schedules("pause", "tiny/often", "--json")
    assert ended.rows == [{"deployment": "tiny", "slug": "often", "active": False, "applied": True}]
    assert applied.actives()["often"] is False
    assert "paused already" in schedules("pause", "tiny/often").out
    planned = applied.waiting()["nightly"]
    applied.switch("asleep", True)
    listed = {row["slug"]: row for row in schedules("--json").rows}
    assert {slug: (row["active"], row["because"]) for slug, row in listed.items()} == {
        "nightly": (True, None),
        "often": (False, "operator"),
        "asleep": (True, "operator"),
    }
    assert {row["standing"] for row in listed.values()} == {"applied"}
    shown = [datetime.fromisoformat(time) for time in listed["nightly"]["next_runs"]]
    assert shown[: len(planned)] == planned[:5]
    assert schedules("resume", "tiny/often").out == "tiny/often is resumed\n"
    applied.switch("asleep", False)


@pytest.mark.flows
def test_what_the_file_and_the_server_disagree_on_is_said(applied, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", applied.api_url)
    before = applied.body["deployments"][0]["schedules"]
    applied.body["deployments"][0]["schedules"] = [
        {"slug": "often", "interval": 1200, "timezone": "UTC", "active": True},
        {"slug": "fresh", "cron": "0 1 * * *", "timezone": "UTC", "active": True},
    ]
    applied.write()
    listed = rows(applied)
    assert {slug: row.standing for slug, row in listed.items()} == {
        "often": Standing.CHANGED,
        "fresh": Standing.NEW,
        "nightly": Standing.REMOVED,
        "asleep": Standing.REMOVED,
    }
    assert listed["often"].rule.seconds == 600
    changed = change_schedule(applied.home, "tiny/fresh", active=False, say=applied.said.append)
    assert changed.sentences == ("tiny/fresh will be paused at the next factdesk up: the server lacks it",)
    applied.apply()
    assert applied.actives() == {"often": True, "fresh": False}
    applied.body["deployments"][0]["schedules"] = before
    applied.write()
    applied.apply()
    assert applied.actives() == {"nightly": True, "often": True, "asleep": False}


@pytest.mark.flows
def test_the_last_run_is_listed_with_its_state(applied, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", applied.api_url)
    assert rows(applied)["nightly"].last_run is None
    there = applied.there()
    run = applied.api.call("POST", f"deployments/{there.id}/create_flow_run", {"state": {"type": "RUNNING"}})
    failed = {"state": {"type": "FAILED", "name": "Failed"}, "force": True}
    applied.api.call("POST", f"flow_runs/{run['id']}/set_state", failed)
    last = rows(applied)["nightly"].last_run
    assert (last.id, last.state) == (run["id"], "Failed")
    out = factdesk(applied, "schedules", api_url=applied.api_url).out
    assert "  last  Failed, started " in out


@pytest.mark.flows
def test_removing_a_schedule_keeps_one_late_run_of_each_other(applied):
    applied.switch("asleep", True)
    there = applied.there()
    # A day and more, so that the nightly one is late as well, and not since the same moment.
    since = datetime.now(UTC) - timedelta(hours=25)
    body = {"start_time": since.isoformat(), "min_time": 25 * 3600, "max_runs": 180}
    applied.api.call("POST", f"deployments/{there.id}/schedule", body)
    late = applied.late()
    assert set(late) == {"nightly", "often", "asleep"}
    assert len(late["often"]) > 100
    remove_schedule(applied.api, there, there.schedule("asleep"))
    due = applied.waiting()
    assert set(due) == {"nightly", "often"}
    # One more may have come due since we looked.
    assert due["nightly"][0] >= late["nightly"][-1]
    assert due["nightly"][1] > datetime.now(UTC)
    assert due["often"][0] - late["often"][-1] in (timedelta(0), timedelta(seconds=600))
    assert due["often"][1] - due["often"][0] == timedelta(seconds=600)
    applied.apply()
    assert set(applied.actives()) == {"nightly", "often", "asleep"}


def test_times_are_said_with_each_day_once():
    london = "Europe/London"
    assert times_words(
        next_runs(CronRule("0 9,17 * * *", london), datetime(2027, 6, 1, 12, tzinfo=UTC), 3)
    ) == ("Tue 01 Jun 17:00; Wed 02 Jun 09:00, 17:00")
    over_the_change = next_runs(CronRule("0 9 * * *", london), NOW - timedelta(hours=4), 2)
    assert times_words(over_the_change) == "Sat 27 Mar 09:00 GMT; Sun 28 Mar 09:00 BST"
