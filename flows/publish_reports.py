"""The flow ``publish_reports``: fold what waits in the spool and publish the editors' copy."""

from __future__ import annotations

import sys
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from factdesk.config import Home
from factdesk.ops.run_summary import store_answer, store_lines
from factdesk.pipeline import RunClock, StoreReport, plan_publish, publish_batch
from flow_parts import (
    Answer,
    FlowParameters,
    FlowRun,
    name_flow_run,
    run_as_program,
    run_in_turn,
    tell_plan,
    whole,
)


class PublishReports(FlowParameters):
    """The parameters of one run."""


# A folder that cannot be written for a moment (a full disk, a mount that is away) is worth another try.
@task(
    name="publish",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_jitter_factor=0.5,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def publish(home: Home, clock: RunClock) -> StoreReport:
    """Fold all that waits and publish a copy when the database holds anything newer."""
    return publish_batch(home, clock)


@flow(name="publish-reports", flow_run_name=name_flow_run, persist_result=False, validate_parameters=True)
def publish_reports(parameters: PublishReports) -> Any:
    """Fold the batches that wait and publish reports.duckdb, the copy that editors query."""
    if parameters.dry_run:
        plan = plan_publish(parameters.open())
        return tell_plan("publish_reports", plan.to_json(), plan.lines())
    return run_in_turn("publish_reports", parameters, {}, _publish)


def _publish(run: FlowRun) -> tuple[Answer, str]:
    stored = publish.with_options(timeout_seconds=run.seconds_left())(whole(run.home), whole(run.clock))
    run.progress.tell("published", 100)
    lines = store_lines(stored)
    create_markdown_artifact(
        "\n".join(["# Reports published", "", *lines]), key="publish-reports-summary", description=lines[0]
    )
    return store_answer(stored), lines[0]


if __name__ == "__main__":
    sys.exit(run_as_program(publish_reports, PublishReports))
