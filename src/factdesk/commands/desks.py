"""``factdesk desk`` and ``factdesk users``: the review pages, and who may sign in there."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.model import Role

if TYPE_CHECKING:
    from factdesk.desk.users import User

Say = Callable[[str], None]


def run_desk(home: Home, name: str | None, *, port: int | None, link: bool, say: Say) -> int:
    """Serve the desk, or print a fresh link to the one that runs."""
    from factdesk.desk.people import system_user
    from factdesk.desk.serving import link_to_running, serve_desk

    person = name or system_user()
    if link:
        print(link_to_running(home, person))
        return 0
    return serve_desk(home, person, port=port, say=say)


def add(home: Home, name: str, role: str, say: Say) -> int:
    """Add a user whose password is asked for, or read from the first line of stdin where nobody types."""
    from factdesk.desk.users import add_user

    is_new = add_user(home.warehouse, name, _role(role), _ask_password(name))
    say(f"{name} may sign in as {role}" if is_new else f"{name} has the new password and is {role}")
    return 0


def change(home: Home, name: str, role: str, say: Say) -> int:
    """Give a user another role."""
    from factdesk.desk.users import change_role

    change_role(home.warehouse, name, _role(role))
    say(f"{name} is {role} from the next page on")
    return 0


def remove(home: Home, name: str, say: Say) -> int:
    """Remove a user; what was decided stays."""
    from factdesk.desk.users import remove_user

    remove_user(home.warehouse, name)
    say(f"{name} may not sign in any more; open sessions have ended")
    return 0


def print_users(home: Home, console: Console) -> int:
    """Print who may sign in."""
    from factdesk.desk.users import read_users
    from factdesk.reports.terminal import print_rows

    users: list[User] = sorted(read_users(home.warehouse).values(), key=lambda one: one.name)
    print_rows(console, ("name", "role"), [(one.name, one.role.value) for one in users])
    return 0


def _role(word: str) -> Role:
    try:
        return Role(word)
    except ValueError as error:
        raise UsageError(f"{word!r} is no role; use one of {', '.join(Role)}") from error


def _ask_password(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(f"Password for {name}: ")
    if getpass.getpass("The same again: ") != first:
        raise UsageError("the two passwords differ; run the command again")
    return first
