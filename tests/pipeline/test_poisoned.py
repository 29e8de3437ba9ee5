"""An essay that breaks its run is recorded, tried again, set aside, and stops no other essay."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from essay_runs import Desk, break_on, run_in_process
from factdesk.config import ReadingSettings
from factdesk.desk.decisions import make_decision
from factdesk.errors import ArchiveError
from factdesk.essays.attempts import EssayStage
from factdesk.essays.inputs import list_inbox
from factdesk.essays.selection import select_essays
from factdesk.model import Rating
from factdesk.pipeline import check_once, store_batch
from factdesk.pipeline.judging import judge_one
from factdesk.pipeline.reading import find_in
from factdesk.warehouse.known import open_known
from factdesk.web.workers import Readers, ReadingPool

GOOD = "A return ticket to Lisbon costs 40 euros."
BAD = "A return ticket to Porto costs 47 euros, says the poisoned page."
MENDED = "A return ticket to Porto costs 47 euros."
KILLED = -signal.SIGKILL

FAULT = ValueError("a figure\nof 47 \ud800")
SAID = "ValueError: a figure of 47 \ufffd\ufffd\ufffd"
"""The fault in one line that can be stored."""
BROKEN_FIND = {"find": break_on("poisoned", find_in, FAULT)}
BROKEN_JUDGE = {"judge": break_on("poisoned", judge_one, FAULT)}
STAGES = {"finding its claims": BROKEN_FIND, "judging its claims": BROKEN_JUDGE}


@pytest.fixture
def poisoned(desk: Desk) -> Desk:
    """Three essays; the one in the middle is the poisoned one."""
    desk.write("a.md", GOOD)
    desk.write("bad.md", BAD)
    desk.write("c.md", f"{GOOD} {MENDED}")
    return desk


@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_of_ours_is_the_outcome_of_its_essay_alone(poisoned: Desk, stage: str) -> None:
    run = poisoned.run(**STAGES[stage])
    assert run.outcomes == {"a.md": "read", "bad.md": "parser_killed", "c.md": "read"}
    detail = run.details["bad.md"]
    assert detail is not None
    assert detail.startswith(f"a fault in Factdesk while {stage} ({SAID}); it is tried again")
    assert [place for place, _, _ in poisoned.claims()] == ["a.md", "c.md", "c.md"]
    assert sorted(poisoned.readings()) == [("a.md", "read"), ("bad.md", "parser_killed"), ("c.md", "read")]
    assert poisoned.ask("SELECT detail FROM reports.essays WHERE path = 'bad.md'") == [(detail,)]
    assert poisoned.tries("bad.md") == 1
    assert poisoned.tries("a.md") == 0


@pytest.mark.parametrize("stage", STAGES)
def test_a_poisoned_essay_is_set_aside_until_it_is_edited(poisoned: Desk, stage: str) -> None:
    broken = STAGES[stage]
    poisoned.run(**broken)
    second = poisoned.run(**broken)
    assert second.read_places == ["bad.md"]
    assert poisoned.readings().count(("bad.md", "parser_killed")) == 1  # it said nothing new
    for _ in range(2):
        third = poisoned.run(**broken)
        assert third.read_places == []
        assert [one.essay.relative for one in third.selection.set_aside] == ["bad.md"]
        assert third.outcomes == {"bad.md": "parser_killed"}
    detail = third.details["bad.md"]
    (name,) = (path.name for path in poisoned.journal_files() if "bad.md" in path.read_text())
    assert detail == (
        f"set aside after 2 tries, the last one ended while {stage} ({SAID}); "
        f"change the file, or remove warehouse/attempts/{name} to try again"
    )
    assert poisoned.readings().count(("bad.md", "parser_killed")) == 2
    poisoned.write("bad.md", MENDED)
    assert poisoned.run(**broken).outcomes == {"bad.md": "read"}
    assert poisoned.tries("bad.md") == 0
    assert poisoned.run(**broken).read_places == []


def test_a_removed_line_of_the_journal_frees_a_poisoned_essay(poisoned: Desk) -> None:
    poisoned.run(**BROKEN_FIND)
    poisoned.run(**BROKEN_FIND)
    assert poisoned.run().selection.set_aside != ()
    next(path for path in poisoned.journal_files() if "bad.md" in path.read_text()).unlink()
    assert poisoned.run().outcomes == {"bad.md": "read"}


def test_another_finder_frees_a_poisoned_essay(poisoned: Desk) -> None:
    poisoned.run(**BROKEN_FIND)
    poisoned.run(**BROKEN_FIND)
    with open_known(poisoned.home.warehouse) as known:
        selection = select_essays(list_inbox(poisoned.home), poisoned.home, known, method="mended")
    assert [one.relative for one in selection.changed] == ["a.md", "bad.md", "c.md"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_leaves_the_old_version_and_its_decisions_as_they_are(desk: Desk, stage: str) -> None:
    desk.write("bad.md", MENDED, title="Fares")
    desk.run()
    ((claim_id,),) = desk.ask("SELECT claim_id FROM reports.claims")
    decision = make_decision(desk.home.warehouse, claim_id, Rating.SUPPORTED, "Ana", conclusion="It says so.")
    store_batch([decision], desk.home)
    before = desk.ask("SELECT version_id, essay_title, claims FROM reports.essays")
    desk.write("bad.md", f"{MENDED} {GOOD} Now it is poisoned.", title="Other fares")
    assert desk.run(**STAGES[stage]).outcomes == {"bad.md": "parser_killed"}
    assert desk.ask("SELECT version_id, essay_title, claims FROM reports.essays") == before
    assert desk.claims() == [("bad.md", "supported", "decided")]


def test_an_essay_that_came_through_starts_again_at_no_tries(poisoned: Desk) -> None:
    poisoned.run(**BROKEN_FIND)
    assert poisoned.run().outcomes == {"bad.md": "read"}
    assert poisoned.tries("bad.md") == 0


# --- kills


@pytest.mark.parametrize("stage", ["finding", "judging"])
def test_a_killed_process_costs_the_essay_in_work_one_try(poisoned: Desk, stage: str) -> None:
    assert run_in_process(poisoned.home, stage, "poisoned") == KILLED
    assert poisoned.tries("bad.md") == 1
    others = {"a.md", "c.md"} & set(poisoned.journal())
    assert {poisoned.tries(name) for name in others} == {0}
    # What broke a run comes last, so that the others are done before it breaks the next one.
    assert run_in_process(poisoned.home, stage, "poisoned") == KILLED
    assert poisoned.tries("bad.md") == 2
    assert {poisoned.tries(name) for name in ("a.md", "c.md")} == {0}
    assert run_in_process(poisoned.home, stage, "poisoned") == 0
    assert poisoned.ask("SELECT path, outcome FROM reports.essays ORDER BY path") == [
        ("a.md", "read"),
        ("bad.md", "parser_killed"),
        ("c.md", "read"),
    ]
    ((detail,),) = poisoned.ask("SELECT detail FROM reports.essays WHERE path = 'bad.md'")
    assert f"set aside after 2 tries, the last one ended while {stage} its claims (the process was " in detail
    poisoned.write("bad.md", MENDED)
    assert poisoned.run().outcomes == {"bad.md": "read"}


def test_a_kill_between_essays_costs_no_try_and_stores_nothing_twice(poisoned: Desk) -> None:
    assert run_in_process(poisoned.home, "storing") == KILLED
    assert {poisoned.tries(name) for name in poisoned.journal()} == {0}
    assert run_in_process(poisoned.home, "none") == 0
    assert sorted(poisoned.readings()) == [("a.md", "read"), ("bad.md", "read"), ("c.md", "read")]
    assert poisoned.run().read_places == []


# --- hangs


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise CancelledError in the main thread when the time is up, as Prefect's time limit does."""

    def end(*_: object) -> None:
        raise asyncio.CancelledError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def hang_on(word: str, stage: Callable[..., Any]) -> Callable[..., Any]:
    """Return a stage that never ends for the essay whose text holds ``word``; its time runs from there."""

    def hanging(read: Any, *others: Any) -> Any:
        text = read.text if hasattr(read, "text") else read.read.text
        if word in text:
            with time_limit(0.05):
                time.sleep(60)
        return stage(read, *others)

    return hanging


@pytest.mark.parametrize(("name", "stage"), [("find", find_in), ("judge", judge_one)])
def test_an_essay_that_outlasts_the_runs_time_is_set_aside(
    poisoned: Desk, name: str, stage: Callable[..., Any]
) -> None:
    hanging = {name: hang_on("poisoned", stage)}
    for tries in (1, 2):
        with pytest.raises(asyncio.CancelledError):
            poisoned.run(**hanging)
        assert poisoned.tries("bad.md") == tries
        assert poisoned.journal()["bad.md"]["begun"] is None
    run = poisoned.run(**hanging)
    assert run.outcomes == {"a.md": "read", "bad.md": "parser_killed", "c.md": "read"}
    assert "its claims (the run's time was up); change the file" in (run.details["bad.md"] or "")
    assert {poisoned.tries(place) for place in ("a.md", "c.md")} == {0}


# --- what says nothing against an essay


@pytest.mark.parametrize("stage", [find_in, judge_one])
@pytest.mark.parametrize("fault", [KeyboardInterrupt(), ArchiveError("the archive is full; make room")])
def test_ctrl_c_and_a_full_archive_end_the_run_and_count_against_none(
    poisoned: Desk, fault: BaseException, stage: object
) -> None:
    name = "find" if stage is find_in else "judge"
    with pytest.raises(type(fault)):
        poisoned.run(**{name: break_on("poisoned", stage, fault)})
    assert {poisoned.tries(place) for place in poisoned.journal()} == {0}


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[ReadingPool]:
    """Reading workers that are killed by an essay whose bytes say so."""
    (tmp_path / "deadly_reader.py").write_text(
        "import os, signal\n"
        "from factdesk.reading.essay_text import read_essay_text\n"
        "def read(content, form, url=None):\n"
        "    if b'poisoned' in content:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return read_essay_text(content, form, url=url)\n"
    )
    readers = Readers(essay="deadly_reader:read", path=(str(tmp_path),))
    with ReadingPool(ReadingSettings(workers=1), readers) as pool:
        yield pool


def test_a_dead_reading_worker_is_a_try(poisoned: Desk, hostile: ReadingPool) -> None:
    for tries in (1, 2):
        run = poisoned.run(pool=hostile)
        assert run.outcomes["bad.md"] == "parser_killed"
        assert run.details["bad.md"] == "the reading worker was killed (signal 9)"
        assert poisoned.tries("bad.md") == tries
    run = poisoned.run(pool=hostile)
    assert run.read_places == []
    assert "while reading it (the reading worker was killed (signal 9))" in (run.details["bad.md"] or "")
    assert poisoned.journal()["bad.md"]["stage"] == EssayStage.READING


def test_a_reading_worker_that_never_came_to_the_essay_is_no_try(poisoned: Desk, tmp_path: Path) -> None:
    with ReadingPool(ReadingSettings(workers=1), Readers(essay="no_such_module:read")) as pool:
        for _ in range(3):
            assert set(poisoned.run(pool=pool).outcomes.values()) == {"parser_killed"}
    assert {poisoned.tries(place) for place in poisoned.journal()} == {0}
    assert set(poisoned.run().outcomes.values()) == {"read"}


def test_what_a_person_names_is_tried_although_it_is_set_aside(poisoned: Desk) -> None:
    poisoned.run(**BROKEN_FIND)
    poisoned.run(**BROKEN_FIND)
    report = check_once([str(poisoned.path("bad.md"))], poisoned.home)
    assert [read.read.outcome.value for read in report.reads] == ["read"]
    assert poisoned.run().read_places == []
