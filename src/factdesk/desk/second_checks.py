"""Claims that wait for a second person where there is none: said with the mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factdesk.config import Home
from factdesk.desk.people import read_people
from factdesk.desk.roles import Action, may
from factdesk.desk.users import read_users
from factdesk.reports.words import count_words
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.query import run_query

_PUBLISHED = """
    SELECT count(*) FROM derived.waiting_claims
    WHERE stage = 'second_check' AND len(deciders) = 1 AND list_has_all(deciders, $1::VARCHAR[])
"""


def only_checker(home: Home) -> frozenset[str] | None:
    """Return the id of the only one who decides here, none where nobody does; None where others could.

    In a team those count whose role may decide. Where a link lets in whoever it is given to, those count who
    have done something here, because nobody else is known.
    """
    users, people = read_users(home.warehouse), read_people(home.warehouse)
    names = {name for name, one in users.items() if may(one.role, Action.DECIDE)}
    if home.settings.desk.sign_in == "link":
        names |= set(people.values()) - set(users)
    only = frozenset(one for one, name in people.items() if name in names)
    has_other = len(names) > 1 or bool(names and not only)  # who has done nothing yet has no id
    return None if has_other else only


def say_stuck(claims: int) -> str:
    """Say of so many claims that wait for a second person that none will come; nothing of no claims."""
    if not claims:
        return ""
    verb = "waits" if claims == 1 else "wait"
    return f"{count_words(claims, 'claim')} {verb} for a second person, and nobody else checks here"


def stuck_mend(home: Home) -> str:
    """Say what is to be done about it."""
    review = home.settings.review
    never = "review.second_check_share = 0"
    if review.second_check != "never":
        never = f'review.second_check = "never" and {never}'
    if home.settings.desk.sign_in == "link":
        other = "give somebody else a link (factdesk desk --link --as NAME)"
    else:
        other = "add somebody (factdesk users add NAME)"
    return f"{other}, or set {never} in config/factdesk.toml and start the desk again"


def stuck_words(home: Home, read: Callable[[], Mapping[tuple[str, ...], int]]) -> str:
    """Return the whole sentence about claims that wait so, nothing where all will be checked.

    ``read`` tells by who has decided them how many claims wait for a second person, if that is needed.
    """
    only = only_checker(home)
    if only is None:
        return ""
    said = say_stuck(sum(count for deciders, count in read().items() if only.issubset(deciders)))
    return f"{said}: {stuck_mend(home)}." if said else ""


def published_stuck(home: Home) -> str:
    """Return what the published copy tells of such claims, without the mend; nothing where all is well."""
    only = only_checker(home)
    if only is None or not WarehouseFolder(home.warehouse).published.is_file():
        return ""
    return say_stuck(int(run_query(home.warehouse, _PUBLISHED, [sorted(only)]).rows[0][0]))
