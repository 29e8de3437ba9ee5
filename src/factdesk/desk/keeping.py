"""The desk as the warehouse's keeper: it folds what flows write, publishes, and stores what people decide.

Folding, deciding and publishing take turns; pages read on cursors of their own meanwhile.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from uuid import UUID

from factdesk.config import Home
from factdesk.desk.claim_events import load_events, moved_on
from factdesk.desk.rankings import Rankings
from factdesk.desk.waiting_claims import WaitingClaim, WaitingClaims
from factdesk.errors import FactdeskError, WarehouseError
from factdesk.model import Act, ReviewEvent
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import Keeper, open_keeper
from factdesk.warehouse.known import Known
from factdesk.warehouse.locks import lock_holder
from factdesk.warehouse.spool import write_batches

LOCK_SECONDS = 30.0
"""How long a command that folds just now is waited for at the start, and after a fault."""

TICK_SECONDS = 0.5
"""How often the spool is looked at for what others have written."""


class NotFoldedError(WarehouseError):
    """What a person did is acknowledged in the spool, and the database cannot take it just now."""


class Desk:
    """One open warehouse with its queue; a context manager. Any thread may use it.

    Raises WarehouseError when another process keeps the warehouse or it cannot be opened.
    """

    def __init__(self, home: Home, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.home = home
        self.now = now
        self._keeper = self._open()
        self._turn = threading.RLock()
        self._stopping = threading.Event()
        self._has_news = False
        self.fault: str | None = None
        self.waiting = WaitingClaims()
        self.rankings = Rankings(self.waiting)
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self) -> Desk:
        try:
            self._keeper.set_policy("second_check", self.home.settings.review.second_check)
            self._keeper.fold()
            self._look_anew()
        except BaseException:
            self._keeper.close()
            raise
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        with self._turn:
            try:
                self._keeper.fold()
                self._keeper.publish(now=True)
            except WarehouseError as failed:
                print(f"factdesk: {failed}", file=sys.stderr)
            finally:
                self._keeper.close()

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
        """Give what the database holds now, for one page. Raises WarehouseError after a fault."""
        with self._keeper.read() as known:
            yield known

    def record(self, make: Callable[[Known], Sequence[ReviewEvent]]) -> Sequence[ReviewEvent]:
        """Store the events that ``make`` returns for what is known at this moment; nobody comes between.

        When this returns they are in the database and the queue knows them. ``make`` may raise instead.
        Raises WarehouseError when nothing was stored, and NotFoldedError when they are acknowledged but the
        database cannot take them yet.
        """
        with self._turn:
            self._fold()
            with self.read() as known:
                events = make(known)
            if events:
                write_batches(events, self.home.warehouse, self.home.settings.warehouse.max_batch_bytes)
                self._fold_acknowledged()
                with self.read() as known:
                    for claim_id in {one.claim_id for one in events}:
                        self.look_again(known, claim_id, is_undone=any(one.act is Act.UNDO for one in events))
        return events

    def look_again(self, known: Known, claim_id: UUID, *, is_undone: bool = False) -> WaitingClaim | None:
        """Bring one claim of the queue up to date and return it; None when it does not wait.

        Its own events tell enough, unless it was not waiting, has another verdict now or a decision on it was
        taken back: then the database is asked what it is.
        """
        claim = self.waiting.find(claim_id)
        if claim is None or is_undone or known.current_verdict(claim_id) != claim.verdict_id:
            return self.waiting.look_again(known, claim_id)
        events = load_events(known, self.waiting.with_carried(claim_id))
        claim = moved_on(claim, events, self.home.settings.review.second_check, self.now())
        self.waiting.put(claim_id, claim)
        return claim

    def publish(self) -> None:
        """Publish now what the database holds, for a process that is started to read it.

        Raises WarehouseError.
        """
        with self._turn:
            self._fold()
            self._keeper.publish(now=True)

    def _fold_acknowledged(self) -> None:
        try:
            self._keeper.fold()
        except WarehouseError as error:
            self._give_up(error)
            raise NotFoldedError(
                "what you did is kept and will count as soon as the database can be written again; "
                f"tell the operator: {error}"
            ) from error

    def _fold(self) -> bool:
        """Fold what others wrote; return whether there was anything."""
        if not batch_files(self._folder.pending):
            return False
        try:
            folded, _ = self._keeper.fold()
        except WarehouseError as error:
            self._give_up(error)
            raise
        self._has_news = self._has_news or folded > 0
        return folded > 0

    @property
    def _folder(self) -> WarehouseFolder:
        return WarehouseFolder(self.home.warehouse)

    def _look_anew(self) -> None:
        with self.read() as known:
            self.waiting.look(known)

    def _give_up(self, error: WarehouseError) -> None:
        """Say a fault once; the keeper has given its database up, and it is opened again in a moment."""
        if self.fault != str(error):
            print(f"factdesk: {error}", file=sys.stderr, flush=True)
        self.fault = str(error)

    def _keep(self) -> None:
        """Fold, publish and recover until the desk closes."""
        while not self._stopping.wait(TICK_SECONDS):
            try:
                with self._turn:
                    if self.fault is not None:
                        self._recover()
                    self._fold()
                    self._keeper.publish()
                if self._has_news:
                    self._has_news = False
                    self._look_anew()
            except FactdeskError as error:
                self._give_up(WarehouseError(str(error)))

    def _recover(self) -> None:
        self._keeper.close()
        self._keeper = self._open()
        self._keeper.fold()
        self._look_anew()
        self.fault = None
