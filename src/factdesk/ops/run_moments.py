"""What happened to the flow runs of this project that operators want to know, asked of Prefect's server.

A run that crashed may have been taken up again before we look, so that its state alone would hide the
crash: the server's events name such runs too, and the history of a run tells what became of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from factdesk.ops.flow_runs import STOPPED_MESSAGE
from factdesk.ops.notices import Event, Notice, mend_for, one_line
from factdesk.ops.prefect_api import PrefectApi

FLOWS = ("check-essays", "recheck-sources", "publish-reports")
ASKED_AT_ONCE = 200
EVENTS_AT_ONCE = 50
"""The most that Prefect gives in one answer, of runs and of events."""

_OF_OURS = {"name": {"any_": list(FLOWS)}}
_ENDED_BADLY = ("FAILED", "CRASHED")
_EVENT_NAMES = ("Failed", "Crashed", "TimedOut")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to one flow run; ``key`` names this once and no other."""

    key: str
    event: Event
    run_id: str
    state: str
    message: str
    when: datetime


@dataclass(frozen=True, slots=True)
class BadEnds:
    """What failed or crashed, the oldest first, and the run of every state change that was looked at."""

    moments: tuple[Moment, ...]
    looked_at: Mapping[str, str]


def find_bad_ends(api: PrefectApi, since: datetime, known: Collection[str]) -> BadEnds:
    """Return what failed or crashed since then and is not ``known`` by its key yet.

    Raises PrefectError when the server cannot be asked.
    """
    found = {**_from_events(api, since), **_from_states(api, since)}
    new = {key: run_id for key, run_id in found.items() if key not in known}
    moments = [
        moment
        for run in _read_by_id(api, new.values())
        for moment in _read_history(api, str(run["id"]))
        if moment.when >= since and moment.key not in known
    ]
    return BadEnds(tuple(sorted(moments, key=lambda one: one.when)), new)


def _from_states(api: PrefectApi, since: datetime) -> dict[str, str]:
    wanted = {"state": {"type": {"any_": list(_ENDED_BADLY)}}, "end_time": {"after_": since.isoformat()}}
    runs = _read_runs(api, wanted, sort="END_TIME_DESC")
    return {str(run["state"]["id"]): str(run["id"]) for run in runs}


def _from_events(api: PrefectApi, since: datetime) -> dict[str, str]:
    """An event of a state change has the id of the state."""
    wanted = {
        "occurred": {"since": since.isoformat()},
        "event": {"name": [f"prefect.flow-run.{name}" for name in _EVENT_NAMES]},
        "order": "DESC",
    }
    page = api.call("POST", "events/filter", {"filter": wanted, "limit": EVENTS_AT_ONCE})
    return {
        str(event["id"]): str(event["resource"]["prefect.resource.id"]).rpartition(".")[2]
        for event in page["events"]
    }


def _read_history(api: PrefectApi, run_id: str) -> Iterator[Moment]:
    """Yield each bad end of a run. A worker often says of a run twice that it crashed: that is one end.

    A run that was stopped together with factdesk up is no news: it is taken up again at the next start.
    """
    states = api.call("GET", f"flow_run_states/?flow_run_id={run_id}")
    for form, group in groupby(states, key=lambda state: state["type"]):
        ends = list(group)
        if form in _ENDED_BADLY and not any(_is_stop(state) for state in ends):
            yield Moment(
                key=str(ends[0]["id"]),
                event=_event_of(form, ends[0]["name"]),
                run_id=run_id,
                state=str(ends[0]["name"]),
                message=one_line(next((one["message"] for one in ends if one.get("message")), "")),
                when=_time(ends[0]["timestamp"]),
            )


def _is_stop(state: Mapping[str, Any]) -> bool:
    return state.get("message") == STOPPED_MESSAGE


def _event_of(form: str, name: str) -> Event:
    if name == "TimedOut":
        return Event.TIMED_OUT
    return Event.CRASHED if form == "CRASHED" else Event.FAILED


def find_late(api: PrefectApi, now: datetime, late_after: timedelta, waiting_since: datetime) -> list[Moment]:
    """Return the runs that were due ``late_after`` ago or earlier and have not begun.

    Time counts from ``waiting_since`` at the earliest, when the service came up: what was missed while it was
    down is late only when it is not taken up now. Raises PrefectError.
    """
    runs = _read_runs(
        api,
        {
            "state": {"type": {"any_": ["SCHEDULED", "PENDING"]}},
            "expected_start_time": {"before_": (now - late_after).isoformat()},
        },
        sort="EXPECTED_START_TIME_ASC",
    )
    found = []
    for run in runs:
        due = _due(run)
        if max(due, waiting_since) + late_after <= now:
            minutes = int((now - due).total_seconds() // 60)
            message = f"due {due:%Y-%m-%d %H:%M} UTC, not begun after {minutes} min"
            found.append(
                Moment(f"{run['id']}:late", Event.LATE, str(run["id"]), run["state"]["name"], message, due)
            )
    return found


def _due(run: Mapping[str, Any]) -> datetime:
    """When a run that has not begun should have: a run that is tried again has a new time."""
    times = [_time(run["expected_start_time"])]
    if run.get("next_scheduled_start_time"):
        times.append(_time(run["next_scheduled_start_time"]))
    if run["state"]["type"] == "PENDING":
        times.append(_time(run["state"]["timestamp"]))
    return max(times)


def find_recovered(api: PrefectApi, run_ids: Collection[str]) -> list[Moment]:
    """Return which of these runs have completed. Raises PrefectError."""
    if not run_ids:
        return []
    ids = sorted(run_ids)[:ASKED_AT_ONCE]
    runs = _read_runs(api, {"id": {"any_": ids}, "state": {"type": {"any_": ["COMPLETED"]}}})
    return [
        Moment(
            f"{run['id']}:recovered:{run['state']['id']}",
            Event.RECOVERED,
            str(run["id"]),
            str(run["state"]["name"]),
            one_line(run["state"].get("message")),
            _time(run["state"]["timestamp"]),
        )
        for run in runs
    ]


def make_notices(api: PrefectApi, moments: Iterable[Moment], home_name: str) -> list[Notice]:
    """Put moments into words; a run that is not of our flows, or is gone, is left out.

    Raises PrefectError when the server cannot be asked for the names.
    """
    told = list(moments)
    runs = {str(run["id"]): run for run in _read_by_id(api, [moment.run_id for moment in told])}
    if not runs:
        return []
    flows = _names(api, "flows")
    deployments = _names(api, "deployments")
    return [
        _notice(moment, run, flows, deployments, api.api_url, home_name)
        for moment in told
        if (run := runs.get(moment.run_id)) is not None
    ]


def _notice(
    moment: Moment,
    run: Mapping[str, Any],
    flows: Mapping[str, str],
    deployments: Mapping[str, str],
    api_url: str,
    home_name: str,
) -> Notice:
    flow = flows.get(str(run["flow_id"]), "")
    return Notice(
        key=moment.key,
        event=moment.event,
        flow=flow,
        deployment=deployments.get(str(run.get("deployment_id")), ""),
        flow_run_id=moment.run_id,
        run=one_line(run.get("name")),
        state=moment.state,
        message=moment.message,
        when=moment.when.isoformat(timespec="seconds"),
        mend=mend_for(moment.event, flow),
        link=f"{api_url.removesuffix('/api')}/runs/flow-run/{moment.run_id}",
        home=home_name,
    )


def _read_by_id(api: PrefectApi, run_ids: Iterable[str]) -> list[Mapping[str, Any]]:
    """Return those of these runs that are of our flows and still there."""
    ids = sorted(set(run_ids))
    runs: list[Mapping[str, Any]] = []
    for start in range(0, len(ids), ASKED_AT_ONCE):
        runs += _read_runs(api, {"id": {"any_": ids[start : start + ASKED_AT_ONCE]}})
    return runs


def _read_runs(
    api: PrefectApi, wanted: Mapping[str, object], sort: str = "EXPECTED_START_TIME_DESC"
) -> list[Mapping[str, Any]]:
    body = {"flows": _OF_OURS, "flow_runs": wanted, "sort": sort, "limit": ASKED_AT_ONCE}
    runs: list[Mapping[str, Any]] = api.call("POST", "flow_runs/filter", body)
    return runs


def _names(api: PrefectApi, what: str) -> dict[str, str]:
    rows = api.call("POST", f"{what}/filter", {"flows": _OF_OURS, "limit": ASKED_AT_ONCE})
    return {str(row["id"]): str(row["name"]) for row in rows}


def _time(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
