"""Finds checkable claims in any text and compares two findings; one file a kind.

To add a kind, write its file (``NAME``, ``RESTS_ON``, ``find``, ``compare``, ``line_values``,
``figure_of``), its table in ``tables/``, its cases in ``tests/cases/``, and put its name into `KINDS`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from factdesk.claims import count, poll, price, sellout
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.findings import Finding
from factdesk.claims.line_values import Line
from factdesk.config import DEFAULT_KINDS
from factdesk.errors import ConfigError
from factdesk.model import FacetComparison


class Kind(Protocol):
    """What the module of a kind has."""

    NAME: str
    RESTS_ON: tuple[str, ...]
    """Names of the kinds that it asks what they find."""

    def find(self, context: SentenceContext, /) -> list[Finding]:
        """Return what one sentence states of the kind, in reading order."""

    def compare(
        self, claimed: Finding, claimed_text: str, found: Finding, found_text: str, /
    ) -> tuple[FacetComparison, ...]:
        """Return what a found statement says of a claimed one, facet by facet."""

    def line_values(self, finding: Finding, /) -> Line:
        """Return what the JSON line says of the kind's own values."""

    def figure_of(self, finding: Finding, /) -> str | None:
        """Return what its figure is of, where the figure and its unit alone say too little, or None."""


KINDS: tuple[Kind, ...] = (sellout, price, poll, count)
"""All kinds, in the order in which they read a sentence."""


def kind_named(name: str) -> Kind:
    """Return the kind of a name that is known."""
    return next(kind for kind in KINDS if name == kind.NAME)


def kinds_on(names: Collection[str] = DEFAULT_KINDS) -> tuple[Kind, ...]:
    """Return the kinds that are switched on by name, in the order of `KINDS`.

    Raises ConfigError for a name that no kind has.
    """
    known = [kind.NAME for kind in KINDS]
    if unknown := next((name for name in names if name not in known), None):
        raise ConfigError(
            f"the key 'claims.kinds' in the settings names {unknown!r}, which is no kind of claim;"
            f" use some of {', '.join(known)}"
        )
    return tuple(kind for kind in KINDS if kind.NAME in names)
