"""What one check of the doctor is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from factdesk.reports.words import count_words


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


def say_age(seconds: float) -> str:
    """Say a length of time in its largest unit.

    >>> say_age(7300)
    '2 hours'
    """
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return count_words(int(seconds // size), unit)
    return count_words(int(max(0.0, seconds)), "second")


def nearest_folder(path: Path) -> Path:
    """Return the folder itself, or the nearest one above it that is there."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())
