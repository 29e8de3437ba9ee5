"""Commands for the desk: the review pages and who may sign in there."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from factdesk.cli.app import HomeOption, JsonOption, NameOption, WarehouseOption, app, console, home_of, say

users = App(name="users", help="Say who may sign in at the desk, and as what.")
app.command(users)


@app.command
def desk(
    *,
    port: Annotated[int | None, Parameter("--port")] = None,
    as_name: Annotated[
        NameOption, Parameter(help="Who signs in by the link; by default the system user.")
    ] = None,
    link: Annotated[bool, Parameter("--link", negative=())] = False,
    warehouse: WarehouseOption = None,
    home: HomeOption = None,
) -> int:
    """Serve the review pages on this machine until Ctrl-C, and keep the warehouse meanwhile.

    Parameters
    ----------
    port
        The port, 0 for any free one; by default desk.port of the settings.
    link
        Print a fresh link to the desk that runs now, and end.
    """
    from factdesk.commands.desks import run_desk

    return run_desk(home_of(home, warehouse), as_name, port=port, link=link, say=say)


@users.default
@users.command(name="list")
def list_users(*, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """List who may sign in, with their roles."""
    from factdesk.commands.desks import print_users

    return print_users(home_of(home, warehouse), console(), say)


@users.command
def log(*, json: JsonOption = False, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """Print who was added, removed or signed out, each new role and each new password, and by whom."""
    from factdesk.commands.desks import print_log

    return print_log(home_of(home, warehouse), as_json=json, console=console(), say=say)


@users.command
def add(
    name: str, *, role: str = "checker", warehouse: WarehouseOption = None, home: HomeOption = None
) -> int:
    """Let somebody sign in; the password is asked for, or is the first line of stdin.

    Parameters
    ----------
    name
        The person's name, as it stands beside decisions.
    role
        checker, editor, operator or admin.
    """
    from factdesk.commands.desks import add as add_user

    return add_user(home_of(home, warehouse), name, role, say)


@users.command
def password(name: str, *, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """Give a user another password; the sessions of the old one end.

    Parameters
    ----------
    name
        A user.
    """
    from factdesk.commands.desks import set_password

    return set_password(home_of(home, warehouse), name, say)


@users.command
def role(name: str, role: str, *, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """Give a user another role.

    Parameters
    ----------
    name
        A user.
    role
        checker, editor, operator or admin.
    """
    from factdesk.commands.desks import change

    return change(home_of(home, warehouse), name, role, say)


@users.command
def signout(name: str, *, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """End every session of somebody, in every browser.

    Parameters
    ----------
    name
        Whoever is signed in by that name.
    """
    from factdesk.commands.desks import sign_out

    return sign_out(home_of(home, warehouse), name, say)


@users.command
def remove(name: str, *, warehouse: WarehouseOption = None, home: HomeOption = None) -> int:
    """Let a user sign in no more; what was decided stays.

    Parameters
    ----------
    name
        A user.
    """
    from factdesk.commands.desks import remove as remove_user

    return remove_user(home_of(home, warehouse), name, say)
