"""The deployments that a Prefect server has, and changes to them: over REST, for those of our work pool.

Prefect removes all future runs of a deployment when one of its schedules changes, and plans those of the
other schedules only up to a minute later, and then from that moment on: a run due in between would never
be. So every change here ends by having the server plan runs at once, from the moment before the change.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.schedule_rules import Rule, rule_from_body

WORK_POOL = "factdesk"
POOL_TYPE = "process"
HOME_VARIABLE = "FACTDESK_HOME"
PAGE = 200

_POOL_TEMPLATES = Path("server/api/collections_data/views/aggregate-worker-metadata.json")


@dataclass(frozen=True, slots=True)
class DeployedSchedule:
    """A schedule as the server has it; ``rule`` is None for a kind that Factdesk does not make."""

    id: str
    slug: str | None
    active: bool
    rule: Rule | None
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment as the server has it; ``home`` is the home that it was made for, if it says so."""

    id: str
    name: str
    paused: bool
    home: str | None
    schedules: tuple[DeployedSchedule, ...]

    def schedule(self, slug: str) -> DeployedSchedule | None:
        """Return the schedule with this slug, if there is one."""
        return next((one for one in self.schedules if one.slug == slug), None)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The flow run of a deployment that started last. ``state`` is Prefect's word ("Completed", "Late")."""

    id: str
    name: str
    state: str
    started_at: datetime | None


def ensure_work_pool(api: PrefectApi) -> bool:
    """Make the work pool if the server has none; return whether it was made."""
    pools = api.call("POST", "work_pools/filter", {"work_pools": {"name": {"any_": [WORK_POOL]}}})
    if not pools:
        body = {
            "name": WORK_POOL,
            "type": POOL_TYPE,
            "description": "Factdesk's flows, as processes on this machine.",
            "base_job_template": _pool_template(),
        }
        api.call("POST", "work_pools/", body)
        return True
    if pools[0]["type"] != POOL_TYPE:
        raise PrefectError(
            f"the work pool {WORK_POOL} at {api.api_url} is of type {pools[0]['type']}, not {POOL_TYPE};"
            " delete it in Prefect's pages and start again"
        )
    return False


def _pool_template() -> Mapping[str, Any]:
    """Return Prefect's own template of a process pool, from its package.

    The server offers it at ``collections/views`` too, but looks on the internet first.
    """
    found = importlib.util.find_spec("prefect")
    if found is None or found.origin is None:
        raise PrefectError("Prefect is not installed; install the locked packages: make setup")
    file = Path(found.origin).parent / _POOL_TEMPLATES
    try:
        kinds: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))["prefect"]
        template: Mapping[str, Any] = kinds[POOL_TYPE]["default_base_job_configuration"]
    except (OSError, ValueError, KeyError) as error:
        raise PrefectError(
            f"Prefect's template of a work pool is not in {file}; install the locked packages: make setup"
        ) from error
    return template


def read_deployed(api: PrefectApi) -> dict[str, Deployed]:
    """Return the deployments of our work pool by name."""
    return {one["name"]: _deployed(one) for one in _pages(api)}


def _pages(api: PrefectApi) -> Iterator[Mapping[str, Any]]:
    offset = 0
    while True:
        body = {
            "work_pools": {"name": {"any_": [WORK_POOL]}},
            "limit": PAGE,
            "offset": offset,
        }
        found = api.call("POST", "deployments/filter", body)
        yield from found
        if len(found) < PAGE:
            return
        offset += PAGE


def _deployed(body: Mapping[str, Any]) -> Deployed:
    variables = (body.get("job_variables") or {}).get("env") or {}
    return Deployed(
        id=body["id"],
        name=body["name"],
        paused=bool(body["paused"]),
        home=variables.get(HOME_VARIABLE),
        schedules=tuple(_schedule(one) for one in body["schedules"]),
    )


def _schedule(body: Mapping[str, Any]) -> DeployedSchedule:
    return DeployedSchedule(
        id=body["id"],
        slug=body.get("slug"),
        active=bool(body["active"]),
        rule=rule_from_body(body["schedule"]),
        parameters=body.get("parameters") or {},
    )


def set_paused(api: PrefectApi, deployed: Deployed, paused: bool) -> None:
    """Pause or resume a deployment as a whole. Pausing removes the runs that wait to start."""
    since = datetime.now(UTC)
    word = "pause" if paused else "resume"
    api.call("POST", f"deployments/{deployed.id}/{word}_deployment", {})
    plan_runs(api, replace(deployed, paused=paused), since)


def set_active(api: PrefectApi, deployed: Deployed, schedule: DeployedSchedule, active: bool) -> None:
    """Pause or resume one schedule. Pausing removes its runs that wait to start, late ones too."""
    since = datetime.now(UTC)
    path = f"deployments/{deployed.id}/schedules/{schedule.id}"
    api.call("PATCH", path, {"active": active})
    if not active:
        _remove_waiting(api, deployed, schedule)
    plan_runs(api, deployed, since)


def remove_schedule(api: PrefectApi, deployed: Deployed, schedule: DeployedSchedule) -> None:
    """Delete a schedule and its runs that wait to start; those of the other schedules stay planned."""
    since = datetime.now(UTC)
    # Prefect deletes the late runs of the other schedules as well.
    late = _last_late(_waiting(api, deployed), schedule, since)
    api.call("DELETE", f"deployments/{deployed.id}/schedules/{schedule.id}")
    _remove_waiting(api, deployed, schedule)
    if late:
        plan_runs(api, deployed, min(late.values()))
        _remove_earlier(api, deployed, late)
    plan_runs(api, deployed, since)


def plan_runs(api: PrefectApi, deployed: Deployed, since: datetime) -> None:
    """Have the server make the runs that are due from ``since`` on; those that it has are not made twice."""
    if not deployed.paused:
        api.call("POST", f"deployments/{deployed.id}/schedule", {"start_time": since.isoformat()})


def _remove_waiting(api: PrefectApi, deployed: Deployed, schedule: DeployedSchedule) -> None:
    """Remove the runs of a schedule that have not started.

    Prefect removes future ones itself, but neither late ones nor one that its planner was just making.
    """
    for run in _waiting(api, deployed):
        if _maker(run) == schedule.id:
            api.call("DELETE", f"flow_runs/{run['id']}")


def _remove_earlier(api: PrefectApi, deployed: Deployed, last: Mapping[str | None, datetime]) -> None:
    """Remove the late runs of a schedule before its last: one run catches up on all of them."""
    for run in _waiting(api, deployed):
        if _maker(run) in last and _due(run) < last[_maker(run)]:
            api.call("DELETE", f"flow_runs/{run['id']}")


def _waiting(api: PrefectApi, deployed: Deployed) -> list[Mapping[str, Any]]:
    """Return the runs that schedules made and that have not started, the next first."""
    body = {
        "deployments": {"id": {"any_": [deployed.id]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": PAGE,
    }
    runs: list[Mapping[str, Any]] = api.call("POST", "flow_runs/filter", body)
    return [run for run in runs if run.get("auto_scheduled") and not run.get("run_count")]


def _maker(run: Mapping[str, Any]) -> str | None:
    """Return the id of the schedule that made a run."""
    maker: str | None = (run.get("created_by") or {}).get("id")
    return maker


def _due(run: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(run["expected_start_time"])


def _last_late(
    waiting: Iterable[Mapping[str, Any]], leaving: DeployedSchedule, now: datetime
) -> dict[str | None, datetime]:
    """Return when the last late run of each other schedule was due, by the schedule's id."""
    return {_maker(run): _due(run) for run in waiting if _due(run) <= now and _maker(run) != leaving.id}


def remove_deployment(api: PrefectApi, deployed: Deployed) -> None:
    """Delete a deployment and its runs that wait to start; runs that have been stay to be seen."""
    api.call("DELETE", f"deployments/{deployed.id}")


def read_last_run(api: PrefectApi, deployed: Deployed) -> LastRun | None:
    """Return the run of a deployment that started last, or runs now; None when there is none."""
    body = {
        "deployments": {"id": {"any_": [deployed.id]}},
        "flow_runs": {"start_time": {"is_null_": False}},
        "sort": "START_TIME_DESC",
        "limit": 1,
    }
    runs = api.call("POST", "flow_runs/filter", body)
    if not runs:
        return None
    run, started = runs[0], runs[0].get("start_time")
    at = datetime.fromisoformat(started) if started else None
    return LastRun(run["id"], run["name"], run.get("state_name") or "Unknown", at)
