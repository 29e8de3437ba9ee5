"""The systemd unit of the docs is one: systemd's own checker reads it, with paths that are there.

Where systemd-analyze is missing that test fails."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

from factdesk.config import Settings

UNIT = Path(__file__).resolve().parent.parent / "docs" / "factdesk.service"
ANALYZE = shutil.which("systemd-analyze")


def service(name):
    """Return a setting of [Service] that stands there once."""
    unit = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    unit.optionxform = str
    unit.read_string(UNIT.read_text("utf-8"))
    return unit["Service"][name]


def fitted(folder):
    """Return the unit's text for this machine: the program that runs, the home ``folder``."""
    text = UNIT.read_text("utf-8")
    for there, here in (
        ("/opt/factdesk/.venv/bin/factdesk", str(Path(sys.executable).parent / "factdesk")),
        ("/srv/factdesk", str(folder)),
    ):
        assert there in text
        text = text.replace(there, here)
    return text


def test_systemd_finds_no_fault_in_the_unit(tmp_path):
    assert ANALYZE, "the test of docs/factdesk.service needs systemd-analyze: apt-get install systemd"
    unit = tmp_path / "factdesk.service"
    unit.write_text(fitted(tmp_path))
    assert verify(unit) == ""
    unit.write_text(fitted(tmp_path).replace("KillMode=mixed", "KillMode=kindly").replace("UMask", "UMusk"))
    faults = verify(unit)
    assert "kindly" in faults
    assert "UMusk" in faults


def verify(unit):
    """Return what systemd-analyze says of the unit; what it says of the machine's own units is left out."""
    ended = subprocess.run(
        [ANALYZE, "verify", "--man=no", "--recursive-errors=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    lines = [line for line in ended.stderr.splitlines() if unit.name in line]
    assert lines or ended.returncode == 0, ended.stderr
    return "\n".join(lines)


def test_the_command_is_one_that_factdesk_has():
    assert re.fullmatch(r"/\S+/factdesk up --home /srv/factdesk", service("ExecStart"))


def test_the_service_gets_the_time_that_its_settings_promise():
    """The grace of runs, then what the server and the worker need, and some more on a slow machine."""
    assert int(service("TimeoutStopSec")) >= 3 * Settings().up.stop_seconds


def test_what_is_protected_can_still_be_written_where_it_must():
    assert service("ProtectSystem") == "strict"
    assert service("ReadWritePaths") == service("WorkingDirectory") == "/srv/factdesk"


def test_no_secret_is_in_the_unit():
    assert "PASSWORD=" not in re.sub(r"^#.*$", "", UNIT.read_text("utf-8"), flags=re.MULTILINE)
