"""When a source is fetched again: one rule over its age, the claims that hang on it and how calm it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from factdesk.config import FlowSettings
from factdesk.reports.words import count_words

if TYPE_CHECKING:
    from factdesk.warehouse.due import CitedSource

LONGEST_HOURS = 876_600.0
"""A policy that asks for more than a century is taken as asking for one: dates do not reach farther."""

RETRY_AFTER_HOURS = 1.0
"""After a passing fault a source is due again so soon, after a second one in a row in twice that time, and so
on. An essay read while the network was down is not read again as long as it is unchanged, so nobody but the
recheck asks for its sources; a server that asked for peace or is being mended gets an hour of it."""

_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Interval:
    """After how many hours a source is fetched again, and in words why so."""

    hours: float
    because: str


@dataclass(frozen=True, slots=True)
class RecheckPolicy:
    """``after_hours``; half of it for a source on which `busy_claims` undecided claims hang; twice as much
    where all its claims are decided and their essays out for `settled_days`; and twice as much again for each
    `calm_fetches` in a row that saw what the one before saw, up to ``longest_hours``.

    ``is_exact``: a person named the age, and it holds for all.
    """

    after_hours: float
    busy_claims: int
    settled_days: int
    calm_fetches: int
    longest_hours: float
    is_exact: bool

    @classmethod
    def of(cls, flow: FlowSettings, older_than_hours: float | None = None) -> RecheckPolicy:
        """Return the policy of these settings, or the exact age that a person asks for."""
        after = flow.recheck_after_hours if older_than_hours is None else older_than_hours
        after = min(after, LONGEST_HOURS)
        return cls(
            after,
            flow.recheck_busy_claims,
            flow.recheck_settled_days,
            flow.recheck_calm_fetches,
            max(after, flow.recheck_longest_hours),
            older_than_hours is not None,
        )

    @property
    def shortest_hours(self) -> float:
        """No source is fetched again sooner than this, but after a passing fault."""
        return self.after_hours if self.is_exact else self.after_hours / 2

    def interval(self, cited: CitedSource, now: datetime) -> Interval:
        """Return when a source is fetched again after its last fetch."""
        if self.is_exact:
            return Interval(self.after_hours, "as asked")
        hours, reasons = self.after_hours, [f"{count_words(cited.claims, 'claim')}"]
        if cited.open_claims:
            reasons.append(f"{cited.open_claims} undecided")
        if cited.open_claims >= self.busy_claims:
            hours /= 2
        elif not cited.open_claims and self._is_old(cited, now):
            hours *= 2
            reasons.append(f"decided, and the essays out for {self.settled_days} days")
        unchanged = max(cited.alike - 1, 0)
        if unchanged >= self.calm_fetches:
            hours *= 2.0 ** min(unchanged // self.calm_fetches, _MOST_DOUBLINGS)
            reasons.append(f"unchanged {unchanged} times")
        return Interval(min(hours, self.longest_hours), ", ".join(reasons))

    def _is_old(self, cited: CitedSource, now: datetime) -> bool:
        return cited.out_on is not None and (now.date() - cited.out_on).days >= self.settled_days

    def retry_hours(self, faults: int) -> float:
        """Return how long a source has peace after so many passing faults in a row."""
        doubled = RETRY_AFTER_HOURS * 2.0 ** min(max(faults - 1, 0), _MOST_DOUBLINGS)
        return min(doubled, self.after_hours)
