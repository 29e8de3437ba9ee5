"""Checks of the service: ``factdesk up``, Prefect's server, its scheduler, the worker, late runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from factdesk.config import Home
from factdesk.ops.deployed import WORK_POOL
from factdesk.ops.doctor.checks import Check, Finding, say_age
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.run_moments import FLOWS, find_late
from factdesk.ops.up_state import UpState, last_up, up_holder
from factdesk.reports.words import count_words

SCHEDULER_MINUTES = 2
"""Prefect's scheduler goes round once a minute: a deployment that is younger may have no run planned yet."""

_BEGIN = datetime.min.replace(tzinfo=UTC)


def check_service(home: Home, up: UpState | None, named_url: str | None, now: datetime) -> Iterator[Check]:
    """Check the server of a running ``factdesk up``, else the one of PREFECT_API_URL, ``named_url``."""
    starting = up_holder(home) if up is None else None
    yield _check_up(home, up, starting)
    url = up.api_url if up else named_url
    if not url and starting is not None:
        yield Check("prefect", Finding.OK, "its server is being started; .prefect/logs/server.log tells more")
        return
    if not url:
        yield Check("prefect", Finding.OK, "no server is named; each run starts its own")
        return
    api = PrefectApi(url)
    if not api.is_there():
        yield _silent_server(url, up)
        return
    try:
        yield _check_version(api)
        if up is not None:
            yield _check_schedules(api, now)
            yield _check_worker(api, now)
            yield _check_late(api, home, now)
    except PrefectError as error:
        yield Check(
            "prefect",
            Finding.FAIL,
            str(error),
            "see .prefect/logs/server.log, then run factdesk doctor again",
        )


def _check_up(home: Home, up: UpState | None, starting: int | None) -> Check:
    """``starting`` is the process of a ``factdesk up`` that cannot be reached yet."""
    if up is not None:
        said = f"factdesk up runs (process {up.pid}) since {up.started_at}; pages at {up.pages_url}"
        return Check("service", Finding.OK, said)
    if starting is not None:
        said = f"factdesk up (process {starting}) is starting; ask again in a minute"
        return Check("service", Finding.OK, said)
    if last_up(home) is not None:
        said = "factdesk up has run in this home and does not now: no schedule fires"
        return Check("service", Finding.WARN, said, "start it: factdesk up, or systemctl start factdesk")
    return Check("service", Finding.OK, "factdesk up does not run; schedules fire only while it does")


def _silent_server(url: str, up: UpState | None) -> Check:
    if up is None:
        said = f"{url} (PREFECT_API_URL) does not answer"
        return Check("prefect", Finding.FAIL, said, "start that server, or unset PREFECT_API_URL")
    said = f"{url} of factdesk up does not answer"
    mend = "wait until it has started; when it stays so, see .prefect/logs/server.log and start it again"
    return Check("prefect", Finding.FAIL, said, mend)


def _check_version(api: PrefectApi) -> Check:
    here, there = version("prefect"), str(api.call("GET", "admin/version"))
    if here == there:
        return Check("prefect", Finding.OK, f"{api.api_url} answers; client and server are {here}")
    said = f"{api.api_url} runs Prefect {there}, and {here} is installed here"
    return Check("prefect", Finding.FAIL, said, "start the server again with the packages installed here")


def _check_schedules(api: PrefectApi, now: datetime) -> Check:
    """The scheduler lives when each active schedule has a run ahead."""
    body = {"flows": {"name": {"any_": list(FLOWS)}}}
    deployments = api.call("POST", "deployments/filter", body)
    if not deployments:
        mend = "see the log of factdesk up for why it could not deploy, then start it again"
        return Check("schedules", Finding.FAIL, "no flow is deployed", mend)
    planned, missing, idle = [], [], []
    for one in deployments:
        if one["paused"] or not any(schedule["active"] for schedule in one["schedules"]):
            idle.append(one["name"])
        elif next_time := _next_run(api, one["id"], now):
            planned.append(f"{one['name']} {next_time:%Y-%m-%d %H:%M}")
        elif now - _time(one["updated"]) > timedelta(minutes=SCHEDULER_MINUTES):
            missing.append(one["name"])
    if missing:
        said = f"no run of {', '.join(sorted(missing))} is planned although its schedule is active"
        mend = "Prefect's scheduler hangs, or the schedule has no time ahead: start factdesk up again"
        return Check("schedules", Finding.FAIL, said, mend)
    return Check("schedules", Finding.OK, _say_schedules(planned, idle))


def _say_schedules(planned: list[str], idle: list[str]) -> str:
    told = [f"next (UTC): {', '.join(sorted(planned))}"] if planned else []
    told += [f"paused: {', '.join(sorted(idle))}"] if idle else []
    return "; ".join(told) or "planned within a minute"


def _next_run(api: PrefectApi, deployment_id: str, now: datetime) -> datetime | None:
    body = {
        "deployments": {"id": {"any_": [deployment_id]}},
        "flow_runs": {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "expected_start_time": {"after_": now.isoformat()},
        },
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": 1,
    }
    runs = api.call("POST", "flow_runs/filter", body)
    return _time(runs[0]["expected_start_time"]) if runs else None


def _check_worker(api: PrefectApi, now: datetime) -> Check:
    pools = api.call("POST", "work_pools/filter", {"work_pools": {"name": {"any_": [WORK_POOL]}}})
    mend = "factdesk up starts it again by itself; when it stays so, see .prefect/logs/worker.log"
    if not pools:
        return Check(
            "worker", Finding.FAIL, f"there is no work pool {WORK_POOL!r}", "start factdesk up again"
        )
    if pools[0].get("is_paused"):
        said = f"the work pool {WORK_POOL!r} is paused: no run begins"
        return Check("worker", Finding.WARN, said, "resume it on Prefect's page of work pools")
    workers = api.call("POST", f"work_pools/{WORK_POOL}/workers/filter", {})
    alive = [one for one in workers if one["status"] == "ONLINE"]
    if not alive:
        return Check("worker", Finding.FAIL, f"no worker is alive; {_last_heard(workers, now)}", mend)
    said = f"{count_words(len(alive), 'worker')} alive; {_last_heard(alive, now)}"
    return Check("worker", Finding.OK, said)


def _last_heard(workers: list[Mapping[str, Any]], now: datetime) -> str:
    beats = [_time(one["last_heartbeat_time"]) for one in workers if one.get("last_heartbeat_time")]
    if not beats:
        return "none was ever heard of"
    return f"last heard of {say_age((now - max(beats)).total_seconds())} ago"


def _check_late(api: PrefectApi, home: Home, now: datetime) -> Check:
    minutes = home.settings.notify.late_after_minutes
    late = find_late(api, now, timedelta(minutes=minutes), _BEGIN)
    if not late:
        return Check("late runs", Finding.OK, f"none is later than {minutes:g} min")
    oldest = min(one.when for one in late)
    said = f"{count_words(len(late), 'run')} late; the oldest was due {oldest:%Y-%m-%d %H:%M} UTC"
    mend = "if the worker is alive it is busy: wait, or raise up.concurrent_runs"
    return Check("late runs", Finding.WARN, said, mend)


def _time(said: str) -> datetime:
    return datetime.fromisoformat(said)
