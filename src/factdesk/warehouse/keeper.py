"""The keeper: the one process that opens factdesk.duckdb.

It holds the flock on keeper.lock for its whole life, folds the batches of the spool into the database and
publishes copies of it. A batch leaves the spool only after the CHECKPOINT that follows its commit, so an
unclean start can throw the write-ahead log away unread and fold the spool again: nothing that was
acknowledged is lost or doubled.
"""

from __future__ import annotations

import os
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from factdesk.errors import WarehouseError
from factdesk.sources.erasures import Tombstone
from factdesk.warehouse.compacting import Compacted, compact
from factdesk.warehouse.copying import copy_in_child
from factdesk.warehouse.durable_files import fsync_folder, move_durably, write_durably
from factdesk.warehouse.erasing import begin_erasure, finish_erasure
from factdesk.warehouse.erasure_plans import ErasurePlan
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.folding import RefusedBatchError, count_rows, fold_batch
from factdesk.warehouse.full_restores import finish_restore
from factdesk.warehouse.known import Known
from factdesk.warehouse.locks import KeeperLock, lock_holder, try_lock
from factdesk.warehouse.opening import backup_path, find_mend, first_line, open_database
from factdesk.warehouse.policies import read_policy, write_policy
from factdesk.warehouse.publish import (
    is_due,
    may_publish_now,
    publish_copy,
    read_last_sequence,
    read_publication,
)
from factdesk.warehouse.standing import rebuild_standing
from factdesk.warehouse.waiting import Waiting

CHECKPOINT_EVERY_BYTES = 64_000_000
"""Batches are checkpointed together up to this size; until then they stay claimed."""

STALE_PART_SECONDS = 3600
"""A half-written batch that nobody has touched for this long was left by a writer that died."""

_CLAIMED_NAME = re.compile(r"^\d{12,}-")


@dataclass(frozen=True, slots=True)
class FoldReport:
    """What one call of `fold_and_publish` did.

    ``waiting`` counts batches that are acknowledged and not yet folded, and ``lock_holder`` says in words
    who keeps us from folding them.
    """

    folded: int
    waiting: int
    rejected: int
    published: bool
    lock_holder: str | None


class Keeper:
    """The open database. Made by `open_keeper`; close it, or use it as a context manager."""

    def __init__(self, folder: WarehouseFolder, lock: KeeperLock, *, is_backed_up: bool = False) -> None:
        self.folder = folder
        self._lock = lock
        self._mutex = threading.RLock()
        self._end_restore()
        self._connection = open_database(folder, is_backed_up=is_backed_up)
        self._recover()
        self._connection = finish_erasure(self._connection, folder)

    def __enter__(self) -> Keeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and give the lock back."""
        with self._mutex:
            try:
                self._connection.close()
            finally:
                self._lock.release()

    def _end_restore(self) -> None:
        try:
            finish_restore(self.folder)
        except OSError as error:
            raise WarehouseError(
                f"the restore that was stopped half way in {self.folder.root} cannot be ended "
                f"({first_line(error)}); free some space or mend the permissions"
            ) from error

    def _recover(self) -> None:
        """Remove what processes that were killed left half written; it was never acknowledged."""
        folder = self.folder
        for path in folder.pending.glob(".*.part"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > STALE_PART_SECONDS:
                    path.unlink()
        for place in (folder.claimed, folder.folded, folder.rejected):
            _remove_parts(place, ".")
        for whole in (folder.published, folder.publication):
            _remove_parts(folder.root, f".{whole.name}.")

    def read(self) -> Known:
        """Return what the database holds now, asked on a cursor of its own; close it after use.

        Folding goes on meanwhile, and nothing of the spool is in it that is not folded. Any thread may ask.
        """
        try:
            return Known(Waiting(), self._connection.cursor())
        except duckdb.Error as error:
            raise WarehouseError(
                f"the database {self.folder.database} was given up after a fault; ask again in a moment"
            ) from error

    def fold(self) -> tuple[int, int]:
        """Fold all that waits now; return how many batches were folded and how many were rejected.

        What is written meanwhile waits for the next call, so that others who write all the time keep nobody
        from publishing.
        Raises WarehouseError when the database cannot be written; every batch then still waits.
        """
        folded = rejected = 0
        with self._mutex:
            try:
                pending = batch_files(self.folder.pending)
                while waiting := self._claimed() or self._claim(pending):
                    done, refused = self._fold_together(waiting)
                    folded, rejected = folded + done, rejected + refused
            except (duckdb.Error, OSError) as error:
                raise self._broken(error) from error
        return folded, rejected

    def _claimed(self) -> list[Path]:
        """Return what an unclean end left claimed; a name without a sequence was not given by us."""
        found = batch_files(self.folder.claimed)
        for path in found:
            if not _CLAIMED_NAME.match(path.name):
                move_durably(path, self.folder.pending / path.name)
        return [path for path in found if _CLAIMED_NAME.match(path.name)]

    def _claim(self, pending: list[Path]) -> list[Path]:
        """Give the first of these batches their sequence, durably, up to one checkpoint's worth.

        They are taken off the list.
        """
        claimed: list[Path] = []
        size = 0
        sequence = read_last_sequence(self._connection)
        while pending and size < CHECKPOINT_EVERY_BYTES:
            path = pending.pop(0)
            with suppress(FileNotFoundError):  # a hand has moved it away meanwhile
                size += path.lstat().st_size
                target = self.folder.claimed / f"{sequence + 1:012}-{path.name}"
                path.replace(target)
                sequence += 1
                claimed.append(target)
        if claimed:
            fsync_folder(self.folder.claimed)
            fsync_folder(self.folder.pending)
        return claimed

    def _fold_together(self, paths: list[Path]) -> tuple[int, int]:
        kept: list[Path] = []
        for path in paths:
            try:
                fold_batch(self._connection, path, int(path.name.split("-", 1)[0]))
                kept.append(path)
            except RefusedBatchError as refused:
                self._reject(path, refused)
        self._connection.execute("CHECKPOINT")
        for path in kept:
            path.replace(self.folder.folded / path.name)
        fsync_folder(self.folder.folded)
        fsync_folder(self.folder.claimed)
        return len(kept), len(paths) - len(kept)

    def _reject(self, path: Path, refused: RefusedBatchError) -> None:
        name = path.name.split("-", 1)[1]
        words = f"{refused}\n{refused.mend}\n".encode("utf-8", "backslashreplace")
        write_durably(self.folder.rejected / f"{name}.reason", words)
        move_durably(path, self.folder.rejected / name)

    def _broken(self, error: Exception) -> WarehouseError:
        """Give the database up: after a failed CHECKPOINT DuckDB must be opened again."""
        with suppress(duckdb.Error):
            self._connection.close()
        return WarehouseError(
            f"the database {self.folder.database} cannot be written ({first_line(error)}); every batch is "
            f"kept in the spool: {find_mend(self.folder, error)}, then run the command again"
        )

    def publish(self, *, now: bool = False) -> bool:
        """Publish a copy when something is new; return whether one was made.

        Unless ``now`` is true, no sooner than twenty times the last publish's own duration.
        Raises WarehouseError.
        """
        with self._mutex:
            last = read_publication(self.folder)
            try:
                is_news = is_due(self._connection, last)
                if is_news and not now and not may_publish_now(last, datetime.now(UTC)):
                    return False
                if is_news:
                    publish_copy(self._connection, self.folder)
                self._forget_folded()
            except (duckdb.Error, OSError) as error:
                raise self._broken(error) from error
            return is_news

    def _forget_folded(self) -> None:
        for path in batch_files(self.folder.folded):
            path.unlink(missing_ok=True)

    def set_policy(self, name: str, value: str) -> None:
        """Keep a setting that views depend on (``second_check``), if it differs from the one kept.

        Raises WarehouseError.
        """
        with self._mutex:
            try:
                if read_policy(self._connection, name) != value:
                    write_policy(self._connection, name, value)
                    self._connection.execute("CHECKPOINT")
            except duckdb.Error as error:
                raise self._broken(error) from error

    def rebuild(self) -> None:
        """Make the tables of what holds now anew from the records. Raises WarehouseError."""
        with self._mutex:
            try:
                rebuild_standing(self._connection)
                write_policy(self._connection, "standing_rebuilt", f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
                self._connection.execute("CHECKPOINT")
            except duckdb.Error as error:
                raise self._broken(error) from error

    def back_up(self, label: str, target: Path | None = None) -> Path:
        """Copy the database to ``target``, else to backups/, and return the copy. Raises WarehouseError."""
        with self._mutex:
            target = target or backup_path(self.folder, label)
            try:
                self._connection.execute("CHECKPOINT")
                copy_in_child(self.folder.database, target, count_rows(self._connection), for_readers=False)
            except (duckdb.Error, OSError) as error:
                raise self._broken(error) from error
            return target

    def ask(self, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of one SELECT on the database itself. Raises WarehouseError."""
        with self._mutex:
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except duckdb.Error as error:
                raise self._broken(error) from error

    def erase(self, plan: ErasurePlan, *, by: str, reason: str) -> Tombstone:
        """Take away for good what a plan names; all that waits is folded before. Raises WarehouseError."""
        with self._mutex:
            tombstone = begin_erasure(self.folder, plan, by=by, reason=reason)
            self._connection = finish_erasure(self._connection, self.folder)
            return tombstone

    def compact(self) -> Compacted:
        """Put a copy without gaps in the database's place. Nobody may read from the connection meanwhile.

        Raises WarehouseError.
        """
        with self._mutex:
            self._connection, done = compact(self._connection, self.folder)
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
    while True:
        if not _waiting(folder) and _is_only_for_reading(folder):
            break
        keeper = open_keeper(warehouse, wait_seconds=wait_seconds)
        if keeper is None:
            return FoldReport(folded, _waiting(folder), rejected, published, lock_holder(folder.lock))
        with keeper:
            if second_check is not None:
                keeper.set_policy("second_check", second_check)
            done, refused = keeper.fold()
            published = (publish and keeper.publish(now=True)) or published
        folded, rejected = folded + done, rejected + refused
        if not _waiting(folder):
            break
    return FoldReport(folded, 0, rejected, published, None)


def _is_only_for_reading(folder: WarehouseFolder) -> bool:
    """Whether there is no database yet, or none that we may write: its copy can be read all the same."""
    return not folder.database.exists() or not os.access(folder.root, os.W_OK)


def _waiting(folder: WarehouseFolder) -> int:
    return len(batch_files(folder.pending)) + len(batch_files(folder.claimed))


def _remove_parts(folder: Path, begin: str) -> None:
    for path in folder.iterdir():
        if path.name.startswith(begin) and ".part" in path.name:
            with suppress(OSError):
                path.unlink()
