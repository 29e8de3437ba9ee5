"""Parameters as typed, and what a person reads of a run."""

from __future__ import annotations

import os

import pytest

from factdesk.config import open_home
from factdesk.errors import UsageError
from factdesk.ops.prefect_api import PrefectError
from factdesk.ops.prefect_server import free_port
from factdesk.ops.runs import FlowReport, parse_parameters, report_lines, run_flow
from factdesk.ops.up_state import UpState, hold_up, write_up_state

ANSWER = {
    "essays": 1,
    "claims": 12,
    "sources": 3,
    "line": "1 essay, 12 claims, 3 sources.",
    "essays_failed": 0,
    "rejected": 0,
    "counts": {"essay.read": 1, "source.gone": 1, "source.fetched": 2},
}


def test_a_name_given_twice_becomes_a_list():
    words = ["places=a.md", "places=b=c.md", "places=d.md", "batch_size=5", "home="]
    assert parse_parameters(words) == {"places": ["a.md", "b=c.md", "d.md"], "batch_size": "5", "home": ""}


@pytest.mark.parametrize("word", ["places", "=a.md", ""])
def test_a_word_that_is_no_parameter_is_named(word):
    with pytest.raises(UsageError, match="is not name=value"):
        parse_parameters([word])


def test_an_unknown_flow_is_named(tmp_path):
    with pytest.raises(UsageError, match="no flow 'recheck'; use one of check_essays, recheck"):
        run_flow(open_home(tmp_path), "recheck", {})


def test_a_server_that_is_named_and_not_there_is_said_at_once(tmp_path):
    url = f"http://127.0.0.1:{free_port()}/api"
    with pytest.raises(PrefectError, match="does not answer; start it, or unset PREFECT_API_URL"):
        run_flow(open_home(tmp_path), "check_essays", {}, api_url=url)


@pytest.mark.parametrize("is_past_its_port", [False, True])
def test_no_second_server_is_started_beside_a_factdesk_up_that_starts(
    tmp_path, monkeypatch, is_past_its_port
):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    home = open_home(tmp_path)
    with hold_up(home):
        if is_past_its_port:
            write_up_state(home, UpState.now(free_port()))
        with pytest.raises(
            PrefectError, match=rf"process {os.getpid()}\) is starting or stopping; try again"
        ):
            run_flow(home, "check_essays", {})


def test_a_run_is_told_by_its_counts():
    assert report_lines(FlowReport("check_essays", 4.4, ANSWER)) == [
        "check_essays completed in 4 s: 1 essay, 12 claims, 3 sources.",
        "  essays   read 1",
        "  sources  fetched 2, gone 1",
    ]


@pytest.mark.parametrize(("failed", "rejected", "code"), [(0, 0, 0), (1, 0, 3), (0, 2, 3)])
def test_unread_essays_and_rejected_batches_are_exit_code_3(failed, rejected, code):
    answer = {**ANSWER, "essays_failed": failed, "rejected": rejected}
    assert FlowReport("check_essays", 1.0, answer).exit_code == code
