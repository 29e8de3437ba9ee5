"""``factdesk schedules``: which schedules there are, whether they are active, and when they run next.

With a server (that of ``factdesk up``, else of PREFECT_API_URL) it says what the server has; without one,
what the file and the notes say.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from factdesk.config import Home
from factdesk.ops.deployed import Deployed, DeployedSchedule, LastRun, read_deployed, read_last_run
from factdesk.ops.deployment_notes import Note, Notes, read_notes, settle_notes
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.prefect_file import Deployment, PrefectFile, Schedule, read_prefect_file
from factdesk.ops.schedule_rules import Rule, next_runs
from factdesk.ops.up_state import running_up

NEXT_RUNS = 5


class Standing(StrEnum):
    """How the file and the server agree on a schedule; APPLIED too where no server was asked."""

    APPLIED = "applied"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"


class Because(StrEnum):
    """Who has it that a schedule is paused, or that it is active although the file says otherwise."""

    FILE = "file"
    OPERATOR = "operator"
    WHOLE = "deployment"
    """An operator paused the deployment as a whole."""


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One schedule. ``because`` is None for one that is active as the file has it.

    ``pending``: an operator's wish was noted and waits for the next ``factdesk up``. ``last_run`` is the
    deployment's, whatever started it; None when there is none or no server to ask.
    """

    deployment: str
    slug: str
    rule: Rule
    active: bool
    because: Because | None
    pending: bool
    standing: Standing
    next_runs: tuple[datetime, ...]
    last_run: LastRun | None


@dataclass(frozen=True, slots=True)
class ScheduleList:
    """The schedules of a home. ``remark`` is set when a server was named that does not answer."""

    rows: tuple[ScheduleRow, ...]
    remark: str | None


@dataclass(frozen=True, slots=True)
class _Sides:
    """A deployment as the file, the notes and the server have it; each may lack it."""

    wanted: Deployment | None
    note: Note
    there: Deployed | None

    def slugs(self) -> list[str]:
        in_file = [one.slug for one in self.wanted.schedules] if self.wanted else []
        on_server = {one.slug for one in self.there.schedules if one.slug} if self.there else set()
        return in_file + sorted(on_server - set(in_file))


def find_server(home: Home) -> PrefectApi | None:
    """Return the Prefect server of this home: that of ``factdesk up``, else that of PREFECT_API_URL."""
    up = running_up(home)
    url = up.api_url if up is not None else os.environ.get("PREFECT_API_URL")
    return PrefectApi(url) if url else None


def list_schedules(home: Home, now: datetime) -> ScheduleList:
    """Return every schedule of the file and of the server, with its next runs from ``now`` on.

    Raises ConfigError for a bad file.
    """
    file, notes = read_prefect_file(home), read_notes(home)
    api = find_server(home)
    if api is None or not api.is_there():
        remark = f"Prefect at {api.api_url} does not answer; this is what the file says" if api else None
        return ScheduleList(tuple(_rows(file, notes, {}, {}, now)), remark)
    names = {one.name for one in file.deployments} | set(notes)
    server = {name: one for name, one in read_deployed(api).items() if name in names}
    last = {name: read_last_run(api, one) for name, one in server.items()}
    return ScheduleList(tuple(_rows(file, notes, server, last, now)), None)


def _rows(
    file: PrefectFile,
    notes: Notes,
    server: Mapping[str, Deployed],
    last: Mapping[str, LastRun | None],
    now: datetime,
) -> Iterator[ScheduleRow]:
    settled = settle_notes(file, notes, server)
    wanted = {one.name: one for one in file.deployments}
    for name in (*wanted, *sorted(set(server) - set(wanted))):
        sides = _Sides(wanted.get(name), settled.get(name, Note()), server.get(name))
        for slug in sides.slugs():
            row = _row(name, slug, sides, notes.get(name, Note()), last.get(name), now)
            if row is not None:
                yield row


def _row(
    name: str, slug: str, sides: _Sides, noted: Note, last_run: LastRun | None, now: datetime
) -> ScheduleRow | None:
    wanted = sides.wanted.schedule(slug) if sides.wanted else None
    has = sides.there.schedule(slug) if sides.there else None
    rule = (has.rule if has else None) or (wanted.rule if wanted else None)
    if rule is None:
        return None
    because, active = _why(sides, wanted, has)
    return ScheduleRow(
        deployment=name,
        slug=slug,
        rule=rule,
        active=active,
        because=because,
        pending=_is_pending(noted, wanted),
        standing=_standing(sides, wanted, has),
        next_runs=next_runs(rule, now, NEXT_RUNS) if active else (),
        last_run=last_run,
    )


def _why(sides: _Sides, wanted: Schedule | None, has: DeployedSchedule | None) -> tuple[Because | None, bool]:
    """Return whether a schedule is active, and who has it so."""
    paused = sides.there.paused if sides.there else not sides.note.whole.active
    if paused:
        return Because.WHOLE, False
    wish = sides.note.schedules.get(wanted.slug) if wanted else None
    active = has.active if has else wish is None or wish.active
    declared = wanted.active if wanted else True
    if active != declared:
        return Because.OPERATOR, active
    return (None, True) if active else (Because.FILE, False)


def _is_pending(noted: Note, wanted: Schedule | None) -> bool:
    wish = noted.schedules.get(wanted.slug) if wanted else None
    waits = wish is not None and wanted is not None and wish.pending and wish.declared == wanted.active
    return waits or noted.whole.pending


def _standing(sides: _Sides, wanted: Schedule | None, has: DeployedSchedule | None) -> Standing:
    if wanted is None:
        return Standing.REMOVED
    if has is None:
        return Standing.NEW if sides.there or sides.note.definition is None else Standing.APPLIED
    return Standing.APPLIED if has.rule == wanted.rule else Standing.CHANGED
