"""Storing what people do: acknowledged by the spool, known here at once, in the database a moment later.

To fold an act takes longer than a person waits after a key. So an act is answered as soon as the spool has
it; until the database has it too, it is known from memory. Only who asks the database for what memory does
not tell waits until it is folded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from uuid import UUID

from factdesk.config import Home
from factdesk.desk.claim_events import Event, load_events, moved_on, standing_decisions
from factdesk.desk.claim_repeats import DecidedWords
from factdesk.desk.glances import Glance
from factdesk.desk.histories import Histories
from factdesk.desk.last_decisions import LastDecision, LastDecisions, last_of, read_last
from factdesk.desk.unfolded_acts import UnfoldedActs
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.desk.waiting_queue import EssaysRead, WaitingClaims
from factdesk.errors import WarehouseError
from factdesk.model import Act, Record, ReviewEvent
from factdesk.warehouse.folders import BATCH_SUFFIX, WarehouseFolder, batch_files
from factdesk.warehouse.known import Known
from factdesk.warehouse.news import News
from factdesk.warehouse.sequencing import holds_events, name_of
from factdesk.warehouse.spool import write_batches

MOST_ESSAYS_AT_ONCE = 500
"""When flows have touched more essays, the whole queue is read anew."""


class NotFoldedError(WarehouseError):
    """What a person did is acknowledged in the spool; ``cause`` says why the database cannot take it now."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            "what you did is kept and will count as soon as the database can be written again; "
            f"tell the operator: {cause}"
        )
        self.cause = cause


class Recorder:
    """What people do at one desk.

    ``read`` gives what the database holds, and ``fold`` folds the acts that wait in the spool.
    """

    def __init__(
        self,
        home: Home,
        read: Callable[[], AbstractContextManager[Known]],
        fold: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._home = home
        self._read = read
        self._fold = fold
        self._now = now
        # Whoever acts, or brings the queue up to date with the database, holds this; folding does not.
        self._acting = threading.RLock()
        # Whoever waits for acts to be folded holds this, so that one folds for all who wait.
        self._folding = threading.Lock()
        self._acknowledged = self._folded = 0
        self._passed: set[str] = set()
        self.unfolded = UnfoldedActs()
        self.waiting = WaitingClaims()
        self.last_decisions = LastDecisions()
        self.decided_words = DecidedWords()
        self._histories = Histories()

    def record(self, make: Callable[[Known], Sequence[Record]]) -> Sequence[ReviewEvent]:
        """Store what ``make`` returns for what is known at this moment, and return the events among it.

        Nobody comes between. When this returns all is acknowledged, and the queue knows the events. ``make``
        may raise instead. Raises WarehouseError when nothing was stored.
        """
        with self._acting:
            records = self._make(make)
            events = [one for one in records if isinstance(one, ReviewEvent)]
            if records:
                decided = [one for one in events if one.act == Act.DECIDE]
                claims = [self.find(one.claim_id) for one in decided]
                self._acknowledge(records, events)
                self._move_all_on(events)
                for event, claim in zip(decided, claims, strict=True):
                    if claim is not None:
                        self.unfolded.tell(event, claim)
        return events

    def _make(self, make: Callable[[Known], Sequence[Record]]) -> Sequence[Record]:
        """Return what is to be stored; whatever fails here, nothing of it was stored."""
        try:
            self._fold_acts_of_others()
            return make(Glance(self._read, self.find, self._own_acts, self.settle))
        except NotFoldedError as error:
            raise WarehouseError(
                "nothing was stored, for the database has to be asked before and cannot be written now; try "
                f"again in a moment, and tell the operator: {error.cause}"
            ) from error

    def _move_all_on(self, events: Sequence[ReviewEvent]) -> None:
        asked = {one.claim_id for one in events if self._needs_database(one)}
        if asked:
            with self.settled() as known:
                self.waiting.look_at(known, sorted(asked))
            for claim_id in asked:
                self.unfolded.come_back(claim_id)
        for claim_id in {one.claim_id for one in events} - asked:
            self._move_on(claim_id)

    def _needs_database(self, event: ReviewEvent) -> bool:
        """Whether what becomes of a claim does not follow from its acts alone.

        So it is with an attached source, and where something is taken back and a decision still stands: only
        the view tells whether it fits the claim's sources.
        """
        if event.act == Act.ATTACH:
            return True
        is_known = self.find(event.claim_id) is not None
        return event.act == Act.UNDO and not (
            is_known and not standing_decisions(self.acts_on(event.claim_id))
        )

    def _acknowledge(self, records: Sequence[Record], events: Sequence[ReviewEvent]) -> None:
        settings = self._home.settings.warehouse
        batches = write_batches(records, self._home.warehouse, settings.max_batch_bytes)
        for one in events:
            self.unfolded.add(one)
        self._acknowledged += 1
        self._passed.update(f"{one}{BATCH_SUFFIX}" for one in batches)
        for event in events:
            self._histories.add(event)
            self.last_decisions.note(event, self.find(event.claim_id))

    def _fold_acts_of_others(self) -> None:
        """An act that somebody wrote in a terminal may say something of the very claim that is meant.

        It may have been folded a moment ago, and the queue does not know it yet: a batch stays claimed for
        some seconds after that. One that moves on just now is looked at by the next act.
        """
        folder = WarehouseFolder(self._home.warehouse)
        there = {name_of(path): path for one in (folder.pending, folder.claimed) for path in batch_files(one)}
        self._passed.intersection_update(there)
        others = there.keys() - self._passed
        if any(holds_events(there[name]) for name in others):
            self._fold()
            self.note_acts()
        self._passed.update(name for name in others if there[name].exists())

    # --- knowing

    def find(self, claim_id: UUID) -> WaitingClaim | None:
        """Return a claim that waits, or that acts took off the queue which the database may lack; else None.

        Of the latter the stage says that it waits no more.
        """
        there = self.waiting.find(claim_id) or self.unfolded.left(claim_id)
        return there or self.waiting.find(claim_id)  # it may have come back between the two

    def settle(self) -> None:
        """Return when all that was acknowledged before is in the database. Raises WarehouseError."""
        wanted = self._acknowledged
        if self._folded >= wanted or not len(self.unfolded):
            return
        with self._folding:
            if self._folded < wanted:  # else it was folded with what others waited for
                there = self._acknowledged
                self._fold()
                self._folded = there

    @contextmanager
    def settled(self) -> Iterator[Known]:
        """Give what the database holds, with all that was acknowledged."""
        self.settle()
        with self._read() as known:
            yield known

    def acts_on(self, claim_id: UUID) -> Sequence[Event]:
        """Return what was done on a claim and on those whose decisions it carries, the first act first."""
        carried = self.waiting.with_carried(claim_id)
        if len(carried) == 1:
            return self._own_acts(claim_id)
        with self.settled_for(carried) as known:
            return load_events(known, carried)

    def _own_acts(self, claim_id: UUID) -> Sequence[Event]:
        return self._histories.find(claim_id, lambda: self.settled_for([claim_id]))

    def settled_for_page(self, claim_id: UUID) -> AbstractContextManager[Known]:
        """Give what the database holds, with all that was acknowledged on a claim and those it carries."""
        return self.settled_for(self.waiting.with_carried(claim_id))

    @contextmanager
    def settled_for(self, claim_ids: Collection[UUID]) -> Iterator[Known]:
        """Give what the database holds, with all that was acknowledged on some claims."""
        if self.unfolded.lack(claim_ids):
            self.settle()
        with self._read() as known:
            yield known

    def look_again(self, claim_id: UUID) -> WaitingClaim | None:
        """Bring one claim of the queue up to date with its acts; return it, None when it does not wait."""
        with self._acting:
            return self._move_on(claim_id)

    def _move_on(self, claim_id: UUID) -> WaitingClaim | None:
        """The own acts of a claim that waits tell what becomes of it."""
        claim = self.find(claim_id)
        if claim is None:
            with self.settled_for_page(claim_id) as known:
                return self.waiting.look_again(known, claim_id)
        policy = self._home.settings.review.policy
        claim = moved_on(claim, self.acts_on(claim_id), policy, self._now())
        if claim.waits:
            self.waiting.put(claim_id, claim)
            self.unfolded.come_back(claim_id)
            return claim
        if self.unfolded.lack([claim_id]):
            self.unfolded.leave(claim)  # before it leaves the queue, so that it is always found in one place
        else:
            self._histories.forget([claim_id])
        self.waiting.put(claim_id, None)
        return None

    def last_decision(self, reviewer: str, since: datetime) -> LastDecision | None:
        """Return a person's last decision since a moment that was not taken back."""
        return self.last_decisions.find(reviewer, since, lambda: self._look_up_last(reviewer, since))

    def _look_up_last(self, reviewer: str, since: datetime) -> LastDecision | None:
        acts = self.unfolded.acts_of(reviewer)
        undone = {UUID(one.target) for one in acts if one.act == Act.UNDO and one.target}
        mine = [one for one in acts if one.act == Act.DECIDE and one.event_id not in undone]
        fresh = self.unfolded.fresh_decision(mine[-1].event_id) if mine else None
        if fresh is not None:
            return last_of(fresh.event, fresh.claim)
        with self.settled() if mine else self._read() as known:
            return read_last(known, reviewer, since, undone)

    # --- keeping up with the database

    def look(self) -> None:
        """Read the whole queue, with all that was acknowledged."""
        with self._acting:
            self._fold()
            with self._read() as known:
                self._news = News(known)
                self.unfolded.clear()
                self.waiting.look(known)
                self.decided_words.look(known)
                self._histories.look(known, [one.claim_id for one in self.waiting.all()])
                self.last_decisions.forget()

    def note_acts(self) -> None:
        """Take notice of the acts that the database has since; those of others change what is known here.

        Theirs may have come into it before an act of ours on the same claim, which is waited for then.
        """
        with self._acting:
            others = self._take_acts()
            if others:
                self.last_decisions.forget()
                for claim_id in others:
                    self.unfolded.come_back(claim_id)
                with self.settled_for(others) as known:
                    for claim_id in others:
                        self.waiting.look_again(known, claim_id)

    def _take_acts(self) -> set[UUID]:
        """Return the claims on which others have acted."""
        with self._read() as known:
            events = self._news.take_events(known)
            if events:
                self.decided_words.look_at(known, {claim for _, claim in events})
        others = {claim for event, claim in events if event not in self.unfolded}
        ended = self.unfolded.take_out(event for event, _ in events)
        self._histories.forget(others | ended)
        return others

    def note_essays(self) -> None:
        """Bring the claims of the essays that flows have touched up to date in the queue.

        One thread does this. People act while it reads; a claim on which somebody has is read once more.
        """
        with self._read() as known:
            essays = self._news.take_essays(known)
            if 0 < len(essays) <= MOST_ESSAYS_AT_ONCE:
                read = self.waiting.read_essays(known, essays, self.unfolded.claims)
        if len(essays) > MOST_ESSAYS_AT_ONCE:
            self.look()
        elif essays:
            with self._acting:
                self._put_essays(read)

    def _put_essays(self, read: EssaysRead) -> None:
        again = self.waiting.put_essays(read)
        if again:
            with self.settled_for(again) as known:
                for claim_id in again:
                    self.unfolded.come_back(claim_id)
                self.waiting.look_at(known, sorted(again))
