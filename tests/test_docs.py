"""What the pages say is run: the SELECTs, the first commands, the names of outcomes and settings."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from factdesk.config import Settings, open_home
from factdesk.model import NO_LINKED_SOURCE, SourceOutcome
from factdesk.pipeline import check_once
from factdesk.samples.bundle import QUICK_ESSAY, sample_essays, sample_source
from factdesk.sources.gather import SourceRequest
from factdesk.verdicts.consistency import NOTE_CODES
from factdesk.verdicts.standing import DOUBT_SENTENCES
from factdesk.warehouse.query import run_query
from factdesk.warehouse.reports import list_reports

ROOT = Path(__file__).resolve().parent.parent
PAGES = {page.name: page.read_text("utf-8") for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGES[page], re.MULTILINE | re.DOTALL)


def factdesk(command: str, folder: Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from factdesk.cli import main; main()"]
    return subprocess.run(
        [*program, *shlex.split(command)[1:]],
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    essay = next(one for one in sample_essays() if one.name == QUICK_ESSAY)
    copy, source = shutil.copy(essay, folder), shutil.copy(sample_source(), folder)
    found = open_home(folder)
    check_once([str(copy)], found, given=[SourceRequest(Path(source).name, Path(source))])
    return found


@pytest.mark.parametrize("select", blocks("querying.md", "sql"))
def test_every_select_of_the_pages_runs(home, select):
    assert run_query(home.warehouse, select.rstrip().rstrip(";")).columns


@pytest.mark.parametrize("view", re.findall(r"^\| `(reports\.\w+)`", PAGES["querying.md"], re.MULTILINE))
def test_every_view_of_the_pages_is_there(home, view):
    assert run_query(home.warehouse, f"SELECT * FROM {view} LIMIT 1").columns


def test_every_report_that_pages_name_is_there():
    named = set(re.findall(r"factdesk report ([a-z_]+)", "\n".join(PAGES.values())))
    assert named <= {*(report.name for report in list_reports()), "weekly"}
    assert named


def test_every_source_outcome_is_explained():
    explained = set(re.findall(r"`([a-z0-9_]+)`", PAGES["sources-and-outcomes.md"]))
    assert {outcome.value for outcome in SourceOutcome} | {NO_LINKED_SOURCE} <= explained


def test_the_settings_that_pages_show_are_valid():
    shown = blocks("operating.md", "toml")
    assert shown
    for block in shown:
        assert Settings.model_validate(tomllib.loads(block)).inbox


def test_the_settings_of_housekeeping_are_valid_and_no_others_are_shown():
    shown = [tomllib.loads(block) for block in blocks("housekeeping.md", "toml")]
    assert [list(one) for one in shown] == [["backups"], ["retention"]]
    for one in shown:
        Settings.model_validate(one)


def test_the_first_command_of_the_readme_gives_what_it_says(tmp_path):
    command, *_ = re.findall(r"^\.venv/bin/(factdesk check .*\\\n.*)$", PAGES["README.md"], re.MULTILINE)
    ended = factdesk(command.replace("\\\n", " ") + f" --warehouse {shlex.quote(str(tmp_path))}", ROOT)
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"missing\s+Graz", ended.stdout)
    assert "5 claims" in ended.stdout


def test_the_explanation_of_the_readme_is_what_is_printed(tmp_path):
    _, command = re.findall(r"^\.venv/bin/(factdesk check .*\\\n.*)$", PAGES["README.md"], re.MULTILINE)
    (printed,) = blocks("README.md", "text")
    ended = factdesk(command.replace("\\\n", " ") + f" --warehouse {shlex.quote(str(tmp_path))}", ROOT)
    assert ended.returncode == 0, ended.stderr
    assert _without_changing(printed).strip() in _without_changing(ended.stdout)


def _without_changing(printed):
    """Without the confidence, which moves with the weights, and without today's date."""
    return re.sub(r"confidence \d\.\d\d|as of +\d{4}-\d\d-\d\d", "", printed)


def test_the_judge_line_of_the_readme_answers(tmp_path):
    (pair,) = re.findall(r"^echo '(.*)' \| factdesk judge -$", PAGES["README.md"], re.MULTILINE)
    ended = factdesk("factdesk judge -", tmp_path, pair)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["rating"] == "supported"


def test_every_reason_not_to_count_a_passage_is_explained():
    explained = set(re.findall(r"`([a-z_]+)`", PAGES["reviewing.md"]))
    assert {*DOUBT_SENTENCES, "source_corrected_later", "converted", "no_rate", *NOTE_CODES} <= explained


@pytest.mark.parametrize(("name", "word"), [("check", "Graz"), ("claims", "Graz"), ("verdict", "Iceland")])
def test_the_pictures_ask_no_other_site(name, word):
    picture = (ROOT / "docs" / f"{name}.svg").read_text("utf-8")
    assert word in picture
    assert any(f"docs/{name}.svg" in page or f"({name}.svg)" in page for page in PAGES.values())
    assert not re.search(r"url\(\s*[\"']?http|<image|href=", picture)
