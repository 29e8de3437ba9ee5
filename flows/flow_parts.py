"""What the flows share: their parameters, turns, time limits, progress, and how a run ends.

Prefect's logs and artifacts carry ids, counts and hosts, never quotes, titles or names.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from prefect import Flow, get_run_logger, runtime, tags
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed
from prefect.utilities.annotations import quote
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from factdesk.config import Home, open_home
from factdesk.errors import FactdeskError, UsageError
from factdesk.ops.overlap import OverlapError, take_turn
from factdesk.ops.running import hold_run
from factdesk.pipeline import RunClock, store_batch
from factdesk.start import collect_rarely
from factdesk.verdicts.muting import check_muted

HOME_VARIABLE = "FACTDESK_HOME"
"""Where `factdesk up` tells its worker which home the flows are of."""

ASKED_BY_DEFAULT = {
    "check-essays": "all inboxes and feeds",
    "recheck-sources": "sources that are due",
    "publish-reports": "what waits in the spool",
}

Thing = TypeVar("Thing")
Answer = dict[str, Any]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(_as_list)]


class FlowParameters(BaseModel):
    """The parameters that every flow has."""

    model_config = ConfigDict(extra="forbid")

    home: str = Field(
        default="",
        description="The project folder, with its config and warehouse. Empty: that of the running service.",
    )
    dry_run: bool = Field(
        default=False, description="Only say what would be done; nothing is fetched or stored."
    )

    def open(self) -> Home:
        """Open the home that this run is of. Raises ConfigError before anything is fetched."""
        home = open_home(Path(self.home or os.environ.get(HOME_VARIABLE) or "."))
        check_muted(home.settings.rules.muted)
        return home


class RunTooLongError(FactdeskError):
    """A run has used up ``[flow] run_minutes``."""


@dataclass(slots=True)
class FlowRun:
    """One run while it goes on: its home, its clock and when it must be over."""

    home: Home
    clock: RunClock
    progress: Progress
    ends_at: float = field(init=False)
    is_stored: bool = False

    def __post_init__(self) -> None:
        self.ends_at = time.monotonic() + self.home.settings.flow.run_minutes * 60

    def seconds_left(self) -> float:
        """Return how long the next task may take. Raises RunTooLongError when the time is up."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise RunTooLongError(
                f"the run took longer than flow.run_minutes = {self.home.settings.flow.run_minutes:g};"
                " raise that limit, or look at what was slow in its progress"
            )
        return left


class Progress:
    """The run's progress artifact and its log line, one step a batch."""

    def __init__(self, flow: str) -> None:
        key = f"{flow.replace('_', '-')}-progress"
        self._artifact = cast(UUID, create_progress_artifact(0.0, key=key, description="start"))

    def tell(self, stage: str, percent: float) -> None:
        """Say how far the run is, in percent of the whole."""
        get_run_logger().info("%s: %.0f%%", stage, percent)
        update_progress_artifact(self._artifact, percent, description=stage)


def whole(thing: Thing) -> Thing:
    """Hand something to a task as it is; Prefect would otherwise walk through every record in it."""
    return cast(Thing, quote(thing))


def count_off(number: int, total: int, batch: list[Any], what: str) -> str:
    """Say which batch a task is: "2 of 3, 25 links"."""
    return f"{number} of {total}, {len(batch)} {what}"


def name_flow_run() -> str:
    """Name a run by what it is asked to do and when it was due."""
    given = runtime.flow_run.parameters.get("parameters")
    wished = given if isinstance(given, Mapping) else given.model_dump() if given is not None else {}
    parts = [*(["dry run"] if wished.get("dry_run") else []), *_named(wished)]
    due = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
    asked = ", ".join(parts) or ASKED_BY_DEFAULT.get(runtime.flow_run.flow_name, "all")
    return f"{asked}, {due.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _named(wished: Mapping[str, Any]) -> list[str]:
    """Inboxes are named by the settings; places may hold a person's name and are counted."""
    places = wished.get("places") or []
    inboxes, feeds = wished.get("inboxes") or [], wished.get("feeds") or []
    names = [*(f"inbox {name}" for name in inboxes), *(f"feed {name}" for name in feeds)]
    return [*names, *([f"{len(places)} places"] if places else [])]


def run_in_turn(
    flow: str,
    parameters: FlowParameters,
    told: Mapping[str, str],
    body: Callable[[FlowRun], tuple[Answer, str]],
) -> State[Any]:
    """Run the body of a flow when it is its turn, and return how the run ended.

    ``told`` is what the Run record keeps of the parameters. The body returns the answer and one line. A run
    whose turn is refused ends as cancelled, with the reason. A run that fails leaves a Run record too.
    """
    home = parameters.open()
    collect_rarely()
    flow_run_id = str(runtime.flow_run.id or "")
    clock = RunClock(flow, {**told, "flow_run_id": flow_run_id})
    who = f"run {runtime.flow_run.name or flow_run_id}, since {datetime.now(UTC):%H:%M} UTC"
    try:
        with hold_run(home, flow_run_id), take_turn(home, flow, who, get_run_logger().warning):
            answer, line = _run_body(home, clock, flow, body)
    except OverlapError as error:
        return Cancelled(message=str(error))
    except FactdeskError as error:
        get_run_logger().error("%s", error)  # one sentence that names the mend needs no traceback
        return Failed(message=str(error), data=error)
    ids = {"flow_run_id": flow_run_id, "run_id": str(clock.run_id)}
    return Completed(message=line, data={**ids, "line": line, **answer})


def _run_body(
    home: Home, clock: RunClock, flow: str, body: Callable[[FlowRun], tuple[Answer, str]]
) -> tuple[Answer, str]:
    run = FlowRun(home, clock, Progress(flow))
    try:
        return body(run)
    except Exception:
        # Whatever it was, Prefect has it; the warehouse learns that this run came to no end, unless its
        # records are there already and only an artifact could not be left.
        if not run.is_stored:
            _record_failure(home, clock)
        raise


def _record_failure(home: Home, clock: RunClock) -> None:
    try:
        store_batch([clock.finish({"failed": 1})], home)
    except FactdeskError as error:
        # On a full disk both fail, and what an operator must see is what the run failed of.
        get_run_logger().error("the record of this run could not be stored: %s", error)


@contextmanager
def planning(parameters: FlowParameters) -> Iterator[Home]:
    """Open the home of a dry run, which is alive like any run but waits for no turn."""
    home = parameters.open()
    with hold_run(home, str(runtime.flow_run.id or "")):
        yield home


def tell_plan(
    flow: str, plan: Mapping[str, Any], lines: list[str], told_to_prefect: list[str] | None = None
) -> State[Any]:
    """End a dry run: its plan as the answer, and as an artifact that names no essay."""
    shown = told_to_prefect or lines
    key = f"{flow.replace('_', '-')}-plan"
    create_markdown_artifact(
        "\n".join(["# What would be done", "", *(f"- {line}" for line in shown)]), key=key
    )
    told = {"flow_run_id": str(runtime.flow_run.id or ""), "line": lines[0], "plan": lines}
    return Completed(message=lines[0], data={**told, **plan})


def run_as_program(
    flow: Flow[..., Any], model: type[FlowParameters], check: Callable[[Any], object] = lambda _: None
) -> int:
    """Run a flow once: parameters from one JSON file, the answer (or one sentence) into another.

    ``check`` is called with the parameters first, to say at once that there is nothing to do.
    """
    parser = argparse.ArgumentParser(description=flow.description)
    parser.add_argument("--parameters", type=Path, required=True, help="a JSON object of the parameters")
    parser.add_argument("--answer", type=Path, required=True, help="where the JSON answer is written")
    arguments = parser.parse_args()
    answer, code = _run_once(flow, model, check, arguments.parameters)
    arguments.answer.write_text(json.dumps(answer), encoding="utf-8")
    return code


def _run_once(
    flow: Flow[..., Any], model: type[FlowParameters], check: Callable[[Any], object], file: Path
) -> tuple[Answer, int]:
    name = flow.name.replace("-", "_")
    try:
        parameters = model.model_validate_json(file.read_text(encoding="utf-8"))
        check(parameters)
        with tags("factdesk", "by-hand"):
            state: State[Any] = cast(Any, flow)(parameters, return_state=True)
        if state.is_cancelled():
            return {"error": state.message}, FactdeskError.exit_code
        return cast(Answer, state.result()), 0
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in fault["loc"])
        return {
            "error": f"the parameter {key!r} of {name} is bad: {fault['msg'].lower()}"
        }, UsageError.exit_code
    except FactdeskError as error:
        return {"error": str(error)}, error.exit_code
    except Exception as error:  # the outermost wall of this process: whatever it is becomes a sentence
        said = " ".join(str(error).split())[:300]
        return {"error": f"{name} failed ({type(error).__name__}: {said})"}, 1
