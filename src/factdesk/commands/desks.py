"""``factdesk desk`` and ``factdesk users``: the review pages, and who may sign in there."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING

from rich.console import Console

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.model import Role
from factdesk.reports.words import code_in_words, count_words
from factdesk.warehouse.folders import WarehouseFolder

if TYPE_CHECKING:
    from factdesk.desk.users import User

Say = Callable[[str], None]


def run_desk(home: Home, name: str | None, *, port: int | None, link: bool, say: Say) -> int:
    """Serve the desk, or print a fresh link to the one that runs."""
    from factdesk.desk.people import system_user

    person = name or system_user()
    if link:
        from factdesk.desk.running import link_to_running

        print(link_to_running(home, person))
        return 0
    from factdesk.desk.serving import serve_desk

    return serve_desk(home, person, port=port, say=say)


def add(home: Home, name: str, role: str, say: Say) -> int:
    """Add a user whose password is asked for, or read from the first line of stdin where nobody types."""
    from factdesk.desk.users import add_user, clean_name, find_user_like, read_users

    name, given = clean_name(name), _role(role)
    known = find_user_like(read_users(home.warehouse), name)
    if known is not None:
        raise UsageError(
            f"{known} is a user already; factdesk users password {quote(known)} gives another password, "
            f"factdesk users role {quote(known)} {given} another role"
        )
    is_by_proxy = home.settings.desk.sign_in == "proxy"
    add_user(home.warehouse, name, given, None if is_by_proxy else _ask_password(name))
    say(f"{name} may sign in as {given}" + (", by the server before the desk" if is_by_proxy else ""))
    if not any(one.role is Role.ADMIN for one in read_users(home.warehouse).values()):
        say(f"nobody is an administrator yet: factdesk users role {quote(name)} admin")
    return 0


def set_password(home: Home, name: str, say: Say) -> int:
    """Give a user another password, asked for as by `add`."""
    from factdesk.desk import users

    if users.clean_name(name) not in users.read_users(home.warehouse):
        raise UsageError(f"there is no user {name!r}; factdesk users lists who there is")
    users.set_password(home.warehouse, name, _ask_password(name))
    say(f"{name} has the new password; open sessions have ended")
    return 0


def change(home: Home, name: str, role: str, say: Say) -> int:
    """Give a user another role."""
    from factdesk.desk.users import change_role

    change_role(home.warehouse, name, _role(role))
    say(f"{name} is {role} from the next page on")
    return 0


def sign_out(home: Home, name: str, say: Say) -> int:
    """End every session of somebody; also of one who signs in by a link and stands in no list."""
    from factdesk.desk.people import system_user
    from factdesk.desk.sessions import Sessions
    from factdesk.desk.users import clean_name
    from factdesk.warehouse.users_log import UserAct, note_user_act

    if home.settings.desk.sign_in == "proxy":
        raise UsageError(
            "the server before the desk signs people in and out here (desk.sign_in); "
            f"factdesk users remove {quote(name)} lets somebody in no more"
        )
    note_user_act(home.warehouse, UserAct.SIGNED_OUT, clean_name(name), system_user())
    Sessions(home.warehouse).revoke_all(clean_name(name))
    say(f"whoever was signed in as {name} must sign in again")
    return 0


def remove(home: Home, name: str, say: Say) -> int:
    """Remove a user; what was decided stays."""
    from factdesk.desk.sessions import Sessions
    from factdesk.desk.users import clean_name, remove_user

    remove_user(home.warehouse, name)
    Sessions(home.warehouse).revoke_all(clean_name(name))
    is_by_link = home.settings.desk.sign_in == "link"
    end = "; a link lets in whom factdesk desk --as names" if is_by_link else ""
    say(f"{name} is listed no more and open sessions have ended{end}")
    return 0


def print_users(home: Home, console: Console, say: Say) -> int:
    """Print who may sign in, or how the first is added."""
    from factdesk.desk.users import read_users
    from factdesk.reports.terminal import print_rows

    users: list[User] = sorted(read_users(home.warehouse).values(), key=lambda one: one.name)
    if not users:
        say(_nobody_yet(home))
        return 0
    rows = [(one.name, one.role.value, _sign_in_of(home, one)) for one in users]
    print_rows(console, ("name", "role", "signs in by"), rows)
    return 0


def print_log(home: Home, *, as_json: bool, console: Console, say: Say) -> int:
    """Print what was done about people, the latest first."""
    from factdesk.reports.terminal import json_line, print_rows
    from factdesk.warehouse.users_log import read_user_acts

    lines, damaged = read_user_acts(home.warehouse)
    if as_json:
        for one in lines:
            print(json_line(asdict(one)))
    elif lines:
        rows = [(one.at, one.by, code_in_words(one.act.value), one.name, one.role) for one in lines]
        print_rows(console, ("at (UTC)", "by", "act", "name", "role"), rows)
    else:
        say("nothing was done about people yet; factdesk users add NAME lets somebody sign in")
    if damaged:
        path = WarehouseFolder(home.warehouse).users_log
        say(f"{count_words(damaged, 'line')} of {path} cannot be read; compare the file with a backup")
    return 0


def _nobody_yet(home: Home) -> str:
    first = "factdesk users add NAME --role admin"
    if home.settings.desk.sign_in == "link":
        return (
            "nobody is listed: one person works here, by the link that factdesk desk prints; for a team add "
            f'an administrator ({first}), then set desk.sign_in = "password"'
        )
    return f"nobody may sign in yet; add the first: {first}"


def _sign_in_of(home: Home, user: User) -> str:
    mode = home.settings.desk.sign_in
    if mode == "link":
        return "the link of factdesk desk"
    if mode == "proxy":
        return "the server before the desk"
    if user.has_password:
        return f"a password, since {user.since:%Y-%m-%d}"
    return f"nothing yet: factdesk users password {quote(user.name)}"


def _role(word: str) -> Role:
    try:
        return Role(word)
    except ValueError as error:
        raise UsageError(f"{word!r} is no role; use one of {', '.join(Role)}") from error


def _ask_password(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password for {name}: ")
    if getpass.getpass("The same again: ") != first:
        raise UsageError("the two passwords differ; run the command again")
    return first
