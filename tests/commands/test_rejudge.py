"""`factdesk rejudge` by the installed program, and what it does to the queue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factdesk.desk.people import read_people
from factdesk.desk.queue import queue_rows
from factdesk.model import Rating
from factdesk.verdicts.method import method_id
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.reports import run_report
from judged_homes import JudgedHome, copy_home
from program import Ended, Run, run_in

Ask = Callable[..., Ended]


@pytest.fixture
def desk(judged_root: Path, tmp_path: Path) -> JudgedHome:
    return copy_home(judged_root, tmp_path / "home")


@pytest.fixture
def ask(desk: JudgedHome) -> Ask:
    def run(*arguments: str) -> Ended:
        return run_in(desk.home.root, *arguments)

    return run


def why(desk: JudgedHome) -> dict[str, str]:
    rows = queue_rows(desk.home.warehouse, 20)
    return {row["sentence"]: row["why"] for row in rows if row["stage"] == "reopened"}


def test_nothing_to_do_is_said_and_leaves_no_run(desk: JudgedHome, ask: Ask) -> None:
    runs = desk.ask("SELECT count(*) FROM records.runs")
    done = ask("rejudge")
    assert (done.code, done.err) == (0, "")
    assert done.out == "7 claims judged again: 7 as before, 0 new verdicts\n"
    assert desk.ask("SELECT count(*) FROM records.runs") == runs


def test_a_dry_run_says_what_would_change(desk: JudgedHome, ask: Ask) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    desk.age("Lisbon")
    desk.decide("Porto", Rating.SUPPORTED)
    before = desk.files()
    done = ask("rejudge", "--dry-run", "--reopen")
    assert (done.code, done.err, desk.files()) == (0, "", before)
    head, was, now, person, *summary = done.out.splitlines()
    assert head.startswith(f"{str(desk.verdict('Porto').claim_id)[:8]}  ")
    assert was.startswith("    was  ● supported (")
    assert now.startswith("    now  ✕ refuted (")
    assert person == "    a person decided: supported; put back into the queue"
    assert summary == [
        "7 claims judged again: 5 as before, 2 new verdicts (nothing is stored: --dry-run)",
        "  1 from supported to refuted",
        "the machine now disagrees with 1 decision: factdesk report method_disagreements",
        "1 decided claim would be put back into the queue",
    ]


def test_disagreements_are_a_report_and_reopen_only_when_asked(desk: JudgedHome, ask: Ask) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    porto = str(desk.verdict("Porto").claim_id)
    assert ask("decide", porto, "supported", "--as", "Mia").code == 0
    done = ask("rejudge", "--json")
    verdict, summary = done.rows
    assert (verdict["editor_rating"], verdict["disagrees"], verdict["reopened"]) == ("supported", True, False)
    assert (verdict["was"]["method"], verdict["now"]["method"]) == ("0" * 64, method_id())
    assert summary["changes"] == [{"was": "supported", "now": "refuted", "claims": 1}]
    assert (summary["disagreeing"], summary["reopened"], summary["dry_run"]) == (1, 0, False)
    (told,) = run_report(desk.home.warehouse, "method_disagreements").as_dicts()
    assert (told["editor_rating"], told["machine_rating_now"]) == ("supported", "refuted")
    assert (desk.stage("Porto"), why(desk)) == ("decided", {})

    again = ask("rejudge", "--reopen", "--as", "Mia")
    assert again.out.splitlines()[-1] == "1 decided claim put back into the queue"
    assert desk.stage("Porto") == "reopened"
    ((sentence, reason),) = why(desk).items()
    assert "Porto" in sentence
    assert "the machine now disagrees with the decision" in reason
    assert desk.column("Porto", "editor_rating") == "supported"
    ((reviewer,),) = desk.ask("SELECT reviewer FROM records.review_events WHERE target = 'reopen'")
    assert read_people(desk.home.warehouse)[reviewer] == "Mia"
    third = ask("rejudge", "--reopen", "--json").rows[-1]
    assert (third["new_verdicts"], third["reopened"]) == (0, 0)

    assert ask("decide", porto, "refuted", "--conclusion", "The fare is 47 euros.", "--as", "Mia").code == 0
    assert (desk.stage("Porto"), why(desk)) == ("decided", {})
    assert run_report(desk.home.warehouse, "method_disagreements").rows == []


def test_a_decision_that_is_reopened_and_confirmed_stays_closed(desk: JudgedHome, ask: Ask) -> None:
    """The person looks at the new verdict and decides as before: nobody is asked a third time."""
    desk.age("Porto", Rating.SUPPORTED)
    desk.decide("Porto", Rating.SUPPORTED)
    ask("rejudge", "--reopen")
    porto = str(desk.verdict("Porto").claim_id)
    ask(
        "decide", porto, "supported", "--conclusion", "The page speaks of another train.", "--reason", "other"
    )
    assert ask("rejudge", "--reopen", "--json").rows[-1]["reopened"] == 0
    assert desk.stage("Porto") == "decided"


def test_a_claim_that_cannot_be_judged_is_told_with_exit_code_1(desk: JudgedHome, ask: Ask) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    desk.lose(desk.text_of("Porto"))
    done = ask("rejudge")
    assert done.code == 1
    assert "✕ not judged  " in done.out
    assert "7 claims judged again: 6 as before, 0 new verdicts, 1 not judged" in done.out


def test_beside_a_keeper_the_verdicts_wait_and_that_is_no_failure(desk: JudgedHome, ask: Ask) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    keeper = open_keeper(desk.home.warehouse)
    assert keeper is not None
    with keeper:
        done = ask("rejudge")
        assert done.code == 0
        assert "batches waiting in the spool: " in done.err
        twice = ask("rejudge")
        assert "1 claim left as they are: a newer verdict of theirs is not published yet" in twice.err
        assert "0 new verdicts" in twice.out
    assert ask("publish").code == 0
    assert desk.verdict("Porto").method == method_id()


def test_a_reopening_by_an_attached_source_is_called_by_its_cause(desk: JudgedHome, ask: Ask) -> None:
    desk.decide("Lisbon", Rating.SUPPORTED)
    (desk.home.root / "counter.txt").write_text("A return ticket to Lisbon costs 45 euros.", encoding="utf-8")
    assert ask("attach", str(desk.verdict("Lisbon").claim_id), "counter.txt").code == 0
    assert desk.stage("Lisbon") == "reopened"
    ((_, reason),) = why(desk).items()
    assert "a source was attached after the decision" in reason
    assert "changed" not in reason


def test_an_empty_folder_is_refused(factdesk: Run) -> None:
    ended = factdesk("rejudge")
    assert (ended.code, ended.out) == (2, "")
    assert "there is nothing to judge again in" in ended.error_line()
