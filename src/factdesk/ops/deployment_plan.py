"""What applying ``config/prefect.yaml`` would do: which deployments are new, changed, removed or neither."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from factdesk import __version__
from factdesk.config import Home
from factdesk.ops.deployed import Deployed, DeployedSchedule
from factdesk.ops.deployment_notes import Note, Notes
from factdesk.ops.prefect_file import Deployment, PrefectFile, Schedule
from factdesk.ops.schedule_rules import rule_body, rule_from_body, rule_words


@dataclass(frozen=True, slots=True)
class Change:
    """A deployment that is not as the file has it, and why.

    ``deploys``: Prefect must deploy it; else pausing, resuming or removing a schedule is enough.
    """

    deployment: str
    why: tuple[str, ...]
    deploys: bool


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """Names of deployments by what becomes of them; `dataclasses.asdict` of it is ready for JSON."""

    new: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.new or self.changed or self.removed)

    @property
    def to_deploy(self) -> frozenset[str]:
        """The deployments that Prefect must deploy."""
        return frozenset(self.new) | {change.deployment for change in self.changed if change.deploys}

    def sentences(self) -> list[str]:
        """Return a line for each deployment that something happens to."""
        lines = [f"deployment {name}: new" for name in self.new]
        lines += [f"deployment {change.deployment}: {'; '.join(change.why)}" for change in self.changed]
        return lines + [f"deployment {name}: removed" for name in self.removed]


def make_plan(home: Home, file: PrefectFile, notes: Notes, server: Mapping[str, Deployed]) -> DeploymentPlan:
    """Compare the file and the settled notes with what the server has."""
    new, changed, unchanged = [], [], []
    for deployment in file.deployments:
        there = server.get(deployment.name)
        if there is None:
            new.append(deployment.name)
            continue
        note = notes[deployment.name]
        deploys = tuple(_reasons_to_deploy(home, deployment, note, there))
        why = (*deploys, *_other_reasons(deployment, note, there))
        if why:
            changed.append(Change(deployment.name, why, bool(deploys)))
        else:
            unchanged.append(deployment.name)
    wanted = {deployment.name for deployment in file.deployments}
    removed = sorted(name for name in notes if name not in wanted and name in server)
    return DeploymentPlan(tuple(new), tuple(changed), tuple(removed), tuple(unchanged))


def _reasons_to_deploy(home: Home, deployment: Deployment, note: Note, there: Deployed) -> Iterator[str]:
    if note.definition is None:
        yield "this home has not deployed it yet"
        return
    for key, value in definition_of(home, deployment).items():
        if key != "schedules" and note.definition.get(key) != value:
            yield f"another {key}"
    if note.code != code_digest(deployment.flow_file.parent):
        yield "another code of its flow"
    if note.versions != installed_versions():
        yield f"{note.versions} → {installed_versions()}"
    for schedule in deployment.schedules:
        yield from _schedule_reasons(schedule, there.schedule(schedule.slug))


def _schedule_reasons(schedule: Schedule, there: DeployedSchedule | None) -> Iterator[str]:
    if there is None:
        yield f"schedule {schedule.slug} is new"
    elif there.rule != schedule.rule:
        before = rule_words(there.rule) if there.rule else "another kind of rule"
        yield f"schedule {schedule.slug}: {before} → {rule_words(schedule.rule)}"
    elif dict(there.parameters) != plain(schedule.parameters):
        yield f"schedule {schedule.slug} has other parameters"


def _other_reasons(deployment: Deployment, note: Note, there: Deployed) -> Iterator[str]:
    if there.paused == note.whole.active:
        yield "resumed as a whole" if note.whole.active else "paused as a whole"
    for schedule in there.schedules:
        wish = note.schedules.get(schedule.slug or "")
        if wish is None:
            yield f"schedule {schedule.slug or 'without a slug'} is removed"
        elif schedule.active != wish.active:
            yield f"schedule {schedule.slug} is {'resumed' if wish.active else 'paused'}"


def definition_of(home: Home, deployment: Deployment) -> dict[str, Any]:
    """Return what of a deployment is remembered and compared; JSON throughout."""
    schedules = {
        one.slug: {**rule_body(one.rule), "parameters": one.parameters} for one in deployment.schedules
    }
    definition: dict[str, Any] = plain(
        {
            "home": str(home.root),
            "entrypoint": entrypoint_of(deployment),
            "description": deployment.description,
            "tags": deployment.tags,
            "parameters": deployment.parameters,
            "schedules": schedules,
        }
    )
    return definition


def entrypoint_of(deployment: Deployment) -> str:
    """Return where Prefect finds the flow, by its absolute path: right in a checkout and in a wheel."""
    return f"{deployment.flow_file}:{deployment.function}"


def plain(value: object) -> Any:
    """Return a value as it comes back from JSON; dates of YAML become text."""
    return json.loads(json.dumps(value, default=str))


def remembered(notes: Notes) -> dict[str, Deployed]:
    """Return what the server had when it was last seen, for a plan without a server."""
    return {name: _remembered(name, note) for name, note in notes.items() if note.definition is not None}


def _remembered(name: str, note: Note) -> Deployed:
    schedules = []
    for slug, body in (note.definition or {})["schedules"].items():
        wish = note.schedules.get(slug)
        active = wish is not None and wish.active != wish.pending
        schedules.append(DeployedSchedule("", slug, active, rule_from_body(body), body["parameters"]))
    # What is pending is not so on the server yet.
    paused = note.whole.active == note.whole.pending
    return Deployed("", name, paused, None, tuple(schedules))


@cache
def installed_versions() -> str:
    """Return the versions whose change means to deploy anew."""
    return f"Factdesk {__version__}, Prefect {version('prefect')}"


def code_digest(folder: Path) -> str:
    """Return a digest over the Python files of a folder of flows."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        content = file.read_bytes()
        digest.update(f"{file.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
