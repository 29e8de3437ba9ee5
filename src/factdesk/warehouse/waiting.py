"""What the batches that still wait in the spool say, gathered from their headers alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.model import Act, EssayOutcome
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.headers import BatchHeader, BrokenHeaderError, read_header


@dataclass(frozen=True, slots=True)
class WaitingEssay:
    """An essay as a waiting batch has it."""

    essay_key: str
    inbox: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class WaitingReading:
    """The last reading of an essay that found a text, in the waiting batches."""

    reading_id: UUID
    version_id: UUID
    claim_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class KnownAttempt:
    """What the last stored reading of an essay said, whatever its outcome."""

    reading_id: UUID
    outcome: EssayOutcome
    detail: str | None
    version_id: UUID | None
    method: str
    claim_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """A review event in a waiting batch."""

    event_id: UUID
    claim_id: UUID
    act: Act
    reviewer: str
    target: str | None


@dataclass(slots=True)
class Waiting:
    """The keys of all waiting batches, later ones over earlier ones."""

    batches: list[UUID] = field(default_factory=list)
    records: set[UUID] = field(default_factory=set)
    essays: dict[UUID, WaitingEssay] = field(default_factory=dict)
    versions: dict[UUID, str] = field(default_factory=dict)
    readings: dict[UUID, WaitingReading] = field(default_factory=dict)
    failed_readings: dict[UUID, UUID] = field(default_factory=dict)
    attempts: dict[UUID, KnownAttempt] = field(default_factory=dict)
    claims: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    mentions: dict[tuple[UUID, UUID], str] = field(default_factory=dict)
    fetches: dict[tuple[UUID, str], datetime] = field(default_factory=dict)
    ratings: dict[UUID, str] = field(default_factory=dict)
    judgements: dict[UUID, UUID] = field(default_factory=dict)
    events: list[WaitingEvent] = field(default_factory=list)

    def take(self, header: BatchHeader) -> None:
        """Add what one header says. Raises BrokenHeaderError when its keys do not fit."""
        try:
            self._take_keys(header)
        except (ValueError, TypeError, IndexError, KeyError) as error:
            raise BrokenHeaderError(f"its keys do not fit ({error!r})") from error
        self.batches.append(header.batch)

    def _take_keys(self, header: BatchHeader) -> None:
        keys = header.keys
        self.records.update(UUID(one) for one in keys.get("records", ()))
        for essay, key, inbox, path in keys.get("essays", ()):
            self.essays.pop(UUID(essay), None)  # so that the last one stands last
            self.essays[UUID(essay)] = WaitingEssay(key, inbox, path)
        for version, _essay, sha256 in keys.get("versions", ()):
            self.versions[UUID(version)] = sha256
        for reading in keys.get("readings", ()):
            self._take_reading(reading)
        for claim, _essay, kind, quote in keys.get("claims", ()):
            self.claims[UUID(claim)] = (kind, quote)
        for _mention, claim, version, sentence in keys.get("mentions", ()):
            self.mentions[UUID(claim), UUID(version)] = sentence
        self._take_checks(header)

    def _take_checks(self, header: BatchHeader) -> None:
        keys = header.keys
        for _fetch, source, sha256, fetched_at in keys.get("fetches", ()):
            self._take_fetch((UUID(source), sha256), datetime.fromisoformat(fetched_at))
        for verdict, _claim, rating in keys.get("verdicts", ()):
            self.ratings[UUID(verdict)] = rating
        for _judgement, claim, verdict in keys.get("judgements", ()):
            self.judgements[UUID(claim)] = UUID(verdict)
        for event, claim, act, reviewer, _rating, target in keys.get("events", ()):
            self.events.append(WaitingEvent(UUID(event), UUID(claim), Act(act), reviewer, target))

    def _take_reading(self, line: Sequence[Any]) -> None:
        # Batches of Factdesk 0.1 end after the outcome; what they leave out makes the next reading news.
        reading, essay, version, claims, outcome, *said = line
        detail, method = said or (None, "")
        claim_ids = tuple(UUID(one) for one in claims)
        version_id = None if version is None else UUID(version)
        attempt = KnownAttempt(UUID(reading), EssayOutcome(outcome), detail, version_id, method, claim_ids)
        self.attempts[UUID(essay)] = attempt
        if attempt.outcome is EssayOutcome.READ and version_id is not None:
            self.readings[UUID(essay)] = WaitingReading(attempt.reading_id, version_id, claim_ids)
        else:
            self.failed_readings[attempt.reading_id] = UUID(essay)

    def _take_fetch(self, key: tuple[UUID, str], fetched_at: datetime) -> None:
        self.fetches[key] = min(self.fetches.get(key, fetched_at), fetched_at)


def read_waiting(folder: WarehouseFolder) -> Waiting:
    """Read the headers of all batches that the published copy may lack, in the order of folding.

    Batches move from pending to claimed to folded and away, so the folders are listed in that order:
    one that moves meanwhile is met again, and one that is gone is in the copy that is opened afterwards.
    """
    found: dict[UUID, tuple[str, BatchHeader]] = {}
    for rank, place in ((1, folder.pending), (0, folder.claimed), (0, folder.folded)):
        for path, header in _read_headers(batch_files(place)):
            found[header.batch] = (f"{rank}{path.name}", header)
    waiting = Waiting()
    for _, header in sorted(found.values(), key=lambda one: one[0]):
        with suppress(BrokenHeaderError):
            waiting.take(header)
    return waiting


def _read_headers(paths: Iterable[Path]) -> Iterable[tuple[Path, BatchHeader]]:
    """A broken header is the keeper's to reject; a file that is gone has been folded."""
    for path in paths:
        with suppress(OSError, BrokenHeaderError):
            yield path, read_header(path)
