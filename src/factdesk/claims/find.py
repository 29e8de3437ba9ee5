"""Finds the claims of any text: every kind reads every sentence once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from factdesk.claims import kinds_on
from factdesk.claims.checkworthiness import score_findings
from factdesk.claims.contexts import Document
from factdesk.claims.findings import Finding
from factdesk.config import DEFAULT_KINDS
from factdesk.model import SETTING_ASIDE


def find_claims(
    text: str, *, published_on: date | None = None, kinds: Collection[str] = DEFAULT_KINDS
) -> list[Finding]:
    """Return everything that the ``kinds`` find, flagged findings too, in reading order.

    Linear in the length of the text. ``published_on`` resolves "on Tuesday". Raises ConfigError for a kind
    that does not exist.
    """
    on = kinds_on(kinds)
    found = [
        finding
        for context in Document(text, published_on).contexts()
        for kind in on
        for finding in kind.find(context)
    ]
    return sorted(score_findings(found, text), key=lambda one: (one.quote.start, one.quote.end, one.kind))


def count_set_aside(findings: Iterable[Finding]) -> tuple[tuple[str, int], ...]:
    """Return how many findings each flag set aside, by name; a finding counts under its first such flag."""
    counts = Counter(
        next(flag for flag in finding.flags if flag in SETTING_ASIDE).value
        for finding in findings
        if finding.is_set_aside
    )
    return tuple(sorted(counts.items()))
