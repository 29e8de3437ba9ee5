"""Who may sign in, for administrators, and what everybody may do about their own sign-in.

It is the file of ``factdesk users``; what is done in one place holds at once in the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from starlette.responses import Response

from factdesk.desk.roles import Action
from factdesk.desk.sessions import TEAM
from factdesk.desk.signing import too_many
from factdesk.desk.users import add_user, change_role, clean_name, read_users, remove_user, set_password
from factdesk.desk.visits import Page, Visit
from factdesk.desk.words import fault_words
from factdesk.errors import UsageError
from factdesk.model import Role
from factdesk.warehouse.users_log import UserAct, note_user_act, read_user_acts

PEOPLE = "/admin/users"
MOST_LINES = 30
"""Acts on people that the page shows, the latest."""

DONE: Mapping[str, str] = {
    "added": "Added.",
    "role": "The role holds from the next page on.",
    "password": "The new password holds, and the sessions of the old one have ended.",
    "signout": "Signed out everywhere.",
    "removed": "Removed; open sessions have ended, and what was decided stays.",
}

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another
_GROUPS, _GROUP_LETTERS = 4, 5


def make_password() -> str:
    """Return a password of 99 random bits that can be read out."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def show_people(visit: Visit) -> Response:
    """Show who may sign in, with their roles."""
    return _show(visit, told=DONE.get(visit.query.get("done", ""), ""))


def _show(visit: Visit, status: int = 200, *, told: str = "", fault: str = "", made: str = "") -> Response:
    users = sorted(read_users(visit.desk.home.warehouse).values(), key=lambda one: one.name.casefold())
    lines, damaged = read_user_acts(visit.desk.home.warehouse)
    return visit.show(
        "people.html",
        status=status,
        users=users,
        lines=lines[:MOST_LINES],
        earlier=max(0, len(lines) - MOST_LINES),
        damaged=damaged,
        sign_in=visit.desk.home.settings.desk.sign_in,
        told=told,
        fault=fault,
        made=made,
        made_for=visit.form.get("name", "") if made else "",
    )


def _done(visit: Visit, what: str) -> Response:
    return visit.go(f"{PEOPLE}?done={what}")


def _guarded(act: Callable[[Visit], Response]) -> Callable[[Visit], Response]:
    """Say on the page what cannot be, in the sentence that the command prints too."""

    def answer(visit: Visit) -> Response:
        try:
            return act(visit)
        except UsageError as error:
            return _show(visit, 400, fault=fault_words(error))

    return answer


@_guarded
def add_person(visit: Visit) -> Response:
    """Add somebody; without a password one is made and shown once."""
    typed, role = visit.form.get("password", ""), _role(visit)
    is_by_proxy = visit.desk.home.settings.desk.sign_in == "proxy"
    made = "" if typed or is_by_proxy else make_password()
    add_user(visit.desk.home.warehouse, _name(visit), role, typed or made or None, by=visit.person.name)
    return _show(visit, told=DONE["added"], made=made) if made else _done(visit, "added")


@_guarded
def give_role(visit: Visit) -> Response:
    """Give somebody another role."""
    change_role(visit.desk.home.warehouse, _name(visit), _role(visit), by=visit.person.name)
    return _done(visit, "role")


@_guarded
def reset_password(visit: Visit) -> Response:
    """Give somebody another password; without one typed, one is made and shown once."""
    typed = visit.form.get("password", "")
    made = "" if typed else make_password()
    set_password(visit.desk.home.warehouse, _name(visit), typed or made, by=visit.person.name)
    return _show(visit, told=DONE["password"], made=made) if made else _done(visit, "password")


@_guarded
def end_sessions(visit: Visit) -> Response:
    """Sign somebody out everywhere."""
    _sign_out(visit, _name(visit))
    return _done(visit, "signout")


@_guarded
def remove_person(visit: Visit) -> Response:
    """Let somebody sign in no more."""
    name = _name(visit)
    remove_user(visit.desk.home.warehouse, name, by=visit.person.name)
    # By a link any name that is not listed may come in, as an administrator.
    visit.door.sessions.revoke_all(name)
    return _done(visit, "removed")


def _name(visit: Visit) -> str:
    return clean_name(visit.form.get("name", ""))


def _role(visit: Visit) -> Role:
    word = visit.form.get("role", "")
    try:
        return Role(word)
    except ValueError as error:
        raise UsageError(f"{word!r} is no role; choose one of {', '.join(Role)}") from error


def change_own_password(visit: Visit) -> Response:
    """Give oneself another password; the present one is asked for, as often as at the door."""
    name, new = visit.person.name, visit.form.get("new", "")
    if visit.session.mode != TEAM:
        return visit.refuse(400, "No password here", "At this desk nobody signs in by a password.")
    wait = visit.door.try_password(visit.request, name, visit.form.get("password", ""))
    if wait is not None:
        said = f"{too_many(wait)}." if wait > 0 else "The present password is wrong; nothing was changed."
        return visit.show("me.html", status=429 if wait > 0 else 403, fault=said)
    if new != visit.form.get("again", ""):
        return visit.show("me.html", status=400, fault="The two new passwords differ; nothing was changed.")
    try:
        set_password(visit.desk.home.warehouse, name, new, by=name)
    except UsageError as error:
        return visit.show("me.html", status=400, fault=fault_words(error))
    return visit.door.welcome(name, "/me")


def leave_everywhere(visit: Visit) -> Response:
    """Sign oneself out in every browser."""
    _sign_out(visit, visit.person.name)
    return visit.door.leave()


def _sign_out(visit: Visit, name: str) -> None:
    note_user_act(visit.desk.home.warehouse, UserAct.SIGNED_OUT, name, visit.person.name)
    visit.door.sessions.revoke_all(name)


PAGES = (
    Page("GET", PEOPLE, Action.MANAGE_PEOPLE, show_people, title="People"),
    Page("POST", f"{PEOPLE}/add", Action.MANAGE_PEOPLE, add_person),
    Page("POST", f"{PEOPLE}/role", Action.MANAGE_PEOPLE, give_role),
    Page("POST", f"{PEOPLE}/password", Action.MANAGE_PEOPLE, reset_password),
    Page("POST", f"{PEOPLE}/signout", Action.MANAGE_PEOPLE, end_sessions),
    Page("POST", f"{PEOPLE}/remove", Action.MANAGE_PEOPLE, remove_person),
    Page("POST", "/me/password", Action.READ, change_own_password),
    Page("POST", "/me/signout", Action.READ, leave_everywhere),
)
