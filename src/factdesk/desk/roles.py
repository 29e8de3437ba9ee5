"""What each role may do: one table, which the pages and the server both ask."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from factdesk.model import Role


class Action(StrEnum):
    """Something that a person does at the desk."""

    READ = "read"
    DECIDE = "decide"
    UNDO = "undo"
    WAIT = "wait"
    FLAG = "flag"
    NOTE = "note"
    TAKE = "take"
    ASSIGN = "assign"
    SETTLE = "settle"
    ASK_AUTHOR = "ask_author"
    DISPUTE = "dispute"
    CORRECT = "correct"
    ADD = "add"
    QUERY = "query"
    OPERATE = "operate"
    MANAGE_PEOPLE = "manage_people"


_CHECKS = frozenset(
    {
        *(Action.READ, Action.DECIDE, Action.UNDO, Action.WAIT, Action.FLAG, Action.NOTE, Action.TAKE),
        *(Action.QUERY, Action.ASK_AUTHOR, Action.DISPUTE, Action.ADD),
    }
)

ROLE_ACTIONS: Mapping[Role, frozenset[Action]] = {
    Role.CHECKER: _CHECKS,
    Role.EDITOR: _CHECKS | {Action.ASSIGN, Action.SETTLE, Action.CORRECT},
    Role.OPERATOR: frozenset({Action.READ, Action.QUERY, Action.OPERATE}),
    Role.ADMIN: frozenset(Action),
}
"""TAKE is to hold a claim oneself, ASSIGN to give it to another; SETTLE is to decide where two disagree.
CORRECT is what becomes of a correction; ADD is to give an essay, a source or a missed claim."""


def may(role: Role, action: Action) -> bool:
    """Whether a role may do something."""
    return action in ROLE_ACTIONS[role]
