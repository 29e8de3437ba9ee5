"""One turn of folding: some claimed batches, together where they fit, in smaller parts where one does not.

Two connections fold at the same time: one what machines wrote, one the acts of people, so that a decision
never waits for a large batch. Where both change the same rows DuckDB refuses the later one, and it is folded
again when the other has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from factdesk.warehouse.batch_checks import RefusedBatchError, check_batch
from factdesk.warehouse.durable_files import move_durably, write_durably
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.folding import CheckedBatch, NotTogetherError, fold_batches
from factdesk.warehouse.memory import Memory
from factdesk.warehouse.sequencing import sequence_of


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of the batches of a turn: where those lie that were folded, and how many were rejected."""

    folded: tuple[Path, ...] = ()
    rejected: int = 0


def fold_claimed(
    connection: duckdb.DuckDBPyConnection,
    folder: WarehouseFolder,
    paths: Sequence[Path],
    together: AbstractContextManager[object],
    apart: Callable[[], AbstractContextManager[object]],
    memory: Memory,
) -> Turn:
    """Fold claimed batches in the order of their sequences and set aside those that are refused.

    ``together`` is held in each transaction; it may be entered again. A batch that another transaction comes
    between is folded while ``apart`` is held, which must keep every other transaction away. Raises one of
    ENVIRONMENT_ERRORS.
    """
    batches = [one for path in paths if (one := _checked(folder, path)) is not None]
    folded: list[Path] = []
    left = [batches] if batches else []
    while left:
        some = left.pop()
        try:
            if len({one.header.schema for one in some}) > 1:
                raise NotTogetherError
            with together:
                memory.tried(partial(fold_batches, connection, some))
            folded += [one.path for one in some]
        except (RefusedBatchError, NotTogetherError):
            if len(some) > 1:  # by halves, so that most are still folded together
                left += [some[len(some) // 2 :], some[: len(some) // 2]]
                continue
            with apart():
                folded += memory.tried(partial(_folded_alone, connection, folder, some[0]))
    return Turn(tuple(folded), len(paths) - len(folded))


def _checked(folder: WarehouseFolder, path: Path) -> CheckedBatch | None:
    try:
        return CheckedBatch(path, sequence_of(path), check_batch(path))
    except RefusedBatchError as refused:
        reject(folder, path, refused)
        return None


def _folded_alone(
    connection: duckdb.DuckDBPyConnection, folder: WarehouseFolder, batch: CheckedBatch
) -> list[Path]:
    try:
        fold_batches(connection, [batch])
    except RefusedBatchError as refused:
        reject(folder, batch.path, refused)
        return []
    return [batch.path]


def reject(folder: WarehouseFolder, path: Path, refused: RefusedBatchError) -> None:
    """Set a claimed batch aside, with the reason and the mend beside it."""
    name = path.name.split("-", 1)[1]
    words = f"{refused}\n{refused.mend}\n".encode("utf-8", "backslashreplace")
    write_durably(folder.rejected / f"{name}.reason", words)
    move_durably(path, folder.rejected / name)
