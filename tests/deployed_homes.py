"""Small homes with deployments of their own, and what a real Prefect server says of them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from factdesk.config import Home, open_home
from factdesk.ops.deployed import Deployed, read_deployed, set_active, set_paused
from factdesk.ops.deployments import Applied, apply_deployments
from factdesk.ops.prefect_api import PrefectApi

FLOW = """
from prefect import flow

@flow(name="{name}-flow")
def tiny(size: int = 1) -> int:
    return size
"""

SCHEDULES = [
    {"slug": "nightly", "cron": "15 2 * * *", "timezone": "Europe/London", "active": True},
    {"slug": "often", "interval": 600, "timezone": "UTC", "active": True},
    {"slug": "asleep", "cron": "0 12 * * *", "timezone": "UTC", "active": False},
]


@dataclass
class DeployedHome:
    """A home with one deployment, whose name no other test uses, on a server that tests share."""

    root: Path
    name: str
    api_url: str
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.root / "config").mkdir(parents=True)
        (self.root / "flows").mkdir()
        (self.root / "config" / "factdesk.toml").touch()
        self.restore_files()

    def restore_files(self) -> None:
        (self.root / "flows" / "tiny.py").write_text(FLOW.format(name=self.name), encoding="utf-8")
        self.body: dict[str, Any] = {"deployments": [self.deployment(self.name)]}
        self.write()

    def restore(self) -> None:
        """Bring files, server and notes back to how they were; deploys only what a test has changed."""
        self.restore_files()
        self.apply()
        there = self.there()
        assert there is not None
        if there.paused:
            set_paused(self.api, there, False)
        for one in there.schedules:
            if one.active != self.schedule(str(one.slug))["active"]:
                set_active(self.api, replace(there, paused=False), one, not one.active)
        assert self.apply().plan.is_empty

    def deployment(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "entrypoint": "flows/tiny.py:tiny",
            "description": "A tiny flow.",
            "tags": ["factdesk", "tiny"],
            "schedules": copy.deepcopy(SCHEDULES),
        }

    @property
    def home(self) -> Home:
        return open_home(self.root)

    @property
    def api(self) -> PrefectApi:
        return PrefectApi(self.api_url)

    def write(self) -> None:
        path = self.root / "config" / "prefect.yaml"
        path.write_text(yaml.safe_dump(self.body, sort_keys=False), encoding="utf-8")

    def schedule(self, slug: str) -> dict[str, Any]:
        """Return a schedule of the file, to be edited before `write`."""
        schedules = self.body["deployments"][0]["schedules"]
        return next(one for one in schedules if one["slug"] == slug)

    def apply(self) -> Applied:
        return apply_deployments(self.home, self.api_url, self.said.append)

    def there(self, name: str | None = None) -> Deployed | None:
        return read_deployed(self.api).get(name or self.name)

    def actives(self) -> dict[str, bool]:
        there = self.there()
        assert there is not None
        return {str(one.slug): one.active for one in there.schedules}

    def switch(self, slug: str, active: bool) -> None:
        """Pause or resume a schedule as Prefect's own pages do it."""
        there = self.there()
        assert there is not None
        schedule = there.schedule(slug)
        assert schedule is not None
        path = f"deployments/{there.id}/schedules/{schedule.id}"
        self.api.call("PATCH", path, {"active": active})

    def waiting(self) -> dict[str, list[datetime]]:
        """Return when the runs that wait to start are due, by the slug of the schedule that made them."""
        there = self.there()
        assert there is not None
        body = {
            "deployments": {"id": {"any_": [there.id]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        slugs = {one.id: str(one.slug) for one in there.schedules}
        due: dict[str, list[datetime]] = {}
        for run in self.api.call("POST", "flow_runs/filter", body):
            slug = slugs.get(run["created_by"]["id"], "gone")
            due.setdefault(slug, []).append(datetime.fromisoformat(run["expected_start_time"]))
        return due

    def late(self) -> dict[str, list[datetime]]:
        """Return of `waiting` what is due by now, without the schedules that have nothing late."""
        now = datetime.now(UTC)
        late = {slug: [one for one in due if one <= now] for slug, due in self.waiting().items()}
        return {slug: due for slug, due in late.items() if due}
