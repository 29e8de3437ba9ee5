"""Rechecking as a flow: a dry run asks nobody, a run judges what changed and tells it without quotes."""

from __future__ import annotations

import asyncio
import importlib
import json

import pytest

from flows.test_check_essays import artifacts_and_tasks
from pipeline.press import Desk, open_press

pytestmark = pytest.mark.flows

FARES = {"Lisbon": 40, "Porto": 47, "Madrid": 54}


@pytest.fixture(scope="module")
def recheck_module(prefect_server):
    return importlib.import_module("recheck_sources")


def test_a_changed_page_is_judged_again_and_told_without_quotes(recheck_module, tmp_path):
    with open_press(FARES) as press:
        desk = Desk(tmp_path, press)
        desk.write("south.md", FARES)
        desk.check()
        desk.decide()
        press.asked()
        press.put("Lisbon", 90)
        press.drop("Porto")
        press.pages["/Madrid"] = press.pages["/Madrid"].replace("being repaired", "open again")
        parameters = {"home": str(tmp_path), "older_than_hours": 0.0, "batch_size": 1}

        dry = recheck_module.recheck_sources(recheck_module.RecheckSources(**parameters, dry_run=True))
        assert (dry["due"], dry["left"]) == (3, 0)
        assert {one["url"] for one in dry["sources"]} == {press.url(city) for city in FARES}
        assert any(press.url("Lisbon") in line and "due after 0 hours" in line for line in dry["plan"])
        assert not press.asked()

        told = recheck_module.recheck_sources(recheck_module.RecheckSources(**parameters))
        assert press.asked() == dict.fromkeys(FARES, 1)
    assert told["counts"] == {
        "source.fetched": 2,
        "source.gone": 1,
        "change.text": 2,
        "passage.died": 1,
        "verdict.refuted": 1,
        "verdict.supported": 1,
        "changed": 2,
    }
    assert told["line"] == (
        "3 sources rechecked, 2 changed, 1 gone, 1 passage no longer there, 2 claims with a new verdict, "
        "1 reopened."
    )
    assert told["reopened"] == 1
    assert desk.stages() == {"Lisbon": "reopened", "Porto": "decided", "Madrid": "decided"}
    assert desk.ratings() == {"Lisbon": "refuted", "Porto": "supported", "Madrid": "supported"}

    artifacts, tasks = asyncio.run(artifacts_and_tasks(told["flow_run_id"]))
    assert sorted(task.name.split("-")[0] for task in tasks) == [
        "gather 1 of 3, 1 links",
        "gather 2 of 3, 1 links",
        "gather 3 of 3, 1 links",
        "judge 1 of 2, 1 claims",
        "judge 2 of 2, 1 claims",
        "store",
    ]
    page = json.dumps([one.data for one in artifacts])
    assert "look for its new address" in page
    assert "Lisbon" not in page
