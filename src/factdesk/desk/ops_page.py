"""The page for the operator: runs and schedules, what failed and why, what waits, how old the copy is.

What it says of Prefect is asked of Prefect; everything else comes from the warehouse, so that the page says
most of it when Prefect is down, and says that it is.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from factdesk.config import Home
from factdesk.desk.probes import queue_age
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.errors import FactdeskError
from factdesk.model import READABLE_OUTCOMES, EssayOutcome, SourceOutcome
from factdesk.ops.run_summary import ESSAY_MENDS, SOURCE_MENDS
from factdesk.ops.schedules import ScheduleRow, find_server, list_schedules
from factdesk.reports.words import code_in_words
from factdesk.sources.outcomes import say_outcome
from factdesk.warehouse.health import read_health
from factdesk.warehouse.known import Known

MOST_RUNS = 15

_RUNS = f"""
    SELECT flow, started_at, finished_at, CAST(counts AS VARCHAR), code_version FROM reports.runs
    ORDER BY started_at DESC LIMIT {MOST_RUNS}
"""
_LAST_RUNS = """
    SELECT flow, max(started_at), arg_max({'is': finished_at}, started_at)."is",
        arg_max(CAST(counts AS VARCHAR), started_at)
    FROM reports.runs GROUP BY flow ORDER BY flow
"""
_ESSAYS = "SELECT outcome, count(*) FROM reports.essays WHERE outcome IS NOT NULL GROUP BY outcome"
_SOURCES = "SELECT source_outcome, count(*) FROM reports.sources WHERE source_outcome IS NOT NULL GROUP BY 1"

_GROUPS = ("essay", "source", "verdict", "claim")
_GROUP_NAMES = {"essay": "essays", "source": "sources", "verdict": "verdicts", "claim": "claims"}


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run. ``counts`` are by group ("essays": {"read": 10}); ``ended`` is None while it runs."""

    flow: str
    started: datetime
    ended: datetime | None
    counts: Mapping[str, Mapping[str, int]]

    @property
    def duration(self) -> timedelta | None:
        """How long it took."""
        return None if self.ended is None else self.ended - self.started


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One flow or command: its last run that is on record, and its schedules if it has any."""

    name: str
    last: RunLine | None
    schedules: Sequence[ScheduleRow]

    @property
    def next_run(self) -> datetime | None:
        """When it runs next by any of its schedules."""
        return min((one.next_runs[0] for one in self.schedules if one.next_runs), default=None)

    @property
    def state(self) -> str | None:
        """What Prefect says of its last run, None where no server was asked or it knows none."""
        return next((one.last_run.state for one in self.schedules if one.last_run), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """A cause for which something could not be read: how often, in words, and what helps."""

    count: int
    said: str
    mend: str


def show_ops(visit: Visit) -> Response:
    """Show how flows, queue, storing and disk are."""
    home = visit.desk.home
    schedules, remark = _schedules(home, visit.desk.now())
    with visit.desk.read() as known:
        flows = _flow_lines(known, schedules)
        runs = [_run_line(*row[:4]) for row in known.ask(_RUNS)]
        outcomes = sorted(known.ask(_SOURCES), key=lambda one: (-one[1], one[0]))
        faults = [*_essay_faults(known), *_source_faults(outcomes)]
    return visit.show(
        "ops.html",
        flows=flows,
        runs=runs,
        faults=sorted(faults, key=lambda one: (-one.count, one.said)),
        outcomes=[(say_outcome(outcome), outcome, count) for outcome, count in outcomes],
        health=read_health(home.warehouse),
        queue=queue_age(visit.desk),
        disk=shutil.disk_usage(home.warehouse),
        remark=remark,
        prefect=_prefect_pages(home),
        moment=visit.desk.now(),
    )


def _schedules(home: Home, now: datetime) -> tuple[Sequence[ScheduleRow], str | None]:
    """Return the schedules, and what is to be said when Prefect or its file does not tell them."""
    try:
        listed = list_schedules(home, now)
    except FactdeskError as error:
        return (), str(error)
    if listed.remark is None and find_server(home) is None:
        return listed.rows, "Prefect does not run here; this is what config/prefect.yaml says"
    return listed.rows, listed.remark


def _prefect_pages(home: Home) -> str | None:
    """Return the address of Prefect's own pages, None when no server is known."""
    api = find_server(home)
    return api.api_url.removesuffix("/api") if api else None


def _flow_lines(known: Known, schedules: Sequence[ScheduleRow]) -> list[FlowLine]:
    last = {row[0]: _run_line(*row) for row in known.ask(_LAST_RUNS)}
    scheduled = list(dict.fromkeys(one.deployment for one in schedules))
    names = [*scheduled, *(name for name in last if name not in scheduled)]
    return [
        FlowLine(one, last.get(one), [row for row in schedules if row.deployment == one]) for one in names
    ]


def _run_line(flow: str, started: datetime, ended: datetime | None, counts: str) -> RunLine:
    return RunLine(flow, started, ended, _group_counts(json.loads(counts)))


def _group_counts(counts: Sequence[Sequence[str]]) -> dict[str, dict[str, int]]:
    """Return counts such as ``essay.read`` by what they count, in the order of the flow."""
    grouped: dict[str, dict[str, int]] = {}
    for name, number in sorted(counts, key=lambda one: _place(one[0])):
        group, _, detail = name.partition(".")
        grouped.setdefault(_GROUP_NAMES.get(group, group), {})[detail or group] = int(number)
    return grouped


def _place(name: str) -> tuple[int, str]:
    group = name.partition(".")[0]
    return (_GROUPS.index(group) if group in _GROUPS else len(_GROUPS), name)


def _essay_faults(known: Known) -> list[Fault]:
    return [
        Fault(count, f"Essays: {code_in_words(outcome)}", ESSAY_MENDS[EssayOutcome(outcome)])
        for outcome, count in known.ask(_ESSAYS)
        if outcome != EssayOutcome.READ
    ]


def _source_faults(outcomes: Iterable[tuple[str, int]]) -> list[Fault]:
    unreadable = [
        (SourceOutcome(outcome), count) for outcome, count in outcomes if outcome not in READABLE_OUTCOMES
    ]
    return [Fault(count, say_outcome(outcome), SOURCE_MENDS[outcome]) for outcome, count in unreadable]


PAGES = (Page("GET", "/ops", Action.OPERATE, show_ops, title="Operation", key="o"),)
