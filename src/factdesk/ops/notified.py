"""What operators have been told, and what still waits for a place that is down: ``.prefect/notified.json``.

The file is written whole, before a message is sent and after it was taken: a message may come twice after a
power cut, none is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from factdesk.ops.notices import Event, Notice, read_notice
from factdesk.warehouse.durable_files import OWNER_ONLY, make_folder_durably, write_durably

TOLD_DAYS = 8
"""How long it is remembered that something was told."""

LOOK_BACK_DAYS = 7
"""The farthest that a look goes back after a downtime. Shorter than TOLD_DAYS: nothing is told twice."""

OVERLAP = timedelta(minutes=10)
"""How far a look reaches into the time of the one before: Prefect writes its events some seconds late."""

FIRST_PAUSE_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 1800.0
GIVE_UP_HOURS = 24.0
MOST_WAITING = 200
"""Messages that wait for one place; of more the oldest are given up."""

_BAD = (Event.FAILED, Event.TIMED_OUT, Event.CRASHED)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was told, or is about to be; without an event it was only looked at."""

    run_id: str
    event: Event | None
    when: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that waits for one place since ``since``."""

    notice: Notice
    since: datetime


@dataclass(slots=True)
class Place:
    """What waits for one sink, and when it may be tried again."""

    waiting: list[Waiting] = field(default_factory=list)
    failures: int = 0
    not_before: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether something waits that may be sent now. A time far ahead is a clock that was set back."""
        if self.not_before is None or self.not_before - now > timedelta(seconds=LONGEST_PAUSE_SECONDS):
            return bool(self.waiting)
        return bool(self.waiting) and self.not_before <= now

    def note_failure(self, now: datetime) -> None:
        """Wait before the next try, twice as long after each failure."""
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(self.failures, 16))
        self.failures += 1
        self.not_before = now + timedelta(seconds=pause)

    def note_success(self) -> None:
        """Forget the failures."""
        self.failures, self.not_before = 0, None

    def give_up(self, now: datetime) -> list[Notice]:
        """Drop and return what has waited too long or is too much."""
        oldest = now - timedelta(hours=GIVE_UP_HOURS)
        kept = [one for one in self.waiting if one.since >= oldest][-MOST_WAITING:]
        dropped = [one.notice for one in self.waiting if one not in kept]
        self.waiting = kept
        return dropped


@dataclass(slots=True)
class Ledger:
    """What was told since ``began``, and what waits. ``looked_at`` is the time of the last whole look."""

    began: datetime
    looked_at: datetime
    told: dict[str, Told] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def window(self, now: datetime) -> datetime:
        """Return since when the next look asks; never what was before the first look."""
        since = min(self.looked_at, now) - OVERLAP
        return max(self.began, since, now - timedelta(days=LOOK_BACK_DAYS))

    def note(self, key: str, run_id: str, event: Event | None, now: datetime) -> None:
        """Remember that something is told, or (no event) was looked at and is nothing to tell."""
        self.told[key] = Told(run_id, event, now)

    def queue(self, notices: Iterable[Notice], sinks: Collection[str], now: datetime) -> None:
        """Let each notice wait for each sink."""
        told = list(notices)
        for key in sinks:
            self.places.setdefault(key, Place()).waiting += [Waiting(notice, now) for notice in told]

    def unsettled_runs(self) -> set[str]:
        """Return the runs of which the last that was told is bad."""
        last: dict[str, Told] = {}
        for told in self.told.values():
            if told.event not in (None, Event.LATE) and (
                told.run_id not in last or last[told.run_id].when <= told.when
            ):
                last[told.run_id] = told
        return {run for run, told in last.items() if told.event in _BAD}

    def prune(self, now: datetime, sinks: Collection[str]) -> None:
        """Forget what is old, and sinks that the settings name no more."""
        oldest = now - timedelta(days=TOLD_DAYS)
        self.told = {key: told for key, told in self.told.items() if told.when >= oldest}
        self.places = {key: place for key, place in self.places.items() if key in sinks}

    def as_bytes(self) -> bytes:
        """Return the file's content."""
        return json.dumps(asdict(self), default=_plain, indent=1).encode("utf-8")


def read_ledger(path: Path, now: datetime) -> Ledger:
    """Return what is kept, or a ledger that begins now when there is none or it is damaged."""
    try:
        return _parse(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Ledger(began=now, looked_at=now)


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Write the ledger whole. Raises OSError."""
    make_folder_durably(path.parent)
    write_durably(path, ledger.as_bytes(), OWNER_ONLY)


def _parse(body: dict[str, Any]) -> Ledger:
    return Ledger(
        began=_time(body["began"]),
        looked_at=_time(body["looked_at"]),
        told={
            key: Told(told["run_id"], Event(told["event"]) if told["event"] else None, _time(told["when"]))
            for key, told in body["told"].items()
        },
        places={key: _parse_place(place) for key, place in body["places"].items()},
    )


def _parse_place(body: dict[str, Any]) -> Place:
    return Place(
        waiting=[Waiting(read_notice(one["notice"]), _time(one["since"])) for one in body["waiting"]],
        failures=int(body["failures"]),
        not_before=_time(body["not_before"]) if body["not_before"] else None,
    )


def _time(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
