"""``factdesk schedules pause`` and ``resume``: on the server, or noted for the next ``factdesk up``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.ops.deployed import Deployed, read_deployed, set_active, set_paused
from factdesk.ops.deployment_notes import (
    Note,
    Notes,
    Say,
    Wish,
    hold_notes,
    read_notes,
    settle_notes,
    write_notes,
)
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.prefect_file import PrefectFile, read_prefect_file
from factdesk.ops.schedules import find_server
from factdesk.ops.up_state import running_up, up_holder


@dataclass(frozen=True, slots=True)
class Target:
    """What a person names: a deployment as a whole (no slug) or one schedule of it."""

    deployment: str
    slug: str | None

    @property
    def name(self) -> str:
        """The name as people type it."""
        return self.deployment if self.slug is None else f"{self.deployment}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a pause or resume has done. ``applied``: on the server; else it waits for the next start."""

    target: Target
    active: bool
    applied: bool
    sentences: tuple[str, ...]


def change_schedule(home: Home, name: str, *, active: bool, say: Say) -> Changed:
    """Pause or resume a deployment as a whole (``check_essays``) or one schedule of it (with ``/slug``).

    Pausing also removes the runs that wait to start. Raises UsageError for an unknown name, and
    PrefectError when a server is named that does not answer.
    """
    with hold_notes(home, say):
        file, notes = read_prefect_file(home), read_notes(home)
        _require_that_up_is_settled(home)
        api = find_server(home)
        server = _read_server(home, api, file, notes) if api else {}
        target = _resolve(name, file, server)
        there = server.get(target.deployment)
        before = _state(there, target)
        if api is not None and there is not None and before is not None and before != active:
            _apply(api, there, target, active)
        noted = _note(file, notes, target, active, pending=before is None)
        if noted != notes:
            write_notes(home, noted)
    rest = settle_notes(file, notes, server).get(target.deployment, Note())
    first = _sentence(target, active, before, has_server=api is not None)
    said = (first, *_hints(target, active, rest))
    return Changed(target, active, before is not None, said)


def _require_that_up_is_settled(home: Home) -> None:
    """What is noted while ``factdesk up`` starts may come too late for it: it has read the notes."""
    holder, up = up_holder(home), running_up(home)
    if holder is not None and (up is None or not PrefectApi(up.api_url).is_there()):
        raise PrefectError(
            f"factdesk up of this home (process {holder}) is starting or stopping; try again in a minute"
        )


def _read_server(home: Home, api: PrefectApi, file: PrefectFile, notes: Notes) -> dict[str, Deployed]:
    if not api.is_there():
        raise PrefectError(
            f"Prefect at {api.api_url} (PREFECT_API_URL) does not answer; start it, or unset PREFECT_API_URL"
        )
    ours = {one.name for one in file.deployments} | set(notes)
    return {name: there for name, there in read_deployed(api).items() if name in ours}


def _resolve(name: str, file: PrefectFile, server: Mapping[str, Deployed]) -> Target:
    known = {one.name: {schedule.slug for schedule in one.schedules} for one in file.deployments}
    for there in server.values():
        known.setdefault(there.name, set()).update(one.slug for one in there.schedules if one.slug)
    deployment, slash, slug = name.partition("/")
    if deployment in known and (not slash or slug in known[deployment]):
        return Target(deployment, slug if slash else None)
    listed = ", ".join(
        word for one in known for word in (one, *(f"{one}/{two}" for two in sorted(known[one])))
    )
    raise UsageError(f"there is no schedule {name!r}; use one of {listed}")


def _state(there: Deployed | None, target: Target) -> bool | None:
    """Return whether the server has the target active, None when it does not have it."""
    if there is None:
        return None
    if target.slug is None:
        return not there.paused
    schedule = there.schedule(target.slug)
    return schedule.active if schedule else None


def _apply(api: PrefectApi, there: Deployed, target: Target, active: bool) -> None:
    schedule = there.schedule(target.slug) if target.slug is not None else None
    if schedule is None:
        set_paused(api, there, not active)
    else:
        set_active(api, there, schedule, active)


def _note(file: PrefectFile, notes: Notes, target: Target, active: bool, *, pending: bool) -> dict[str, Note]:
    """Return the notes with the wish in them; what the file no longer has needs no note."""
    wanted = next((one for one in file.deployments if one.name == target.deployment), None)
    note = notes.get(target.deployment, Note())
    if wanted is None:
        return dict(notes)
    if target.slug is None:
        changed = replace(note, whole=_wish(True, active, pending))
    else:
        schedule = wanted.schedule(target.slug)
        if schedule is None:
            return dict(notes)
        wish = _wish(schedule.active, active, pending)
        changed = replace(note, schedules={**note.schedules, target.slug: wish})
    return {**notes, target.deployment: changed}


def _wish(declared: bool, active: bool, pending: bool) -> Wish:
    return Wish(declared, None if active == declared else active, pending)


def _sentence(target: Target, active: bool, before: bool | None, *, has_server: bool) -> str:
    word = "resumed" if active else "paused"
    if before is None:
        why = "the server lacks it" if has_server else "no Prefect server runs now"
        return f"{target.name} will be {word} at the next factdesk up: {why}"
    if before == active:
        return f"{target.name} is {'active' if active else 'paused'} already"
    if active:
        return f"{target.name} is resumed"
    return f"{target.name} is paused; its runs that waited to start are removed"


def _hints(target: Target, active: bool, note: Note) -> Iterator[str]:
    """Say what else keeps a resumed target from running, from the notes on the rest of its deployment."""
    if not active:
        return
    if target.slug is not None:
        if not note.whole.active:
            yield (
                f"the deployment {target.deployment} is paused as a whole: factdesk schedules resume"
                f" {target.deployment}"
            )
        return
    for slug, wish in note.schedules.items():
        if not wish.active:
            name = f"{target.deployment}/{slug}"
            yield f"its schedule {slug} stays paused: factdesk schedules resume {name}"
