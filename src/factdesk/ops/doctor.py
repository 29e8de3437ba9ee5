"""``factdesk doctor``: looks for faults and says the mend for each. It changes nothing.

It asks folders and files, never the database, so it may run beside anything.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from rich.console import Console
from rich.text import Text

from factdesk.config import Home, WebSettings
from factdesk.ops.prefect_api import PrefectApi
from factdesk.reports.words import count_words
from factdesk.warehouse.health import WarehouseHealth, read_health

PYTHONS = ((3, 11), (3, 12))
LOW_DISK_BYTES = 1_000_000_000
NO_DISK_BYTES = 100_000_000
EXIT_FAILED = 1
EXAMPLE_CONTACT = "example.org"


class Finding(StrEnum):
    """How one check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``mend`` is empty when there is nothing to do."""

    name: str
    found: Finding
    said: str
    mend: str = ""


_MARKS = {Finding.OK: ("✓", "green"), Finding.WARN: ("!", "yellow"), Finding.FAIL: ("✕", "bold red")}


def print_diagnosis(home: Home, *, as_json: bool) -> int:
    """Print every check (or one JSON object a line); return 1 when one failed, else 0."""
    checks = list(diagnose(home))
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
    yield _check_python()
    yield _check_packages()
    yield _check_settings(home)
    yield _check_contact(home)
    yield from _check_inboxes(home)
    yield _check_writable(home.warehouse)
    yield _check_disk(home.warehouse)
    yield from _check_warehouse(read_health(home.warehouse))
    yield _check_prefect(os.environ.get("PREFECT_API_URL"))


def _check_python() -> Check:
    here = sys.version_info[:2]
    said = f"{here[0]}.{here[1]}"
    if here in PYTHONS:
        return Check("python", Finding.OK, said)
    return Check("python", Finding.FAIL, said, "use Python 3.11 or 3.12: make clean setup PYTHON=python3.11")


def _check_packages() -> Check:
    faults = [fault for line in requires("factdesk") or () if (fault := _package_fault(Requirement(line)))]
    if faults:
        return Check("packages", Finding.FAIL, "; ".join(faults), "install the locked ones: make setup")
    return Check("packages", Finding.OK, "the pinned versions are installed")


def _package_fault(wanted: Requirement) -> str | None:
    if wanted.marker is not None and not wanted.marker.evaluate():
        return None
    try:
        installed = version(wanted.name)
    except PackageNotFoundError:
        return f"{wanted.name} is missing"
    if wanted.specifier.contains(installed, prereleases=True):
        return None
    return f"{wanted.name} is {installed}, not {wanted.specifier}"


def _check_settings(home: Home) -> Check:
    if home.config_path.is_relative_to(home.root):
        return Check("settings", Finding.OK, f"{home.config_path}")
    said = f"the bundled ones, for {home.root}; a config/factdesk.toml there would take their place"
    return Check("settings", Finding.OK, said)


def _check_contact(home: Home) -> Check:
    agent = home.settings.web.user_agent
    if agent == WebSettings().user_agent or EXAMPLE_CONTACT in agent:
        mend = f"write an address at which you can be reached into web.user_agent of {home.config_path}"
        return Check("contact", Finding.WARN, "sites are told the example contact", mend)
    return Check("contact", Finding.OK, agent)


def _check_inboxes(home: Home) -> Iterator[Check]:
    if not home.inboxes:
        yield Check("inboxes", Finding.OK, "none; runs take their essays from places=...")
    for name, folder in home.inboxes.items():
        yield _check_inbox(name, folder, home)


def _check_inbox(name: str, folder: Path, home: Home) -> Check:
    try:
        number = sum(1 for _ in folder.iterdir())
    except OSError as error:
        mend = f"make the folder readable, or mend inbox.{name} in {home.config_path}"
        return Check("inbox", Finding.FAIL, f"{name}: {folder} cannot be read ({error.strerror})", mend)
    return Check("inbox", Finding.OK, f"{name}: {folder}, {number} files and folders in it")


def _check_writable(warehouse: Path) -> Check:
    place = _nearest_folder(warehouse)
    try:
        with tempfile.TemporaryFile(dir=place):
            return Check("warehouse", Finding.OK, f"{warehouse} can be written")
    except OSError as error:
        said = f"{place} cannot be written ({error.strerror})"
        return Check("warehouse", Finding.FAIL, said, "make it writable, or name another with --warehouse")


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _check_disk(warehouse: Path) -> Check:
    free = shutil.disk_usage(_nearest_folder(warehouse)).free
    said = f"{free / 1e9:.1f} GB free"
    if free < NO_DISK_BYTES:
        return Check("disk", Finding.FAIL, said, "free some space before the next run")
    if free < LOW_DISK_BYTES:
        return Check("disk", Finding.WARN, said, "free some space soon; archived sources only grow")
    return Check("disk", Finding.OK, said)


def _check_warehouse(health: WarehouseHealth) -> Iterator[Check]:
    yield Check("keeper", Finding.OK, health.lock_holder or "nobody holds the lock")
    yield _check_spool(health)
    for one in health.rejected:
        said = f"{one.path.name}: {one.reason}"
        yield Check("rejected batch", Finding.FAIL, said, f"keep {one.path} and report it, then move it away")
    yield _check_published(health, datetime.now(UTC))
    if health.logs_set_aside:
        times = count_words(health.logs_set_aside, "time")
        yield Check("unclean end", Finding.OK, f"the keeper was stopped hard {times}; nothing was lost")


def _check_spool(health: WarehouseHealth) -> Check:
    if not health.waiting:
        return Check("spool", Finding.OK, "no batch waits")
    age = _ago(health.oldest_waiting_seconds or 0.0)
    said = f"{health.waiting} batches wait, {health.waiting_bytes / 1e6:.1f} MB, the oldest for {age}"
    if health.lock_holder:
        return Check("spool", Finding.WARN, said, f"none now: {health.lock_holder} folds them")
    return Check("spool", Finding.WARN, said, "factdesk publish folds them")


def _check_published(health: WarehouseHealth, now: datetime) -> Check:
    age = health.published_age_seconds(now)
    if age is not None:
        size = (health.published_bytes or 0) / 1e6
        return Check("published copy", Finding.OK, f"{_ago(age)} old, {size:.1f} MB")
    if health.database_bytes is None:
        return Check("published copy", Finding.OK, "nothing is stored yet")
    return Check("published copy", Finding.WARN, "there is none", "factdesk publish makes it")


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return count_words(int(seconds // size), unit)
    return count_words(int(seconds), "second")


def _check_prefect(api_url: str | None) -> Check:
    if not api_url:
        return Check("prefect", Finding.OK, "no server is named; each run starts its own")
    if PrefectApi(api_url).is_there():
        return Check("prefect", Finding.OK, f"{api_url} answers")
    said = f"{api_url} (PREFECT_API_URL) does not answer"
    return Check("prefect", Finding.FAIL, said, "start that server, or unset PREFECT_API_URL")
