"""The spool's way into the database: which batches are folded when, on which connection, under which locks.

Two connections fold side by side: one what machines wrote, the other the acts of people, which somebody waits
for. A batch stays claimed until the CHECKPOINT after its commit, and no CHECKPOINT is made while the database
file is copied.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from uuid import UUID

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.durable_files import fsync_folder
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.memory import Memory
from factdesk.warehouse.publish import read_last_sequence
from factdesk.warehouse.sequencing import Sequencer, claimed_before
from factdesk.warehouse.turns import Turn, fold_claimed

CHECKPOINT_EVERY_BYTES = 64_000_000
"""Batches are checkpointed together up to this size; until then they stay claimed."""

TOGETHER_BYTES = 16_000_000
TOGETHER_BATCHES = 16
"""So much is folded in one transaction: enough to share its cost. An act on a claim that the transaction
touches as well waits for its end."""

_COUNT_CLAIMS = "SELECT count(*) FROM standing.claims WHERE claim_id IN (SELECT unnest(?::UUID[]))"


class Drain:
    """Folds the spool of one keeper, whose open ``connection`` it holds; another may be put there.

    What DuckDB or the disk raises is left to the keeper.
    """

    def __init__(self, folder: WarehouseFolder, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self.connection = connection
        self.memory = Memory(self.cursor)
        # Taken in this order. Still: nobody writes to the database file itself, for it is being copied.
        # Turn: of whoever folds what machines wrote, or does anything but fold acts. Acts: nobody else folds
        # review events or checkpoints. Writing: what machines wrote is in a transaction.
        self.still = threading.RLock()
        self.turn = threading.RLock()
        self.acts = threading.RLock()
        self._writing = threading.RLock()
        self._left_over = claimed_before(folder)
        self._sequencer = Sequencer(folder, read_last_sequence(connection))
        self._committed: list[Path] = []
        self.remarks: list[str] = []

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else away: nobody folds, copies or checkpoints."""
        with self.still, self.turn, self.acts:
            yield

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return another connection to the same database; close it after use. Raises WarehouseError."""
        try:
            return self.connection.cursor()
        except duckdb.Error as error:
            raise WarehouseError(
                f"the database {self.folder.database} was given up after a fault; ask again in a moment"
            ) from error

    def fold(self, at_most: int | None) -> tuple[int, int]:
        """Fold all that waits now, acts first and again between the rest; of the rest ``at_most`` so many.

        Returns how many batches were folded and how many were rejected. The caller has the turn.
        """
        turns: list[Turn] = [self._fold_left_over()]
        pending = batch_files(self.folder.pending)
        taken = 0
        while True:
            turns.append(self.fold_acts()[0])
            most = TOGETHER_BATCHES if at_most is None else min(at_most - taken, TOGETHER_BATCHES)
            group, has_events = self._next_group(pending, most)
            if not group:
                return sum(len(turn.folded) for turn in turns), sum(turn.rejected for turn in turns)
            taken += len(group)
            turns.append(self._fold_group(group, has_events=has_events))
            if sum(_size(path) for path in self._committed) >= CHECKPOINT_EVERY_BYTES:
                self.checkpoint()

    def fold_acts(self) -> tuple[Turn, bool]:
        """Fold the acts of people that need not wait; return what was done and whether none is left."""
        with self.acts:
            if self._left_over:
                return Turn(), False
            acts, is_all = self._sequencer.next_acts(self._knows)
            if not acts:
                return Turn(), is_all
            with self.cursor() as cursor:
                return self._commit(cursor, self._sequencer.claim(acts), nullcontext()), is_all

    def checkpoint(self, *, always: bool = False) -> None:
        """Let what is committed leave the spool; while a copy is being made it stays claimed.

        The caller has the turn. ``always`` is for what no batch has brought.
        """
        if not self.still.acquire(blocking=False):
            return
        try:
            with self.acts:
                if not self._committed and not always:
                    return
                with self.memory.ample():  # a CHECKPOINT that fails ends the database
                    self.connection.execute("CHECKPOINT")
                done, self._committed = self._committed, []
            for path in done:
                self._take_out(path)
            fsync_folder(self.folder.folded)
            fsync_folder(self.folder.claimed)
        finally:
            self.still.release()

    def _take_out(self, path: Path) -> None:
        """A hand may have moved the file away meanwhile; it has done its duty."""
        try:
            path.replace(self.folder.folded / path.name)
        except FileNotFoundError:
            if path.exists():
                raise
            self.remarks.append(
                f"{path} was moved away while it was being stored; what it holds is in the database: do not "
                "put it back, and leave the files of the spool where they are"
            )

    def _fold_left_over(self) -> Turn:
        """Fold first what an unclean end left claimed: it has its sequences already."""
        with self.acts:
            left, self._left_over = self._left_over, []
            return self._commit(self.connection, left, self._writing)

    def _knows(self, claims: Collection[UUID]) -> bool:
        ids = [str(one) for one in claims]
        with self.cursor() as cursor:
            row = self.memory.tried(lambda: cursor.execute(_COUNT_CLAIMS, [ids]).fetchone())
        return row is not None and int(row[0]) == len(claims)

    def _next_group(self, pending: list[Path], most: int) -> tuple[list[Path], bool]:
        """Take off the list what is folded next and tell whether review events may be in it.

        A batch with events goes alone, for acts have to wait meanwhile.
        """
        group: list[Path] = []
        size = 0
        while pending and len(group) < most and size < TOGETHER_BYTES:
            if self._sequencer.may_hold_events(pending[0]):
                return (group, False) if group else ([pending.pop(0)], True)
            size += _size(pending[0])
            group.append(pending.pop(0))
        return group, False

    def _fold_group(self, group: list[Path], *, has_events: bool) -> Turn:
        with self.acts if has_events else nullcontext():
            return self._commit(self.connection, self._sequencer.claim(group), self._writing)

    def _commit(
        self,
        connection: duckdb.DuckDBPyConnection,
        claimed: list[Path],
        together: AbstractContextManager[object],
    ) -> Turn:
        if not claimed:
            return Turn()
        turn = fold_claimed(connection, self.folder, claimed, together, self._apart, self.memory)
        self._committed.extend(turn.folded)
        return turn

    @contextmanager
    def _apart(self) -> Iterator[None]:
        with self.acts, self._writing:
            yield


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:  # a hand has moved it away
        return 0
