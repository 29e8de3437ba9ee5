"""Who acts in a terminal: the name that is kept, and the role that it has in the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factdesk.config import Home
from factdesk.errors import UsageError

if TYPE_CHECKING:
    from factdesk.desk.roles import Action
    from factdesk.model import Role


def who_acts(home: Home, name: str | None, action: Action) -> tuple[str, Role]:
    """Return name and role of somebody who wants to do something; without a name it is the system user.

    As at a desk on one's own machine, who is no user of a team may do everything. Raises UsageError for one
    whose role does not allow it.
    """
    from factdesk.desk.people import system_user
    from factdesk.desk.roles import may
    from factdesk.desk.users import find_user_like, fold_name, read_users
    from factdesk.model import Role

    users = read_users(home.warehouse)
    person = fold_name(name or system_user())
    known = find_user_like(users, person)
    if known is None:
        return person, Role.ADMIN
    role = users[known].role
    if not may(role, action):
        raise UsageError(f"{known} is {role} here and may not do this; ask an editor, or name one with --as")
    return known, role
