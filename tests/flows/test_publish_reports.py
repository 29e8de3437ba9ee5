"""Publishing as a flow: what waits is folded, a run leaves a record only when it has something to say."""

from __future__ import annotations

import importlib

import pytest

from factdesk.config import open_home
from factdesk.ops.overlap import take_turn
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import small_essay

pytestmark = pytest.mark.flows


@pytest.fixture(scope="module")
def publish_module(prefect_server):
    return importlib.import_module("publish_reports")


def test_what_waits_is_folded_once_and_a_dry_run_changes_nothing(publish_module, tmp_path):
    home = open_home(tmp_path)
    write_batches(small_essay(), home.warehouse, 1_000_000)
    dry = publish_module.publish_reports(publish_module.PublishReports(home=str(tmp_path), dry_run=True))
    assert dry["waiting"] == 1
    assert dry["plan"][0].startswith("1 batch (0.0 MB) would be folded")
    assert not (home.warehouse / "reports.duckdb").exists()

    first = publish_module.publish_reports(publish_module.PublishReports(home=str(tmp_path)))
    assert (first["folded"], first["published"], first["waiting"]) == (2, True, 0)
    runs = run_query(home.warehouse, "SELECT flow, finished_at IS NOT NULL FROM reports.runs").rows
    assert runs == [("publish_reports", True)]

    second = publish_module.publish_reports(publish_module.PublishReports(home=str(tmp_path)))
    assert (second["folded"], second["published"], second["batches"]) == (0, False, [])


def test_a_run_writes_the_weekly_bundle_where_it_is_asked_to(publish_module, tmp_path):
    home = open_home(tmp_path)
    asked = publish_module.PublishReports(home=str(tmp_path), weekly_to="week")
    nothing = publish_module.publish_reports(asked, return_state=True)
    assert nothing.is_completed()
    assert not (tmp_path / "week").exists()

    write_batches(small_essay(), home.warehouse, 1_000_000)
    assert publish_module.publish_reports(asked)["published"]
    assert (tmp_path / "week" / "weekly.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    outside = publish_module.PublishReports(home=str(tmp_path), weekly_to="../week")
    refused = publish_module.publish_reports(outside, return_state=True)
    assert refused.is_failed()
    assert "weekly_to ../week leads out of the project folder" in refused.message


def test_a_run_that_may_not_wait_ends_as_cancelled_with_the_reason(publish_module, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text('[flow]\noverlap = "refuse"\n')
    parameters = publish_module.PublishReports(home=str(tmp_path))
    with take_turn(open_home(tmp_path), "publish_reports", "run of a colleague", print):
        state = publish_module.publish_reports(parameters, return_state=True)
    assert state.is_cancelled()
    assert "publish_reports is running already (run of a colleague)" in state.message
    assert publish_module.publish_reports(parameters, return_state=True).is_completed()


def test_a_run_that_fails_says_why_and_leaves_a_record(publish_module, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text("[flow]\nrun_minutes = 1e-9\n")
    parameters = publish_module.PublishReports(home=str(tmp_path))
    state = publish_module.publish_reports(parameters, return_state=True)
    assert state.is_failed()
    assert "the run took longer than flow.run_minutes" in state.message
    rows = run_query(tmp_path / "warehouse", "SELECT flow, counts FROM reports.runs").rows
    assert rows == [("publish_reports", '[["failed","1"]]')]


def test_a_run_whose_record_cannot_be_stored_still_says_what_it_failed_of(publish_module, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "factdesk.toml").write_text("[flow]\nrun_minutes = 1e-9\n")
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "spool").write_text("a file where the folder should be")
    parameters = publish_module.PublishReports(home=str(tmp_path))
    state = publish_module.publish_reports(parameters, return_state=True)
    assert state.is_failed()
    assert "the run took longer than flow.run_minutes" in state.message
