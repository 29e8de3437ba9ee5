"""The doctor names each fault with its mend, and its exit code says whether something fails."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from factdesk.config import open_home
from factdesk.ops.doctor import Finding, diagnose, print_diagnosis
from factdesk.ops.prefect_server import free_port

SETTINGS = '[inbox]\ncolumns = "essays"\n[web]\nuser_agent = "Desk/1 (+https://desk.example/us)"\n'


@pytest.fixture
def home(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "essays").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text(SETTINGS)
    return open_home(tmp_path)


def found(home):
    return {check.name: check for check in diagnose(home)}


def test_a_sound_home_has_nothing_to_mend(home, capsys):
    assert {check.found for check in diagnose(home)} == {Finding.OK}
    assert print_diagnosis(home, as_json=False) == 0
    assert "mend:" not in capsys.readouterr().out


def test_json_is_one_check_a_line(home, capsys):
    assert print_diagnosis(home, as_json=True) == 0
    checks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"python", "packages", "spool", "keeper", "published copy", "disk"} <= {
        one["name"] for one in checks
    }
    assert all(set(one) == {"name", "found", "said", "mend"} for one in checks)


def test_the_example_contact_is_a_warning(tmp_path):
    check = found(open_home(tmp_path))["contact"]
    assert check.found is Finding.WARN
    assert "web.user_agent" in check.mend


def test_an_inbox_that_is_gone_fails(home, capsys):
    (home.root / "essays").rmdir()
    check = found(home)["inbox"]
    assert check.found is Finding.FAIL
    assert "inbox.columns" in check.mend
    assert print_diagnosis(home, as_json=False) == 1
    assert "mend: make the folder readable" in " ".join(capsys.readouterr().out.split())


def test_a_rejected_batch_is_named_with_its_reason(home):
    rejected = home.warehouse / "spool" / "rejected"
    rejected.mkdir(parents=True)
    (rejected / "a.ndjson").write_text("broken")
    (rejected / "a.ndjson.reason").write_text("its header is no JSON\n")
    check = found(home)["rejected batch"]
    assert check.found is Finding.FAIL
    assert "a.ndjson: its header is no JSON" in check.said


def test_waiting_batches_are_a_warning_that_names_the_command(home):
    pending = home.warehouse / "spool" / "pending"
    pending.mkdir(parents=True)
    (pending / "a.ndjson").write_text("one\n")
    check = found(home)["spool"]
    assert (check.found, check.mend) == (Finding.WARN, "factdesk publish folds them")


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
