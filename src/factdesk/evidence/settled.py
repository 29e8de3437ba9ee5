"""What an aligned figure settles by itself, whatever other words say."""

from __future__ import annotations

from dataclasses import dataclass

from factdesk.model import FacetComparison


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one sentence of a source says of a claim: backs, partly or denies, and what it leaves out."""

    number: int
    stance: str
    missing: tuple[str, ...]
    facets: tuple[FacetComparison, ...]
