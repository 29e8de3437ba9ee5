"""``config/prefect.yaml``: the deployments of a home and the only home of their schedules.

The names of its keys are Prefect's own; what Factdesk does not use is refused rather than ignored. Each
fault is a `ConfigError` that names the file, the deployment, the key and the mend.
"""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from factdesk.config import Home
from factdesk.errors import ConfigError
from factdesk.ops.schedule_rules import (
    CronRule,
    IntervalRule,
    Rule,
    cron_fault,
    interval_fault,
    is_timezone,
)
from factdesk.resources import bundled

PREFECT_FILE = Path("config") / "prefect.yaml"
DEFAULT_ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
"""Any fixed moment does: without one, every deployment would begin to count anew."""

_WORDS_WHEN_MISSING = {
    "slug": "give it one, by which it is known again when it is edited",
    "active": "write active: true, or active: false for a schedule that waits to be resumed",
    "timezone": 'name one, for example timezone: "Europe/London", or timezone: UTC',
    "name": "give it one, by which operators call it",
    "entrypoint": "name file and flow, for example flows/check_essays.py:check_essays",
    "description": "say in a sentence what it does; Prefect's pages show it",
}
_WORDS_WHEN_BAD = {
    "slug": "use letters, digits, dots, dashes and underscores",
    "name": "use letters, digits, dots, dashes and underscores",
    "active": "write true or false",
    "interval": "write whole seconds, 1 or more",
    "cron": "write it as text in quotes",
    "timezone": "write it as text",
    "entrypoint": "name file and flow, for example flows/check_essays.py:check_essays",
    "description": "write a sentence",
    "deployments": "write a list of at least one deployment",
    "schedules": "write a list, each member with a slug",
    "tags": "write a list of words",
    "parameters": "write a table of names and values",
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of a deployment. ``active`` is what the file says, not what an operator wished."""

    slug: str
    rule: Rule
    active: bool
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deployment:
    """One flow as it is deployed. ``flow_file`` is absolute; ``function`` is the flow's function in it."""

    name: str
    flow_file: Path
    function: str
    description: str
    tags: tuple[str, ...]
    parameters: Mapping[str, Any]
    schedules: tuple[Schedule, ...]

    def schedule(self, slug: str) -> Schedule | None:
        """Return the schedule with this slug, if there is one."""
        return next((one for one in self.schedules if one.slug == slug), None)


@dataclass(frozen=True, slots=True)
class PrefectFile:
    """What one ``prefect.yaml`` says."""

    path: Path
    deployments: tuple[Deployment, ...]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


# A slash or a white space would make the names of the command line ambiguous.
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]


class _ScheduleSection(_Section):
    slug: Name
    cron: str | None = None
    interval: Annotated[int, Field(ge=1, le=366 * 86_400)] | None = None
    anchor_date: datetime | None = None
    timezone: str
    active: bool
    parameters: dict[str, Any] = Field(default_factory=dict)

    @field_validator("anchor_date", mode="before")
    @classmethod
    def _read_date(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError("it is no date; write for example 2026-01-01T09:00:00+00:00") from error

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, value: str) -> str:
        if not is_timezone(value):
            raise ValueError('it is no IANA time zone; write for example "Europe/London", or UTC')
        return value

    @field_validator("cron")
    @classmethod
    def _check_cron(cls, value: str | None) -> str | None:
        if value is not None and (fault := cron_fault(value)):
            raise ValueError(fault)
        return value

    @model_validator(mode="after")
    def _check_together(self) -> _ScheduleSection:
        if (self.cron is None) == (self.interval is None):
            raise ValueError("it must have either cron or interval (in seconds); write one of them")
        if self.cron is not None and self.anchor_date is not None:
            raise ValueError("anchor_date belongs to an interval; remove it")
        if self.interval is not None and (fault := interval_fault(self.interval, self.timezone)):
            raise ValueError(fault)
        return self

    def record(self) -> Schedule:
        return Schedule(self.slug, self._rule(), self.active, self.parameters)

    def _rule(self) -> Rule:
        if self.cron is not None:
            return CronRule(" ".join(self.cron.split()), self.timezone)
        assert self.interval is not None
        anchor = self.anchor_date or DEFAULT_ANCHOR
        if anchor.tzinfo is None:
            anchor = anchor.replace(tzinfo=ZoneInfo(self.timezone))
        return IntervalRule(self.interval, anchor.astimezone(UTC), self.timezone)


class _DeploymentSection(_Section):
    name: Name
    entrypoint: Annotated[str, Field(pattern=r"^[^:]+\.py:[A-Za-z_]\w*$")]
    description: Annotated[str, Field(min_length=1)]
    tags: list[str] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict)
    schedules: list[_ScheduleSection] = Field(default_factory=list)


class _FileSections(_Section):
    deployments: list[_DeploymentSection] = Field(min_length=1)


class _Loader(yaml.SafeLoader):
    """A loader that refuses a key that is given twice; YAML would keep the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        twice = next((key for key, number in keys.items() if number > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {twice!r} is given twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def prefect_file_path(home: Home) -> Path:
    """Return the home's own ``config/prefect.yaml``, else the bundled one."""
    own = home.root / PREFECT_FILE
    return own if own.is_file() else bundled(*PREFECT_FILE.parts)


def read_prefect_file(home: Home) -> PrefectFile:
    """Read the deployments of a home. Raises ConfigError that names file, deployment, key and mend."""
    path = prefect_file_path(home)
    raw = _load(path)
    try:
        sections = _FileSections.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(_first_fault(error, raw, path)) from error
    _refuse_twice((one.name for one in sections.deployments), f"{path}: the deployment", "name")
    for one in sections.deployments:
        slugs = (schedule.slug for schedule in one.schedules)
        _refuse_twice(slugs, f"{path}: the deployment {one.name}, schedule", "slug")
    folders = (path.parent.parent, bundled("config").parent)
    return PrefectFile(path, tuple(_deployment(one, path, folders) for one in sections.deployments))


def _load(path: Path) -> object:
    try:
        # The loader is a SafeLoader: it makes plain values only.
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); mend the file or its rights") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        said = _yaml_words(error)
        mend = "put the cron text in quotes" if "alias" in said else "mend that line"
        raise ConfigError(f"{path} is not valid YAML ({said}); {mend}") from error


def _yaml_words(error: Exception) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return " ".join(str(error).split())
    said = ": ".join(word for word in (error.context, error.problem) if word)
    return f"line {error.problem_mark.line + 1}: {said}"


def _refuse_twice(names: Iterable[str], where: str, key: str) -> None:
    for name, number in Counter(names).items():
        if number > 1:
            raise ConfigError(f"{where} {name} stands there {number} times; give each a {key} of its own")


def _deployment(section: _DeploymentSection, path: Path, folders: Sequence[Path]) -> Deployment:
    file, _, function = section.entrypoint.rpartition(":")
    found = next((folder / file for folder in folders if (folder / file).is_file()), None)
    if found is None:
        raise ConfigError(
            f"{path}: the deployment {section.name} names in entrypoint the file {file}, which is neither in"
            f" {folders[0]} nor among Factdesk's own flows; mend the path"
        )
    return Deployment(
        name=section.name,
        flow_file=found.resolve(),
        function=function,
        description=section.description,
        tags=tuple(section.tags),
        parameters=section.parameters,
        schedules=tuple(schedule.record() for schedule in section.schedules),
    )


def _first_fault(error: ValidationError, raw: object, path: Path) -> str:
    fault = error.errors(include_url=False)[0]
    where, key = _place(fault["loc"], raw)
    start = f"{path}: {where}"
    if fault["type"] == "extra_forbidden":
        return f"{start} has the unknown key {key!r}; remove it or mend its name"
    if fault["type"] == "missing":
        return f"{start} lacks the key {key!r}; {_WORDS_WHEN_MISSING.get(key, 'add it')}"
    if fault["type"] == "model_type":
        return f"{start} is no table of keys and values; mend that line"
    value = reprlib.repr(fault["input"])
    if fault["type"] == "value_error":
        # Our own words, which end in the mend.
        said = fault["msg"].removeprefix("Value error, ")
        return f"{start} has a bad {key!r} ({value}): {said}" if key else f"{start}: {said}"
    mend = _WORDS_WHEN_BAD.get(key.partition(".")[0], "mend its value")
    return f"{start} has a bad {key!r} ({value}): {fault['msg'][0].lower()}{fault['msg'][1:]}; {mend}"


def _place(loc: Sequence[str | int], raw: object) -> tuple[str, str]:
    """Return where a fault is ("the deployment x, schedule y") and the key that remains."""
    said, rest, here = [], list(loc), raw
    for group, word, name in (
        ("deployments", "the deployment", "name"),
        ("schedules", "schedule", "slug"),
    ):
        if len(rest) < 2 or rest[0] != group or not isinstance(rest[1], int):
            break
        here = _member(here, group, rest[1])
        called = here.get(name) if isinstance(here, dict) else None
        said.append(f"{word} {called or f'number {rest[1] + 1}'}")
        rest = rest[2:]
    return ", ".join(said) or "the file", ".".join(str(part) for part in rest)


def _member(here: object, group: str, number: int) -> object:
    members = here.get(group) if isinstance(here, dict) else None
    return members[number] if isinstance(members, list) and number < len(members) else None
