"""Copies of the database, made by a process of their own.

Opening and closing the database file by anything but DuckDB inside the keeper's process would drop
DuckDB's lock on it, and a second writer's commits would be lost without a word. So the keeper starts
``python -m factdesk.warehouse.copying``, which reads one JSON object from its input, copies, checks and
renames, and answers with one JSON object.

The child inherits the keeper's lock and stops as soon as its keeper is gone. So nobody else becomes the
keeper, and writes, while a copy is being made, and a copy that is late never replaces a newer one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.durable_files import fsync_file, fsync_folder, make_folder_durably
from factdesk.warehouse.locks import held_descriptors

STORAGE_VERSION = "v1.5.0"
"""Storage format of every database file, so that the tools of today open it."""

CHUNK_BYTES = 1 << 20
FLUSH_BYTES = 8 << 20
"""A copy is flushed to the disk piece by piece: behind one large flush every small one would wait, among
them that of a person's decision. Beside copies of 300 MB the slowest hundredth of small files took 147 ms,
and 53 and 57 ms where the copy was flushed every 4 and every 16 MB (ext4, two cores)."""

COPY_DEADLINE_SECONDS = 3600.0
COPY_NICENESS = 5
"""The child gives way to people: nobody waits for a copy, but those who decide share its processors."""

SPARE_BYTES = 2_000_000
"""What a copy may need beside the size of its source: eight of DuckDB's blocks while the copy is prepared."""


@dataclass(frozen=True, slots=True)
class CopyMade:
    """What the child says of the copy: its hash and its size in bytes."""

    sha256: str
    size: int


def copy_in_child(source: Path, target: Path, counts: Mapping[str, int], *, for_readers: bool) -> CopyMade:
    """Copy a checkpointed database in a child process and return what was made.

    ``counts`` are the rows of each table, which the copy must have. ``for_readers`` takes the schema
    ``reports`` out of it (see `views`). Raises WarehouseError when the copy fails or differs; ``target`` is
    then what it was before.
    """
    require_room(source, target)
    order = {
        "source": str(source),
        "target": str(target),
        "counts": dict(counts),
        "for_readers": for_readers,
        "keeper": os.getpid(),
    }
    child = _run_child(order, target, held_descriptors(source, target))
    try:
        answer = json.loads(child.stdout)
    except ValueError:
        last = child.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no answer"]
        raise WarehouseError(f"the copy {target} could not be made ({last[0]}); run it again") from None
    if "error" in answer:
        raise WarehouseError(str(answer["error"]))
    return CopyMade(str(answer["sha256"]), int(answer["size"]))


def _run_child(
    order: Mapping[str, Any], target: Path, descriptors: Collection[int]
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [sys.executable, "-m", "factdesk.warehouse.copying"],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=COPY_DEADLINE_SECONDS,
            check=False,
            pass_fds=descriptors,
        )
    except OSError as error:  # nothing is wrong with the database
        raise WarehouseError(
            f"the copy {target} could not be made, for the process that makes it cannot be started "
            f"({error.strerror}); free some memory, or allow more processes, then run it again"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise WarehouseError(
            f"the copy {target} was given up after {COPY_DEADLINE_SECONDS / 60:.0f} minutes; see whether "
            "the disk is well, then run it again"
        ) from error


def require_room(source: Path, target: Path) -> None:
    """Raise WarehouseError unless a copy of ``source`` fits beside what stands at ``target`` now."""
    folder = next(one for one in target.parents if one.is_dir())
    needed = source.stat().st_size + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if folder == target.parent:
        free += sum(path.stat().st_size for path in _leftovers(target))
    if free < needed:
        raise WarehouseError(
            f"the copy {target} cannot be made: it needs {needed / 1e6:.1f} MB and {folder} has "
            f"{free / 1e6:.1f} MB free; free some space, then run it again"
        )


def make_copy(
    source: Path, target: Path, counts: Mapping[str, int], *, for_readers: bool, keeper: int | None = None
) -> CopyMade:
    """Copy, check and rename. Only a process that does not hold the database open may call this.

    ``keeper`` is the process that asked for the copy: when it is gone the copy is given up.
    """
    part = target.with_name(f".{target.name}.part")
    make_folder_durably(target.parent)
    try:
        _remove_leftovers(target)
        _copy_bytes(source, part, keeper)
        if not _have_same_bytes(source, part):
            raise WarehouseError(f"the copy {part} has other bytes than {source}; check the disk")
        if for_readers:
            _prepare_for_readers(part)
        _check_rows(part, counts)
        made = CopyMade(file_sha256(part), part.stat().st_size)
        _require_keeper(keeper)
        if for_readers:
            # Left by somebody who wrote to the copy: beside the new one nobody could open it.
            target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            _remove_leftovers(target)
        raise
    fsync_folder(target.parent)
    return made


def _leftovers(target: Path) -> list[Path]:
    """Return what a copy that was cut short left: its part, and the log of DuckDB beside it."""
    begin = f".{target.name}.part"
    return [path for path in target.parent.iterdir() if path.name.startswith(begin) and path.is_file()]


def _remove_leftovers(target: Path) -> None:
    for path in _leftovers(target):
        path.unlink(missing_ok=True)


def _copy_bytes(source: Path, part: Path, keeper: int | None) -> None:
    with source.open("rb") as old, part.open("wb") as new:
        flushed = 0
        while chunk := old.read(CHUNK_BYTES):
            _require_keeper(keeper)
            new.write(chunk)
            if new.tell() - flushed >= FLUSH_BYTES:
                new.flush()
                os.fdatasync(new.fileno())
                flushed = new.tell()
        new.flush()
        os.fsync(new.fileno())


def _have_same_bytes(one: Path, other: Path) -> bool:
    """Compare two files byte by byte: as sure as two hashes, and in a fraction of their time."""
    with one.open("rb") as first, other.open("rb") as second:
        while chunk := first.read(CHUNK_BYTES):
            if second.read(CHUNK_BYTES) != chunk:
                return False
        return not second.read(1)


def _require_keeper(keeper: int | None) -> None:
    if keeper is not None and os.getppid() != keeper:
        raise WarehouseError("the keeper ended while its database was copied; run it again")


def file_sha256(path: Path) -> str:
    """Return the sha256 (hex) of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _prepare_for_readers(part: Path) -> None:
    """Take out the schema that only the keeper's file has."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "storage_compatibility_version": STORAGE_VERSION
    }
    with duckdb.connect(str(part), config=config) as copy:
        copy.execute("DROP SCHEMA IF EXISTS reports CASCADE")
        copy.execute("CHECKPOINT")
    fsync_file(part)


def _check_rows(part: Path, counts: Mapping[str, int]) -> None:
    """Count the rows of the copy as its readers will find it."""
    with duckdb.connect(str(part), read_only=True) as copy:
        for table, expected in counts.items():
            row = copy.execute(f"SELECT count(*) FROM {table}").fetchone()
            if row is None or row[0] != expected:
                raise WarehouseError(f"the copy has other rows in {table} than the database; run it again")


def main() -> int:
    """Carry out the order on standard input and answer on standard output."""
    os.nice(COPY_NICENESS)
    order: dict[str, Any] = json.load(sys.stdin)
    target = Path(order["target"])
    try:
        made = make_copy(
            Path(order["source"]),
            target,
            order["counts"],
            for_readers=order["for_readers"],
            keeper=order["keeper"],
        )
        answer: dict[str, Any] = {"sha256": made.sha256, "size": made.size}
    except OSError as error:
        answer = {"error": f"the copy {target} cannot be written ({error.strerror}); free some space"}
    except duckdb.Error as error:
        answer = {
            "error": f"the copy {target} cannot be read back ({str(error).splitlines()[0]}); run it again"
        }
    except WarehouseError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
