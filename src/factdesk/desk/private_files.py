"""Small private JSON files beside the warehouse: users, sessions, the secret. Only their owner reads them."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from factdesk.errors import WarehouseError
from factdesk.warehouse.durable_files import OWNER_ONLY, make_folder_durably, write_durably


def read_private(path: Path) -> dict[str, Any]:
    """Return what a private file holds, nothing when there is none. Raises WarehouseError when damaged."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WarehouseError(f"{path} cannot be read ({error.strerror}); mend its permissions") from error
    except ValueError as error:
        raise WarehouseError(f"{path} is damaged; restore it from a backup or remove it") from error
    if not isinstance(found, dict):
        raise WarehouseError(f"{path} is damaged; restore it from a backup or remove it")
    return found


@contextmanager
def changed_private(path: Path) -> Iterator[dict[str, Any]]:
    """Give what a private file holds, to be changed, and write it; one process at a time.

    Nothing is written when the block raises. Raises WarehouseError when the file is damaged or not writable.
    """
    try:
        make_folder_durably(path.parent)
        lock = path.with_name(f".{path.name}.lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
    except OSError as error:
        raise _not_writable(path, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        held = read_private(path)
        yield held
        text = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True)
        try:
            write_durably(path, text.encode("utf-8"), OWNER_ONLY)
        except OSError as error:
            raise _not_writable(path, error) from error
    finally:
        os.close(descriptor)


def _not_writable(path: Path, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"{path} cannot be written ({error.strerror}); make the folder writable or free some space"
    )
