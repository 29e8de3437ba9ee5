"""Renders deployments for ``prefect deploy`` and runs it, as a subprocess that looks first."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from factdesk import __version__
from factdesk.config import Home
from factdesk.errors import ConfigError
from factdesk.ops.deployed import HOME_VARIABLE, WORK_POOL, Deployed
from factdesk.ops.deploying import EXIT_UNSOUND
from factdesk.ops.deployment_notes import Note, Notes, Wish
from factdesk.ops.deployment_plan import entrypoint_of
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.prefect_file import Deployment, PrefectFile
from factdesk.ops.prefect_server import end_group, prefect_environment, reason_in
from factdesk.ops.schedule_rules import rule_body

DEPLOY_SECONDS = 300.0
"""It took 2 to 5 s on a quiet machine; importing Prefect on a busy one takes many times that."""

STOP_SECONDS = 5.0


def deploy(
    home: Home,
    api: PrefectApi,
    file: PrefectFile,
    deployments: Sequence[Deployment],
    notes: Notes,
    server: Mapping[str, Deployed],
) -> None:
    """Have Prefect deploy some deployments of the file, as the notes want them.

    Raises ConfigError for a flow that could not run and PrefectError when Prefect refuses; each says why.
    """
    rendered = home.prefect_home / "deployments.yaml"
    members = [_render(home, one, notes[one.name], server.get(one.name)) for one in deployments]
    text = yaml.safe_dump(
        {"pull": [_pull_step(home)], "deployments": members}, sort_keys=False, allow_unicode=True
    )
    rendered.write_text(text, encoding="utf-8")
    log = home.prefect_home / "deploy.log"
    code = _run(home, api, rendered, log)
    if code == EXIT_UNSOUND:
        raise ConfigError(f"{file.path}: {_last_line(log)}")
    if code != 0:
        raise PrefectError(f"prefect deploy failed ({reason_in(log)}); see {log}")


def _pull_step(home: Home) -> dict[str, Any]:
    """Return the step that makes the home the folder in which runs start."""
    return {"prefect.deployments.steps.set_working_directory": {"directory": str(home.root)}}


def _render(home: Home, deployment: Deployment, note: Note, there: Deployed | None) -> dict[str, Any]:
    return {
        "name": deployment.name,
        "version": __version__,
        "description": deployment.description,
        "tags": list(deployment.tags),
        "entrypoint": entrypoint_of(deployment),
        "parameters": dict(deployment.parameters),
        # Prefect resumes a deployment that is deployed without this word.
        "paused": not note.whole.active,
        "work_pool": {"name": WORK_POOL, "job_variables": {"env": {HOME_VARIABLE: str(home.root)}}},
        "schedules": [
            {
                "slug": schedule.slug,
                **rule_body(schedule.rule),
                "parameters": dict(schedule.parameters),
                **_active(note.schedules[schedule.slug], there, schedule.slug),
            }
            for schedule in deployment.schedules
        ],
    }


def _active(wish: Wish, there: Deployed | None, slug: str) -> dict[str, bool]:
    """Return ``active`` as it is rendered: left out where the server has it active already.

    Then Prefect leaves it as it is, and a pause that comes while the deployment runs is not undone.
    """
    on_server = there.schedule(slug) if there else None
    if wish.active and on_server is not None and on_server.active:
        return {}
    return {"active": wish.active}


def _run(home: Home, api: PrefectApi, rendered: Path, log: Path) -> int:
    command = [sys.executable, "-m", "factdesk.ops.deploying", str(rendered)]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            env=prefect_environment(home.prefect_home, api.api_url),
            cwd=home.root,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return process.wait(timeout=DEPLOY_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise PrefectError(
                f"prefect deploy was not done after {DEPLOY_SECONDS:.0f} s; try again when the machine is"
                f" quieter, or see {log}"
            ) from error
        finally:
            end_group(process, signal.SIGTERM, STOP_SECONDS)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")
