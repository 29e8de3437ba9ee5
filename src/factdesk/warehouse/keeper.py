"""The keeper: the one process that opens factdesk.duckdb.

It holds the flock on keeper.lock for its whole life, folds the batches of the spool into the database and
publishes copies of it. A batch leaves the spool only after the CHECKPOINT that follows its commit, so an
unclean start can throw the write-ahead log away unread and fold the spool again: nothing that was
acknowledged is lost or doubled.

Acts of people wait for nothing long: not for what machines wrote, and not for a copy that is being made.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from factdesk.errors import WarehouseError
from factdesk.sources.erasures import Tombstone
from factdesk.warehouse.compacting import Compacted, compact
from factdesk.warehouse.copying import copy_in_child
from factdesk.warehouse.draining import Drain
from factdesk.warehouse.erasing import begin_erasure, finish_erasure
from factdesk.warehouse.erasure_plans import ErasurePlan
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.folding import count_rows
from factdesk.warehouse.known import Known
from factdesk.warehouse.locks import KeeperLock, lock_holder, try_lock
from factdesk.warehouse.memory import low_limit
from factdesk.warehouse.opening import backup_path, find_mend, first_line, open_database
from factdesk.warehouse.policies import read_policy, write_policy
from factdesk.warehouse.publish import (
    CopyWatch,
    finish_copy,
    is_due,
    may_publish_now,
    prepare_copy,
)
from factdesk.warehouse.standing import rebuild_standing
from factdesk.warehouse.unfinished import clear_unfinished, end_restore
from factdesk.warehouse.waiting import Waiting


@dataclass(frozen=True, slots=True)
class FoldReport:
    """What one call of `fold_and_publish` did.

    ``waiting`` counts batches that are acknowledged and not yet folded, and ``lock_holder`` says in words
    who keeps us from folding them. ``remarks`` are sentences for the operator.
    """

    folded: int
    waiting: int
    rejected: int
    published: bool
    lock_holder: str | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActsFolded:
    """How many batches of acts were folded, and whether no act waits any more."""

    folded: int
    are_all: bool


class Keeper:
    """The open database. Made by `open_keeper`; close it, or use it as a context manager."""

    def __init__(self, folder: WarehouseFolder, lock: KeeperLock, *, is_backed_up: bool = False) -> None:
        self.folder = folder
        self._lock = lock
        end_restore(folder)
        connection = open_database(folder, is_backed_up=is_backed_up)
        clear_unfinished(folder)
        self._drain = Drain(folder, finish_erasure(connection, folder))
        self._copy = CopyWatch(folder)
        self.is_given_up = False

    def __enter__(self) -> Keeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and give the lock back."""
        with self._drain.alone():
            try:
                self._connection.close()
            finally:
                self._lock.release()

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._drain.connection

    def read(self) -> Known:
        """Return what the database holds now, asked on a cursor of its own; close it after use.

        Folding goes on meanwhile, and nothing of the spool is in it that is not folded. Any thread may ask.
        """
        return Known(Waiting(), self._drain.cursor(), memory=self._drain.memory)

    # --- folding ----------------------------------------------------------------------------------

    def fold(self, *, at_most: int | None = None, checkpoint: bool = True) -> tuple[int, int]:
        """Fold all that waits now; return how many batches were folded and how many were rejected.

        Acts of people come first, again and again. What machines write meanwhile waits for the next call, so
        that others who write all the time keep nobody from publishing; of it ``at_most`` so many batches are
        folded. Without ``checkpoint`` what was folded stays claimed until enough has come together, or until
        `checkpoint`.
        Raises WarehouseError when the database cannot be written; every batch then still waits.
        """
        with self._drain.turn:
            try:
                done = self._drain.fold(at_most)
                if checkpoint:
                    self._drain.checkpoint()
            except (duckdb.Error, OSError) as error:
                raise self._broken(error) from error
        return done

    def fold_acts(self) -> ActsFolded:
        """Fold the acts of people that wait.

        It does not wait for what is being folded or copied. An act is left where its place is after a batch
        that has to be folded before it; `fold` folds it. Raises WarehouseError as `fold` does.
        """
        try:
            turn, are_all = self._drain.fold_acts()
        except (duckdb.Error, OSError) as error:
            raise self._broken(error) from error
        return ActsFolded(len(turn.folded), are_all)

    def checkpoint(self) -> None:
        """Let what was folded leave the spool, unless a copy is being made. Raises WarehouseError."""
        with self._drain.turn:
            try:
                self._drain.checkpoint()
            except (duckdb.Error, OSError) as error:
                raise self._broken(error) from error

    def take_remarks(self) -> list[str]:
        """Return once what the operator should know, each a sentence."""
        remarks, self._drain.remarks = self._drain.remarks, []
        return remarks

    def give_up(self) -> None:
        """Close the database and keep the lock, waiting for nobody; only `close` may follow."""
        self.is_given_up = True
        with suppress(duckdb.Error):
            self._connection.close()

    def _broken(self, error: Exception) -> WarehouseError:
        """Give the database up: after a failed CHECKPOINT DuckDB must be opened again."""
        self.give_up()
        return WarehouseError(
            f"the database {self.folder.database} cannot be written ({first_line(error)}); every batch is "
            f"kept in the spool: {find_mend(self.folder, error)}, then run the command again"
        )

    # --- publishing -------------------------------------------------------------------------------

    def publish(self, *, now: bool = False) -> bool:
        """Publish a copy when something is new; return whether one was made.

        Unless ``now`` is true, no sooner than twenty times the last publish's own duration. Others fold while
        the copy is made; what they fold is not in it. Raises WarehouseError.
        """
        with self._drain.still:
            last = self._copy.read()
            try:
                prepared = None
                with self._drain.turn, self._drain.acts:
                    if self._drain.memory.tried(partial(is_due, self._connection, last)):
                        if not now and not may_publish_now(last, datetime.now(UTC)):
                            return False
                        with self._drain.memory.ample():
                            prepared = prepare_copy(self._connection, self.folder)
                            self._drain.checkpoint(always=True)
                if prepared is not None:
                    finish_copy(self.folder, prepared)
                self._forget_folded()
            except (duckdb.Error, OSError) as error:
                raise self._broken(error) from error
        return prepared is not None

    def _forget_folded(self) -> None:
        for path in batch_files(self.folder.folded):
            path.unlink(missing_ok=True)

    # --- all else ---------------------------------------------------------------------------------

    def set_policy(self, name: str, value: str) -> None:
        """Keep a setting that views depend on (``second_check``), if it differs from the one kept.

        Raises WarehouseError.
        """
        with self._drain.alone():
            try:
                if read_policy(self._connection, name) != value:
                    write_policy(self._connection, name, value)
                    self._drain.checkpoint(always=True)
            except duckdb.Error as error:
                raise self._broken(error) from error

    def rebuild(self) -> None:
        """Make the tables of what holds now anew from the records. Raises WarehouseError."""
        with self._drain.alone(), self._drain.memory.ample():
            try:
                rebuild_standing(self._connection)
                write_policy(self._connection, "standing_rebuilt", f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
                self._drain.checkpoint(always=True)
            except duckdb.Error as error:
                raise self._broken(error) from error

    def back_up(self, label: str, target: Path | None = None) -> Path:
        """Copy the database to ``target``, else to backups/, and return the copy. Raises WarehouseError."""
        with self._drain.still:
            target = target or backup_path(self.folder, label)
            try:
                with self._drain.turn, self._drain.acts:
                    self._drain.checkpoint(always=True)
                    counts = count_rows(self._connection)
                copy_in_child(self.folder.database, target, counts, for_readers=False)
            except (duckdb.Error, OSError) as error:
                raise self._broken(error) from error
        return target

    def take_little_memory(self) -> None:
        """Keep little of the file in memory from now on; to be called again and again, as the file grows."""
        with suppress(FileNotFoundError):  # a hand has moved it away: what is written next will say it
            self._drain.memory.keep_within(low_limit(self.folder.database.stat().st_size))

    def ask(self, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of one SELECT on the database itself. Raises WarehouseError."""
        with self._drain.turn:
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except duckdb.Error as error:
                raise self._broken(error) from error

    def erase(self, plan: ErasurePlan, *, by: str, reason: str) -> Tombstone:
        """Take away for good what a plan names; all that waits is folded before. Raises WarehouseError."""
        with self._drain.alone(), self._drain.memory.ample():
            self.checkpoint()
            tombstone = begin_erasure(self.folder, plan, by=by, reason=reason)
            self._drain.connection = finish_erasure(self._connection, self.folder)
            self._drain.memory.begin_anew()
            return tombstone

    def compact(self) -> Compacted:
        """Put a copy without gaps in the database's place. Nobody may read from the connection meanwhile.

        Raises WarehouseError.
        """
        with self._drain.alone():
            self._drain.connection, done = compact(self._connection, self.folder)
            self._drain.memory.begin_anew()
            return done


def open_keeper(warehouse: Path, *, wait_seconds: float = 0) -> Keeper | None:
    """Become the keeper, or return None when another process is and stays it for ``wait_seconds``.

    Raises WarehouseError when the folder cannot be written or the database cannot be opened, and
    SchemaError when it is newer than this Factdesk.
    """
    folder = WarehouseFolder(warehouse)
    lock = try_lock(folder.lock, wait_seconds)
    if lock is None:
        return None
    try:
        return Keeper(folder, lock)
    except BaseException:
        lock.release()
        raise


def fold_and_publish(
    warehouse: Path, *, wait_seconds: float = 0, second_check: str | None = None, publish: bool = True
) -> FoldReport:
    """Fold what waits in the spool and publish it: lock, drain, publish, unlock, list again.

    When another process keeps the lock, the batches wait and the report says so. ``second_check`` is the
    setting of the same name, which the stages depend on. Without ``publish`` what was folded waits for the
    next publish. Raises WarehouseError.
    """
    folder = WarehouseFolder(warehouse)
    folded = rejected = 0
    published = False
    remarks: list[str] = []
    while True:
        if not _waiting(folder) and _is_only_for_reading(folder):
            break
        keeper = open_keeper(warehouse, wait_seconds=wait_seconds)
        if keeper is None:
            holder = lock_holder(folder.lock)
            return FoldReport(folded, _waiting(folder), rejected, published, holder, tuple(remarks))
        with keeper:
            if second_check is not None:
                keeper.set_policy("second_check", second_check)
            done, refused = keeper.fold()
            published = (publish and keeper.publish(now=True)) or published
            remarks += keeper.take_remarks()
        folded, rejected = folded + done, rejected + refused
        if not _waiting(folder):
            break
    return FoldReport(folded, 0, rejected, published, None, tuple(remarks))


def _is_only_for_reading(folder: WarehouseFolder) -> bool:
    """Whether there is no database yet, or none that we may write: its copy can be read all the same."""
    return not folder.database.exists() or not os.access(folder.root, os.W_OK)


def _waiting(folder: WarehouseFolder) -> int:
    return len(batch_files(folder.pending)) + len(batch_files(folder.claimed))
