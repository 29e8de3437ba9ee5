"""The doctor names each fault with its mend, and its exit code says whether something fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from factdesk.config import open_home
from factdesk.essays.attempts import Attempt, EssayStage, Journal
from factdesk.ops.doctor import Finding, diagnose, print_diagnosis
from factdesk.ops.doctor.machine import check_clock
from factdesk.ops.doctor.warehouse import check_warehouse
from factdesk.ops.mail import PASSWORD_VARIABLE
from factdesk.ops.notices import make_test_notice
from factdesk.ops.notified import Ledger, write_ledger
from factdesk.ops.notify import notified_path
from factdesk.ops.prefect_server import free_port
from factdesk.ops.sinks import list_sinks
from factdesk.ops.up_state import UpState, hold_up, up_lock_path, write_up_state
from factdesk.sources.archive import Archive
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.health import read_health
from factdesk.warehouse.keeper import fold_and_publish, open_keeper
from factdesk.warehouse.locks import try_lock
from factdesk.warehouse.spool import write_batches
from notification_sinks import http_sink
from small_records import make_fetch, make_source, small_essay

CONTACT = '[web]\nuser_agent = "Desk/1 (+https://desk.example/us)"\n'
SETTINGS = (
    f'[inbox]\ncolumns = "essays"\n{CONTACT}[notify]\nwebhooks = ["https://hooks.desk.example/T0/s3cret"]\n'
)
LONG_AGO = 3 * 3600


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture
def make_home(tmp_path):
    def made(settings=SETTINGS):
        (tmp_path / "config").mkdir()
        (tmp_path / "essays").mkdir()
        (tmp_path / "config" / "factdesk.toml").write_text(settings)
        return open_home(tmp_path)

    return made


@pytest.fixture
def home(make_home):
    return make_home()


@pytest.fixture
def up(home):
    """``factdesk up`` as others see it: its lock, and a file that names a port where nobody answers."""
    with hold_up(home):
        state = UpState(os.getpid(), free_port(), "2026-03-01T12:00:00+00:00")
        write_up_state(home, state)
        yield state


def found(home):
    return {check.name: check for check in diagnose(home)}


def spool_batch(home, folder="pending", age=0):
    place = home.warehouse / "spool" / folder
    place.mkdir(parents=True, exist_ok=True)
    path = place / "a.ndjson"
    path.write_text("one\n")
    then = datetime.now(UTC).timestamp() - age
    os.utime(path, (then, then))


def test_a_sound_home_has_nothing_to_mend(home, capsys):
    assert {check.name: check.said for check in diagnose(home) if check.found is not Finding.OK} == {}
    assert print_diagnosis(home, as_json=False) == 0
    assert "mend:" not in capsys.readouterr().out


def test_json_is_one_check_a_line(home, capsys):
    assert print_diagnosis(home, as_json=True) == 0
    checks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {
        *(
            "python",
            "packages",
            "factdesk",
            "settings",
            "contact",
            "inbox",
            "set aside",
            "warehouse",
            "disk",
            "clock",
            "keeper",
            "backup",
        ),
        *("spool", "published copy", "tables", "archive", "desk", "second check", "service", "prefect"),
        "notifications",
    } == {one["name"] for one in checks}
    assert all(set(one) == {"name", "found", "said", "mend"} for one in checks)


def test_the_example_contact_is_a_warning(tmp_path):
    check = found(open_home(tmp_path))["contact"]
    assert check.found is Finding.WARN
    assert f"web.user_agent of {tmp_path / 'config' / 'factdesk.toml'}" in check.mend


def test_an_inbox_that_is_gone_fails(home, capsys):
    (home.root / "essays").rmdir()
    check = found(home)["inbox"]
    assert check.found is Finding.FAIL
    assert "inbox.columns" in check.mend
    assert print_diagnosis(home, as_json=False) == 1
    assert "mend: make the folder readable" in " ".join(capsys.readouterr().out.split())


def test_an_essay_that_broke_its_runs_is_named_with_the_file_that_frees_it(home):
    journal = Journal(home.warehouse)
    attempt = Attempt("abc", "columns", "harbour.md", "0" * 64, "method")
    for tries in range(3):
        assert found(home)["set aside"].found is Finding.OK, tries
        attempt = attempt.failed(EssayStage.FINDING, "ValueError: no")
        journal.write(attempt)
    check = found(home)["set aside"]
    assert (check.found, check.said) == (
        Finding.WARN,
        "1 essay or claim broke its runs, first columns/harbour.md",
    )
    assert str(journal.path_of(attempt)) in check.mend


def test_a_rejected_batch_is_named_with_its_reason(home):
    rejected = home.warehouse / "spool" / "rejected"
    rejected.mkdir(parents=True)
    (rejected / "a.ndjson").write_text("broken")
    (rejected / "a.ndjson.reason").write_text("its header is no JSON\n")
    check = found(home)["rejected batch"]
    assert check.found is Finding.FAIL
    assert "a.ndjson: its header is no JSON" in check.said


def test_batches_that_nobody_folds_are_a_warning_that_names_the_command(home):
    spool_batch(home)
    check = found(home)["spool"]
    assert (check.found, check.mend) == (Finding.WARN, "factdesk publish folds them")
    assert check.said.startswith("1 batch waiting")


def test_while_the_service_runs_only_an_old_batch_is_a_warning(home, up):
    spool_batch(home)
    assert found(home)["spool"].found is Finding.OK
    spool_batch(home, age=LONG_AGO)
    check = found(home)["spool"]
    assert check.found is Finding.WARN
    assert "the oldest for 3 hours" in check.said


def test_a_keeper_that_folds_nothing_for_hours_is_named(home):
    spool_batch(home, age=LONG_AGO)
    with try_lock(WarehouseFolder(home.warehouse).lock):
        checks = found(home)
    assert f"process {os.getpid()}" in checks["keeper"].said
    assert checks["spool"].found is Finding.WARN
    assert f"process {os.getpid()}" in checks["spool"].mend


def test_batches_that_the_copy_lacks_for_hours_are_a_warning(home):
    with open_keeper(home.warehouse) as keeper:
        keeper.publish(now=True)
    spool_batch(home, "folded")
    assert found(home)["published copy"].found is Finding.OK
    spool_batch(home, "folded", age=LONG_AGO)
    check = found(home)["published copy"]
    assert check.found is Finding.WARN
    assert "it lacks 1 of the batches" in check.said


def test_a_damaged_blob_fails_and_is_named(home):
    archive = Archive(home.warehouse / "snapshots")
    names = [archive.put(word) for word in (b"one", b"two", b"three")]
    assert found(home)["archive"].said == "3 of 3 blobs hashed anew; factdesk verify hashes all of them"
    path = home.warehouse / "snapshots" / "blobs" / names[1][:2] / names[1]
    path.chmod(0o644)
    path.write_bytes(b"tow")
    check = found(home)["archive"]
    assert check.found is Finding.FAIL
    assert check.said == f"3 of 3 blobs hashed anew, 1 damaged: {names[1]}"
    archive.put(b"two")
    assert found(home)["archive"].found is Finding.OK


def test_a_fetch_that_lies_ahead_is_a_clock_that_went_back(home):
    source, archive = make_source(), Archive(home.warehouse / "snapshots")
    fetch = make_fetch(source, "text")
    archive.put_fetch(fetch, None, source)
    assert check_clock(home.warehouse, fetch.fetched_at).found is Finding.OK
    check = check_clock(home.warehouse, fetch.fetched_at - timedelta(hours=5))
    assert check.found is Finding.WARN
    assert "lies 5 hours ahead" in check.said


def test_a_copy_published_ahead_is_a_clock_that_went_back(home):
    now = datetime.now(UTC)
    assert check_clock(home.warehouse, now, now).found is Finding.OK
    check = check_clock(home.warehouse, now, now + timedelta(days=2, minutes=1))
    assert (check.found, check.said) == (
        Finding.WARN,
        "the published copy lies 2 days ahead: the clock went back",
    )


def test_a_database_that_is_gone_is_a_fault_and_its_copy_the_mend(home):
    write_batches(small_essay(), home.warehouse, 16_000_000)
    fold_and_publish(home.warehouse)
    assert found(home)["published copy"].found is Finding.OK
    WarehouseFolder(home.warehouse).database.unlink()
    check = found(home)["published copy"]
    assert check.found is Finding.FAIL
    assert "factdesk restore with a backup, or with reports.duckdb" in check.mend


def test_a_full_spool_is_a_fault(home):
    spool_batch(home)
    settings = home.settings.warehouse.model_copy(update={"spool_max_batches": 1})
    health = read_health(home.warehouse)
    checks = check_warehouse(health, settings, datetime.now(UTC), folds_by_itself=True)
    check = next(one for one in checks if one.name == "spool")
    assert check.found is Finding.FAIL
    assert check.said.startswith("full, runs wait for room: 1 batch waiting")
    assert check.mend.startswith("factdesk publish folds them")


def test_the_prefect_server_of_the_service_must_answer(home, up):
    check = found(home)["prefect"]
    assert check.found is Finding.FAIL
    assert f"{up.api_url} of factdesk up does not answer" in check.said


def test_a_service_that_ran_and_does_not_is_a_warning(home, up):
    assert found(home)["service"].found is Finding.OK
    up_lock_path(home).unlink()
    check = found(home)["service"]
    assert check.found is Finding.WARN
    assert "no schedule fires" in check.said


def test_a_service_that_starts_is_told_from_one_that_is_down(home, up):
    write_up_state(home, UpState(1, up.port, "2026-03-01T12:00:00+00:00"))  # an earlier start wrote it
    checks = found(home)
    assert (checks["service"].found, checks["prefect"].found) == (Finding.OK, Finding.OK)
    assert f"(process {os.getpid()}) is starting" in checks["service"].said
    assert "is being started" in checks["prefect"].said


def test_a_prefect_server_that_is_named_must_answer(home):
    script = "import sys; from pathlib import Path; from factdesk.config import open_home;"
    script += "from factdesk.ops.doctor import print_diagnosis;"
    script += "sys.exit(print_diagnosis(open_home(Path(sys.argv[1])), as_json=False))"
    url = f"http://127.0.0.1:{free_port()}/api"
    ended = subprocess.run(
        [sys.executable, "-c", script, str(home.root)],
        env={"PREFECT_API_URL": url, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert f"{url} (PREFECT_API_URL) does not answer" in ended.stdout


def test_a_desk_that_is_not_there_although_the_service_runs_is_a_warning(home):
    with hold_up(home):
        write_up_state(home, UpState(os.getpid(), free_port(), "2026-03-01T12:00:00+00:00", has_desk=True))
        check = found(home)["desk"]
    assert (check.found, "its review pages are not there" in check.said) == (Finding.WARN, True)
    assert "desk.log" in check.mend


def test_a_desk_that_would_let_nobody_in_is_a_warning_with_the_mend(make_home):
    check = found(make_home(SETTINGS + '[desk]\nsign_in = "password"\n'))["desk"]
    assert (check.found, check.said) == (Finding.WARN, "it would not start: nobody may sign in yet")
    assert check.mend == "add the first with factdesk users add NAME --role admin"


def test_a_damaged_list_of_people_stops_no_other_check(make_home):
    home = make_home(SETTINGS + '[desk]\nsign_in = "password"\n')
    home.warehouse.mkdir()
    WarehouseFolder(home.warehouse).desk_users.write_text("{")
    checks = found(home)
    assert (checks["desk"].found, "is damaged" in checks["desk"].said) == (Finding.FAIL, True)
    assert checks["desk"].mend == "restore it from a backup or remove it"
    assert "notifications" in checks


def test_that_nobody_is_told_is_a_warning(make_home):
    check = found(make_home(CONTACT))["notifications"]
    assert check.found is Finding.WARN
    assert "notify.webhooks" in check.mend


def test_places_are_named_by_host_alone(home):
    check = found(home)["notifications"]
    assert (check.found, check.said) == (Finding.OK, "webhook at hooks.desk.example")


def test_messages_that_wait_are_a_warning(home):
    now = datetime.now(UTC)
    ledger = Ledger(now, now)
    (sink,) = list_sinks(home.settings.notify, None)
    ledger.queue([make_test_notice("desk", now)], [sink.key], now)
    write_ledger(notified_path(home), ledger)
    check = found(home)["notifications"]
    assert (check.found, check.said) == (
        Finding.WARN,
        "messages wait: 1 for the webhook at hooks.desk.example",
    )


def test_a_login_without_its_password_is_a_warning(make_home, monkeypatch):
    mail = '[notify]\nemail_to = ["a@d.example"]\nemail_from = "f@d.example"\nsmtp_host = "mail"\n'
    home = make_home(f'{mail}smtp_user = "desk"\n')
    check = found(home)["notifications"]
    assert check.found is Finding.WARN
    assert "FACTDESK_SMTP_PASSWORD is not set here" in check.said
    monkeypatch.setenv(PASSWORD_VARIABLE, "secret")
    check = found(home)["notifications"]
    assert (check.found, check.said) == (Finding.OK, "e-mail to 1 by mail")


def test_a_test_message_is_sent_only_when_asked_for(make_home, capsys):
    with http_sink() as sink:
        home = make_home(f'[notify]\nwebhooks = ["{sink.address}"]\n')
        assert print_diagnosis(home, as_json=True) == 0
        assert sink.taken == []
        assert print_diagnosis(home, as_json=True, notify=True) == 0
        assert [body["event"] for body in sink.taken] == ["test"]
        sink.codes = [404]
        capsys.readouterr()
        assert print_diagnosis(home, as_json=True, notify=True) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["name"], last["found"]) == ("test message", "fail")
    assert "refuses the message (404)" in last["said"]
