"""Finds changes between figures: "rose from X to Y", "by X to Y", "up from X"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from factdesk.model import Span
from factdesk.text.figures import Quantity
from factdesk.text.modifiers import CHANGE_WORDS

_LOOK_BACK_CHARACTERS = 60
_FAR_CHARACTERS = 50
_MOST_SPACES = 4
_BREAK = re.compile(r"[.;:!?](?:\s|$)|\n")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that moved: before, after and by how much, as far as said. Direction is up, down or ""."""

    before: Quantity | None
    after: Quantity | None
    by: Quantity | None
    span: Span
    direction: str


def find_changes(text: str, quantities: Sequence[Quantity]) -> list[Change]:
    """Return the changes among the quantities of a text, in reading order."""
    changes: list[Change] = []
    at = 0
    while at < len(quantities):
        roles, after = _read_roles(text, quantities, at)
        change = _change_of(text, quantities[at], roles) if roles else None
        if change is not None:
            changes.append(change)
        at = after if change is not None else at + 1
    return changes


def _read_roles(text: str, quantities: Sequence[Quantity], at: int) -> tuple[dict[str, Quantity], int]:
    """Give before, after and by to neighbouring quantities by the word that stands before each."""
    roles: dict[str, Quantity] = {}
    index = at
    while index < len(quantities) and index < at + 3:
        quantity = quantities[index]
        if index > at and not _is_near(text, quantities[index - 1], quantity):
            break
        role = _role(text, quantity)
        if role is None or role in roles:
            break
        roles[role] = quantity
        index += 1
    return roles, max(index, at + 1)


def _is_near(text: str, one: Quantity, other: Quantity) -> bool:
    between = text[one.whole.end : other.whole.start]
    return len(between) <= _FAR_CHARACTERS and _BREAK.search(between) is None


def _role(text: str, quantity: Quantity) -> str | None:
    words = _words_before(text, quantity.whole.start)
    last = words[-1] if words else ""
    if (
        words
        and not text[max(0, quantity.whole.start - _MOST_SPACES) : quantity.whole.start]
        .rstrip()[-1:]
        .isalpha()
    ):
        return "before" if text.startswith("from ", quantity.whole.start) else None
    if last == "from" or text.startswith("from ", quantity.whole.start):
        return "before"
    if last == "to":
        return "after"
    if last == "by":
        return "by"
    if last in CHANGE_WORDS and CHANGE_WORDS[last] != "either":
        return "by"
    return None


def _words_before(text: str, end: int) -> list[str]:
    piece = text[max(0, end - _LOOK_BACK_CHARACTERS) : end]
    breaks = [match.end() for match in _BREAK.finditer(piece)]
    return [word.lower() for word in _WORD.findall(piece[breaks[-1] if breaks else 0 :])]


def _change_of(text: str, first: Quantity, roles: dict[str, Quantity]) -> Change | None:
    direction = next(
        (
            CHANGE_WORDS[word]
            for word in reversed(_words_before(text, first.whole.start))
            if word in CHANGE_WORDS
        ),
        None,
    )
    before, after = roles.get("before"), roles.get("after")
    if direction in (None, "either") and not (before and after):
        return None
    if direction in (None, "either"):
        direction = _direction(before, after)
    end = max(quantity.whole.end for quantity in roles.values())
    return Change(before, after, roles.get("by"), Span(first.whole.start, end), direction)


def _direction(before: Quantity | None, after: Quantity | None) -> str:
    if (
        before is None
        or after is None
        or before.low is None
        or after.low is None
        or before.unit != after.unit
    ):
        return ""
    if before.low == after.low:
        return ""
    return "up" if after.low > before.low else "down"
