"""The users file of a team: who may sign in, with which role, and what a password is checked against.

Passwords are kept as scrypt hashes (n = 2^17, r = 8, p = 1: some 128 MB and a third of a second a try, the
cost that OWASP's Password Storage Cheat Sheet asks for), so that one try at a time is made.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factdesk.desk.people import system_user
from factdesk.desk.private_files import changed_private, read_private
from factdesk.errors import UsageError, WarehouseError
from factdesk.model import Role
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.users_log import UserAct, note_user_act

COST, BLOCK, LANES = 2**17, 8, 1
SALT_BYTES = 16
HASH_BYTES = 32
MOST_MEMORY_BYTES = 160_000_000
SHORTEST_PASSWORD = 10
LONGEST_NAME = 80

_one_try = threading.Lock()


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the team. Sessions that began before ``since`` are over.

    Without a password somebody may sign in only where another server says who it is.
    """

    name: str
    role: Role
    since: datetime
    has_password: bool


def read_users(warehouse: Path) -> Mapping[str, User]:
    """Return the users by name. Raises WarehouseError when the file is damaged."""
    path = WarehouseFolder(warehouse).desk_users
    try:
        return {
            name: User(name, Role(one["role"]), datetime.fromisoformat(one["since"]), "password" in one)
            for name, one in read_private(path).items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise WarehouseError(f"{path} is damaged; restore it from a backup or remove it") from error


def add_user(warehouse: Path, name: str, role: Role, password: str | None, *, by: str | None = None) -> None:
    """Add somebody to the team; ``password`` is None where another server says who it is.

    ``by`` is the name of who does it, for the log of such acts; by default whoever runs the program.

    Raises UsageError for an empty, overlong or known name and for a short password.
    """
    name = clean_name(name)
    hashed = {} if password is None else {"password": _hash_anew(password)}
    with changed_private(WarehouseFolder(warehouse).desk_users) as users:
        if known := find_user_like(users, name):
            raise UsageError(f"there is a user {known!r} already; take another name, or change that one")
        note_user_act(warehouse, UserAct.ADDED, name, by or system_user(), role.value)
        users[name] = {"role": role.value, "since": _now(), **hashed}


def set_password(warehouse: Path, name: str, password: str, *, by: str | None = None) -> None:
    """Give a user another password, which ends the sessions of the old one; ``by`` as for `add_user`.

    Raises UsageError for an unknown name and for a short password.
    """
    name, hashed = clean_name(name), _hash_anew(password)
    with changed_private(WarehouseFolder(warehouse).desk_users) as users:
        user = _known(users, name)
        note_user_act(warehouse, UserAct.PASSWORD, name, by or system_user())
        user.update(since=_now(), password=hashed)


def change_role(warehouse: Path, name: str, role: Role, *, by: str | None = None) -> None:
    """Give a user another role, from the next page on; ``by`` as for `add_user`.

    Raises UsageError for an unknown name, and where no administrator would be left.
    """
    name = clean_name(name)
    with changed_private(WarehouseFolder(warehouse).desk_users) as users:
        user = _known(users, name)
        if role is not Role.ADMIN:
            _refuse_last_admin(users, name)
        note_user_act(warehouse, UserAct.ROLE, name, by or system_user(), role.value)
        user["role"] = role.value


def remove_user(warehouse: Path, name: str, *, by: str | None = None) -> None:
    """Remove a user, whose sessions end at once; decisions stay. ``by`` is as for `add_user`.

    Raises UsageError for an unknown name, and where no administrator would be left.
    """
    name = clean_name(name)
    with changed_private(WarehouseFolder(warehouse).desk_users) as users:
        _known(users, name)
        _refuse_last_admin(users, name)
        note_user_act(warehouse, UserAct.REMOVED, name, by or system_user())
        del users[name]


def password_fits(warehouse: Path, name: str, password: str) -> bool:
    """Whether this is the user's password. An unknown name takes as long as a wrong password."""
    kept = read_private(WarehouseFolder(warehouse).desk_users).get(name, {}).get("password")
    stored = kept or {"salt": "00" * SALT_BYTES, "hash": "00" * HASH_BYTES}
    found = _hash(password, bytes.fromhex(stored["salt"]))
    return hmac.compare_digest(found, bytes.fromhex(stored["hash"])) and kept is not None


def clean_name(name: str) -> str:
    """Return a name as it is kept. Raises UsageError for an empty or overlong one."""
    name = fold_name(name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(f"the name {name!r} is empty, too long or not printable; give a person's name")
    return name


def fold_name(name: str) -> str:
    """Return a name with its white space and its accents in one form, however it was typed."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def find_user_like(users: Collection[str], name: str) -> str | None:
    """Return the user whom people would take for this one; None when there is none."""
    return next((one for one in users if one.casefold() == name.casefold()), None)


def _known(users: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in users:
        known = ", ".join(sorted(users)) or "nobody yet"
        raise UsageError(f"there is no user {name!r}; there is {known}")
    found: dict[str, Any] = users[name]
    return found


def _refuse_last_admin(users: Mapping[str, Any], name: str) -> None:
    admins = [one for one, user in users.items() if user["role"] == Role.ADMIN]
    if admins == [name]:
        raise UsageError(
            f"{name!r} is the only administrator, and nobody else could add people; make another one first"
        )


def _hash_anew(password: str) -> dict[str, str]:
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(
            f"the password has {len(password)} characters; give at least {SHORTEST_PASSWORD}, "
            "for example four words, typed or on stdin"
        )
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
