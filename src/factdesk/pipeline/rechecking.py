"""Rechecking: gather due sources again, and judge again the claims whose sources have changed.

The stages are ``find_due``, ``gather_batch`` under `recheck_home`, ``note_changes``, ``claims_to_rejudge``,
``rejudge_batch`` and ``store_batch``; `recheck_once` composes them. What did not change brings a Fetch and
nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from factdesk.config import Home
from factdesk.model import Record, Run
from factdesk.pipeline.changed_sources import ChangesNoted, note_changes
from factdesk.pipeline.due_sources import DueSource, find_due
from factdesk.pipeline.gathering import gather_batch
from factdesk.pipeline.recheck_policy import RecheckPolicy
from factdesk.pipeline.records import Progress, RunClock, StoreReport, silent, source_records
from factdesk.pipeline.rejudging import Rejudged, rejudge_batch
from factdesk.pipeline.stale_claims import StaleClaim, claims_to_rejudge
from factdesk.pipeline.storing import store_batch
from factdesk.sources.gather import Gathered

NOTHING_NOTED = ChangesNoted()


@dataclass(frozen=True, slots=True)
class RecheckReport:
    """Everything that one recheck saw."""

    due: tuple[DueSource, ...]
    gathered: tuple[Gathered, ...]
    noted: ChangesNoted
    stale: tuple[StaleClaim, ...]
    rejudged: Rejudged
    run: Run
    store: StoreReport


def recheck_home(home: Home, older_than_hours: float | None) -> Home:
    """Return a home under whose settings a fetch younger than the recheck's age is used again.

    So a recheck that was killed and runs again asks no server for what it has fetched already. Without an age
    that is the shortest time after which the policy fetches anything again. A passing fault is never used
    again, however young: its source is asked again.
    """
    policy = RecheckPolicy.of(home.settings.flow, older_than_hours)
    web = home.settings.web.model_copy(update={"refetch_after_hours": policy.shortest_hours})
    return replace(home, settings=home.settings.model_copy(update={"web": web}))


def recheck_records(
    gathered: Iterable[Gathered], rejudged: Rejudged, noted: ChangesNoted = NOTHING_NOTED
) -> Iterator[Record]:
    """Yield every record of a recheck but its Run, each after those that it names.

    A change comes before the verdicts that follow from it, so that nothing seems to be a change of the page
    that is none.
    """
    for one in gathered:
        yield from source_records(one)
    yield from noted.changes
    for claim in rejudged.judged:
        for other in claim.further:
            yield from source_records(other)
        if claim.baseline is not None:
            yield from claim.baseline.evidence
            yield claim.baseline.verdict
        yield from claim.judged.evidence
        yield claim.judged.verdict
        yield claim.judgement


def count_recheck(
    gathered: Iterable[Gathered], noted: ChangesNoted, stale: Iterable[StaleClaim], rejudged: Rejudged
) -> dict[str, int]:
    """Return what a recheck saw: ``source.<outcome>``, ``change.<kind>`` of a text, ``passage.<fate>`` of a
    passage that a verdict rests on, ``verdict.<rating>`` of the new verdicts (``suggested.<rating>`` where
    nobody named the source), ``changed`` (sources that made a claim stale), ``unchanged`` and ``fault``
    (claims without a new verdict, sources not compared).
    """
    counts = Counter(f"source.{one.fetch.outcome.value}" for one in gathered)
    counts.update(noted.counts())
    counts.update(claim.judged.counted_as for claim in rejudged.judged)
    counts["changed"] = len({source_id for claim in stale for source_id in claim.changed})
    counts["unchanged"] = rejudged.unchanged
    counts["fault"] = len(rejudged.faults) + len(noted.faults)
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

    By default the policy of ``[flow]`` says what is due, and ``flow.recheck_limit`` holds.
    """
    from factdesk.warehouse.known import open_known

    most = limit or home.settings.flow.recheck_limit
    clock = RunClock("recheck_sources", recheck_parameters(older_than_hours, most))
    with open_known(home.warehouse) as known:
        due = find_due(home, known, datetime.now(UTC), older_than_hours, most, allow_hosts=allow_hosts)
        gathered = gather_batch(
            [one.request for one in due],
            recheck_home(home, older_than_hours),
            allow_hosts=allow_hosts,
            progress=progress,
        )
        noted = note_changes(gathered, home, known)
        stale = claims_to_rejudge(gathered, known, noted.same_pages, muted=home.settings.rules.muted)
        rejudged = rejudge_batch(stale, gathered, home, known, progress=progress)
    run = clock.finish(count_recheck(gathered, noted, stale, rejudged))
    store = store_batch([*recheck_records(gathered, rejudged, noted), run], home)
    return RecheckReport(due, gathered, noted, stale, rejudged, run, store)


def recheck_parameters(older_than_hours: float | None, limit: int) -> dict[str, str]:
    """Return what a Run says of the recheck that it was."""
    age = "policy" if older_than_hours is None else f"{older_than_hours:g}"
    return {"older_than_hours": age, "limit": str(limit)}


def find_reopened(rejudged: Rejudged, store: StoreReport, home: Home) -> int | None:
    """Return how many of the claims just judged again are reopened; None while they are not published."""
    from factdesk.warehouse.known import open_known
    from factdesk.warehouse.source_texts import count_reopened

    if not rejudged.judged:
        return 0
    if store.fold.waiting or not store.fold.published:
        return None
    with open_known(home.warehouse) as known:
        return count_reopened(known, [one.claim.id for one in rejudged.judged])
