"""Records of what was done, by a person or by a run, and the ids that say in which order."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from factdesk.model.vocabularies import Act, Rating, Role


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    """A person's act. ``reviewer`` is an opaque id; ``salt`` lets a text be erased later without
    breaking the hash chain that the keeper gives."""

    event_id: UUID
    act: Act
    claim_id: UUID
    reviewer: str
    role: Role
    at: datetime
    salt: str
    previous_event: UUID | None = None
    verdict_id: UUID | None = None
    text_sha256: str | None = None
    rating: Rating | None = None
    conclusion: str | None = None
    reason: str | None = None
    note: str | None = None
    shown: bool = True
    spent_ms: int | None = None
    until: datetime | None = None
    target: str | None = None

    @property
    def id(self) -> UUID:
        """Return the event's own uuidv7."""
        return self.event_id


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow or command, with what came in and went out."""

    run_id: UUID
    flow: str
    parameters: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    code_version: str
    started_at: datetime
    finished_at: datetime | None

    @property
    def id(self) -> UUID:
        """Return the run's own uuidv7."""
        return self.run_id


class _Uuid7Clock:
    """Keeps two ids of one process in order when the clock stands still or goes back."""

    last: ClassVar[int] = 0


def uuid7(after: UUID | None = None) -> UUID:
    """Return a new uuidv7 (RFC 9562): 48 bits of milliseconds, 12 of their fraction, 62 random.

    Python 3.11 has none. Ids of one process always grow, and each is larger than ``after``, the id of another
    process, whatever the clock says. Raises ValueError when there is none larger.
    """
    ticks = time.time_ns() * 4096 // 1_000_000
    ticks = max(ticks, _Uuid7Clock.last + 1, _ticks_of(after) + 1 if after else 0)
    if ticks >= 1 << 60:
        raise ValueError(f"no time follows that of {after}")
    _Uuid7Clock.last = ticks
    milliseconds, fraction = divmod(ticks, 4096)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(milliseconds << 80) | (7 << 76) | (fraction << 64) | (2 << 62) | random)


def _ticks_of(made: UUID) -> int:
    return (made.int >> 80) * 4096 + ((made.int >> 64) & 4095)
