"""The desk as the warehouse's keeper: it folds what flows write, publishes, and stores what people decide.

What flows write is folded, and copies are published, in threads of their own; acts of people wait for
neither. Pages read on cursors of their own.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from uuid import UUID

from factdesk.config import Home
from factdesk.desk.claim_events import Event
from factdesk.desk.faults import said_of, say
from factdesk.desk.last_decisions import LastDecision
from factdesk.desk.long_work import LongWork
from factdesk.desk.rankings import Rankings
from factdesk.desk.recording import NotFoldedError, Recorder
from factdesk.desk.unfolded_acts import FreshDecision
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.errors import FactdeskError, WarehouseError
from factdesk.model import Record, ReviewEvent
from factdesk.ops.services import BackOff
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import Keeper, open_keeper
from factdesk.warehouse.known import Known
from factdesk.warehouse.locks import lock_holder

LOCK_SECONDS = 30.0
"""How long a command that folds just now is waited for at the start, and after a fault."""

LATER_SECONDS = 0.3
"""So long after an act it is folded, unless somebody waits for that: the page that its author sees next is
made meanwhile, and both would need the same processors. At a million claims the next claim was there 191 ms
after the key where acts were folded at once, 154 and 170 ms after it so (medians)."""

TICK_SECONDS = 0.5
"""How often the spool is looked at for what others have written."""

FOLDED_AT_ONCE = 16
"""After so many batches of flows the queue knows what people did, though more wait: as many as are folded in
one transaction, which takes a second or two in a large warehouse."""

TURNS_OF_ESSAYS = 4
"""After so many times that many the queue is brought up to date with the essays, though more wait."""

CHECKPOINT_SECONDS = 5.0
"""While batches keep coming they leave the spool so often."""


class Desk:
    """One open warehouse with its queue; a context manager. Any thread may use it.

    Raises WarehouseError when another process keeps the warehouse or it cannot be opened.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.home = home
        self.now = now
        self._keeper = self._open()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self.fault: str | None = None
        self._waits, self._mended_at, self._mend_after = BackOff(), 0.0, 0.0
        self._recorder = Recorder(home, self.glance, self._fold_acknowledged, now)
        self.waiting = self._recorder.waiting
        self.decided_words = self._recorder.decided_words
        self.rankings = Rankings(self.waiting)
        self.work = LongWork()
        self._uncopied: str | None = None
        self._copy_waits, self._copy_after = BackOff(), 0.0
        self._turns = 0
        self._checkpoint_after = 0.0
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("keeper", self._keep), ("publisher", self._publish))
        ]

    def __enter__(self) -> Desk:
        try:
            self._keeper.set_policy("second_check", self.home.settings.review.policy)
            self._keeper.fold()
            self._keeper.take_little_memory()
            self._recorder.look()
        except BaseException:
            self._keeper.close()
            raise
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.work.close()
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join()
        try:
            self._keeper.fold()
            self._keeper.publish(now=True)
        except WarehouseError as failed:
            print(f"factdesk: {failed}", file=sys.stderr)
        finally:
            self._keeper.close()

    @property
    def trouble(self) -> str | None:
        """Why what is written does not come into the database now, as a sentence; None when it does."""
        if self.fault is None and not all(thread.is_alive() for thread in self._threads):
            return "nothing is folded any more; start the desk again"
        return self.fault

    def _open(self) -> Keeper:
        keeper = open_keeper(self.home.warehouse, wait_seconds=LOCK_SECONDS)
        if keeper is None:
            holder = lock_holder(WarehouseFolder(self.home.warehouse).lock) or "another process"
            raise WarehouseError(
                f"{holder} keeps the warehouse {self.home.warehouse}; stop it, then start the desk again"
            )
        return keeper

    @contextmanager
    def read(self) -> Iterator[Known]:
        """Give what the database holds now, with all that people did before, for one page.

        Raises WarehouseError after a fault, and NotFoldedError when what somebody did cannot be folded.
        """
        with self._recorder.settled() as known:
            yield known

    @contextmanager
    def glance(self) -> Iterator[Known]:
        """Give at once what the database holds; what people did a moment ago may be missing."""
        with self._keeper.read() as known:
            yield known

    def record(self, make: Callable[[Known], Sequence[Record]]) -> Sequence[ReviewEvent]:
        """Store what ``make`` returns for what is known at this moment, and return the events among it.

        Nobody comes between. When this returns all is acknowledged, and the queue and `read` know it.
        ``make`` may raise instead. Raises WarehouseError when nothing was stored, and NotFoldedError when it
        is acknowledged but the database, which has to be asked, cannot take it yet. On a claim of the queue
        the database need not be asked, so that people go on deciding while it is given up.
        """
        events = self._recorder.record(make)
        self._wake.set()
        return events

    @contextmanager
    def read_for(self, claim_id: UUID, found: WaitingClaim | None) -> Iterator[Known]:
        """Give what the database holds for the page of a claim, of which `find` has returned ``found``.

        It is not waited for where memory knows what people did; of another claim it has all of that.
        """
        with self.glance() if found is not None else self._recorder.settled_for_page(claim_id) as known:
            yield known

    def find(self, claim_id: UUID) -> WaitingClaim | None:
        """Return a claim that waits, or, with the stage that it has now, one that left the queue just now.

        Of other claims the database tells, and None is returned.
        """
        return self._recorder.find(claim_id)

    def fresh_decisions(self) -> list[FreshDecision]:
        """Return the decisions that the database may lack, each claim's latest, the latest of all first."""
        return self._recorder.unfolded.fresh_decisions()

    def look_again(self, claim_id: UUID) -> WaitingClaim | None:
        """Bring one claim of the queue up to date and return it; None when it does not wait."""
        return self._recorder.look_again(claim_id)

    def acts_on(self, claim_id: UUID) -> Sequence[Event]:
        """Return what was done on a claim and on those whose decisions it carries, the first act first."""
        return self._recorder.acts_on(claim_id)

    def last_decision(self, reviewer: str, since: datetime) -> LastDecision | None:
        """Return a person's last decision since a moment that was not taken back."""
        return self._recorder.last_decision(reviewer, since)

    def take_in(self) -> None:
        """Fold what another process has just written, so that `read` knows it. Raises WarehouseError."""
        self._keeper.fold(checkpoint=False)
        self._wake.set()

    def unfolded_decisions(self) -> list[ReviewEvent]:
        """Return the decisions that were acknowledged here and that `glance` may not have yet."""
        return self._recorder.unfolded.decisions()

    def publish(self) -> None:
        """Publish now what the database holds, for a process that is started to read it.

        Raises WarehouseError.
        """
        self._keeper.fold()
        self._keeper.publish(now=True)

    def _fold_acknowledged(self) -> None:
        """Fold what people did; of what else waits only what has to come before."""
        keeper = self._keeper
        try:
            while not keeper.fold_acts().are_all:
                self._fold()
        except Exception as error:
            self._give_up(error, keeper)
            raise NotFoldedError(said_of(error)) from error

    def _fold(self) -> bool:
        """Fold what waits, some of it; return whether there may be more."""
        folded, rejected = self._keeper.fold(at_most=FOLDED_AT_ONCE, checkpoint=False)
        return folded + rejected >= FOLDED_AT_ONCE

    def _give_up(self, error: Exception, keeper: Keeper, *, is_mending: bool = False) -> None:
        """Say a fault once; the keeper has given its database up, and it is opened again in a moment.

        The first fault stands, for others follow from it; but what is in the way of mending it is newer.
        Nobody knows what a fault of ours has left in the database, nor whether it passes: it is given up
        here, and opened again after a while that grows.
        """
        is_ours, said = not isinstance(error, FactdeskError), said_of(error)
        is_new = keeper is self._keeper and (self.fault is None or (is_mending and self.fault != said))
        if is_ours and keeper is self._keeper:
            self._mend_after = time.monotonic() + self._waits.after(time.monotonic() - self._mended_at)
        if is_new:
            self.fault = said
        if is_ours:
            keeper.give_up()
            say("".join(traceback.format_exception(error)))
        if is_new:
            say(f"factdesk: {said}\n")

    def _keep(self) -> None:
        """Fold and recover until the desk closes; soon after an act, else every now and then."""
        is_more = False
        while not self._stopping.is_set():
            if not is_more and self._wake.wait(TICK_SECONDS):
                self._stopping.wait(LATER_SECONDS)
            self._wake.clear()
            is_mending = self.fault is not None
            try:
                is_more = self._keep_up(is_mending=is_mending)
            except Exception as error:
                is_more = False
                self._give_up(error, self._keeper, is_mending=is_mending)

    def _keep_up(self, *, is_mending: bool) -> bool:
        """Bring database and queue up to date, after a fault on a database that is opened anew.

        Returns whether more waits.
        """
        if is_mending:
            if time.monotonic() < self._mend_after:
                return False
            self._recover()
        is_more = self._fold()
        self._recorder.note_acts()
        self._turns += 1
        if not is_more or self._turns % TURNS_OF_ESSAYS == 0:
            self._recorder.note_essays()
        self._checkpoint_in_turn()
        if is_mending:
            self._mended_at, self.fault = time.monotonic(), None
            say("factdesk: the database is open again, and what waited is being stored\n")
        return is_more

    def _checkpoint_in_turn(self) -> None:
        if time.monotonic() >= self._checkpoint_after:
            self._keeper.checkpoint()
            self._keeper.take_little_memory()
            for remark in self._keeper.take_remarks():
                say(f"factdesk: {remark}\n")
            self._checkpoint_after = time.monotonic() + CHECKPOINT_SECONDS

    def _publish(self) -> None:
        """Publish until the desk closes; while there is a fault the other thread is mending it."""
        while not self._stopping.wait(TICK_SECONDS):
            keeper = self._keeper
            try:
                self._publish_in_turn()
            except Exception as error:
                if isinstance(error, FactdeskError) and not keeper.is_given_up:
                    self._put_off_copy(error)
                else:
                    self._give_up(error, keeper)

    def _publish_in_turn(self) -> None:
        if self.fault is None and time.monotonic() >= self._copy_after:
            self._keeper.publish()
            if self._uncopied is not None:
                self._uncopied, self._copy_waits = None, BackOff()

    def _put_off_copy(self, error: FactdeskError) -> None:
        """Say once why there is no copy; the database is as it was, and the next copy waits longer."""
        self._copy_after = time.monotonic() + self._copy_waits.after(0)
        if self._uncopied != str(error):
            self._uncopied = str(error)
            say(f"factdesk: {error}\n")

    def _recover(self) -> None:
        self._keeper.close()
        self._keeper = self._open()
        self._keeper.fold()
        self._keeper.take_little_memory()
        self._recorder.look()
