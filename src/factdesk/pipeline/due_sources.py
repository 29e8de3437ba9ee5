"""Which sources a recheck fetches again, and in words what it would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from factdesk.config import Home
from factdesk.model import Source, SourceOutcome
from factdesk.sources.archive import Archive
from factdesk.sources.gather import SourceRequest
from factdesk.sources.known import FLEETING_OUTCOMES
from factdesk.web.guard import BlockedError, check_url, normal_authorities

if TYPE_CHECKING:
    from factdesk.warehouse.due import CitedSource
    from factdesk.warehouse.known import Known

HOSTS_SHOWN = 10
LONGEST_HOURS = 876_600.0
"""A policy that asks for more than a century is taken as asking for one: dates do not reach farther."""


RETRY_AFTER_HOURS = 1.0
"""After a passing fault a source is due again so soon. An essay read while the network was down is not read
again as long as it is unchanged, so nobody but the recheck asks for its sources; a server that asked for
peace or is being mended gets an hour of it."""

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
    """A source to recheck. ``fetched_at`` is its last fetch, whoever knows of it."""

    source: Source
    fetched_at: datetime | None
    why: Why

    @property
    def request(self) -> SourceRequest:
        """What gathering is asked for."""
        return SourceRequest(self.source.url)


@dataclass(frozen=True, slots=True)
class RecheckPlan:
    """What a recheck would do now. ``left`` sources are due besides, and stay for the next runs."""

    due: tuple[DueSource, ...]
    left: int
    older_than_hours: float

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
    older_than_hours: float,
    limit: int | None = None,
    *,
    allow_hosts: Collection[str] = (),
) -> tuple[DueSource, ...]:
    """Return the linked sources of current claims that are due, the longest unfetched first.

    A source is due when it was last fetched ``older_than_hours`` ago or was never fetched; after
    `RETRY_AFTER_HOURS` already when that fetch ended in one of `RETRIED_OUTCOMES`. So are, at the place
    where they stood, the sources that a run has fetched since but not stored, and, last, those whose text a
    verdict has not looked at: gathering with `recheck_home` asks no server for them. What can never be asked
    (a given file, ``javascript:``) is not due. ``allow_hosts`` as in gathering.
    """
    from factdesk.warehouse.due import list_cited_sources

    ages = _Ages.at(now, older_than_hours)
    archive = Archive(home.warehouse / "snapshots")
    allowed = normal_authorities((*home.settings.web.allow_hosts, *allow_hosts))
    cited = list_cited_sources(known, ages.until, RETRIED_OUTCOMES, ages.retry_until)
    found = (_due(one, archive, known, ages) for one in cited if _can_be_asked(one.source, allowed))
    return tuple(islice((one for one in found if one is not None), limit))


def plan_recheck(
    home: Home,
    known: Known,
    now: datetime,
    older_than_hours: float,
    limit: int,
    *,
    allow_hosts: Collection[str] = (),
) -> RecheckPlan:
    """Return what a recheck would do. Nothing is fetched or written."""
    due = find_due(home, known, now, older_than_hours, allow_hosts=allow_hosts)
    return RecheckPlan(due[:limit], len(due[limit:]), older_than_hours)


def plan_lines(plan: RecheckPlan) -> list[str]:
    """Say a plan to a person: how many sources, why, the oldest, the hosts."""
    hours = f"{plan.older_than_hours:g} hours"
    if not plan.due:
        return [f"no source is due: each was fetched within the last {hours}"]
    lines = [f"sources due: {len(plan.due)} ({_said(plan.counts(), _WORDS)}; fetched again after {hours})"]
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
class _Ages:
    """A source last fetched at ``until`` or before is due; at ``retry_until`` after a passing fault."""

    until: datetime
    retry_until: datetime

    @classmethod
    def at(cls, now: datetime, older_than_hours: float) -> _Ages:
        hours = min(older_than_hours, LONGEST_HOURS)
        return cls(now - timedelta(hours=hours), now - timedelta(hours=min(hours, RETRY_AFTER_HOURS)))


def _due(cited: CitedSource, archive: Archive, known: Known, ages: _Ages) -> DueSource | None:
    source, last, outcome = cited.source, cited.fetched_at, cited.outcome
    kept = archive.latest_fetch(source.id)
    is_unstored = False
    if kept is not None and (last is None or kept.fetch.fetched_at > last):
        last, outcome = kept.fetch.fetched_at, kept.fetch.outcome
        is_unstored = kept.fetch.id not in known.waiting.records
    why = _why(last, outcome, ages, is_unstored, cited.is_unjudged)
    return None if why is None else DueSource(source, last, why)


def _why(
    last: datetime | None, outcome: SourceOutcome | None, ages: _Ages, is_unstored: bool, is_unjudged: bool
) -> Why | None:
    if last is None:
        return Why.NEVER_FETCHED
    if last <= ages.until:
        return Why.OLD
    if last <= ages.retry_until and outcome in RETRIED_OUTCOMES:
        return Why.PASSING_FAULT
    if is_unstored:
        return Why.NOT_STORED
    return Why.NOT_JUDGED if is_unjudged else None
