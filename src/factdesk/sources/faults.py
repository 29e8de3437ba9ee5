"""What can be wrong with an archive, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """In which way a file, or the chain of review events, is not as it was left."""

    DAMAGED = "damaged"
    """Its bytes are not those that were written."""
    MISSING = "missing"
    UNLISTED = "unlisted"
    """No manifest names it."""
    UNFINISHED = "unfinished"
    """A stop cut its writing short; nobody was told that it is there."""
    MANIFEST = "manifest"
    """A manifest was removed or changed."""
    REVIEWS = "reviews"
    """The chain of review events is broken."""
    TABLES = "tables"
    """A table of what holds now does not say what the records say."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was left: its name below the archive's folder, what, and the mend.

    What is no ``damage`` is worth knowing and needs nobody.
    """

    kind: FaultKind
    name: str
    said: str
    mend: str
    is_damage: bool = True
