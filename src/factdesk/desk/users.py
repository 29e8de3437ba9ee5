"""The users file of a team: who may sign in, with which role, and what a password is checked against.

Passwords are kept as scrypt hashes (n = 2^17, r = 8, p = 1: some 128 MB and a third of a second a try, the
cost that OWASP's Password Storage Cheat Sheet asks for), so that one try at a time is made.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factdesk.desk.private_files import changed_private, read_private
from factdesk.errors import UsageError, WarehouseError
from factdesk.model import Role
from factdesk.warehouse.folders import WarehouseFolder

COST, BLOCK, LANES = 2**17, 8, 1
SALT_BYTES = 16
HASH_BYTES = 32
MOST_MEMORY_BYTES = 160_000_000
SHORTEST_PASSWORD = 10
LONGEST_NAME = 80

_one_try = threading.Lock()


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the team. Sessions that began before ``since`` are over."""

    name: str
    role: Role
    since: datetime


def read_users(warehouse: Path) -> Mapping[str, User]:
    """Return the users by name. Raises WarehouseError when the file is damaged."""
    path = WarehouseFolder(warehouse).desk_users
    try:
        return {
            name: User(name, Role(one["role"]), datetime.fromisoformat(one["since"]))
            for name, one in read_private(path).items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise WarehouseError(f"{path} is damaged; restore it from a backup or remove it") from error


def add_user(warehouse: Path, name: str, role: Role, password: str) -> bool:
    """Add a user, or give one a new password and role; return whether the name is new.

    Raises UsageError for an empty or overlong name and for a short password.
    """
    name = clean_name(name)
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(
            f"the password has {len(password)} characters; give at least {SHORTEST_PASSWORD}, "
            "for example four words, typed or on stdin"
        )
    hashed = _hash_anew(password)
    with changed_private(WarehouseFolder(warehouse).desk_users) as users:
        is_new = name not in users
        users[name] = {"role": role.value, "since": _now(), "password": hashed}
    return is_new


def change_role(warehouse: Path, name: str, role: Role) -> None:
    """Give a user another role, from the next page on. Raises UsageError for an unknown name."""
    with changed_private(WarehouseFolder(warehouse).desk_users) as users:
        _known(users, clean_name(name))["role"] = role.value


def remove_user(warehouse: Path, name: str) -> None:
    """Remove a user, whose sessions end at once; decisions stay. Raises UsageError for an unknown name."""
    name = clean_name(name)
    with changed_private(WarehouseFolder(warehouse).desk_users) as users:
        _known(users, name)
        del users[name]


def password_fits(warehouse: Path, name: str, password: str) -> bool:
    """Whether this is the user's password. An unknown name takes as long as a wrong password."""
    kept = read_private(WarehouseFolder(warehouse).desk_users).get(name)
    stored = kept["password"] if kept else {"salt": "00" * SALT_BYTES, "hash": "00" * HASH_BYTES}
    found = _hash(password, bytes.fromhex(stored["salt"]))
    return hmac.compare_digest(found, bytes.fromhex(stored["hash"])) and kept is not None


def clean_name(name: str) -> str:
    """Return a name with its white space folded. Raises UsageError for an empty or overlong one."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"the name {name!r} is empty, too long or not printable; give a person's name")
    return name


def _known(users: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in users:
        known = ", ".join(sorted(users)) or "nobody yet"
        raise UsageError(f"there is no user {name!r}; there is {known}")
    found: dict[str, Any] = users[name]
    return found


def _hash_anew(password: str) -> dict[str, str]:
    salt = secrets.token_bytes(SALT_BYTES)
    return {"salt": salt.hex(), "hash": _hash(password, salt).hex()}


def _hash(password: str, salt: bytes) -> bytes:
    with _one_try:
        return hashlib.scrypt(
            password.encode("utf-8", "surrogatepass"),
            salt=salt,
            n=COST,
            r=BLOCK,
            p=LANES,
            maxmem=MOST_MEMORY_BYTES,
            dklen=HASH_BYTES,
        )


def _now() -> str:
    return datetime.now(UTC).isoformat()
