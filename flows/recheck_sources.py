"""The flow ``recheck_sources``: fetch sources again whose last fetch is old, judge what they changed."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from factdesk.config import Home
from factdesk.ops.batches import plan_batches
from factdesk.ops.recheck_summary import RecheckStory
from factdesk.ops.run_summary import source_rows, store_answer
from factdesk.pipeline import StoreReport, open_gatherer
from factdesk.pipeline.changed_sources import note_changes
from factdesk.pipeline.due_sources import find_due, plan_json, plan_lines, plan_recheck, plan_summary
from factdesk.pipeline.rechecking import (
    count_recheck,
    find_reopened,
    recheck_home,
    recheck_parameters,
    recheck_records,
)
from factdesk.pipeline.rejudging import Rejudged, rejudge_batch
from factdesk.pipeline.stale_claims import StaleClaim, claims_to_rejudge
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


class RecheckSources(FlowParameters):
    """The parameters of one run."""

    older_than_hours: float | None = Field(
        default=None,
        ge=0,
        description="Fetch all that was last fetched this long ago; by default as [flow] says.",
    )
    limit: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Sources at most, the longest overdue first; by default flow.recheck_limit.",
    )
    allow_hosts: Words = Field(
        default_factory=list, description="HOST:PORT that may be fetched although not public."
    )
    batch_size: int | None = Field(
        default=None, ge=1, le=500, description="Links or claims in one task; by default flow.batch_size."
    )

    def limit_in(self, home: Home) -> int:
        """Return how many sources one run takes."""
        return self.limit or home.settings.flow.recheck_limit


@task(name="judge", task_run_name="judge {which}", cache_policy=NO_CACHE, persist_result=False)
def judge(
    stale: Sequence[StaleClaim], gathered: Sequence[Gathered], home: Home, known: Known, which: str
) -> Rejudged:
    """Judge one batch of claims again."""
    return rejudge_batch(stale, gathered, home, known)


@flow(
    name="recheck-sources",
    flow_run_name=name_flow_run,
    task_runner=TASK_RUNNER,
    persist_result=False,
    validate_parameters=True,
)
def recheck_sources(parameters: RecheckSources) -> Any:
    """Fetch the cited sources that are due again, and judge again the claims whose source has changed."""
    if parameters.dry_run:
        return _plan(parameters)
    home = parameters.open()
    told = recheck_parameters(parameters.older_than_hours, parameters.limit_in(home))
    return run_in_turn("recheck_sources", parameters, told, lambda run: _recheck(run, parameters))


def _plan(parameters: RecheckSources) -> Any:
    with planning(parameters) as home, open_known(home.warehouse) as known:
        hours, limit = parameters.older_than_hours, parameters.limit_in(home)
        plan = plan_recheck(home, known, datetime.now(UTC), hours, limit, allow_hosts=parameters.allow_hosts)
    return tell_plan("recheck_sources", plan_json(plan), plan_lines(plan), plan_summary(plan))


def _recheck(run: FlowRun, parameters: RecheckSources) -> tuple[Answer, str]:
    home, hours = run.home, parameters.older_than_hours
    size = parameters.batch_size or home.settings.flow.batch_size
    with open_known(home.warehouse) as known, open_gatherer(home, parameters.allow_hosts) as gatherer:
        limit = parameters.limit_in(home)
        due = find_due(home, known, datetime.now(UTC), hours, limit, allow_hosts=parameters.allow_hosts)
        requests = [one.request for one in due]
        gathered = gather_all(run, requests, recheck_home(home, hours), gatherer, size, (0, 70))
    # Gathering may take long, and another run may have stored a newer version of an essay meanwhile.
    with open_known(home.warehouse) as known:
        noted = note_changes(gathered, home, known)
        stale = claims_to_rejudge(gathered, known, noted.same_pages, muted=home.settings.rules.muted)
        rejudged = _judge_all(run, stale, gathered, known, size)
    counts = count_recheck(gathered, noted, stale, rejudged)
    stored = store_all(run, [*recheck_records(gathered, rejudged, noted), run.clock.finish(counts)])
    story = RecheckStory(tuple(gathered), noted, rejudged, find_reopened(rejudged, stored, home))
    _leave_artifacts(story, counts, stored)
    told = {"sources": len(gathered), "claims": len(stale), "reopened": story.reopened, "counts": counts}
    return {**told, **store_answer(stored)}, story.line()


def _leave_artifacts(story: RecheckStory, counts: Mapping[str, int], stored: StoreReport) -> None:
    create_table_artifact(
        source_rows(story.gathered), key="recheck-sources-sources", description="Hosts and outcomes"
    )
    create_markdown_artifact(
        story.markdown(counts, stored), key="recheck-sources-summary", description=story.line()
    )


def _judge_all(
    run: FlowRun, stale: Sequence[StaleClaim], gathered: Sequence[Gathered], known: Known, size: int
) -> Rejudged:
    rejudged = Rejudged()
    batches = plan_batches(stale, size)
    for number, batch in enumerate(batches, start=1):
        task_ = judge.with_options(timeout_seconds=run.seconds_left())
        which = count_off(number, len(batches), batch, "claims")
        rejudged += task_(whole(batch), whole(gathered), whole(run.home), whole(known), which)
        run.progress.tell("judging", 70 + 25 * number / len(batches))
    return rejudged


if __name__ == "__main__":
    sys.exit(run_as_program(recheck_sources, RecheckSources))
