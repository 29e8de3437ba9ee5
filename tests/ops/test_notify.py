"""Runs that failed, crashed or are late on a real Prefect server are told to real places, once each."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from factdesk.config import CONFIG_NAME, open_home
from factdesk.ops.flow_runs import STOPPED_MESSAGE
from factdesk.ops.notify import Notifier, notified_path, send_test_notice
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.prefect_server import PrefectServer, free_port
from notification_sinks import http_sink, mail_sink
from prefect_template import with_prefect_tables

LOOK_SECONDS = 60
EVENT_SECONDS = 8
"""Prefect's server writes its events every 5 s."""


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    with PrefectServer(with_prefect_tables(tmp_path_factory.mktemp("prefect"))) as server:
        yield PrefectApi(server.api_url)


def make_home(folder, hook, mail=None, late=15):
    settings = f'[notify]\nlate_after_minutes = {late}.0\nwebhooks = ["{hook}"]\n'
    if mail is not None:
        settings += 'email_to = ["desk@paper.example"]\nemail_from = "factdesk@paper.example"\n'
        settings += f'smtp_host = "127.0.0.1"\nsmtp_port = {mail.port}\nsmtp_security = "none"\n'
    (folder / CONFIG_NAME).parent.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_NAME).write_text(settings)
    return open_home(folder)


def make_run(api, flow="check-essays", state="RUNNING", **details):
    flow_id = api.call("POST", "flows/", {"name": flow})["id"]
    body = {"flow_id": flow_id, "state": {"type": state, **details}}
    return api.call("POST", "flow_runs/", body)["id"]


def set_state(api, run, state, message="", name=None):
    body = {"state": {"type": state, "name": name or state.title(), "message": message}, "force": True}
    api.call("POST", f"flow_runs/{run}/set_state", body)


def look(notifier, now=None):
    notifier.look(now or datetime.now(UTC))
    assert notifier.wait(LOOK_SECONDS)


def told(sink):
    return [(body["event"], body["flow_run_id"]) for body in sink.taken]


@pytest.mark.flows
def test_each_bad_end_is_told_once_with_what_and_why(api, tmp_path):
    with http_sink() as hook, mail_sink() as mail:
        home = make_home(tmp_path, hook.address, mail)
        old = make_run(api, state="FAILED")
        said = []
        notifier = Notifier(home, api.api_url, say=said.append)
        look(notifier)
        failed, crashed, slow = (make_run(api) for _ in range(3))
        other = make_run(api, flow="of-somebody-else")
        set_state(api, failed, "FAILED", "the inbox\nis gone " + "x" * 400)
        set_state(api, crashed, "CRASHED", "its process ended")
        set_state(api, slow, "FAILED", name="TimedOut")
        set_state(api, other, "FAILED")
        look(notifier)
        look(notifier)
        look(Notifier(home, api.api_url, say=said.append))  # as after a restart
    assert said == []
    assert old not in [run for _, run in told(hook)]
    assert told(hook) == [("failed", failed), ("crashed", crashed), ("timed_out", slow)]
    first = hook.taken[0]
    assert first["message"].startswith("the inbox is gone xxx")
    assert len(first["message"]) == 300
    assert first["flow"] == "check-essays"
    assert first["link"] == f"{api.api_url.removesuffix('/api')}/runs/flow-run/{failed}"
    assert "factdesk run check_essays" in first["text"]
    assert first["home"] == home.root.name
    subjects = [one["Subject"] for one in mail.mails]
    assert subjects[0] == f"[factdesk] check-essays failed ({home.root.name})"
    assert len(subjects) == 3


@pytest.mark.flows
def test_a_crash_is_told_although_the_run_was_taken_up_again_at_once(api, tmp_path):
    with http_sink() as hook:
        notifier = Notifier(make_home(tmp_path, hook.address), api.api_url)
        look(notifier)
        run = make_run(api)
        set_state(api, run, "CRASHED")
        set_state(api, run, "RUNNING")
        deadline = time.monotonic() + LOOK_SECONDS
        while not hook.taken and time.monotonic() < deadline:
            look(notifier)  # the server writes its events some seconds later
            time.sleep(0.5)
        assert told(hook) == [("crashed", run)]
        set_state(api, run, "CRASHED", "once more")
        look(notifier)
        set_state(api, run, "COMPLETED")
        look(notifier)
        look(notifier)
    assert told(hook) == [("crashed", run), ("crashed", run), ("recovered", run)]


@pytest.mark.flows
def test_a_crash_that_is_said_twice_is_told_once_and_a_stop_is_no_crash(api, tmp_path):
    """A worker says it twice, seconds apart; factdesk up marks the runs that it stops as crashed."""
    with http_sink() as hook:
        notifier = Notifier(make_home(tmp_path, hook.address), api.api_url)
        look(notifier)
        crashed, stopped = make_run(api), make_run(api)
        set_state(api, crashed, "CRASHED")
        set_state(api, stopped, "CRASHED", STOPPED_MESSAGE)
        look(notifier)
        set_state(api, crashed, "CRASHED", "exited with status -9")
        deadline = time.monotonic() + EVENT_SECONDS
        while time.monotonic() < deadline:
            look(notifier)
            time.sleep(0.5)
    assert told(hook) == [("crashed", crashed)]


@pytest.mark.flows
def test_a_run_that_does_not_begin_is_told_when_it_is_late(api, tmp_path):
    with http_sink() as hook:
        now = datetime.now(UTC)
        notifier = Notifier(make_home(tmp_path, hook.address, late=15), api.api_url)
        due = (now - timedelta(hours=1)).isoformat()
        run = make_run(api, "publish-reports", "SCHEDULED", state_details={"scheduled_time": due})
        look(notifier, now)  # it was due before the service came up: the worker gets its time
        look(notifier, now + timedelta(minutes=14))
        assert hook.taken == []
        look(notifier, now + timedelta(minutes=16))
        look(notifier, now + timedelta(minutes=17))
    assert told(hook) == [("late", run)]
    assert "not begun after 76 min" in hook.taken[0]["message"]
    # Prefect's server names the state of a late run Late, some seconds after it was made.
    assert re.search(r"state (?:Scheduled|Late) since", hook.taken[0]["text"])


@pytest.mark.flows
def test_a_place_that_is_down_gets_its_messages_later_and_holds_up_no_other(api, tmp_path):
    with http_sink() as hook, mail_sink(refuse={"MAIL": "451 busy"}) as mail:
        home = make_home(tmp_path, hook.address, mail)
        said = []
        notifier = Notifier(home, api.api_url, say=said.append)
        now = datetime.now(UTC)
        look(notifier, now)
        runs = [make_run(api) for _ in range(2)]
        for run in runs:
            set_state(api, run, "FAILED")
        look(notifier, now + timedelta(seconds=5))
        look(notifier, now + timedelta(seconds=10))  # within the pause
        assert told(hook) == [("failed", run) for run in runs]
        assert len(said) == 1
        assert "refuses the mail (451)" in said[0]
        mail.refuse.clear()
        after_restart = Notifier(home, api.api_url, say=said.append)
        look(after_restart, now + timedelta(seconds=30))
        look(after_restart, now + timedelta(seconds=31))
    assert len(mail.mails) == 2
    assert len(said) == 1


def test_nothing_is_asked_when_nobody_is_to_be_told(tmp_path):
    home = open_home(tmp_path)
    notifier = Notifier(home, f"http://127.0.0.1:{free_port()}/api", say=pytest.fail)
    look(notifier)
    assert not notified_path(home).exists()


def test_a_server_that_is_down_is_said_once(tmp_path):
    said = []
    home = make_home(tmp_path, "http://127.0.0.1:1/")
    notifier = Notifier(home, f"http://127.0.0.1:{free_port()}/api", say=said.append)
    look(notifier)
    look(notifier)
    assert len(said) == 1
    assert "nothing can be told of runs now" in said[0]
    assert json.loads(notified_path(home).read_bytes())["told"] == {}


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    said = []
    home = make_home(tmp_path, "http://127.0.0.1:1/")
    home.prefect_home.write_text("a file where the folder should be")
    look(Notifier(home, f"http://127.0.0.1:{free_port()}/api", say=said.append))
    assert "make the folder writable" in said[-1]


def test_a_test_message_says_what_came_of_it_at_each_place(tmp_path):
    with http_sink() as hook, mail_sink(refuse={"RCPT": f"550 {uuid4()}"}) as mail:
        answers = dict(send_test_notice(make_home(tmp_path, hook.address, mail), datetime.now(UTC)))
    assert [body["event"] for body in hook.taken] == ["test"]
    faults = list(answers.values())
    assert faults[0] is None
    assert "refuses the mail (550)" in faults[1]
