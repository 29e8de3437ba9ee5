"""The flow ``check_essays``: read essays, gather their sources, judge the claims, store what was found.

Thin on purpose: a task is one stage over a batch, and all of the logic is in `factdesk.pipeline`. What
happens to one essay or one link is a row of the warehouse, never a failed task. Artifacts and logs
carry ids, counts and hosts, never quotes or names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed
from pydantic import Field

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.essays.feeds import Listing, may_be_feed
from factdesk.essays.inputs import EssayInput, list_essays, list_feeds, list_inbox
from factdesk.essays.selection import select_essays
from factdesk.model import FAILED_ESSAY_OUTCOMES
from factdesk.ops.batches import plan_batches
from factdesk.ops.run_summary import (
    RunFacts,
    essay_rows,
    source_rows,
    store_answer,
    summary_markdown,
)
from factdesk.pipeline import (
    ClaimJudged,
    EssayRead,
    Gatherer,
    JudgedBatch,
    StoreReport,
    count_lines,
    drop_repeats,
    judge_batch,
    list_batch,
    note_stored,
    open_gatherer,
    plan_check,
    plan_json,
    plan_lines,
    read_batch,
    read_set_aside,
    records_of,
    requests_in,
)
from factdesk.pipeline.changed_sources import ChangesNoted, note_changes
from factdesk.reports.words import count_words
from factdesk.sources.gather import Gathered
from factdesk.warehouse.known import Known, open_known
from flow_parts import (
    Answer,
    FlowParameters,
    FlowRun,
    Words,
    count_off,
    name_flow_run,
    planning,
    run_as_program,
    run_in_turn,
    tell_plan,
    whole,
)
from flow_tasks import TASK_RUNNER, gather_all, store_all

NO_INBOX = "no inbox is named; write an [inbox] or [feeds] into config/factdesk.toml, and its essays are read"


class CheckEssays(FlowParameters):
    """The parameters of one run."""

    places: Words = Field(
        default_factory=list,
        description="Essays: files, folders, feeds or URLs. Empty: the inboxes and feeds.",
    )
    inboxes: Words = Field(
        default_factory=list,
        description="Names of [inbox] folders to read. Empty: all of them, or none where feeds are named.",
    )
    feeds: Words = Field(
        default_factory=list,
        description="Names of [feeds] to read. Empty: all of them, or none where inboxes are named.",
    )
    allow_hosts: Words = Field(
        default_factory=list, description="HOST:PORT that may be fetched although not public."
    )
    unchanged_too: bool = Field(
        default=False,
        description="Read also essays of inboxes and feeds that have not changed; named places always are.",
    )
    batch_size: int | None = Field(
        default=None, ge=1, le=500, description="Essays or links in one task; by default flow.batch_size."
    )


# A list of essays may hold pages that were fetched to see whether they are feeds.
@task(name="list", task_run_name="list {which}", cache_policy=NO_CACHE, persist_result=False)
def open_feeds(
    essays: Sequence[EssayInput], home: Home, known: Known, gatherer: Gatherer, is_named: bool, which: str
) -> Listing:
    """Put the entries of feeds in the feeds' place."""
    return list_batch(essays, home, known, gatherer, is_named=is_named)


# Records are large and never the same twice: no task result is cached or kept outside the warehouse.
@task(name="read", task_run_name="read {which}", cache_policy=NO_CACHE, persist_result=False)
def read(
    essays: Sequence[EssayInput],
    home: Home,
    known: Known,
    gatherer: Gatherer,
    allow_hosts: Sequence[str],
    which: str,
) -> tuple[EssayRead, ...]:
    """Read one batch of essays."""
    return read_batch(
        essays,
        home,
        known,
        allow_hosts=allow_hosts,
        pool=gatherer.pool,
        fetcher=gatherer.fetcher,
        robots=gatherer.robots,
    )


@task(name="judge", task_run_name="judge {which}", cache_policy=NO_CACHE, persist_result=False)
def judge(
    reads: Sequence[EssayRead],
    run_reads: Sequence[EssayRead],
    gathered: Sequence[Gathered],
    home: Home,
    known: Known,
    which: str,
) -> JudgedBatch:
    """Judge the claims of one batch of essays; a claim without a source looks through those of the run."""
    return judge_batch(reads, gathered, home, known, run_reads=run_reads)


@flow(
    name="check-essays",
    flow_run_name=name_flow_run,
    task_runner=TASK_RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def check_essays(parameters: CheckEssays) -> Any:
    """Check essays that are new or changed: read, gather, judge, store."""
    home = parameters.open()
    if not (parameters.places or home.settings.inbox or home.settings.feeds):
        # A schedule must not fail for ever in a home that has no inbox yet.
        return Completed(message=NO_INBOX, name="NothingToDo", data={"line": NO_INBOX})
    if parameters.dry_run:
        return _plan(parameters)
    return run_in_turn(
        "check_essays", parameters, run_parameters(parameters), lambda run: _check(run, parameters)
    )


def _plan(parameters: CheckEssays) -> Any:
    all_of_them = parameters.unchanged_too or bool(parameters.places)
    with planning(parameters) as home, open_known(home.warehouse) as known:
        essays = essays_of(parameters, home)
        plan = plan_check(essays, home, known, unchanged_too=all_of_them, allow_hosts=parameters.allow_hosts)
    return tell_plan("check_essays", plan_json(plan), plan_lines(plan), count_lines(plan))


def _check(run: FlowRun, parameters: CheckEssays) -> tuple[Answer, str]:
    size = parameters.batch_size or run.home.settings.flow.batch_size
    hosts = parameters.allow_hosts
    with open_known(run.home.warehouse) as known, open_gatherer(run.home, hosts) as gatherer:
        listed = _open_feeds(run, parameters, known, gatherer)
        essays, unchanged, aside = _select(run, parameters, listed.essays, known)
        reads = [*_read_all(run, essays, known, gatherer, hosts, size), *aside]
        gathered = gather_all(run, requests_in(reads), run.home, gatherer, size, (20, 80))
        noted = note_changes(gathered, run.home, known)
        _log_faults(noted)
        reads, judged = _judge_all(run, reads, gathered, known, size)
    facts = RunFacts.of(reads, gathered, judged, unchanged, listed.left_off)
    stored = store_all(
        run, [*records_of(reads, gathered, judged, noted.changes), run.clock.finish(facts.counts)]
    )
    note_stored(reads, run.home)
    _leave_artifacts(facts, stored)
    return flow_report(facts, stored), facts.line()


def _log_faults(noted: ChangesNoted) -> None:
    """Say of each source whose change could not be looked at why; its claims are judged all the same."""
    for fault in noted.faults:
        get_run_logger().warning(
            "source %s: what changed was not looked at: %s", fault.source_id, fault.reason
        )


def _select(
    run: FlowRun, parameters: CheckEssays, essays: Sequence[EssayInput], known: Known
) -> tuple[Sequence[EssayInput], int, tuple[EssayRead, ...]]:
    """Return the essays to read, how many are left out as unchanged, and those that are set aside.

    What a person names is read, whatever is known of it.
    """
    if parameters.places:
        return essays, 0, ()
    selection = select_essays(essays, run.home, known)
    to_read = selection.to_read(unchanged_too=parameters.unchanged_too)
    unchanged = 0 if parameters.unchanged_too else len(selection.unchanged)
    return to_read, unchanged, read_set_aside(selection.set_aside, known)


def _open_feeds(run: FlowRun, parameters: CheckEssays, known: Known, gatherer: Gatherer) -> Listing:
    """Return the essays with the entries of feeds in the feeds' place; without a feed no task is made."""
    essays = essays_of(parameters, run.home)
    places = [essay for essay in essays if may_be_feed(essay)]
    if not places:
        return Listing(tuple(essays))
    task_ = open_feeds.with_options(timeout_seconds=run.seconds_left())
    which = count_words(len(places), "place")
    is_named = bool(parameters.places)
    return task_(whole(essays), whole(run.home), whole(known), whole(gatherer), is_named, which)


def _read_all(
    run: FlowRun,
    essays: Sequence[EssayInput],
    known: Known,
    gatherer: Gatherer,
    allow_hosts: Sequence[str],
    size: int,
) -> tuple[EssayRead, ...]:
    reads: list[EssayRead] = []
    batches = plan_batches(essays, size)
    for number, batch in enumerate(batches, start=1):
        which = count_off(number, len(batches), batch, "essays")
        task_ = read.with_options(timeout_seconds=run.seconds_left())
        reads += task_(whole(batch), whole(run.home), whole(known), whole(gatherer), list(allow_hosts), which)
        run.progress.tell("reading", 20 * number / len(batches))
    # Two essays with one text may stand in different batches.
    return drop_repeats(reads, known)


def _judge_all(
    run: FlowRun, reads: Sequence[EssayRead], gathered: Sequence[Gathered], known: Known, size: int
) -> tuple[list[EssayRead], list[ClaimJudged]]:
    after: list[EssayRead] = []
    judged: list[ClaimJudged] = []
    batches = plan_batches(reads, size)
    for number, batch in enumerate(batches, start=1):
        which = count_off(number, len(batches), batch, "essays")
        task_ = judge.with_options(timeout_seconds=run.seconds_left())
        done = task_(whole(batch), whole(reads), whole(gathered), whole(run.home), whole(known), which)
        after += done.reads
        judged += done.judged
        run.progress.tell("judging", 80 + 15 * number / len(batches))
    return after, judged


def essays_of(parameters: CheckEssays, home: Home) -> list[EssayInput]:
    """Return the essays that a run asks for. Raises UsageError when it asks for none."""
    if parameters.places:
        return list_essays(parameters.places, home)
    if not (home.settings.inbox or home.settings.feeds):
        raise UsageError(
            f"no essay is named and {home.root} has no inbox and no feed; give places=..., or write an"
            " [inbox] or [feeds] into its config/factdesk.toml"
        )
    if parameters.inboxes or parameters.feeds:
        return [*list_inbox(home, parameters.inboxes), *list_feeds(home, parameters.feeds)]
    return [*list_inbox(home), *list_feeds(home)]


def run_parameters(parameters: CheckEssays) -> dict[str, str]:
    """Return what the Run record keeps of the parameters: counts and names, no paths."""
    return {
        "places": str(len(parameters.places)),
        "inboxes": ",".join(parameters.inboxes),
        "feeds": ",".join(parameters.feeds),
        "batch_size": str(parameters.batch_size or ""),
    }


def _leave_artifacts(facts: RunFacts, stored: StoreReport) -> None:
    create_table_artifact(essay_rows(facts), key="check-essays-essays", description="Essays and verdicts")
    create_table_artifact(
        source_rows(facts.gathered), key="check-essays-sources", description="Hosts and outcomes"
    )
    create_markdown_artifact(
        summary_markdown(facts, stored), key="check-essays-summary", description="What failed, and the mend"
    )


def flow_report(facts: RunFacts, stored: StoreReport) -> Answer:
    """Return what the caller of a run is told, ready for JSON."""
    return {
        "essays": len(facts.reads),
        "claims": len(facts.judged),
        "sources": len(facts.gathered),
        "counts": dict(facts.counts),
        "essays_failed": sum(read.read.outcome in FAILED_ESSAY_OUTCOMES for read in facts.reads),
        **store_answer(stored),
    }


def _check_parameters(parameters: CheckEssays) -> None:
    """Say at once that there is nothing to do."""
    essays_of(parameters, parameters.open())


if __name__ == "__main__":
    sys.exit(run_as_program(check_essays, CheckEssays, _check_parameters))
