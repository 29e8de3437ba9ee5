"""The flow ``check_essays``: read essays, gather their sources, judge the claims, store what was found.

Thin on purpose: a task is one stage over a batch, and all of the logic is in `factdesk.pipeline`. What
happens to one essay or one link is a row of the warehouse, never a failed task. Artifacts and logs
carry ids, counts and hosts, never quotes or names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.essays.inputs import EssayInput, list_essays, list_inbox
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
    StoreReport,
    drop_repeats,
    judge_batch,
    read_batch,
    records_of,
    requests_in,
)
from factdesk.sources.gather import Gathered
from factdesk.warehouse.known import Known, open_known
from flow_parts import (
    Answer,
    FlowParameters,
    FlowRun,
    Words,
    count_off,
    name_flow_run,
    run_as_program,
    run_in_turn,
    whole,
)
from flow_tasks import gather_all, store_all


class CheckEssays(FlowParameters):
    """The parameters of one run."""

    places: Words = Field(
        default_factory=list, description="Essays: files, folders or URLs. Empty: the inboxes."
    )
    inboxes: Words = Field(
        default_factory=list, description="Names of [inbox] folders to read. Empty: all of them."
    )
    allow_hosts: Words = Field(
        default_factory=list, description="HOST:PORT that may be fetched although not public."
    )
    batch_size: int | None = Field(
        default=None, ge=1, le=500, description="Essays or links in one task; by default flow.batch_size."
    )


# Records are large and never the same twice: no task result is cached or kept outside the warehouse.
@task(name="read", task_run_name="read {which}", cache_policy=NO_CACHE, persist_result=False)
def read(
    essays: Sequence[EssayInput], home: Home, known: Known, allow_hosts: Sequence[str], which: str
) -> tuple[EssayRead, ...]:
    """Read one batch of essays."""
    return read_batch(essays, home, known, allow_hosts=allow_hosts)


@task(name="judge", task_run_name="judge {which}", cache_policy=NO_CACHE, persist_result=False)
def judge(
    reads: Sequence[EssayRead], gathered: Sequence[Gathered], known: Known, which: str
) -> tuple[ClaimJudged, ...]:
    """Judge the claims of one batch of essays."""
    return judge_batch(reads, gathered, known)


@flow(name="check-essays", flow_run_name=name_flow_run, persist_result=False, validate_parameters=True)
def check_essays(parameters: CheckEssays) -> Any:
    """Check essays: read, gather, judge, store. Returns counts, ids of batches and what waits."""
    return run_in_turn(
        "check_essays", parameters, run_parameters(parameters), lambda run: _check(run, parameters)
    )


def _check(run: FlowRun, parameters: CheckEssays) -> tuple[Answer, str]:
    size = parameters.batch_size or run.home.settings.flow.batch_size
    essays = essays_of(parameters, run.home)
    known = open_known(run.home.warehouse)
    reads = _read_all(run, essays, known, parameters.allow_hosts, size)
    gathered = gather_all(run, requests_in(reads), run.home, parameters.allow_hosts, size, (20, 80))
    judged = _judge_all(run, reads, gathered, known, size)
    facts = RunFacts.of(reads, gathered, judged)
    records = [*records_of(reads, gathered, judged), run.clock.finish(facts.counts)]
    stored = store_all(run, records)
    _leave_artifacts(facts, stored)
    return flow_report(facts, stored), facts.line()


def _read_all(
    run: FlowRun, essays: Sequence[EssayInput], known: Known, allow_hosts: Sequence[str], size: int
) -> tuple[EssayRead, ...]:
    reads: list[EssayRead] = []
    batches = plan_batches(essays, size)
    for number, batch in enumerate(batches, start=1):
        which = count_off(number, len(batches), batch, "essays")
        task_ = read.with_options(timeout_seconds=run.seconds_left())
        reads += task_(whole(batch), whole(run.home), whole(known), list(allow_hosts), which)
        run.progress.tell("reading", 20 * number / len(batches))
    # Two essays with one text may stand in different batches.
    return drop_repeats(reads)


def _judge_all(
    run: FlowRun, reads: Sequence[EssayRead], gathered: Sequence[Gathered], known: Known, size: int
) -> list[ClaimJudged]:
    judged: list[ClaimJudged] = []
    batches = plan_batches(reads, size)
    for number, batch in enumerate(batches, start=1):
        which = count_off(number, len(batches), batch, "essays")
        task_ = judge.with_options(timeout_seconds=run.seconds_left())
        judged += task_(whole(batch), whole(gathered), whole(known), which)
        run.progress.tell("judging", 80 + 15 * number / len(batches))
    return judged


def essays_of(parameters: CheckEssays, home: Home) -> list[EssayInput]:
    """Return the essays that a run asks for. Raises UsageError when it asks for none."""
    if parameters.places:
        return list_essays(parameters.places, home)
    if not home.settings.inbox:
        raise UsageError(
            f"no essay is named and {home.root} has no inbox; give places=..., or write an [inbox] into its"
            " config/factdesk.toml"
        )
    return list_inbox(home, parameters.inboxes or None)


def run_parameters(parameters: CheckEssays) -> dict[str, str]:
    """Return what the Run record keeps of the parameters: counts and names, no paths."""
    return {
        "places": str(len(parameters.places)),
        "inboxes": ",".join(parameters.inboxes),
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
