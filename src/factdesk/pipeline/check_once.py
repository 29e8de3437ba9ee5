"""The four stages composed: one check in this process, without Prefect."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from factdesk.config import Home
from factdesk.essays.inputs import list_essays, say_bare_folders
from factdesk.pipeline.changed_sources import fault_words, note_changes
from factdesk.pipeline.gathering import gather_batch, open_gatherer
from factdesk.pipeline.judging import judge_batch
from factdesk.pipeline.listing import list_batch
from factdesk.pipeline.reading import read_batch, requests_in
from factdesk.pipeline.records import (
    CheckReport,
    Progress,
    RunClock,
    count_outcomes,
    records_of,
    silent,
)
from factdesk.pipeline.storing import note_stored, store_batch
from factdesk.sources.gather import SourceRequest, source_of


def check_once(
    places: Sequence[str],
    home: Home,
    *,
    given: Sequence[SourceRequest] = (),
    given_by: str | None = None,
    asked_by: str | None = None,
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
) -> CheckReport:
    """Run the whole pipeline once in this process, without Prefect, and store what it found.

    What a person names is read whether it changed or not; of a feed its newest entries. ``given_by`` is the
    opaque id of who gave the sources; it, their names and their ids are kept in the Run, and so is
    ``asked_by``, that of who asked for the check at the desk.
    """
    from factdesk.warehouse.known import open_known

    asked = {} if asked_by is None else {"asked_by": asked_by}
    clock = RunClock("check", {"places": str(len(places)), **asked, **_given_words(given, given_by, home)})
    with open_known(home.warehouse) as known, open_gatherer(home, allow_hosts) as run:
        listed = list_batch(list_essays(places, home), home, known, run, is_named=True)
        reads = read_batch(
            listed.essays,
            home,
            known,
            given=given,
            allow_hosts=allow_hosts,
            progress=progress,
            pool=run.pool,
            fetcher=run.fetcher,
            robots=run.robots,
        )
        gathered = gather_batch(
            requests_in(reads),
            home,
            allow_hosts=allow_hosts,
            progress=progress,
            pool=run.pool,
            fetcher=run.fetcher,
            robots=run.robots,
        )
        noted = note_changes(gathered, home, known)
        batch = judge_batch(reads, gathered, home, known, progress=progress)
    counted = clock.finish(count_outcomes(batch.reads, gathered, batch.judged))
    progress("storing", 0, 1)
    store = store_batch([*records_of(batch.reads, gathered, batch.judged, noted.changes), counted], home)
    note_stored(batch.reads, home)
    progress("storing", 1, 1)
    notes = (*say_bare_folders(places), *listed.notes, *fault_words(noted.faults, gathered))
    return CheckReport(batch.reads, gathered, batch.judged, store, notes)


def _given_words(given: Sequence[SourceRequest], given_by: str | None, home: Home) -> dict[str, str]:
    """Return what the Run says of given sources: how many, which, whose; of a file its name alone."""
    if not given:
        return {"given": "0"}
    sources = [source_of(request, home.settings) for request in given]
    return {
        "given": str(len(given)),
        "given_sources": "\n".join(f"{one.id} {one.url}" for one in sources),
        "given_by": given_by or "",
    }
