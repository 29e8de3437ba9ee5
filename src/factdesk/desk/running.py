"""Whether the desk of a warehouse runs, and where: a file that it writes, and the lock that it signs."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from factdesk.config import Home
from factdesk.desk.sessions import Sessions
from factdesk.desk.users import clean_name
from factdesk.errors import UsageError, WarehouseError
from factdesk.warehouse.durable_files import OWNER_ONLY, write_durably
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.locks import lock_holder


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """A desk that serves: the address that people open, its process, and its own address, which programs on
    this machine ask."""

    address: str
    process: int
    here: str


def running_desk(warehouse: Path) -> RunningDesk | None:
    """Return the desk of a warehouse, or None when none runs.

    A desk that was killed leaves its file. So its process must live and be the one that signed the lock:
    another command may keep the warehouse by now, and the number may be another program's.
    """
    found = written_desk(warehouse)
    holder = lock_holder(WarehouseFolder(warehouse).lock) or ""
    return found if found is not None and f"(process {found.process})" in holder else None


def written_desk(warehouse: Path) -> RunningDesk | None:
    """Return the desk that wrote down where it is, if a process of its number lives.

    It need not be that desk; but one that cannot open its database any more does not keep the lock.
    """
    try:
        written = json.loads(WarehouseFolder(warehouse).desk_address.read_text("utf-8"))
        address = str(written["address"])
        # A desk of an earlier Factdesk that runs still wrote the one address alone.
        found = RunningDesk(address, int(written["process"]), str(written.get("here", address)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if _is_alive(found.process) else None


def write_running(warehouse: Path, address: str, here: str) -> Path:
    """Write that this process is the desk, and return the file; see `RunningDesk`. Raises WarehouseError."""
    place = WarehouseFolder(warehouse).desk_address
    try:
        text = json.dumps({"address": address, "here": here, "process": os.getpid()})
        write_durably(place, text.encode("utf-8"), OWNER_ONLY)
    except OSError as error:
        raise WarehouseError(
            f"{place} cannot be written ({error.strerror}); make the folder writable or free some space"
        ) from error
    return place


def link_to_running(home: Home, person: str) -> str:
    """Return a fresh link to the desk that runs now.

    Raises UsageError when none does, and where people sign in otherwise.
    """
    mode = home.settings.desk.sign_in
    if mode != "link":
        raise UsageError(f'nobody signs in by a link here (desk.sign_in = "{mode}"); see factdesk users')
    desk = running_desk(home.warehouse)
    if desk is None:
        raise UsageError(
            "no desk runs for this warehouse; start one with factdesk desk, or with factdesk up where it has "
            "the schedules too"
        )
    return make_link(home, desk.address, person)


def make_link(home: Home, address: str, person: str) -> str:
    """Return a link that signs a person in once at the desk at an address."""
    return f"{address}/enter/{Sessions(home.warehouse).make_link(clean_name(person))}"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
