"""Checks of the machine: Python, packages, disk, clock."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from factdesk.ops.doctor.checks import Check, Finding, nearest_folder, say_age
from factdesk.sources.archive_health import newest_fetch_at

PYTHONS = ((3, 11), (3, 12))
LOW_DISK_BYTES = 1_000_000_000
NO_DISK_BYTES = 100_000_000
CLOCK_SECONDS = 60.0
"""Two clocks that are nearer than this count as one."""


def check_python() -> Check:
    """Whether this is a Python for which the pins hold."""
    here = sys.version_info[:2]
    said = f"{here[0]}.{here[1]}"
    if here in PYTHONS:
        return Check("python", Finding.OK, said)
    return Check("python", Finding.FAIL, said, "use Python 3.11 or 3.12: make clean setup PYTHON=python3.11")


def check_packages() -> Check:
    """Whether the installed packages are within the pins."""
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


def check_disk(warehouse: Path) -> Check:
    """Whether there is room for the next runs: LOW_DISK_BYTES warn, NO_DISK_BYTES fail."""
    free = shutil.disk_usage(nearest_folder(warehouse)).free
    said = f"{free / 1e9:.1f} GB free"
    if free < NO_DISK_BYTES:
        return Check("disk", Finding.FAIL, said, "free some space before the next run")
    if free < LOW_DISK_BYTES:
        return Check("disk", Finding.WARN, said, "free some space soon; archived sources only grow")
    return Check("disk", Finding.OK, said)


def check_clock(warehouse: Path, now: datetime, published_at: datetime | None = None) -> Check:
    """Whether the clock agrees with the disk's and was not set back since the last fetch or publish."""
    mend = "set the clock (timedatectl says how it is kept), then run factdesk doctor again"
    ahead = _seconds_disk_is_ahead(nearest_folder(warehouse))
    if ahead is not None and abs(ahead) > CLOCK_SECONDS:
        side = "ahead of" if ahead > 0 else "behind"
        said = f"the disk's clock is {say_age(abs(ahead))} {side} this machine's"
        return Check("clock", Finding.WARN, said, mend)
    times = {"newest fetch": newest_fetch_at(warehouse / "snapshots"), "published copy": published_at}
    for what, then in times.items():
        if then is not None and then - now > timedelta(seconds=CLOCK_SECONDS):
            said = f"the {what} lies {say_age((then - now).total_seconds())} ahead: the clock went back"
            return Check("clock", Finding.WARN, said, mend)
    zone = time.strftime("%Z %z")
    return Check("clock", Finding.OK, f"{now:%Y-%m-%d %H:%M} UTC, local zone {zone}")


def _seconds_disk_is_ahead(folder: Path) -> float | None:
    """Return how far the time of a file that is made now lies from our own, None when none can be made.

    A file is made between two looks at the clock, so that a slow machine is not taken for a wrong clock.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            before = datetime.now(UTC).timestamp()
            os.utime(file.fileno())
            after = datetime.now(UTC).timestamp()
            made = os.fstat(file.fileno()).st_mtime
    except OSError:
        return None
    if made < before:
        return made - before
    return max(0.0, made - after)
