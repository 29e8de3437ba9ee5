"""Notes of an essay on its claims: from the records of a reading just made, or of one that is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from factdesk.claims.records import finding_of
from factdesk.errors import WarehouseError
from factdesk.model import Claim, Essay, EssayVersion, Mention, Note, identify
from factdesk.sources.archive import Archive
from factdesk.verdicts.consistency import find_notes
from factdesk.verdicts.judge import Judged

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known

Notes = Mapping[UUID, tuple[Note, ...]]
"""Claim -> its notes; a claim without any is left out."""

_CLAIMS_OF_VERSION = """
    SELECT from_json(claim_ids, '["UUID"]') FROM derived.read_readings
    WHERE essay_id = ? AND version_id = ? ORDER BY fold_sequence DESC LIMIT 1
"""


def notes_on_claims(
    claims: Sequence[Claim], mentions: Sequence[Mention], text: str, published_on: date | None
) -> Notes:
    """Return the notes on the claims of one version of an essay; ``mentions`` stand in the same order."""
    placed = sorted(zip(claims, mentions, strict=True), key=lambda one: (one[1].quote_span.start, one[0].id))
    findings = [finding_of(claim, mention) for claim, mention in placed]
    notes = find_notes(findings, text, published_on)
    return {placed[place][0].id: found for place, found in notes.items()}


def with_notes(judged: Judged, notes: tuple[Note, ...]) -> Judged:
    """Return a verdict with its essay's notes on the claim; they change nothing else of it."""
    return replace(judged, verdict=replace(judged.verdict, notes=notes))


class StoredNotes:
    """Notes on claims that are published, version by version. Keeps what it has found."""

    def __init__(self, known: Known, archive: Archive) -> None:
        self._known = known
        self._archive = archive
        self._found: dict[UUID, Notes] = {}

    def of(self, mention: Mention, essay: Essay) -> tuple[Note, ...]:
        """Return the notes on a claim in the version that a mention is of.

        An essay whose text the archive has lost has none; ``factdesk verify`` tells of the loss.
        """
        version = mention.version_id
        if version not in self._found:
            self._found[version] = self._notes(version, essay)
        return self._found[version].get(mention.claim_id, ())

    def _notes(self, version: UUID, essay: Essay) -> Notes:
        rows = self._known.ask(_CLAIMS_OF_VERSION, [essay.id, version])
        stored = self._load(EssayVersion, [version])
        if not rows or version not in stored:
            return {}
        try:
            text = self._archive.get_text(stored[version].text_sha256)
        except WarehouseError:
            return {}
        ids = {one: identify("Mention", one, version) for one in rows[0][0]}
        claims = self._load(Claim, ids)
        mentions = self._load(Mention, ids.values())
        there = [one for one in ids if one in claims and ids[one] in mentions]
        return notes_on_claims(
            [claims[one] for one in there],
            [mentions[ids[one]] for one in there],
            text,
            essay.published_on,
        )

    def _load(self, record: type[Any], ids: Iterable[UUID]) -> dict[UUID, Any]:
        """Return the stored records; a damaged row is its own claim's fault, and stops no other's notes."""
        from factdesk.warehouse.loading import load_rows, read_stored

        rows = load_rows(self._known, record, ids)
        found = {}
        for one in rows:
            with suppress(WarehouseError):
                found[one] = read_stored(record, rows, one)
        return found
