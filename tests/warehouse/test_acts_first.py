"""Acts of people wait neither for what machines wrote nor for a copy, and nothing gets out of order by it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

import duckdb
import pytest

from factdesk.model import Act, Claim, Rating, Record, ReviewEvent
from factdesk.warehouse.chain import find_chain_break
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import Keeper, fold_and_publish, open_keeper
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from factdesk.warehouse.standing import find_standing_faults
from small_records import Review, judge, make_claim, make_essay, small_essay
from warehouse_processes import start

LIMIT = 16_000_000
DEADLINE_SECONDS = 60.0

HARBOUR = make_claim(make_essay("harbour"), "the ferry costs £5")
PIER = make_claim(make_essay("pier"), "the ferry costs £5")


@pytest.fixture
def keeper(warehouse: Path) -> Iterator[Keeper]:
    """A keeper of two essays with a claim each."""
    for name in ("harbour", "pier"):
        write_batches(small_essay(name), warehouse, LIMIT)
    opened = open_keeper(warehouse)
    assert opened is not None
    with opened:
        opened.fold()
        yield opened


def write(keeper: Keeper, *batches: Sequence[Record]) -> None:
    for records in batches:
        write_batches(records, keeper.folder.root, LIMIT)


def waiting(keeper: Keeper) -> int:
    return len(batch_files(keeper.folder.pending))


def chained(keeper: Keeper) -> list[Any]:
    return keeper.ask("SELECT event_id, stale FROM keeper.event_chain ORDER BY position", [])


def require_whole(keeper: Keeper) -> None:
    assert find_standing_faults(keeper._connection) == []
    assert find_chain_break(keeper._connection) is None
    assert batch_files(keeper.folder.rejected) == []


def run_aside(work: Callable[[], object]) -> tuple[Thread, list[object]]:
    """Run in a thread; the list gets what it returned or raised."""
    said: list[object] = []

    def run() -> None:
        try:
            said.append(work())
        except BaseException as error:
            said.append(error)
            raise

    thread = Thread(target=run)
    thread.start()
    return thread, said


def join(thread: Thread) -> None:
    thread.join(DEADLINE_SECONDS)
    assert not thread.is_alive()


def test_an_act_is_folded_before_what_machines_wrote_earlier(keeper: Keeper) -> None:
    event = Review(HARBOUR.id).decide()
    write(keeper, small_essay("quay"), small_essay("dock"), [event], small_essay("mole"))
    done = keeper.fold_acts()
    assert (done.folded, done.are_all) == (1, True)
    assert waiting(keeper) == 3
    assert chained(keeper) == [(event.id, False)]
    assert keeper.ask("SELECT editor_rating FROM standing.claims WHERE claim_id = ?", [HARBOUR.id]) == [
        (Rating.SUPPORTED,)
    ]
    assert keeper.fold() == (3, 0)
    require_whole(keeper)


def test_a_decision_is_never_folded_before_its_claim(keeper: Keeper) -> None:
    claim = make_claim(make_essay("quay"), "the ferry costs £5")
    early, later = Review(claim.id).decide(), Review(HARBOUR.id).decide()
    write(keeper, small_essay("quay"), [early], [later])
    done = keeper.fold_acts()
    # The later one could go, but events keep their order among themselves.
    assert (done.folded, done.are_all, waiting(keeper)) == (0, False, 3)
    assert keeper.fold() == (3, 0)
    assert [event for event, _ in chained(keeper)] == [early.id, later.id]
    events = "SELECT min(fold_sequence) FROM records.review_events"
    assert keeper.ask(f"SELECT max(fold_sequence) < ({events}) FROM records.claims", []) == [(True,)]
    require_whole(keeper)


def test_a_decision_on_a_verdict_that_still_waits_counts_once_the_verdict_is_there(keeper: Keeper) -> None:
    judged = judge(HARBOUR, Rating.REFUTED, text="The fare is six pounds now.", minute=9)
    event = Review(HARBOUR.id).decide(Rating.REFUTED, verdict_id=judged.verdict.id)
    write(keeper, judged.records, [event])
    assert keeper.fold_acts().folded == 1
    require_whole(keeper)
    keeper.fold()
    assert keeper.ask(
        "SELECT editor_rating, seen_rating, is_reopened FROM standing.claims WHERE claim_id = ?", [HARBOUR.id]
    ) == [(Rating.REFUTED, Rating.REFUTED, False)]
    require_whole(keeper)


def test_an_act_among_other_records_keeps_its_place(keeper: Keeper) -> None:
    review = Review(HARBOUR.id)
    noted, decided = review.act(Act.NOTE, note="see page 4"), review.decide()
    write(keeper, small_essay("quay"), [*small_essay("dock"), noted], [decided])
    done = keeper.fold_acts()
    assert (done.folded, done.are_all, waiting(keeper)) == (0, False, 3)
    keeper.fold()
    assert chained(keeper) == [(noted.id, False), (decided.id, False)]
    require_whole(keeper)


def test_a_header_that_cannot_be_read_holds_up_the_acts_behind_it_until_it_is_rejected(
    keeper: Keeper,
) -> None:
    event = Review(HARBOUR.id).decide()
    write(keeper, small_essay("quay"))
    (broken,) = batch_files(keeper.folder.pending)
    broken.write_bytes(b"no header\n")
    write(keeper, [event])
    assert not keeper.fold_acts().are_all
    assert keeper.fold() == (1, 1)
    assert keeper.fold_acts().are_all
    assert chained(keeper) == [(event.id, False)]


def test_at_most_so_many_batches_are_folded_and_all_acts(keeper: Keeper) -> None:
    write(keeper, *(small_essay(f"quay {number}") for number in range(5)), [Review(PIER.id).decide()])
    assert keeper.fold(at_most=2) == (3, 0)
    assert waiting(keeper) == 3
    assert keeper.fold() == (3, 0)


def test_a_bad_batch_among_many_is_set_aside_alone(keeper: Keeper) -> None:
    """One transaction folds them, and the bad one spoils it: its file is whole, its words do not fit."""
    event: ReviewEvent = Review(HARBOUR.id).act(Act.NOTE, note="so")
    write(keeper, [event])
    keeper.fold()
    changed = Review(HARBOUR.id).act(Act.NOTE, note="otherwise")
    object.__setattr__(changed, "event_id", event.event_id)
    write(keeper, [changed], [Review(PIER.id).decide()], [Review(PIER.id).act(Act.NOTE, note="n")])
    assert keeper.fold() == (2, 1)
    assert len(chained(keeper)) == 3
    assert len(batch_files(keeper.folder.rejected)) == 1
    assert find_standing_faults(keeper._connection) == []


# --- side by side ---------------------------------------------------------------------------------


class Paused:
    """A connection that stops at the first statement which begins so, until it is let go."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, begins: str) -> None:
        self._connection = connection
        self._begins = begins
        self.has_stopped, self.go = Event(), Event()

    def execute(self, sql: str, *parameters: Any) -> Any:
        if sql.lstrip().startswith(self._begins) and not self.has_stopped.is_set():
            self.has_stopped.set()
            assert self.go.wait(DEADLINE_SECONDS)
        return self._connection.execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def pause_folding(keeper: Keeper, begins: str) -> tuple[Paused, Thread]:
    """Fold what waits in a thread, as far as a statement that begins so."""
    real = keeper._connection
    paused = Paused(real, begins)
    keeper._drain.connection = paused  # type: ignore[assignment]
    thread, _ = run_aside(keeper.fold)
    assert paused.has_stopped.wait(DEADLINE_SECONDS)
    return paused, thread


@pytest.mark.parametrize("begins", ["INSERT INTO records", "DELETE FROM standing.claims", "COMMIT"])
@pytest.mark.parametrize("claim", [HARBOUR, PIER])
def test_an_act_is_folded_while_what_a_machine_wrote_is_in_its_transaction(
    keeper: Keeper, begins: str, claim: Claim
) -> None:
    """Also where both are about one claim: then whichever comes later is folded again."""
    judged = judge(HARBOUR, Rating.REFUTED, text="The fare is six pounds now.", minute=9)
    event = Review(claim.id).decide()
    write(keeper, judged.records)
    paused, folding = pause_folding(keeper, begins)
    write(keeper, [event])
    deciding, said = run_aside(keeper.fold_acts)
    if not (begins == "COMMIT" and claim is HARBOUR):  # there the act meets rows that are not committed yet
        join(deciding)
        assert folding.is_alive()
        with keeper.read() as known:
            assert known.ask("SELECT event_id FROM keeper.event_chain") == [(event.id,)]
    paused.go.set()
    join(folding)
    join(deciding)
    assert [getattr(one, "folded", one) for one in said] == [1]
    assert keeper.ask(
        "SELECT machine_rating, editor_rating FROM standing.claims WHERE claim_id = ?", [claim.id]
    ) == [(Rating.REFUTED if claim is HARBOUR else Rating.SUPPORTED, Rating.SUPPORTED)]
    require_whole(keeper)


def copying_children() -> list[int]:
    """Return the processes that copy a database for this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"factdesk.warehouse.copying" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def stop_a_copying_child(keeper: Keeper) -> tuple[int, Thread]:
    """Publish in a thread and stop the process that copies half way."""
    for number in range(20):
        write(keeper, small_essay(f"published {number}"))
        keeper.fold()
        thread, _ = run_aside(lambda: keeper.publish(now=True))
        while thread.is_alive():
            for child in copying_children():
                os.kill(child, signal.SIGSTOP)
                if (Path("/proc") / str(child) / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    return child, thread
        join(thread)
    raise AssertionError("every copy was made before it could be stopped")


def test_acts_and_batches_are_folded_while_a_copy_is_made(keeper: Keeper) -> None:
    child, publishing = stop_a_copying_child(keeper)
    try:
        event = Review(HARBOUR.id).decide()
        write(keeper, [event], small_essay("quay"))
        assert keeper.fold_acts().folded == 1
        assert keeper.fold() == (1, 0)
        assert publishing.is_alive()
        # They are in the database, but not yet in its file: they leave the spool with the next checkpoint.
        assert len(batch_files(keeper.folder.claimed)) == 2
    finally:
        os.kill(child, signal.SIGCONT)
    join(publishing)
    warehouse = keeper.folder.root
    assert run_query(warehouse, "SELECT count(*) FROM records.review_events").rows == [(0,)]
    assert keeper.publish(now=True)
    assert run_query(warehouse, "SELECT id FROM records.review_events").rows == [(event.id,)]
    assert (batch_files(keeper.folder.claimed), batch_files(keeper.folder.folded)) == ([], [])
    require_whole(keeper)


KILLED = """
import os, signal, sys
from pathlib import Path
from factdesk.warehouse.folders import batch_files
from factdesk.warehouse.keeper import open_keeper
keeper = open_keeper(Path(sys.argv[1]))
keeper._drain._sequencer.claim(batch_files(keeper.folder.pending)[:2])
assert keeper.fold_acts().folded == 2
print(*(row[0] for row in keeper.ask("SELECT chain_sha256 FROM keeper.event_chain ORDER BY position", [])))
sys.stdout.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_after_a_kill_the_same_chain_is_made_though_acts_went_first(warehouse: Path) -> None:
    write_batches(small_essay("harbour"), warehouse, LIMIT)
    fold_and_publish(warehouse)
    review = Review(HARBOUR.id)
    events = [review.act(Act.NOTE, note="n"), review.decide()]
    for records in (small_essay("quay"), small_essay("dock"), events[:1], events[1:]):
        write_batches(records, warehouse, LIMIT)
    killed = start(KILLED, str(warehouse))
    chain = killed.communicate(timeout=DEADLINE_SECONDS)[0].split()
    assert killed.returncode == -signal.SIGKILL
    assert len(batch_files(WarehouseFolder(warehouse).claimed)) == 4
    report = fold_and_publish(warehouse)
    assert (report.folded, report.waiting, report.rejected) == (4, 0, 0)
    rows = run_query(warehouse, "SELECT chain_sha256 FROM keeper.event_chain ORDER BY position").rows
    assert [sha256 for (sha256,) in rows] == chain
    assert len(list(WarehouseFolder(warehouse).set_aside.glob("*.wal"))) == 1


def test_acts_and_machines_at_once_leave_what_a_rebuild_makes(keeper: Keeper) -> None:
    """Every batch of the machine and every act is about one of two claims, so that they meet all the time."""
    rounds = 12

    def judge_again() -> None:
        for minute in range(10, 10 + rounds):
            for claim in (HARBOUR, PIER):
                rating = Rating.REFUTED if minute % 2 else Rating.SUPPORTED
                write(keeper, judge(claim, rating, text=f"Minute {minute}.", minute=minute).records)
            keeper.fold()

    machine, said = run_aside(judge_again)
    reviews = [Review(HARBOUR.id), Review(PIER.id)]
    acts = 0
    while machine.is_alive() or acts < rounds:
        review = reviews[acts % 2]
        write(keeper, [review.decide() if acts % 4 < 2 else review.act(Act.NOTE, note=f"{acts}")])
        assert keeper.fold_acts().are_all
        acts += 1
        time.sleep(0.001)
    join(machine)
    assert said == [None]
    keeper.fold()
    assert len(chained(keeper)) == acts
    assert [stale for _, stale in chained(keeper)] == [False] * acts
    require_whole(keeper)
