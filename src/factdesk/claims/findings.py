"""A finding: a statement of one kind in any text, with the exact characters that it came from.

The same `Finding` comes out of an essay and out of a source, so that two of them can be compared. All
spans are offsets into the text that was searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from factdesk.model import SETTING_ASIDE, Facet, FacetName, Flag, Part, Span, Value


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement that a kind has found.

    ``facets`` may hold several of one name (one ENTITY a listed thing). ``values`` is empty for a
    sell-out; its state is the STATE facet, whose ``norm`` is sold_out, nearly_sold_out, limited or
    available. ``parts`` has two or more entries when the statement lists things that are checked one
    by one, and is empty otherwise.
    """

    kind: str
    quote: Span
    sentence: Span
    text: str
    values: tuple[Value, ...]
    facets: tuple[Facet, ...]
    parts: tuple[Part, ...]
    flags: tuple[Flag, ...]
    checkworthiness: Decimal = Decimal(0)

    @property
    def is_set_aside(self) -> bool:
        """Whether a flag keeps this finding from being a claim."""
        return any(flag in SETTING_ASIDE for flag in self.flags)

    def facets_named(self, name: FacetName) -> tuple[Facet, ...]:
        """Return the facets of one name, in reading order."""
        return tuple(facet for facet in self.facets if facet.name is name)

    def facet(self, name: FacetName) -> Facet | None:
        """Return the first facet of a name, or None."""
        return next(iter(self.facets_named(name)), None)

    def value(self, role: str) -> Value | None:
        """Return the first value with a role ("amount", "percent", ...), or None."""
        return next((value for value in self.values if value.role == role), None)
