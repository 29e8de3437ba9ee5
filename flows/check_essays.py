"""The flow ``check_essays``: read essays, gather their sources, judge the claims, store what was found.

Thin on purpose: a task is one stage over a batch, and all of the logic is in `factdesk.pipeline`. What
happens to one essay or one link is a row of the warehouse, never a failed task. Artifacts and logs
carry ids, counts and hosts, never quotes or names.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from prefect import flow, get_run_logger, runtime, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff
from prefect.utilities.annotations import quote
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from factdesk.config import Home, open_home
from factdesk.errors import FactdeskError, UsageError
from factdesk.essays.inputs import EssayInput, list_essays, list_inbox
from factdesk.model import FAILED_ESSAY_OUTCOMES, Record, SourceOutcome
from factdesk.ops.batches import plan_batches, plan_gathering
from factdesk.ops.run_summary import RunFacts, essay_rows, source_rows, summary_markdown
from factdesk.pipeline import (
    ClaimJudged,
    EssayRead,
    JudgedBatch,
    RunClock,
    StoreReport,
    drop_repeats,
    gather_batch,
    judge_batch,
    note_stored,
    read_batch,
    records_of,
    requests_in,
    store_batch,
)
from factdesk.sources.gather import Gathered, SourceRequest
from factdesk.warehouse.known import Known, open_known

GATHER_RETRIES = 2
GATHER_BACKOFF_SECONDS = 4.0
Thing = TypeVar("Thing")

NEVER_CONNECTED = frozenset({SourceOutcome.CONNECTION_FAILED, SourceOutcome.DNS_ERROR})


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(_as_list)]


class CheckEssays(BaseModel):
    """The parameters of one run."""

    model_config = ConfigDict(extra="forbid")

    home: str = Field(default=".", description="The project folder: its config, warehouse and inboxes.")
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


def whole(thing: Thing) -> Thing:
    """Hand something to a task as it is; Prefect would otherwise walk through every record in it."""
    return cast(Thing, quote(thing))


class NoneReachableError(FactdeskError):
    """Every link of a batch failed to connect: the network may be down, so the task is tried again."""


# Records are large and never the same twice: no task result is cached or kept outside the warehouse.
@task(name="read", task_run_name="read {number}", cache_policy=NO_CACHE, persist_result=False)
def read(
    essays: Sequence[EssayInput], home: Home, known: Known, allow_hosts: Sequence[str], number: int
) -> tuple[EssayRead, ...]:
    """Read one batch of essays."""
    return read_batch(essays, home, known, allow_hosts=allow_hosts)


@task(
    name="gather",
    task_run_name="gather {number}",
    retries=GATHER_RETRIES,
    retry_delay_seconds=exponential_backoff(GATHER_BACKOFF_SECONDS),
    retry_jitter_factor=0.5,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def gather(
    requests: Sequence[SourceRequest], home: Home, allow_hosts: Sequence[str], number: int
) -> tuple[Gathered, ...]:
    """Gather one batch of sources; on the last try, outcomes are kept whatever they are."""
    gathered = gather_batch(requests, home, allow_hosts=allow_hosts)
    is_last_try = (runtime.task_run.run_count or 1) > GATHER_RETRIES
    if not is_last_try and never_connected(gathered):
        raise NoneReachableError(
            f"none of the {len(gathered)} links of this batch could be reached; is the network up?"
        )
    return gathered


@task(name="judge", task_run_name="judge {number}", cache_policy=NO_CACHE, persist_result=False)
def judge(
    reads: Sequence[EssayRead], gathered: Sequence[Gathered], home: Home, known: Known, number: int
) -> JudgedBatch:
    """Judge the claims of one batch of essays."""
    return judge_batch(reads, gathered, home, known)


@task(name="store", retries=1, retry_delay_seconds=5, cache_policy=NO_CACHE, persist_result=False)
def store(records: Iterable[Record], home: Home) -> StoreReport:
    """Write everything to the spool in one place, and fold it if the keeper's lock is free."""
    return store_batch(records, home)


@flow(name="check-essays", persist_result=False, log_prints=False, validate_parameters=True)
def check_essays(parameters: CheckEssays) -> dict[str, Any]:
    """Check essays: read, gather, judge, store. Returns counts, ids of batches and what waits."""
    home = open_home(Path(parameters.home))
    clock = RunClock("check_essays", run_parameters(parameters))
    size = parameters.batch_size or home.settings.flow.batch_size
    essays = essays_of(parameters, home)
    known = open_known(home.warehouse)
    progress = _Progress()
    reads = _read_all(essays, home, known, parameters.allow_hosts, size, progress)
    gathered = _gather_all(requests_in(reads), home, parameters.allow_hosts, size, progress)
    reads, judged = _judge_all(reads, gathered, home, known, size, progress)
    facts = RunFacts.of(reads, gathered, judged)
    run = clock.finish(facts.counts)
    stored = store(whole([*records_of(reads, gathered, judged), run]), whole(home))
    note_stored(reads, home)
    progress.tell("stored", 100)
    _leave_artifacts(facts, stored)
    return flow_report(facts, stored, run.run_id)


def _read_all(
    essays: Sequence[EssayInput],
    home: Home,
    known: Known,
    allow_hosts: Sequence[str],
    size: int,
    progress: _Progress,
) -> tuple[EssayRead, ...]:
    reads: list[EssayRead] = []
    batches = plan_batches(essays, size)
    for number, batch in enumerate(batches, start=1):
        reads += read(whole(batch), whole(home), whole(known), list(allow_hosts), number)
        progress.tell("reading", 20 * number / len(batches))
    # Two essays with one text may stand in different batches.
    return drop_repeats(reads, known)


def _gather_all(
    requests: Sequence[SourceRequest],
    home: Home,
    allow_hosts: Sequence[str],
    size: int,
    progress: _Progress,
) -> list[Gathered]:
    gathered: list[Gathered] = []
    batches = plan_gathering(requests, size)
    # One batch after the other: the pause between two requests to one host is kept inside a batch.
    for number, batch in enumerate(batches, start=1):
        gathered += gather(whole(batch), whole(home), list(allow_hosts), number)
        progress.tell("gathering", 20 + 60 * number / len(batches))
    return gathered


def _judge_all(
    reads: Sequence[EssayRead],
    gathered: Sequence[Gathered],
    home: Home,
    known: Known,
    size: int,
    progress: _Progress,
) -> tuple[tuple[EssayRead, ...], list[ClaimJudged]]:
    after: list[EssayRead] = []
    judged: list[ClaimJudged] = []
    batches = plan_batches(reads, size)
    for number, batch in enumerate(batches, start=1):
        done = judge(whole(batch), whole(gathered), whole(home), whole(known), number)
        after += done.reads
        judged += done.judged
        progress.tell("judging", 80 + 15 * number / len(batches))
    return tuple(after), judged


class _Progress:
    """The run's progress artifact and its log line, one step a batch."""

    def __init__(self) -> None:
        made = create_progress_artifact(0.0, key="check-essays-progress", description="start")
        self._artifact = cast(UUID, made)

    def tell(self, stage: str, percent: float) -> None:
        get_run_logger().info("%s: %.0f%%", stage, percent)
        update_progress_artifact(self._artifact, percent, description=stage)


def never_connected(gathered: Sequence[Gathered]) -> bool:
    """Whether there are links and every one of them failed to connect."""
    links = [one.fetch.outcome for one in gathered if one.fetch.outcome is not SourceOutcome.GIVEN_FILE]
    return bool(links) and all(outcome in NEVER_CONNECTED for outcome in links)


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


def flow_report(facts: RunFacts, stored: StoreReport, run_id: UUID) -> dict[str, Any]:
    """Return what the caller of a run is told, ready for JSON."""
    return {
        "flow_run_id": str(runtime.flow_run.id or ""),
        "run_id": str(run_id),
        "essays": len(facts.reads),
        "claims": len(facts.judged),
        "sources": len(facts.gathered),
        "counts": dict(facts.counts),
        "essays_failed": sum(read.read.outcome in FAILED_ESSAY_OUTCOMES for read in facts.reads),
        "batches": list(stored.batch_ids),
        "folded": stored.fold.folded,
        "waiting": stored.fold.waiting,
        "rejected": stored.fold.rejected,
        "lock_holder": stored.fold.lock_holder,
    }


def main() -> int:
    """Run the flow once: parameters from one JSON file, the answer (or one sentence) into another."""
    parser = argparse.ArgumentParser(description=check_essays.description)
    parser.add_argument("--parameters", type=Path, required=True, help="a JSON object of the parameters")
    parser.add_argument("--answer", type=Path, required=True, help="where the JSON answer is written")
    arguments = parser.parse_args()
    answer, code = run_once(arguments.parameters)
    arguments.answer.write_text(json.dumps(answer), encoding="utf-8")
    return code


def run_once(parameters_file: Path) -> tuple[dict[str, Any], int]:
    """Return the answer of one run and its exit code; every failure becomes one sentence."""
    try:
        parameters = CheckEssays.model_validate_json(parameters_file.read_text(encoding="utf-8"))
        essays_of(parameters, open_home(Path(parameters.home)))  # say at once that there is nothing to do
        return check_essays(parameters), 0
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in fault["loc"])
        return {"error": f"the parameter {name!r} of check_essays is bad: {fault['msg'].lower()}"}, 2
    except FactdeskError as error:
        return {"error": str(error)}, error.exit_code
    except Exception as error:  # the outermost wall of this process: whatever it is becomes a sentence
        said = " ".join(str(error).split())[:300]
        return {"error": f"check_essays failed ({type(error).__name__}: {said})"}, 1


if __name__ == "__main__":
    sys.exit(main())
