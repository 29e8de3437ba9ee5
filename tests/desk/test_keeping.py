"""A fault of ours in a thread of the desk is said, costs nobody a decision, and is mended."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from desk_pages import seen_claims, text_of
from factdesk.desk.keeping import Desk
from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.spool import write_batches
from patience import soon
from small_records import make_essay

SAID = "a fault in Factdesk has broken the storing off (ZeroDivisionError)"


class FaultyDesk(Desk):
    """A desk that breaks in the middle of its work while it is told to."""

    def __init__(self, *given: object) -> None:
        self.breaks_folding, self.breaks_publishing = threading.Event(), threading.Event()
        self.may_mend = threading.Event()
        self.may_mend.set()
        super().__init__(*given)

    def _fold(self) -> bool:
        if self.breaks_folding.is_set():  # as if it came between claiming a batch and folding it
            waiting = batch_files(WarehouseFolder(self.home.warehouse).pending)
            self._keeper._drain._sequencer.claim(waiting)
            raise ZeroDivisionError("a fault of ours")
        return super()._fold()

    def _recover(self) -> None:
        self.may_mend.wait()
        super()._recover()

    def _publish_in_turn(self) -> None:
        if self.breaks_publishing.is_set():
            self.breaks_publishing.clear()
            raise ZeroDivisionError("a fault of ours")
        super()._publish_in_turn()


@pytest.fixture
def faulty(desk_root: Path, tmp_path: Path) -> Iterator[ServedDesk]:
    with serve(copy_desk_home(desk_root, tmp_path / "home"), FaultyDesk) as desk:
        yield desk


def ready(served: ServedDesk) -> httpx.Response:
    return served.stranger().get("/readyz")


def decide(ann: Visitor, claim_id: object, seen: str) -> httpx.Response:
    fields = {"rating": "conflicting", "conclusion": "It was six euros.", "reason": "other"}
    return ann.post(f"/claims/{claim_id}/decide", seen=seen, **fields)


def test_a_fault_of_ours_is_said_and_mended_and_people_go_on_deciding(
    faulty: ServedDesk, capfd: pytest.CaptureFixture[str]
) -> None:
    ann, essay = faulty.visitor(), make_essay("written-meanwhile")
    claim_id = seen_claims(faulty, "machine_rating = 'supported'")[0]
    seen = ann.seen(claim_id)
    faulty.desk.breaks_folding.set()
    write_batches([essay], faulty.desk.home.warehouse, 16_000_000)
    soon(lambda: faulty.desk.fault)
    answer = decide(ann, claim_id, seen)
    said, page = ready(faulty), ann.get("/help")
    faulty.desk.breaks_folding.clear()
    assert answer.status_code == 303, answer.text
    assert (said.status_code, said.text.startswith(SAID)) == (503, True)
    assert f"What you decide is kept, and cannot be put into the database now: {SAID}" in text_of(page.text)
    soon(lambda: ready(faulty).status_code == 200)
    assert faulty.ask("SELECT rating FROM derived.decisions WHERE claim_id = ?", [claim_id]) == [
        ("conflicting",)
    ]
    assert faulty.ask("SELECT count(*) FROM records.essays WHERE id = ?", [essay.id]) == [(1,)]
    assert "alert" not in ann.get("/help").text
    log = capfd.readouterr().err
    assert f"factdesk: {SAID}" in log
    assert 'raise ZeroDivisionError("a fault of ours")' in log
    assert "factdesk: the database is open again" in log


def test_a_page_that_needs_a_database_that_was_given_up_says_why(faulty: ServedDesk) -> None:
    ann = faulty.visitor()
    faulty.desk.may_mend.clear()
    faulty.desk._give_up(ZeroDivisionError("a fault of ours"), faulty.desk._keeper)
    answer = ann.get("/reports/queue")
    faulty.desk.may_mend.set()
    assert answer.status_code == 503
    assert "was given up after a fault; ask again in a moment. A fault in Factdesk has" in text_of(
        answer.text
    )
    soon(lambda: ready(faulty).status_code == 200)


def test_a_fault_of_ours_while_a_copy_is_made_ends_no_thread(
    faulty: ServedDesk, capfd: pytest.CaptureFixture[str]
) -> None:
    faulty.desk.breaks_publishing.set()
    soon(lambda: f"factdesk: {SAID}" in capfd.readouterr().err)
    soon(lambda: ready(faulty).status_code == 200)
    assert faulty.desk.trouble is None
    assert not faulty.desk.breaks_publishing.is_set()


class UnpublishedDesk(Desk):
    """Batches leave the spool by the keeper's thread alone."""

    def _publish_in_turn(self) -> None:
        pass


def test_a_claimed_batch_that_is_moved_away_is_said_and_costs_nothing(
    desk_root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    essay = make_essay("written-meanwhile")
    with UnpublishedDesk(copy_desk_home(desk_root, tmp_path / "home")) as desk:
        folder = WarehouseFolder(desk.home.warehouse)
        with desk._keeper._drain.still:  # until then nothing leaves the spool
            write_batches([essay], desk.home.warehouse, 16_000_000)
            desk.take_in()
            (claimed,) = batch_files(folder.claimed)
            claimed.rename(tmp_path / claimed.name)
        log: list[str] = []
        soon(lambda: log.append(capfd.readouterr().err) or f"{claimed} was moved away" in "".join(log))
        with desk.read() as known:
            assert known.has(essay.id)
        assert desk.trouble is None
    assert batch_files(folder.claimed) == []
    assert "is open again" not in "".join(log) + capfd.readouterr().err


class UncopiedDesk(Desk):
    """A desk that finds no room for a copy twice, and then does."""

    refusals = 0

    def _publish_in_turn(self) -> None:
        if time.monotonic() >= self._copy_after and self.refusals < 2:
            self.refusals += 1
            raise WarehouseError("the copy cannot be made; free some space")
        super()._publish_in_turn()


def test_a_copy_that_cannot_be_made_is_said_once_and_the_database_stays_open(
    desk_root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with UncopiedDesk(copy_desk_home(desk_root, tmp_path / "home")) as desk:
        keeper = desk._keeper
        soon(lambda: desk.refusals == 2 and desk._uncopied is None)
        assert (desk.trouble, desk._keeper) == (None, keeper)
    assert capfd.readouterr().err.count("factdesk: the copy cannot be made; free some space") == 1
