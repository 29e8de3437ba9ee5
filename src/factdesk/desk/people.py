"""Who reviews: opaque ids in the records, names in one file outside DuckDB that only the owner reads."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from factdesk.errors import UsageError, WarehouseError
from factdesk.warehouse.durable_files import OWNER_ONLY, make_folder_durably, write_durably
from factdesk.warehouse.folders import WarehouseFolder


def reviewer_id(warehouse: Path, name: str) -> str:
    """Return the opaque id of a reviewer; a new name gets a new one, and keeps it.

    Raises UsageError for an empty name and WarehouseError when the names cannot be read or written.
    """
    name = " ".join(name.split())
    if not name:
        raise UsageError("the reviewer's name is empty; give one with --as NAME")
    folder = WarehouseFolder(warehouse)
    try:
        make_folder_durably(folder.root)
        descriptor = os.open(folder.people_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return _find_or_add(folder, name)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise WarehouseError(
            f"the names {folder.people} cannot be kept ({error.strerror}); make the warehouse folder writable"
        ) from error


def system_user() -> str:
    """Return the name of whoever runs the program; a user without a name (in a container) is a number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _find_or_add(folder: WarehouseFolder, name: str) -> str:
    people = dict(read_people(folder.root))
    for reviewer, known in people.items():
        if known == name:
            return reviewer
    reviewer = f"r{secrets.token_hex(8)}"
    people[reviewer] = name
    text = json.dumps(people, ensure_ascii=False, indent=1)
    write_durably(folder.people, text.encode("utf-8"), OWNER_ONLY)
    return reviewer


def read_people(warehouse: Path) -> Mapping[str, str]:
    """Return the names of reviewers by their ids. Raises WarehouseError when the file is damaged."""
    path = WarehouseFolder(warehouse).people
    try:
        people = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise WarehouseError(f"the names {path} are damaged; restore the file from a backup") from error
    if not isinstance(people, dict):
        raise WarehouseError(f"the names {path} are damaged; restore the file from a backup")
    return {str(reviewer): str(name) for reviewer, name in people.items()}
