"""Applies ``config/prefect.yaml`` to a Prefect server: deployments, their schedules and the work pool.

Nothing is done when nothing has changed. What an operator paused or resumed, with a command, in Prefect's
pages or over REST, is kept; no schedule is active for a moment that is not to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from factdesk.config import Home
from factdesk.ops.deployed import (
    WORK_POOL,
    Deployed,
    ensure_work_pool,
    plan_runs,
    read_deployed,
    remove_deployment,
    remove_schedule,
    set_active,
    set_paused,
)
from factdesk.ops.deployment_notes import (
    Note,
    Notes,
    Say,
    hold_notes,
    notes_path,
    read_notes,
    settle_notes,
    write_notes,
)
from factdesk.ops.deployment_plan import (
    DeploymentPlan,
    code_digest,
    definition_of,
    installed_versions,
    make_plan,
    remembered,
)
from factdesk.ops.prefect_api import PrefectApi, PrefectError
from factdesk.ops.prefect_deploy import deploy
from factdesk.ops.prefect_file import Deployment, PrefectFile, read_prefect_file

__all__ = ["WORK_POOL", "Applied", "apply_deployments", "plan_deployments"]


@dataclass(frozen=True, slots=True)
class Applied:
    """What one apply has done."""

    plan: DeploymentPlan
    work_pool_made: bool


def plan_deployments(home: Home, api_url: str | None = None) -> DeploymentPlan:
    """Return what applying would do; changes nothing.

    With ``api_url`` the server is asked; without, what was last applied is remembered. Raises
    ConfigError for a bad file and PrefectError when the server does not answer.
    """
    file = read_prefect_file(home)
    notes = read_notes(home)
    if api_url is None:
        return make_plan(home, file, settle_notes(file, notes, {}), remembered(notes))
    server = read_deployed(PrefectApi(api_url))
    return make_plan(home, file, settle_notes(file, notes, server), server)


def apply_deployments(home: Home, api_url: str, say: Say) -> Applied:
    """Bring the server to what the file and the operators want; tell ``say`` what changes.

    Raises ConfigError for a bad file or a flow that cannot run, PrefectError when Prefect refuses.
    """
    file = read_prefect_file(home)
    api = PrefectApi(api_url)
    with hold_notes(home, say):
        pool_made = ensure_work_pool(api)
        server = read_deployed(api)
        before = read_notes(home)
        _refuse_foreign(home, file, before, server)
        notes = settle_notes(file, before, server)
        plan = make_plan(home, file, notes, server)
        if not plan.is_empty:
            # What is begun is noted, so that an apply that is cut short is taken up by the next.
            write_notes(home, notes)
            _apply(home, api, file, notes, server, plan, say)
        done = _notes_when_done(home, file, notes)
        if done != before:
            write_notes(home, done)
    return Applied(plan, pool_made)


def _refuse_foreign(home: Home, file: PrefectFile, notes: Notes, server: Mapping[str, Deployed]) -> None:
    """Raise PrefectError when another home that still exists has deployed to this server."""
    for deployment in file.deployments:
        there = server.get(deployment.name)
        if there is None or there.home is None or deployment.name in notes:
            continue
        other = Path(there.home)
        if other != home.root and (other / ".prefect" / notes_path(home).name).is_file():
            raise PrefectError(
                f"the deployment {deployment.name} on this Prefect server belongs to the home {other};"
                " give each home a database of its own (up.database_url)"
            )


def _apply(
    home: Home,
    api: PrefectApi,
    file: PrefectFile,
    notes: Notes,
    server: Mapping[str, Deployed],
    plan: DeploymentPlan,
    say: Say,
) -> None:
    for sentence in plan.sentences():
        say(sentence)
    since = datetime.now(UTC)
    for name in plan.removed:
        remove_deployment(api, server[name])
    for change in plan.changed:
        _change_over_rest(api, server[change.deployment], notes[change.deployment], change.deploys)
    chosen = [one for one in file.deployments if one.name in plan.to_deploy]
    if chosen:
        deploy(home, api, file, chosen, notes, server)
        after = read_deployed(api)
        for deployment in chosen:
            _check_deployed(home, deployment, after)
            if deployment.name in server:
                # Prefect took its future runs away; one that is due just now must not be lost with them.
                plan_runs(api, after[deployment.name], since)


def _change_over_rest(api: PrefectApi, there: Deployed, note: Note, deploys: bool) -> None:
    """Pause and remove before anything is deployed; resume here only what is not deployed.

    A schedule that gets another rule is resumed by the deployment, together with that rule.
    """
    pauses = not there.paused and not note.whole.active
    resumes = there.paused and note.whole.active and not deploys
    if pauses or resumes:
        set_paused(api, there, pauses)
        there = replace(there, paused=pauses)
    for schedule in there.schedules:
        wish = note.schedules.get(schedule.slug or "")
        if wish is None:
            remove_schedule(api, there, schedule)
        elif schedule.active != wish.active and (schedule.active or not deploys):
            set_active(api, there, schedule, wish.active)


def _check_deployed(home: Home, deployment: Deployment, server: Mapping[str, Deployed]) -> None:
    """Raise PrefectError when the server lacks what Prefect said it had deployed."""
    there = server.get(deployment.name)
    rules = {one.slug: one.rule for one in there.schedules} if there else {}
    if there is None or any(rules.get(one.slug) != one.rule for one in deployment.schedules):
        raise PrefectError(
            f"prefect deploy ended well, yet the server has not {deployment.name} with its schedules;"
            f" see {home.prefect_home / 'deploy.log'}"
        )


def _notes_when_done(home: Home, file: PrefectFile, notes: Notes) -> dict[str, Note]:
    """Return the notes of what is now applied; a deployment that left the file is forgotten."""
    return {one.name: _note_when_done(home, one, notes[one.name]) for one in file.deployments}


def _note_when_done(home: Home, deployment: Deployment, note: Note) -> Note:
    return Note(
        definition=definition_of(home, deployment),
        code=code_digest(deployment.flow_file.parent),
        versions=installed_versions(),
        whole=replace(note.whole, pending=False),
        schedules={slug: replace(wish, pending=False) for slug, wish in note.schedules.items()},
    )
