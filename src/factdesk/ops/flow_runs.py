"""Flow runs of Factdesk's flows as Prefect's server tells them, and the states that can be given to them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from factdesk.model import time_text
from factdesk.ops.prefect_api import PrefectApi

FLOW_NAMES = ("check-essays", "recheck-sources", "publish-reports")
PAGE = 200
"""Prefect answers no more at once."""

STOPPED_MESSAGE = "stopped with factdesk up; it is taken up again at the next start"
"""The message of a run that ``factdesk up`` ended because it was asked to stop: no news, and no fault."""


@dataclass(frozen=True, slots=True)
class FlowRun:
    """One run: ``form`` is Prefect's state type (RUNNING...), ``since`` when it took that state."""

    id: str
    name: str
    flow_id: str
    form: str
    state_id: str
    state_name: str
    message: str
    since: datetime
    deployment_id: str
    auto_scheduled: bool
    scheduled_for: datetime
    started_at: datetime | None
    purpose: str
    """Deployment and parameters: runs of one purpose do the same."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> FlowRun:
        """Return a run from the JSON of the server."""
        state = told.get("state") or {}
        return cls(
            id=told["id"],
            name=told["name"],
            flow_id=told["flow_id"],
            form=state.get("type", "PENDING"),
            state_id=state.get("id", ""),
            state_name=state.get("name", ""),
            message=state.get("message") or "",
            since=datetime.fromisoformat(state.get("timestamp") or told["created"]),
            deployment_id=told.get("deployment_id") or "",
            auto_scheduled=bool(told.get("auto_scheduled")),
            scheduled_for=_time(told.get("next_scheduled_start_time") or told.get("expected_start_time"))
            or datetime.fromisoformat(told["created"]),
            started_at=_time(told.get("start_time")),
            purpose=json.dumps([told.get("deployment_id"), told.get("parameters")], sort_keys=True),
        )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class FlowRuns:
    """Asks one server for the runs of Factdesk's flows. Every method raises PrefectError."""

    def __init__(self, api: PrefectApi) -> None:
        self._api = api

    def find(
        self,
        forms: Collection[str],
        *,
        state_name: str = "",
        deployment_id: str = "",
        due_before: datetime | None = None,
        ended_after: datetime | None = None,
        sort: str = "START_TIME_DESC",
    ) -> list[FlowRun]:
        """Return up to `PAGE` runs in one of these state types."""
        wanted: dict[str, Any] = {"state": {"type": {"any_": list(forms)}}}
        if state_name:
            wanted["state"]["name"] = {"any_": [state_name]}
        if due_before is not None:
            wanted["next_scheduled_start_time"] = {"before_": time_text(due_before)}
        if ended_after is not None:
            wanted["end_time"] = {"after_": time_text(ended_after)}
        if deployment_id:
            wanted["deployment_id"] = {"any_": [deployment_id]}
        body = {
            "flows": {"name": {"any_": list(FLOW_NAMES)}},
            "flow_runs": wanted,
            "sort": sort,
            "limit": PAGE,
        }
        return [FlowRun.of(told) for told in self._api.call("POST", "flow_runs/filter", body)]

    def read(self, flow_run_id: str) -> FlowRun:
        """Return one run as it is now."""
        return FlowRun.of(self._api.call("GET", f"flow_runs/{flow_run_id}"))

    def set_state(
        self, flow_run_id: str, form: str, name: str, message: str, *, due: datetime | None = None
    ) -> bool:
        """Give a run a state, whatever it was before; say whether the server took it."""
        state: dict[str, Any] = {"type": form, "name": name, "message": message}
        if due is not None:
            state["state_details"] = {"scheduled_time": time_text(due)}
        body = {"state": state, "force": True}
        answer = self._api.call("POST", f"flow_runs/{flow_run_id}/set_state", body)
        return bool(answer["status"] == "ACCEPT")

    def last_sign_of(self, work_pool: str) -> datetime | None:
        """Return when a worker of a pool last said that it lives, None when none ever did."""
        workers = self._api.call("POST", f"work_pools/{work_pool}/workers/filter", {})
        signs = [_time(worker.get("last_heartbeat_time")) for worker in workers]
        return max((sign for sign in signs if sign), default=None)
