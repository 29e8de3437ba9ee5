"""``factdesk upgrade``: what an operator does around a new version."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from factdesk import __version__
from factdesk.config import Home
from factdesk.errors import UsageError, WarehouseError
from factdesk.ops.deployment_plan import DeploymentPlan
from factdesk.ops.deployments import plan_deployments
from factdesk.ops.home_version import HomeVersion, note_version, read_version, this_version
from factdesk.ops.prefect_backups import back_up_prefect, has_own_database, pair_of
from factdesk.ops.up_state import up_holder
from factdesk.reports.words import count_words

Say = Callable[[str], None]


def upgrade(home: Home, *, dry_run: bool, say: Say) -> int:
    """Back up, migrate, say what changes and how to go back. ``dry_run`` only says what would change.

    Raises UsageError while ``factdesk up`` runs, ConfigError for a bad prefect.yaml (nothing has changed
    then), and WarehouseError (SchemaError: a newer Factdesk was here).
    """
    from factdesk.warehouse.backups import list_due_migrations, migrate_database

    require_that_up_is_down(home, "upgrade")
    before = read_version(home)
    plan = plan_deployments(home)  # a fault of prefect.yaml is said before anything has changed
    if dry_run:
        _say_changes(before, list_due_migrations(home.warehouse), say, "would be applied")
        _say_other_methods(home, say)
        _say_deployments(plan, say)
        say("nothing was changed; without --dry-run everything is backed up first")
        return 0
    done = migrate_database(home.warehouse)
    if done.backup is not None:
        say(f"backup: {done.backup}")
        say(f"to go back: install the Factdesk of before, then {_restore_command(home, done.backup)}")
        _back_up_prefect(home, done.backup, say)
    _say_changes(before, done.applied, say, "applied")
    _say_other_methods(home, say)
    _say_deployments(plan, say)
    note_version(home)
    say("next: factdesk up (it brings Prefect's own database up to date)")
    return 0


def _back_up_prefect(home: Home, backup: Path, say: Say) -> None:
    if has_own_database(home):
        say("back Prefect's own database up yourself before factdesk up (pg_dump): up.database_url names it")
        return
    kept = back_up_prefect(home, pair_of(backup))
    if kept is not None:
        say(f"backup: {kept}")


def _restore_command(home: Home, backup: Path) -> str:
    words = ["factdesk", "restore", "--home", str(home.root), str(backup)]
    if home.warehouse != home.root / "warehouse":
        words[2:2] = ["--warehouse", str(home.warehouse)]
    return shlex.join(words)


def _say_changes(before: HomeVersion | None, migrations: Sequence[str], say: Say, applied: str) -> None:
    now = this_version()
    if before is None:
        say(f"Factdesk {now.version}; which version this home had before was not noted")
    else:
        say(f"Factdesk {before.version} -> {now.version}")
        for key in sorted(set(now.settings) - set(before.settings)):
            say(f"new setting: {key} (its default holds until you write it)")
        for key in sorted(set(before.settings) - set(now.settings)):
            say(f"setting that is gone: {key}")
    for name in migrations:
        say(f"migration {applied}: {name}")
    if not migrations:
        say("no migration is due: the database is up to date")


def _say_other_methods(home: Home, say: Say) -> None:
    """Say how many verdicts another method has reached; an upgrade judges nothing again by itself."""
    from factdesk.verdicts.method import method_id
    from factdesk.warehouse.known import open_known
    from factdesk.warehouse.past import count_other_methods

    try:
        with open_known(home.warehouse) as known:
            number = count_other_methods(known, method_id(home.settings.rules.muted))
    except WarehouseError as error:  # the database is what an upgrade is about; its copy is made anew
        say(f"how many verdicts are by another method cannot be told: {error}")
        return
    if number:
        verb = "was" if number == 1 else "were"
        said = f"{count_words(number, 'verdict')} {verb} reached by another method than that of this Factdesk"
        say(f"{said}; what judging again would change: factdesk rejudge --dry-run")


def _say_deployments(plan: DeploymentPlan, say: Say) -> None:
    for line in plan.sentences():
        say(f"at the next factdesk up: {line}")


def require_that_up_is_down(home: Home, command: str) -> None:
    """Raise UsageError while ``factdesk up`` runs in this home."""
    holder = up_holder(home)
    if holder is not None:
        raise UsageError(
            f"factdesk up runs in {home.root} (process {holder}); stop it (Ctrl-C, or systemctl stop), then "
            f"run factdesk {command} again"
        )


def version_fault(home: Home) -> str | None:
    """Return in words that another Factdesk looked after this home last, None when it did not."""
    before = read_version(home)
    if before is None or before.version == __version__:
        return None
    return f"this home was last brought up to date by Factdesk {before.version}, and {__version__} runs"
