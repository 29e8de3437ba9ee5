"""A share of people as a source gives it, and all shares of a source together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from factdesk.claims.aligning import times_in
from factdesk.claims.alike import EMPTY, LIGHT_WEIGHT, Term, Terms
from factdesk.claims.poll_standing import Known, People, Side
from factdesk.model import Span, Value

WHEN_OR_WAY = frozenset(
    {"rise", "fall", "change", "last", "now", "year_on_year", "yearly", "monthly", "weekly"}
)
"""Groups of words that say when a figure was or which way it went."""

DAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """A share of people as a source gives it. ``is_second`` marks the 48 of "52 to 48".

    ``own`` holds the words of its own stretch, ``near`` those that lead to it: the question, the clauses
    and sentences before it in the paragraph. ``of_now`` is False for what was before;
    ``moved`` holds the points by which it changed, less than nothing where it fell, and
    ``moved_from`` the times since when. ``side_start`` is the offset of the words by which the side was read.
    ``lead`` holds the words that lead to all figures of the sentence.
    ``typed`` tells, when it is asked, whether the kind reads it as a share of people,
    ``is_supposed`` says that it holds under a condition only, ``of_other_poll`` that its sentence tells
    of another poll than the source's own.
    """

    number: int
    value: Value
    segment: Span
    said: str
    own: Terms
    near: Terms
    people: People | None
    side: Side
    times: frozenset[str]
    of_now: bool
    places: tuple[str, ...]
    where: Terms = EMPTY
    lead: Terms = EMPTY
    typed: Callable[[], bool] = field(default=lambda: True, compare=False)
    is_of_things: bool = False
    is_supposed: bool = False
    days: frozenset[str] = frozenset()
    side_start: int = 0
    of_other_poll: bool = False
    moved: Value | None = None
    moved_from: frozenset[str] = frozenset()
    is_second: bool = False

    @property
    def is_typed(self) -> bool:
        """Whether the kind "poll" reads it as a share of people; the sentence is read for it."""
        return self.typed()

    @property
    def is_elliptic(self) -> bool:
        """Whether its own stretch says next to nothing of what it is about ("and 49 per cent against")."""
        return len(self.told) <= MOST_ELLIPTIC

    @property
    def told(self) -> list[Term]:
        """The words of its own stretch that say of what it is: none that only say when or which way."""
        return [
            term for term in self.own.terms if term.weight > LIGHT_WEIGHT and not term.groups & WHEN_OR_WAY
        ]

    @property
    def is_bare(self) -> bool:
        """Whether its own stretch says nothing of a side and nothing but figures, times and pronouns."""
        told = [
            term for term in self.own.terms if term.weight > LIGHT_WEIGHT and not _IS_BARE.match(term.word)
        ]
        return not self.side.is_told and all(times_in(term.word.capitalize()) for term in told)


_IS_BARE = re.compile(
    r"(?:figures?|shares?|numbers?|results?|gap|lead|compares?|narrower|wider|larger|smaller|survey|polls?)\Z"
)
MOST_ELLIPTIC = 1


@dataclass(frozen=True, slots=True)
class Shares:
    """All shares of a source and what it says of its sample and its subject."""

    entries: tuple[ShareEntry, ...]
    known: Known
    subject: Terms
