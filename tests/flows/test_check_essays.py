"""The flow on a real Prefect server: batches, artifacts without quotes, retries of a dead network."""

from __future__ import annotations

import asyncio
import importlib
import json
import shutil
from uuid import UUID

import pytest

from factdesk.config import CONFIG_NAME, open_home
from factdesk.ops.demo import make_demo_home
from factdesk.ops.prefect_server import free_port
from factdesk.ops.runs import FlowError, run_flow
from factdesk.pipeline import open_gatherer
from factdesk.samples.bundle import copy_essays
from factdesk.samples.site import PressSite
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.query import run_query
from feed_pages import entry, essay_page, rss
from local_site import Page, Site

pytestmark = pytest.mark.flows

QUICK = "[web]\ntries = 1\nseconds_between_requests = 0.0\nallow_hosts = [{hosts}]\n"


@pytest.fixture(scope="module")
def site():
    with PressSite() as served:
        yield served


def make_home(folder, *hosts):
    config = folder / CONFIG_NAME
    config.parent.mkdir(parents=True)
    config.write_text(QUICK.format(hosts=", ".join(f'"{host}"' for host in hosts)))
    return open_home(folder)


async def artifacts_and_tasks(flow_run_id):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, FlowRunFilter

    run = UUID(flow_run_id)
    async with get_client() as client:
        artifacts = await client.read_artifacts(
            artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
        )
        tasks = await client.read_task_runs(flow_run_filter=FlowRunFilter(id={"any_": [run]}))
    return artifacts, tasks


def test_batches_become_tasks_and_artifacts_carry_no_quotes(flow_module, site, tmp_path):
    home = make_home(tmp_path, site.address)
    copies = copy_essays(tmp_path / "essays", site.origin)
    shutil.copy(copies[0], tmp_path / "essays" / "z-the-same-again.md")
    report = flow_module.check_essays(
        flow_module.CheckEssays(home=str(tmp_path), places=[str(tmp_path / "essays")], batch_size=4)
    )
    artifacts, tasks = asyncio.run(artifacts_and_tasks(report["flow_run_id"]))
    assert report["counts"]["essay.read"] == 10
    assert report["counts"]["essay.duplicate"] == 1

    names = sorted(task.name for task in tasks)
    assert [name for name in names if name.startswith("read")] == [
        "read 1 of 3, 4 essays",
        "read 2 of 3, 4 essays",
        "read 3 of 3, 3 essays",
    ]
    assert [name for name in names if name.startswith("judge")] == [
        "judge 1 of 3, 4 essays",
        "judge 2 of 3, 4 essays",
        "judge 3 of 3, 3 essays",
    ]
    assert len([name for name in names if name.startswith("store")]) == 1
    assert {task.state_name for task in tasks} == {"Completed"}

    assert {one.type for one in artifacts} == {"progress", "table", "markdown"}
    told = json.dumps([one.data for one in artifacts])
    table = run_query(home.warehouse, "SELECT claim, essay_title, author FROM reports.verdicts")
    assert len(table.rows) == report["claims"] > 10
    for words in {word for row in table.rows for word in row if word}:
        assert words not in told
    assert "gone" in told
    assert "look for its new address" in told


def test_gathering_is_tried_again_only_when_no_link_could_be_reached(flow_module, site, tmp_path):
    from prefect import flow
    from prefect.utilities.annotations import quote

    dead = f"127.0.0.1:{free_port()}"
    home = make_home(tmp_path, dead, site.address)
    gather = importlib.import_module("flow_tasks").gather
    at_once = gather.with_options(retry_delay_seconds=0, retry_jitter_factor=None)
    batches = {
        "all dead": [f"http://{dead}/a", f"http://{dead}/b"],
        "one alive": [f"http://{dead}/c", f"{site.origin}/markets/wheat.html"],
        "one gone": [f"http://{dead}/d", f"{site.origin}/nothing-here.html"],
    }

    @flow(name="gather-only")
    def gather_only():
        from prefect import runtime

        with open_gatherer(home) as gatherer:
            found = [
                at_once(quote([SourceRequest(url) for url in urls]), quote(home), quote(gatherer), number)
                for number, urls in enumerate(batches.values())
            ]
        return str(runtime.flow_run.id), quote(found)

    flow_run_id, found = gather_only()
    _, tasks = asyncio.run(artifacts_and_tasks(flow_run_id))
    assert {task.name: task.run_count for task in tasks} == {"gather 0": 3, "gather 1": 1, "gather 2": 1}
    outcomes = [[one.fetch.outcome.value for one in batch] for batch in found.unquote()]
    assert outcomes == [
        ["connection_failed", "connection_failed"],
        ["connection_failed", "fetched"],
        ["connection_failed", "gone"],
    ]


def test_a_run_without_a_server_stores_its_records(site, tmp_path):
    home = make_demo_home(tmp_path, site)
    copy_essays(tmp_path / "essays", site.origin)
    report = run_flow(home, "check_essays", {})
    assert report.exit_code == 0
    assert report.answer["essays"] == report.answer["counts"]["essay.read"] == 10
    rows = run_query(home.warehouse, "SELECT flow, finished_at IS NOT NULL FROM reports.runs").rows
    assert rows == [("check_essays", True)]
    essays = run_query(home.warehouse, "SELECT count(*), sum(claims) FROM reports.essays").rows
    assert essays == [(10, report.answer["claims"])]
    outcomes = run_query(home.warehouse, "SELECT DISTINCT source_outcome FROM reports.sources").rows
    assert {name for (name,) in outcomes} >= {"fetched", "gone", "blocked_by_robots", "paywalled"}


def test_a_home_without_an_inbox_has_nothing_to_do_and_no_failure(flow_module, tmp_path):
    state = flow_module.check_essays(flow_module.CheckEssays(home=str(tmp_path)), return_state=True)
    assert (state.type, state.name) == ("COMPLETED", "NothingToDo")
    assert "write an [inbox] or [feeds] into config/factdesk.toml" in state.message


def test_only_new_and_changed_essays_are_read_and_a_dry_run_says_which(flow_module, site, tmp_path):
    make_demo_home(tmp_path, site)
    first, *_ = copy_essays(tmp_path / "essays", site.origin)
    wished = flow_module.CheckEssays(home=str(tmp_path))
    dry = flow_module.check_essays(flow_module.CheckEssays(home=str(tmp_path), dry_run=True))
    assert dry["counts"]["new"] == 10
    assert not (tmp_path / "warehouse").exists()
    assert flow_module.check_essays(wished)["counts"]["essay.read"] == 10
    first.write_text(first.read_text() + "\nOne line more.\n")
    dry = flow_module.check_essays(flow_module.CheckEssays(home=str(tmp_path), dry_run=True))
    assert (dry["changed"], dry["counts"]["unchanged"]) == ([first.name], 9)
    told = flow_module.check_essays(wished)
    assert {name: told["counts"][name] for name in ("essay.read", "essay.unchanged")} == {
        "essay.read": 1,
        "essay.unchanged": 9,
    }


def test_the_entries_of_feeds_are_read_once_and_the_older_ones_counted(flow_module, tmp_path):
    words = {
        "/a": "A return ticket to Lisbon costs 40 euros.",
        "/b": "A return ticket to Porto costs 47 euros.",
    }
    pages = {path: essay_page(text) for path, text in words.items()}
    pages["/feed"] = Page(
        rss(entry("/b", day=3), entry("/a", day=2), entry("/old", day=1)), "application/rss+xml"
    )
    served = Site(pages=pages)
    home = make_home(tmp_path, served.host)
    config = home.config_path
    feeds = f'blog = "{served.url("feed")}"\ndead = "{served.url("dead")}"'
    config.write_text(f"{config.read_text()}[feeds]\n{feeds}\n[essays]\nentries_per_feed = 2\n")
    parameters = flow_module.CheckEssays(home=str(tmp_path))
    first = flow_module.check_essays(parameters)
    counts = {"essay.read": 2, "essay.unreadable": 1, "essay.left_in_feeds": 1}
    assert {name: first["counts"][name] for name in counts} == counts
    assert "1 older entry left in feeds" in first["line"]
    _, tasks = asyncio.run(artifacts_and_tasks(first["flow_run_id"]))
    assert {task.name for task in tasks} >= {"list 2 places", "read 1 of 1, 3 essays"}
    served.asked.clear()
    again = flow_module.check_essays(parameters)
    assert again["counts"]["essay.unchanged"] == 2
    only_one = flow_module.check_essays(flow_module.CheckEssays(home=str(tmp_path), feeds=["dead"]))
    assert only_one["essays"] == 1
    dry = flow_module.check_essays(flow_module.CheckEssays(home=str(tmp_path), dry_run=True))
    assert dry["feeds"] == [served.url("feed"), served.url("dead")]
    served.close()
    assert served.asked == ["/feed", "/dead", "/dead"]


def test_a_run_that_cannot_be_says_why_in_one_sentence(tmp_path):
    home = make_home(tmp_path)
    with pytest.raises(FlowError, match="the parameter 'colour' of check_essays is bad") as told:
        run_flow(home, "check_essays", {"colour": "red"})
    assert told.value.exit_code == 2
