"""Holds: what may be neither erased nor removed by retention, for as long as it is held.

``holds.jsonl`` has one act a line, a hold or its release, and each line the sha256 of the line before it, so
that an act that was taken out or changed is noticed. Lines are only ever appended. It is a file beside the
database, so that a restore of an older backup can be compared with it and doctor can read it at any time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from factdesk.errors import WarehouseError
from factdesk.model import time_text, uuid7
from factdesk.warehouse.durable_files import OWNER_ONLY, fsync_folder, make_folder_durably
from factdesk.warehouse.folders import WarehouseFolder

KINDS = ("essay", "snapshot", "claim")


@dataclass(frozen=True, slots=True)
class Hold:
    """What is held, since when, by whom (a reviewer's id) and why. ``kind`` is one of `KINDS`."""

    hold: UUID
    kind: str
    target: UUID
    reason: str
    by: str
    at: datetime


def read_holds(warehouse: Path) -> list[Hold]:
    """Return the holds that are not released, the oldest first. Raises WarehouseError for a damaged file."""
    try:
        content = WarehouseFolder(warehouse).holds.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WarehouseError(
            f"the holds of {warehouse} cannot be read ({error.strerror}); mend the permissions"
        ) from error
    return _standing(WarehouseFolder(warehouse).holds, content)


def _standing(path: Path, content: bytes) -> list[Hold]:
    holds: dict[UUID, Hold] = {}
    before: str | None = None
    for number, line in enumerate(_whole(content).splitlines(), start=1):
        try:
            body = json.loads(line)
            if body["before"] != before:
                raise ValueError("it does not follow from the line before")
            if body["act"] == "hold":
                at = datetime.fromisoformat(body["at"])
                one = Hold(
                    UUID(body["hold"]), body["kind"], UUID(body["target"]), body["reason"], body["by"], at
                )
                holds[one.hold] = one
            else:
                holds.pop(UUID(body["hold"]), None)
        except (ValueError, KeyError, TypeError) as error:
            raise WarehouseError(
                f"line {number} of {path} is damaged or was changed ({error}); put it back from a backup"
            ) from error
        before = hashlib.sha256(line).hexdigest()
    return list(holds.values())


def _whole(content: bytes) -> bytes:
    """A last line that a stop cut short was acknowledged to nobody."""
    return content[: content.rfind(b"\n") + 1]


def add_hold(warehouse: Path, kind: str, target: UUID, reason: str, by: str) -> Hold:
    """Hold an essay, snapshot or claim; on the disk when this returns. Raises WarehouseError."""
    one = Hold(uuid7(), kind, target, reason, by, datetime.now(UTC))
    with _appending(warehouse) as (descriptor, _):
        body = {"kind": kind, "target": str(target), "act": "hold"}
        _append(descriptor, {**body, "hold": str(one.hold), "reason": reason, "by": by, "at": one.at})
    return one


def release_holds(warehouse: Path, kind: str, target: UUID, reason: str, by: str) -> list[Hold]:
    """Release all holds on one thing and return them. Raises WarehouseError."""
    with _appending(warehouse) as (descriptor, standing):
        released = [one for one in standing if (one.kind, one.target) == (kind, target)]
        for one in released:
            at = datetime.now(UTC)
            body = {"act": "release", "hold": str(one.hold), "reason": reason, "by": by, "at": at}
            _append(descriptor, body)
    return released


@contextmanager
def _appending(warehouse: Path) -> Iterator[tuple[int, Sequence[Hold]]]:
    path = WarehouseFolder(warehouse).holds
    try:
        make_folder_durably(path.parent)
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor, _standing(path, _read(descriptor))
            os.fsync(descriptor)
            if is_new:
                fsync_folder(path.parent)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise WarehouseError(
            f"the holds {path} cannot be written ({error.strerror}); make the warehouse folder writable"
        ) from error


def _read(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _append(descriptor: int, body: dict[str, object]) -> None:
    content = _whole(_read(descriptor))
    os.ftruncate(descriptor, len(content))
    lines = content.splitlines()
    before = hashlib.sha256(lines[-1]).hexdigest() if lines else None
    at = body["at"]
    said = {**body, "at": time_text(at) if isinstance(at, datetime) else at, "before": before}
    line = json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8") + b"\n"
    os.pwrite(descriptor, line, len(content))
