"""``factdesk report`` by the installed program and by its function: forms, filters, the weekly bundle."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from factdesk.commands.report_files import SCRATCH
from factdesk.commands.reporting import print_report, read_filters
from factdesk.config import Home, open_home
from factdesk.errors import FactdeskError, UsageError
from factdesk.warehouse.reports import REPORTS
from few_rights import rights_of_files_hold
from program import run_in
from reviewed_desk import fill, tell_claims
from workbooks import read_workbook

PARQUETS = {f"{name}.parquet" for name in REPORTS}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "config").mkdir()
    (folder / "config" / "factdesk.toml").write_text("", encoding="utf-8")
    fill(folder / "warehouse", tell_claims(30))
    return folder


@dataclass
class Report:
    """Calls the command's function; what it said on stderr is kept."""

    home: Home
    said: list[str] = field(default_factory=list)

    def __call__(
        self, name: str | None, *, form: Any = None, output: Path | None = None, **typed: str
    ) -> int:
        filters = read_filters(typed.get("since"), typed.get("author"), typed.get("kind"))
        terminal = Console(width=120, highlight=False, markup=False)
        return print_report(self.home, name, form, output, filters, console=terminal, say=self.said.append)


def test_a_table_for_people_says_ratings_in_words_and_a_file_for_programs_by_name(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report(open_home(root))
    assert report("corrections") == 0
    table = capsys.readouterr().out
    assert "✕ contradicted" in table
    assert not re.search(r"editor_rating +refuted", table)
    assert report("corrections", form="csv") == 0
    assert ",refuted," in capsys.readouterr().out
    assert report("queue") == 0
    assert re.search(r"stage +to review ", capsys.readouterr().out)
    assert report("queue", form="html") == 0
    assert '<bdi title="to_review">to review</bdi>' in capsys.readouterr().out


@pytest.fixture
def report(root: Path) -> Report:
    return Report(open_home(root))


def test_the_program_gives_each_form_and_says_its_filter(root: Path, tmp_path: Path) -> None:
    told = run_in(root, "report", "corrections", "--kind", "poll", "--since", "2026-04-07")
    assert (told.code, told.err) == (0, "")
    first, second, *_ = told.out.splitlines()
    assert first == "narrowed to since 2026-04-07 (decided on that day or later)"
    assert second == "narrowed to kind poll"
    lines = run_in(root, "report", "corrections", "--kind", "poll", "--format", "json")
    assert lines.rows
    assert {row["kind"] for row in lines.rows} == {"poll"}
    assert lines.err == "narrowed to kind poll\n"
    written = run_in(root, "report", "agreement", "-o", str(tmp_path / "agreement.xlsx"))
    assert (written.code, written.out) == (0, "")
    assert list(read_workbook((tmp_path / "agreement.xlsx").read_bytes())) == [
        *("About", "agreement", "agreement_matrix", "agreement_calibration", "Columns")
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["hosts", "--author", "Ines Weber"],
            "hosts cannot be narrowed by --author; those that can are",
        ),
        (["queue", "--since", "last week"], "--since last week is no day; write it as 2026-11-30"),
        (["weekly"], "the weekly bundle is a folder of three forms; name it with -o FOLDER alone"),
        (["queue", "-o", "queue.xyz"], "queue.xyz does not say its form"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_2(root: Path, arguments: list[str], message: str) -> None:
    ended = run_in(root, "report", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.error_line()


def refused(report: Report, *name: str, **typed: Any) -> str:
    with pytest.raises(UsageError) as told:
        report(*name, **typed)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_what_else_cannot_be_is_said_too(report: Report, tmp_path: Path) -> None:
    assert "--kind rumour is no kind of claim; use one of sellout, price, poll, count" in refused(
        report, "queue", kind="rumour"
    )
    assert "no essay names 'Ines Webber' as its author; do you mean Ines Weber?" in refused(
        report, "queue", author="Ines Webber"
    )
    assert "tells no share of one author; set refuted_share_by_author = true" in refused(
        report, "refuted_share", author="Ines Weber"
    )
    assert "the form xlsx is no text for a terminal" in refused(report, "queue", form="xlsx")
    no_filter = read_filters(None, None, None)
    with pytest.raises(UsageError, match="--limit 0 is no number of rows; give 1 to 1,048,575"):
        print_report(report.home, "queue", None, None, no_filter, 0, console=Console(), say=print)
    assert "there is no report 'nonesuch'; there are agreement" in refused(report, "nonesuch")
    assert "cannot be written" in refused(report, "queue", output=tmp_path / "no such" / "queue.csv")
    (tmp_path / "queue.html").mkdir()
    assert "is no regular file" in refused(report, "queue", output=tmp_path / "queue.html")


def test_the_setting_opens_the_share_of_one_author(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").mkdir()
    setting = "[reports]\nrefuted_share_by_author = true\n"
    (tmp_path / "config" / "factdesk.toml").write_text(setting, encoding="utf-8")
    home = open_home(tmp_path, root / "warehouse")
    assert Report(home)("refuted_share", form="json", author="Ines Weber") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows
    assert {row["author"] for row in rows} == {"Ines Weber"}


def test_a_report_with_parts_is_whole_in_a_table_and_names_them_elsewhere(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    report("queue")
    shown = capsys.readouterr().out
    assert [
        title
        for title in ("Review queue", "Age of the queue", "Arrivals against decisions")
        if title in shown
    ][2:]
    report("queue", form="csv")
    head, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert (head[0], len(rows)) == ("rank", len({row[0] for row in rows}))
    assert report.said == ["more of this report: factdesk report queue_age, factdesk report queue_days"]


def test_the_form_follows_the_name_of_the_file(report: Report, tmp_path: Path) -> None:
    starts = {
        "csv": b"correction,",
        "json": b'{"correction"',
        "parquet": b"PAR1",
        "xlsx": b"PK",
        "html": b"<!DOCTYPE",
    }
    for suffix, start in starts.items():
        path = tmp_path / f"c.{suffix}"
        path.write_bytes(b"old")
        assert report("corrections", output=path) == 0
        assert path.read_bytes().startswith(start), suffix
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"c.{suffix}" for suffix in starts)


# --- the weekly bundle

Listing = Callable[[Path], dict[str, bytes]]


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_weekly_bundle_is_a_page_a_workbook_and_parquet_files(report: Report, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "week"
    assert report("weekly", output=folder) == 0
    made = files_in(folder)
    assert set(made) == {"weekly.html", "weekly.xlsx", *(f"parquet/{name}" for name in PARQUETS)}
    page = made["weekly.html"].decode()
    assert page.count("<section") == len(REPORTS)
    assert "<script" not in page
    assert "src=" not in page
    assert report.said == [f"17 files written to {folder}; the page to mail is {folder / 'weekly.html'}"]


def test_a_second_bundle_replaces_the_first_and_leaves_other_files_alone(
    report: Report, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    left = tmp_path / f"{SCRATCH}killed"
    (left / "parquet").mkdir(parents=True)
    (left / "parquet" / "queue.parquet").write_bytes(b"half")
    report("weekly", output=tmp_path)
    first = files_in(tmp_path)
    assert first["notes.txt"] == b"mine"
    assert not left.exists()

    report("weekly", output=tmp_path, author="Ines Weber")
    second = files_in(tmp_path)
    assert set(first) - set(second) == {"parquet/hosts.parquet", "parquet/refuted_share.parquet"}
    page = second["weekly.html"].decode()
    assert "author Ines Weber" in page
    assert "Source outcomes by host" in page.split("Left out", 1)[1].split("</p>", 1)[0]
    assert "left out, because it cannot be narrowed so: hosts" in report.said


def test_a_bundle_that_cannot_be_made_changes_nothing(report: Report, tmp_path: Path) -> None:
    report("weekly", output=tmp_path)
    before = files_in(tmp_path)
    empty = Report(open_home(tmp_path, tmp_path / "no-warehouse"))
    with pytest.raises(FactdeskError, match="nothing is published"):
        empty("weekly", output=tmp_path)
    (tmp_path / "weekly.xlsx").unlink()
    (tmp_path / "weekly.xlsx").mkdir()
    assert "is a folder where a file of the bundle goes" in refused(report, "weekly", output=tmp_path)
    after = files_in(tmp_path)
    assert {name: after[name] for name in after} == {
        name: before[name] for name in before if name != "weekly.xlsx"
    }
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert "cannot be written" in refused(report, "weekly", output=tmp_path / "file")


def test_a_folder_without_rights_is_one_sentence(report: Report, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with rights_of_files_hold():
            assert "cannot be written (Permission denied)" in refused(report, "weekly", output=tmp_path)
    finally:
        tmp_path.chmod(0o700)
