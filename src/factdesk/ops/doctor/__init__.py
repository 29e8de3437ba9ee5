"""``factdesk doctor``: looks for faults and says the mend for each. It changes nothing.

It asks folders, files, the published copy and Prefect's server, never the database, so it may run beside
anything. No check waits for anything or measures how long something takes.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from factdesk.config import Home
from factdesk.ops.doctor.checks import Check, Finding
from factdesk.ops.doctor.desk import check_desk, check_second_checks
from factdesk.ops.doctor.housekeeping import check_housekeeping
from factdesk.ops.doctor.machine import check_clock, check_disk, check_packages, check_python
from factdesk.ops.doctor.notifications import check_notifications, try_notifications
from factdesk.ops.doctor.service import check_service
from factdesk.ops.doctor.settings import (
    check_contact,
    check_inboxes,
    check_set_aside,
    check_settings,
    check_version,
)
from factdesk.ops.doctor.warehouse import check_archive, check_tables, check_warehouse, check_writable
from factdesk.ops.up_state import running_up
from factdesk.warehouse.health import read_health

__all__ = ["Check", "Finding", "diagnose", "print_diagnosis"]

EXIT_FAILED = 1

_MARKS = {Finding.OK: ("✓", "green"), Finding.WARN: ("!", "yellow"), Finding.FAIL: ("✕", "bold red")}


def print_diagnosis(home: Home, *, as_json: bool, notify: bool = False) -> int:
    """Print every check (or one JSON object a line); return 1 when one failed, else 0.

    ``notify`` also sends one test message to each place of ``[notify]``.
    """
    checks = list(diagnose(home))
    if notify:
        checks += try_notifications(home, datetime.now(UTC))
    if as_json:
        for check in checks:
            print(json.dumps(asdict(check), ensure_ascii=False))
    else:
        _print_checks(checks)
    return EXIT_FAILED if any(check.found is Finding.FAIL for check in checks) else 0


def _print_checks(checks: Iterable[Check]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)
    for check in checks:
        mark, style = _MARKS[check.found]
        console.print(
            Text.assemble((f"{mark} {check.found:<5}", style), f"{check.name:<15}{check.said}"),
            soft_wrap=True,
        )
        if check.mend:
            console.print(Text(f"{'':<22}mend: {check.mend}", style=style), soft_wrap=True)


def diagnose(home: Home) -> Iterator[Check]:
    """Yield every check of one home, in the order in which faults are best mended."""
    now = datetime.now(UTC)
    up = running_up(home)
    yield check_python()
    yield check_packages()
    yield check_version(home)
    yield check_settings(home)
    yield check_contact(home)
    yield from check_inboxes(home)
    yield check_set_aside(home)
    yield check_writable(home.warehouse)
    yield check_disk(home.warehouse)
    health = read_health(home.warehouse)
    yield check_clock(home.warehouse, now, health.published_at)
    limits = home.settings.warehouse
    yield from check_warehouse(health, limits, now, folds_by_itself=up is not None)
    yield check_tables(home.warehouse)
    yield check_archive(home.warehouse)
    yield from check_housekeeping(home, now)
    yield check_desk(home, up)
    yield check_second_checks(home)
    yield from check_service(home, up, os.environ.get("PREFECT_API_URL"), now)
    yield check_notifications(home, now)
