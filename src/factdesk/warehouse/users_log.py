"""Who was let in, by whom, and when: every act on the people of the desk, one a line.

``desk-users-log.jsonl`` lies beside the file of the users, which only says how things are now. Lines are only
ever appended, and each is on the disk before what it tells is done, so that nothing is done without a line.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from factdesk.errors import WarehouseError
from factdesk.model import time_text
from factdesk.warehouse.durable_files import OWNER_ONLY, fsync_folder, make_folder_durably, write_durably
from factdesk.warehouse.folders import WarehouseFolder

ERASED = "a name that was erased"


class UserAct(StrEnum):
    """What was done about somebody's sign-in."""

    ADDED = "added"
    ROLE = "role"
    PASSWORD = "password"
    SIGNED_OUT = "signed_out"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class UserLine:
    """One line: ``by`` did it to ``name``; ``role`` is the one that was given, if one was."""

    at: datetime
    by: str
    act: UserAct
    name: str
    role: str | None = None


def note_user_act(warehouse: Path, act: UserAct, name: str, by: str, role: str | None = None) -> None:
    """Add a line; it is on the disk when this returns. Raises WarehouseError when it cannot be."""
    body = {"at": time_text(datetime.now(UTC)), "by": by, "act": act.value, "name": name, "role": role}
    line = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    path = WarehouseFolder(warehouse).users_log
    with _held(path) as descriptor:
        size = os.fstat(descriptor).st_size
        # A line that a stop cut short told of nothing that was done; it must not spoil the next one.
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if torn else line)
        os.fsync(descriptor)
        if not size:
            fsync_folder(path.parent)


@contextmanager
def _held(path: Path) -> Iterator[int]:
    try:
        make_folder_durably(path.parent)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = _lock(path, flags)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    except OSError as error:
        raise WarehouseError(
            f"{path} cannot be written ({error.strerror}), and nothing is done about people without it; make "
            "it writable or free some space"
        ) from error


def _lock(path: Path, flags: int) -> int:
    """Open and lock the file that has the name now: an erasure may have put another in its place."""
    while True:
        descriptor = os.open(path, flags, OWNER_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def read_user_acts(warehouse: Path) -> tuple[list[UserLine], int]:
    """Return the lines, the latest first, and how many cannot be read. Raises WarehouseError."""
    path = WarehouseFolder(warehouse).users_log
    try:
        written = path.read_bytes().splitlines()
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise WarehouseError(f"{path} cannot be read ({error.strerror}); mend its permissions") from error
    found = [_read_line(one) for one in reversed(written) if one.strip()]
    told = [one for one in found if one is not None]
    return told, len(found) - len(told)


def _read_line(written: bytes) -> UserLine | None:
    try:
        body = json.loads(written)
        role = body["role"]
        return UserLine(
            datetime.fromisoformat(body["at"]),
            str(body["by"]),
            UserAct(body["act"]),
            str(body["name"]),
            None if role is None else str(role),
        )
    except (ValueError, KeyError, TypeError):
        return None


def forget_names(folder: WarehouseFolder, gone: Collection[str]) -> None:
    """Take names (without case) out of the lines, which stay. For erasing alone."""
    if not folder.users_log.is_file():
        return
    with _held(folder.users_log):
        lines = [_without(one, gone) for one in folder.users_log.read_bytes().splitlines() if one.strip()]
        write_durably(folder.users_log, b"".join(one + b"\n" for one in lines), OWNER_ONLY)


def _without(written: bytes, gone: Collection[str]) -> bytes:
    try:
        body = json.loads(written)
        kept = {
            key: ERASED if key in ("by", "name") and str(value).casefold() in gone else value
            for key, value in body.items()
        }
    except (ValueError, AttributeError):
        # What cannot be read may hold the name.
        return b"{}"
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")
