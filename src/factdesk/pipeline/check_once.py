"""The four stages composed: one check in this process, without Prefect."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from factdesk.config import Home
from factdesk.essays.inputs import list_essays
from factdesk.pipeline.gathering import gather_batch
from factdesk.pipeline.judging import judge_batch
from factdesk.pipeline.reading import read_batch, requests_in
from factdesk.pipeline.records import CheckReport, Progress, RunClock, count_outcomes, records_of, silent
from factdesk.pipeline.storing import store_batch
from factdesk.sources.gather import SourceRequest


def check_once(
    places: Sequence[str],
    home: Home,
    *,
    given: Sequence[SourceRequest] = (),
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
) -> CheckReport:
    """Run the whole pipeline once in this process, without Prefect, and store what it found."""
    from factdesk.warehouse.known import open_known

    clock = RunClock("check", {"places": str(len(places)), "given": str(len(given))})
    known = open_known(home.warehouse)
    essays = list_essays(places, home)
    reads = read_batch(essays, home, known, given=given, allow_hosts=allow_hosts, progress=progress)
    gathered = gather_batch(requests_in(reads), home, allow_hosts=allow_hosts, progress=progress)
    judged = judge_batch(reads, gathered, known, progress=progress)
    run = clock.finish(count_outcomes(reads, gathered, judged))
    progress("storing", 0, 1)
    store = store_batch([*records_of(reads, gathered, judged), run], home)
    progress("storing", 1, 1)
    return CheckReport(reads, gathered, judged, store)
