"""What is known so far: the published copy, and the headers of the batches that still wait.

Nobody but the keeper may open factdesk.duckdb, and a batch that was acknowledged a moment ago is in no
database yet. `Known` answers from both sides as one; later batches go before the published copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from factdesk.essays.identity import KnownEssay
from factdesk.model import Act, Record, SourceOutcome, body_sha256, identify
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.known_readings import KnownReadings
from factdesk.warehouse.published import find_copy, open_published
from factdesk.warehouse.waiting import read_waiting

if TYPE_CHECKING:
    from factdesk.claims.pairing import OldClaim

_ESSAYS = """
    SELECT e.id, e.essay_key, e.inbox, e.path, v.text_sha256
    FROM derived.essays AS e
    LEFT JOIN derived.last_readings AS l ON l.essay_id = e.id
    LEFT JOIN derived.essay_versions AS v ON v.id = l.version_id
"""


@dataclass(frozen=True, slots=True)
class KnownReading:
    """The last reading of an essay that read something: its text and the claims found there."""

    version_id: UUID
    text_sha256: str | None
    claims: tuple[OldClaim, ...]


class Known(KnownReadings):
    """One moment's knowledge; made by `open_known`. Safe to use from several threads."""

    # --- records

    def has(self, record_id: UUID) -> bool:
        """Whether a record with this id is known, whatever its body says now."""
        if record_id in self.waiting.records:
            return True
        # A copy that an older Factdesk published lacks the later tables.
        tables = self._ask("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'records'")
        there = {name for (name,) in tables}.intersection(TABLES.values())
        either = " OR ".join(f"EXISTS (SELECT 1 FROM records.{name} WHERE id = $1)" for name in sorted(there))
        rows = self._ask(f"SELECT {either}", [record_id]) if there else []
        return bool(rows and rows[0][0])

    def news(self, records: Iterable[Record]) -> list[Record]:
        """Return the records whose body differs from what is published, in their order.

        What still waits in the spool counts as news: the keeper drops it when it says nothing new.
        """
        given = list(records)
        bodies = [body_sha256(record) for record in given]
        same: set[tuple[UUID, str]] = set()
        for record, table in TABLES.items():
            ids = [str(one.id) for one in given if type(one) is record]
            if ids:
                same.update(self._latest_bodies(table, ids))
        return [one for one, body in zip(given, bodies, strict=True) if (one.id, body) not in same]

    def _latest_bodies(self, table: str, ids: list[str]) -> list[tuple[UUID, str]]:
        return [
            (row[0], row[1])
            for row in self._ask(
                f"SELECT id, arg_max(body_sha256, fold_sequence) FROM records.{table} "
                "WHERE id IN (SELECT unnest(?::UUID[])) GROUP BY id",
                [ids],
            )
        ]

    # --- essays

    def essay_at(self, inbox: str, path: str) -> KnownEssay | None:
        """Return the essay last read from this place, or None."""
        for essay_id, essay in reversed(self.waiting.essays.items()):
            if (essay.inbox, essay.path) == (inbox, path):
                return self._waiting_essay(essay_id)
        rows = self._ask(
            f"{_ESSAYS} WHERE e.inbox = ? AND e.path = ? ORDER BY e.fold_sequence DESC", [inbox, path]
        )
        found = [row for row in rows if row[0] not in self.waiting.essays]
        return self._known_essay(found[0]) if found else None

    def essay_with_key(self, essay_key: str) -> KnownEssay | None:
        """Return the essay of this key, or None."""
        essay_id = identify("Essay", essay_key)
        if essay_id in self.waiting.essays or essay_id in self.waiting.readings:
            return self._waiting_essay(essay_id)
        rows = self._ask(f"{_ESSAYS} WHERE e.id = ?", [essay_id])
        return self._known_essay(rows[0]) if rows else None

    def essay_by_address(self, uri: str) -> KnownEssay | None:
        """Return the published essay that was last read from this address, one with a text first, or None.

        Addresses stand in no header of a batch, so that essays of waiting batches are not found.
        """
        rows = self._ask(
            f"{_ESSAYS} WHERE e.uri = ? AND starts_with(e.essay_key, 'url:') "
            "ORDER BY v.text_sha256 IS NULL, e.fold_sequence DESC LIMIT 1",
            [uri],
        )
        return self._known_essay(rows[0]) if rows else None

    def essays_with_text(self, text_sha256: str) -> Sequence[KnownEssay]:
        """Return the essays whose last version has this text, in the order in which they came."""
        published = self._ask(f"{_ESSAYS} WHERE v.text_sha256 = ? ORDER BY e.fold_sequence", [text_sha256])
        newer = {*self.waiting.essays, *self.waiting.readings}
        known = [self._known_essay(row) for row in published if row[0] not in newer]
        waiting = [self._waiting_essay(essay_id) for essay_id in sorted(newer)]
        return [*known, *(one for one in waiting if one is not None and one.text_sha256 == text_sha256)]

    def last_texts(self) -> list[tuple[int, str]]:
        """Return length in characters and sha256 of each last text of an essay that is published, sorted."""
        rows = self._ask(
            "SELECT DISTINCT v.length, v.text_sha256 FROM derived.last_readings AS l "
            "JOIN derived.essay_versions AS v ON v.id = l.version_id ORDER BY v.length, v.text_sha256"
        )
        return [(row[0], row[1]) for row in rows]

    def waiting_texts(self) -> list[str]:
        """Return the sha256 of each text of an essay in the waiting batches."""
        return sorted(set(self.waiting.versions.values()))

    def _waiting_essay(self, essay_id: UUID) -> KnownEssay | None:
        published = self._ask(f"{_ESSAYS} WHERE e.id = ?", [essay_id])
        reading = self.waiting.readings.get(essay_id)
        text = self._text_of(reading.version_id) if reading else (published[0][4] if published else None)
        essay = self.waiting.essays.get(essay_id)
        if essay is not None:
            return KnownEssay(essay_id, essay.essay_key, essay.inbox, essay.path, text)
        return self._known_essay((*published[0][:4], text)) if published else None

    def _known_essay(self, row: tuple[Any, ...]) -> KnownEssay:
        return KnownEssay(*row)

    def _text_of(self, version_id: UUID) -> str | None:
        if version_id in self.waiting.versions:
            return self.waiting.versions[version_id]
        rows = self._ask("SELECT text_sha256 FROM records.essay_versions WHERE id = ? LIMIT 1", [version_id])
        return str(rows[0][0]) if rows else None

    def last_reading(self, essay_id: UUID) -> KnownReading | None:
        """Return the last reading of an essay that read something, or None."""
        waiting = self.waiting.readings.get(essay_id)
        if waiting is not None:
            version, claims = waiting.version_id, list(waiting.claim_ids)
        else:
            rows = self._ask(
                "SELECT version_id, from_json(claim_ids, '[\"UUID\"]') FROM derived.read_readings "
                "WHERE essay_id = ? ORDER BY fold_sequence DESC LIMIT 1",
                [essay_id],
            )
            if not rows:
                return None
            version, claims = rows[0][0], rows[0][1]
        return KnownReading(version, self._text_of(version), self._old_claims(version, claims))

    def _old_claims(self, version_id: UUID, claim_ids: Sequence[UUID]) -> tuple[OldClaim, ...]:
        # The package of claims reads all tables of language; who asks for no reading does without it.
        from factdesk.claims.pairing import OldClaim

        rows = self._ask(
            "SELECT c.id, c.kind, c.quote, m.sentence FROM derived.claims AS c "
            "LEFT JOIN derived.mentions AS m ON m.claim_id = c.id AND m.version_id = ? "
            "WHERE c.id IN (SELECT unnest(?::UUID[]))",
            [version_id, [str(one) for one in claim_ids]],
        )
        known: dict[UUID, tuple[str, str, str | None]] = {row[0]: (row[1], row[2], row[3]) for row in rows}
        old: list[OldClaim] = []
        for claim_id in claim_ids:
            kind, quote, sentence = known.get(claim_id, (None, None, None))
            if claim_id in self.waiting.claims:
                kind, quote = self.waiting.claims[claim_id]
            if kind is None or quote is None:
                continue
            sentence = self.waiting.mentions.get((claim_id, version_id), sentence)
            old.append(OldClaim(claim_id, kind, quote, sentence or quote))
        return tuple(old)

    # --- verdicts and sources

    def current_verdict(self, claim_id: UUID) -> UUID | None:
        """Return the id of the claim's current verdict, or None when it was never judged."""
        if claim_id in self.waiting.judgements:
            return self.waiting.judgements[claim_id]
        rows = self._ask(
            "SELECT arg_max(verdict_id, fold_sequence) FROM records.judgements WHERE claim_id = ?", [claim_id]
        )
        return rows[0][0] if rows else None

    def rating_of(self, verdict_id: UUID) -> str | None:
        """Return the machine's rating in a verdict, or None when the verdict is not known."""
        if verdict_id in self.waiting.ratings:
            return self.waiting.ratings[verdict_id]
        rows = self._ask("SELECT rating FROM records.verdicts WHERE id = ? LIMIT 1", [verdict_id])
        return str(rows[0][0]) if rows else None

    def deciding_text(self, verdict_id: UUID) -> str | None:
        """Return the sha256 of the text that decided a verdict, as far as it is published."""
        rows = self._ask(
            "SELECT s.text_sha256 FROM records.verdicts AS v "
            "JOIN records.evidence AS e ON e.id = v.deciding_evidence_id "
            "JOIN records.snapshots AS s ON s.id = e.snapshot_id WHERE v.id = ? LIMIT 1",
            [verdict_id],
        )
        return str(rows[0][0]) if rows else None

    def first_fetched(self, source_id: UUID, text_sha256: str) -> datetime | None:
        """Return when this text of a source was first fetched, or None."""
        rows = self._ask(
            "SELECT min(fetched_at) FROM records.fetches WHERE source_id = ? AND text_sha256 = ?",
            [source_id, text_sha256],
        )
        moments = [rows[0][0] if rows else None, self.waiting.fetches.get((source_id, text_sha256))]
        return min((one for one in moments if one is not None), default=None)

    def read_as(self, source_id: UUID, text_sha256: str) -> SourceOutcome | None:
        """Return the outcome of the last published fetch that brought this text; a 304 only confirms one."""
        rows = self._ask(
            "SELECT arg_max(outcome, fetched_at) FROM records.fetches "
            "WHERE source_id = ? AND text_sha256 = ? AND outcome <> 'not_modified'",
            [source_id, text_sha256],
        )
        return SourceOutcome(rows[0][0]) if rows and rows[0][0] is not None else None

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT on the published copy, none when nothing is published yet.

        What waits in the spool is not in them; who asks has to look into `waiting`.
        """
        return self._ask(sql, parameters)

    # --- review

    def claims_starting(self, prefix: str, limit: int = 10) -> list[UUID]:
        """Return the ids of the claims that start with these hexadecimal digits (no dashes)."""
        rows = self._ask(
            "SELECT DISTINCT id FROM records.claims "
            "WHERE starts_with(replace(CAST(id AS VARCHAR), '-', ''), ?) ORDER BY id LIMIT ?",
            [prefix, limit],
        )
        found = {row[0] for row in rows} | {one for one in self.waiting.claims if one.hex.startswith(prefix)}
        return sorted(found)[:limit]

    def latest_event(self, claim_id: UUID) -> UUID | None:
        """Return the latest review event of a claim, or None."""
        for event in reversed(self.waiting.events):
            if event.claim_id == claim_id:
                return event.event_id
        rows = self._ask(
            "SELECT arg_max(event_id, position) FROM keeper.event_chain WHERE claim_id = ?", [claim_id]
        )
        return rows[0][0] if rows else None

    def standing_decision(self, claim_id: UUID, reviewer: str) -> UUID | None:
        """Return a reviewer's latest decision on a claim that was not undone, or None."""
        rows = self._ask(
            "SELECT id FROM derived.decisions WHERE claim_id = ? AND reviewer = ? AND NOT undone "
            "ORDER BY position",
            [claim_id, reviewer],
        )
        decisions: list[UUID] = [row[0] for row in rows]
        undone = {event.target for event in self.waiting.events if event.act is Act.UNDO}
        decisions += [
            event.event_id
            for event in self.waiting.events
            if (event.claim_id, event.reviewer, event.act) == (claim_id, reviewer, Act.DECIDE)
            and event.event_id not in decisions
        ]
        return next((one for one in reversed(decisions) if str(one) not in undone), None)


def open_known(warehouse: Path) -> Known:
    """Read the waiting headers, then open the published copy. An empty warehouse knows nothing."""
    folder = WarehouseFolder(warehouse)
    waiting = read_waiting(folder)
    copy = find_copy(warehouse)
    return Known(waiting, None if copy is None else open_published(warehouse), copy)
