"""The flow ``publish_reports``: fold what waits, publish the editors' copy, write the weekly bundle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from factdesk.commands.weekly_bundle import write_weekly
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.ops.run_summary import store_answer, store_lines
from factdesk.pipeline import RunClock, StoreReport, plan_publish, publish_batch
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.reports import NO_FILTERS
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

    weekly_to: str = Field(
        default="",
        description="A folder in the project folder for the weekly bundle of reports. Empty: none is made.",
    )

    def weekly_folder(self, home: Home) -> Path | None:
        """Return the folder of the bundle. Raises UsageError for one outside of the home."""
        if not self.weekly_to:
            return None
        folder = (home.root / self.weekly_to).resolve()
        if not folder.is_relative_to(home.root.resolve()):
            raise UsageError(
                f"weekly_to {self.weekly_to} leads out of the project folder; name one inside it"
            )
        return folder


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


@task(
    name="weekly-bundle",
    retries=2,
    retry_delay_seconds=[10, 60],
    retry_jitter_factor=0.5,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def write_bundle(home: Home, folder: Path) -> list[str]:
    """Write the weekly bundle of what is published; return what was done in sentences."""
    lines: list[str] = []
    write_weekly(home, folder, NO_FILTERS, say=lines.append)
    return lines


@flow(name="publish-reports", flow_run_name=name_flow_run, persist_result=False, validate_parameters=True)
def publish_reports(parameters: PublishReports) -> Any:
    """Fold the batches that wait and publish reports.duckdb, the copy that editors query."""
    if parameters.dry_run:
        home = parameters.open()
        folder, plan = parameters.weekly_folder(home), plan_publish(home)
        more = [f"the weekly bundle would be written to {parameters.weekly_to}"] if folder else []
        return tell_plan("publish_reports", plan.to_json(), [*plan.lines(), *more])
    return run_in_turn("publish_reports", parameters, {}, lambda run: _publish(run, parameters))


def _publish(run: FlowRun, parameters: PublishReports) -> tuple[Answer, str]:
    folder = parameters.weekly_folder(run.home)
    stored = publish.with_options(timeout_seconds=run.seconds_left())(whole(run.home), whole(run.clock))
    run.is_stored = True
    run.progress.tell("published", 100)
    lines = store_lines(stored)
    if folder is not None and not WarehouseFolder(run.home.warehouse).published.is_file():
        lines += ["", "Nothing is published yet, so that no weekly bundle was made."]
    elif folder is not None:
        written = write_bundle.with_options(timeout_seconds=run.seconds_left())(whole(run.home), folder)
        lines += ["", *(f"{line}." for line in written)]
    create_markdown_artifact(
        "\n".join(["# Reports published", "", *lines]), key="publish-reports-summary", description=lines[0]
    )
    return store_answer(stored), lines[0]


if __name__ == "__main__":
    sys.exit(run_as_program(publish_reports, PublishReports))
