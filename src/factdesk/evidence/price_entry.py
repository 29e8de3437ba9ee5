"""One price of a source."""

from __future__ import annotations

from dataclasses import dataclass

from factdesk.claims.alike import Terms
from factdesk.claims.price_traits import Traits
from factdesk.model import Span, Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One price of a source. ``number`` is that of its sentence, ``clause`` the words that are its own.

    ``own`` are the terms of the clause and of the words that lead into its sentence, ``taken`` those of
    the price or sentence that it refers back to. ``when`` is past, now, future or "".
    """

    number: int
    value: Value
    clause: Span
    own: Terms
    taken: Terms
    traits: Traits
    around: Traits
    when: str
    times: frozenset[str]

    @property
    def unit(self) -> str:
        """The currency."""
        return self.value.unit
