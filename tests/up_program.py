"""``factdesk up`` as a process of its own, with a deployment of a flow that only waits.

``python up_program.py HOME [SECONDS]``: a schedule of one run every SECONDS, none without. Without a desk.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from factdesk.config import Home, open_home
from factdesk.errors import FactdeskError
from factdesk.ops.prefect_api import PrefectApi
from factdesk.ops.up import run_up

FLOW = """
import os, time
from pathlib import Path
from prefect import flow

@flow(name="check-essays", persist_result=False)
def wait(parameters: dict):
    home = Path(os.environ["FACTDESK_HOME"])
    with (home / "begun.txt").open("a") as told:
        told.write(f"{os.getpid()}\\n")
    while (home / "wait").exists():
        time.sleep(0.2)
    with (home / "ended.txt").open("a") as told:
        told.write(f"{os.getpid()}\\n")
"""


def apply_stand_in(home: Home, api_url: str, say: Callable[[str], None]) -> None:
    """One work pool and one deployment, as ``factdesk.ops.deployments`` makes them from prefect.yaml."""
    say("applying the stand-in deployment")
    api = PrefectApi(api_url)
    (home.root / "waiting_flow.py").write_text(FLOW, encoding="utf-8")
    if not api.call("POST", "work_pools/filter", {}):
        api.call("POST", "work_pools/", {"name": "factdesk", "type": "process"})
    flow = api.call("POST", "flows/", {"name": "check-essays"})
    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(home.root)}}
    body = {
        "name": "check_essays",
        "flow_id": flow["id"],
        "entrypoint": "waiting_flow.py:wait",
        "work_pool_name": "factdesk",
        "parameters": {"parameters": {}},
        "pull_steps": [step],
    }
    if len(sys.argv) > 2:
        schedule = {"interval": int(sys.argv[2]), "anchor_date": "2026-01-01T00:00:00Z"}
        body["schedules"] = [{"schedule": schedule, "active": True, "slug": "often"}]
    api.call("POST", "deployments/", body)


def main() -> int:
    try:
        return run_up(open_home(Path(sys.argv[1])), apply_stand_in)
    except FactdeskError as error:
        print(f"factdesk: {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
