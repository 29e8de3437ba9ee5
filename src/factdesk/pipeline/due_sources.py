"""Which sources a recheck fetches again, and in words what it would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from factdesk.config import Home
from factdesk.model import Source, SourceOutcome
from factdesk.pipeline.recheck_policy import Interval, RecheckPolicy
from factdesk.sources.archive import Archive
from factdesk.sources.gather import SourceRequest
from factdesk.sources.known import FLEETING_OUTCOMES
from factdesk.web.guard import BlockedError, check_url, normal_authorities

if TYPE_CHECKING:
    from factdesk.warehouse.due import CitedSource
    from factdesk.warehouse.known import Known

HOSTS_SHOWN = 10
SOURCES_SHOWN = 20

RETRIED_OUTCOMES = FLEETING_OUTCOMES - {SourceOutcome.BLOCKED_BY_GUARD}
"""What the guard refused is refused without the network, and again."""


class Why(StrEnum):
    """Why a source is due. The last two need no network: what was fetched is used."""

    NEVER_FETCHED = "never_fetched"
    OLD = "old"
    PASSING_FAULT = "passing_fault"
    """Its last fetch ended by what may be over: no network, a server that was down, a killed reader."""
    NOT_STORED = "not_stored"
    """A run that did not come to its end has fetched it; the warehouse knows nothing of that."""
    NOT_JUDGED = "not_judged"
    """It has another text than the one that a current claim's verdict looked at."""


@dataclass(frozen=True, slots=True)
class DueSource:
    """A source to recheck. ``fetched_at`` is its last fetch, whoever knows of it; ``interval`` is after how
    long the policy fetches it again."""

    source: Source
    fetched_at: datetime | None
    why: Why
    interval: Interval

    @property
    def request(self) -> SourceRequest:
        """What gathering is asked for."""
        return SourceRequest(self.source.url)

    def line(self) -> str:
        """Say in one line why it is due."""
        if self.why is not Why.OLD or self.fetched_at is None:
            return f"{self.source.url}: {_WORDS[self.why]} ({self.interval.because})"
        age = f"after {self.interval.hours:g} hours: {self.interval.because}"
        return f"{self.source.url}: last fetched {self.fetched_at:%Y-%m-%d %H:%M} UTC, due {age}"


@dataclass(frozen=True, slots=True)
class RecheckPlan:
    """What a recheck would do now. ``left`` sources are due besides, and stay for the next runs."""

    due: tuple[DueSource, ...]
    left: int
    policy: RecheckPolicy

    def counts(self) -> dict[str, int]:
        """Return how many sources are due for each reason."""
        return dict(Counter(one.why.value for one in self.due))

    def hosts(self) -> dict[str, int]:
        """Return how many sources each host has, the most first."""
        return dict(Counter(check_url(one.source.url).host for one in self.due).most_common())

    def oldest(self) -> datetime | None:
        """Return when the source was fetched that was not fetched for longest; None without any."""
        return min((one.fetched_at for one in self.due if one.fetched_at is not None), default=None)


def find_due(
    home: Home,
    known: Known,
    now: datetime,
    older_than_hours: float | None = None,
    limit: int | None = None,
    *,
    allow_hosts: Collection[str] = (),
) -> tuple[DueSource, ...]:
    """Return the linked sources of current claims that are due, the longest overdue first.

    A source is due when it was never fetched, or last so long ago as `RecheckPolicy` says; with
    ``older_than_hours`` that age holds for all. After a fetch that ended in one of `RETRIED_OUTCOMES` it is
    due sooner. So are, at the place where they stood, the sources that a run has fetched since but not
    stored, and, last, those whose text a verdict has not looked at: gathering with `recheck_home` asks no
    server for them. What can never be asked (a given file, ``javascript:``) is not due, nor is a source whose
    server asked for patience until later. ``allow_hosts`` as in gathering.
    """
    from factdesk.warehouse.due import list_cited_sources

    policy = RecheckPolicy.of(home.settings.flow, older_than_hours)
    seek = _Search(Archive(home.warehouse / "snapshots"), known, policy, now)
    allowed = normal_authorities((*home.settings.web.allow_hosts, *allow_hosts))
    cited = list_cited_sources(
        known, seek.ago(policy.shortest_hours), RETRIED_OUTCOMES, seek.ago(policy.retry_hours(1))
    )
    found = (seek.due(one) for one in seek.sort(cited) if _can_be_asked(one.source, allowed))
    return tuple(islice((one for one in found if one is not None), limit))


def plan_recheck(
    home: Home,
    known: Known,
    now: datetime,
    older_than_hours: float | None,
    limit: int,
    *,
    allow_hosts: Collection[str] = (),
) -> RecheckPlan:
    """Return what a recheck would do. Nothing is fetched or written."""
    due = find_due(home, known, now, older_than_hours, allow_hosts=allow_hosts)
    policy = RecheckPolicy.of(home.settings.flow, older_than_hours)
    return RecheckPlan(due[:limit], len(due[limit:]), policy)


def plan_lines(plan: RecheckPlan) -> list[str]:
    """Say a plan to a person: how many sources, the oldest, the hosts, and of each why it is due."""
    lines = plan_summary(plan)
    lines += [f"  {one.line()}" for one in plan.due[:SOURCES_SHOWN]]
    if len(plan.due) > SOURCES_SHOWN:
        lines.append(f"  and {len(plan.due) - SOURCES_SHOWN} more")
    return lines


def plan_summary(plan: RecheckPlan) -> list[str]:
    """Say a plan without naming a source."""
    again = f"fetched again after {plan.policy.after_hours:g} hours"
    if not plan.policy.is_exact:
        again += ", sooner or later by the claims that hang on it"
    if not plan.due:
        return [f"no source is due: each is {again}"]
    lines = [f"sources due: {len(plan.due)} ({_said(plan.counts(), _WORDS)}; {again})"]
    if plan.left:
        lines.append(f"  left for later runs by the limit: {plan.left}")
    oldest = plan.oldest()
    if oldest is not None:
        lines.append(f"  the oldest was last fetched {oldest:%Y-%m-%d %H:%M} UTC")
    hosts = list(plan.hosts().items())
    lines.append("  by host: " + ", ".join(f"{host} {count}" for host, count in hosts[:HOSTS_SHOWN]))
    if len(hosts) > HOSTS_SHOWN:
        lines[-1] += f" and {len(hosts) - HOSTS_SHOWN} more"
    return lines


def plan_json(plan: RecheckPlan) -> dict[str, Any]:
    """Return a plan, ready for JSON."""
    return {
        "due": len(plan.due),
        "left": plan.left,
        "why": plan.counts(),
        "hosts": plan.hosts(),
        "sources": [
            {
                "url": one.source.url,
                "why": one.why.value,
                "because": one.interval.because,
                "after_hours": one.interval.hours,
                "fetched_at": None if one.fetched_at is None else one.fetched_at.isoformat(),
            }
            for one in plan.due
        ],
    }


_WORDS = {
    Why.NEVER_FETCHED: "never fetched",
    Why.OLD: "old",
    Why.PASSING_FAULT: "passing fault at the last fetch",
    Why.NOT_STORED: "fetched by a run that did not end",
    Why.NOT_JUDGED: "changed, and a claim not judged since",
}


def _said(counts: dict[str, int], words: dict[Why, str]) -> str:
    return ", ".join(f"{word} {counts[why]}" for why, word in words.items() if why in counts)


def _can_be_asked(source: Source, allowed: Collection[str]) -> bool:
    """A link that the guard refuses as it is written would be due for ever: nothing ever fetches it."""
    try:
        check_url(source.url, allowed)
    except BlockedError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Search:
    """What looking for due sources needs."""

    archive: Archive
    known: Known
    policy: RecheckPolicy
    now: datetime

    def ago(self, hours: float) -> datetime:
        """Return the time so many hours ago."""
        return self.now - timedelta(hours=hours)

    def sort(self, cited: Iterable[CitedSource]) -> list[CitedSource]:
        """Put the longest overdue first; what was never fetched stands before all."""
        never = datetime.min.replace(tzinfo=UTC)

        def due_since(one: CitedSource) -> datetime:
            if one.fetched_at is None:
                return never
            return one.fetched_at + timedelta(hours=self.policy.interval(one, self.now).hours)

        return sorted(cited, key=lambda one: (due_since(one), str(one.source.id)))

    def due(self, cited: CitedSource) -> DueSource | None:
        """Return why a source is due, as the archive knows it, or None."""
        source, last, outcome, faults = cited.source, cited.fetched_at, cited.outcome, cited.alike
        kept = self.archive.latest_fetch(source.id)
        is_unstored = False
        if kept is not None and kept.fetch.not_before is not None and kept.fetch.not_before > self.now:
            return None
        if kept is not None and (last is None or kept.fetch.fetched_at > last):
            last, outcome, faults = kept.fetch.fetched_at, kept.fetch.outcome, 1
            is_unstored = kept.fetch.id not in self.known.waiting.records
        interval = self.policy.interval(cited, self.now)
        why = self._why(last, interval.hours, faults if outcome in RETRIED_OUTCOMES else 0)
        if why is None and is_unstored:
            why = Why.NOT_STORED
        if why is None and cited.is_unjudged:
            why = Why.NOT_JUDGED
        return None if why is None else DueSource(source, last, why, interval)

    def _why(self, last: datetime | None, hours: float, faults: int) -> Why | None:
        if last is None:
            return Why.NEVER_FETCHED
        if last <= self.ago(hours):
            return Why.OLD
        if faults and last <= self.ago(self.policy.retry_hours(faults)):
            return Why.PASSING_FAULT
        return None
