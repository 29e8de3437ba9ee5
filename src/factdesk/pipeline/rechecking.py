"""Rechecking: gather due sources again, and judge again the claims whose sources have changed.

The stages are ``find_due``, ``gather_batch`` under `recheck_home`, ``claims_to_rejudge``, ``rejudge_batch``
and ``store_batch``; `recheck_once` composes them. What did not change brings a Fetch and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from factdesk.config import Home
from factdesk.model import Record, Run
from factdesk.pipeline.due_sources import DueSource, find_due
from factdesk.pipeline.gathering import gather_batch
from factdesk.pipeline.records import Progress, RunClock, StoreReport, silent, source_records
from factdesk.pipeline.rejudging import Rejudged, StaleClaim, claims_to_rejudge, rejudge_batch
from factdesk.pipeline.storing import store_batch
from factdesk.sources.gather import Gathered


@dataclass(frozen=True, slots=True)
class RecheckReport:
    """Everything that one recheck saw."""

    due: tuple[DueSource, ...]
    gathered: tuple[Gathered, ...]
    stale: tuple[StaleClaim, ...]
    rejudged: Rejudged
    run: Run
    store: StoreReport


def recheck_home(home: Home, older_than_hours: float) -> Home:
    """Return a home under whose settings a fetch younger than the recheck's age is used again.

    So a recheck that was killed and runs again asks no server for what it has fetched already. A passing
    fault is never used again, however young: its source is asked again.
    """
    web = home.settings.web.model_copy(update={"refetch_after_hours": older_than_hours})
    return replace(home, settings=home.settings.model_copy(update={"web": web}))


def recheck_records(gathered: Iterable[Gathered], rejudged: Rejudged) -> Iterator[Record]:
    """Yield every record of a recheck but its Run, each after those that it names."""
    for one in gathered:
        yield from source_records(one)
    for claim in rejudged.judged:
        for other in claim.further:
            yield from source_records(other)
        yield from claim.judged.evidence
        yield claim.judged.verdict
        yield claim.judgement


def count_recheck(
    gathered: Iterable[Gathered], stale: Iterable[StaleClaim], rejudged: Rejudged
) -> dict[str, int]:
    """Return what a recheck saw: ``source.<outcome>``, ``verdict.<rating>`` of the new verdicts
    (``suggested.<rating>`` where nobody named the source), ``changed`` (sources that made a claim stale),
    ``unchanged`` and ``fault`` (claims without a new verdict).
    """
    counts = Counter(f"source.{one.fetch.outcome.value}" for one in gathered)
    counts.update(claim.judged.counted_as for claim in rejudged.judged)
    counts["changed"] = len({source_id for claim in stale for source_id in claim.changed})
    counts["unchanged"] = rejudged.unchanged
    counts["fault"] = len(rejudged.faults)
    return {name: count for name, count in counts.items() if count}


def recheck_once(
    home: Home,
    *,
    older_than_hours: float | None = None,
    limit: int | None = None,
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
) -> RecheckReport:
    """Recheck once in this process, without Prefect, and store what was found.

    By default ``flow.recheck_after_hours`` and ``flow.recheck_limit`` hold.
    """
    from factdesk.warehouse.known import open_known

    flow = home.settings.flow
    hours = flow.recheck_after_hours if older_than_hours is None else older_than_hours
    most = limit or flow.recheck_limit
    clock = RunClock("recheck_sources", {"older_than_hours": f"{hours:g}", "limit": str(most)})
    with open_known(home.warehouse) as known:
        due = find_due(home, known, datetime.now(UTC), hours, most, allow_hosts=allow_hosts)
        again = recheck_home(home, hours)
        gathered = gather_batch(
            [one.request for one in due], again, allow_hosts=allow_hosts, progress=progress
        )
        stale = claims_to_rejudge(gathered, known)
        rejudged = rejudge_batch(stale, gathered, home, known, progress=progress)
    run = clock.finish(count_recheck(gathered, stale, rejudged))
    store = store_batch([*recheck_records(gathered, rejudged), run], home)
    return RecheckReport(due, gathered, stale, rejudged, run, store)
