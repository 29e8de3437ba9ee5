"""The keys of the desk: one table for the help, the pages and the tests. `static/desk.js` hears them.

An element that carries ``data-key`` is what its key presses, so that nothing can be done by key that cannot
be done by hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key, or two after each other ("g q"): where it works and what it does."""

    name: str
    where: str
    does: str


CLAIM, QUEUE, ANYWHERE = "on a claim", "in the queue", "anywhere"

KEYS: tuple[Key, ...] = (
    Key("1", CLAIM, "backed by its source"),
    Key("2", CLAIM, "backed in part"),
    Key("3", CLAIM, "contradicted by its source"),
    Key("4", CLAIM, "its sources say both"),
    Key("5", CLAIM, "not shown by its source"),
    Key("6", CLAIM, "cannot be checked"),
    Key("7", CLAIM, "not a claim"),
    Key("Enter", CLAIM, "accept the machine's rating, where it is sure and contradicts nothing"),
    Key("r", CLAIM, "decide the same as before, where the same words on the same text were decided"),
    Key("n", CLAIM, "write a note; Esc leaves it, Ctrl+Enter saves the chosen rating"),
    Key("w", CLAIM, "put the claim off until a day"),
    Key("s", CLAIM, "skip to the next claim"),
    Key("f", CLAIM, "ask an editor to look"),
    Key("u", ANYWHERE, "take your last decision back"),
    Key("[", CLAIM, "the passage before"),
    Key("]", CLAIM, "the passage after"),
    Key("o", CLAIM, "open the source"),
    Key("e", CLAIM, "open the essay"),
    Key("c", CLAIM, "copy the source's words"),
    Key("j", ANYWHERE, "the next claim"),
    Key("k", ANYWHERE, "the claim before"),
    Key("x", QUEUE, "select the claim"),
    Key("b", QUEUE, "decide those selected together, where they say the same on the same passage"),
    Key("/", ANYWHERE, "search"),
    Key("g q", ANYWHERE, "go to the queue"),
    Key("g o", ANYWHERE, "go to the operation page, for those who run Factdesk"),
    Key("g r", ANYWHERE, "go to the reports"),
    Key("?", ANYWHERE, "show these keys"),
)
