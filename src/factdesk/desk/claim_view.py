"""Everything that the page of one claim shows, read from the database at one moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from factdesk.desk.claim_events import Event, seen_token, standing_decisions
from factdesk.desk.claim_repeats import Earlier, Repeat, load_repeats
from factdesk.desk.claim_sources import Passage, SourceCard, load_passages, load_sources
from factdesk.desk.claim_verdict import VerdictParts, load_verdict
from factdesk.desk.texts import Excerpt, Mark, cut_excerpt
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.errors import WarehouseError
from factdesk.model import Span
from factdesk.sources.archive import Archive
from factdesk.warehouse.known import Known

_BASE = (
    *("claim_id", "verdict_id", "stage", "essay_id", "essay_uri", "essay_title", "author", "kind", "claim"),
    *("machine_rating", "confidence", "basis", "source_outcome", "reason_codes"),
)
"""What is asked of a claim that memory does not know."""

_STANDING = ("mention_row", "verdict_row")

_DECIDED = f"""
    SELECT {", ".join(f"v.{name}" for name in _BASE)}, {", ".join(f"s.{name}" for name in _STANDING)}
    FROM reports.verdicts AS v JOIN standing.claims AS s ON s.claim_id = v.claim_id WHERE v.claim_id = ?
"""

_PLACE = """
    SELECT m.quote_start, m.quote_end, m.locator, CAST(m.citations AS VARCHAR), v.text_sha256
    FROM records.mentions AS m JOIN records.essay_versions AS v ON v.id = m.version_id
    WHERE m.fold_sequence = ? LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim as its page shows it; ``row`` has what the queue knows of a claim."""

    row: Mapping[str, Any]
    verdict: VerdictParts
    locator: str | None
    essay: Excerpt | None
    passages: Sequence[Passage]
    sources: Sequence[SourceCard]
    events: Sequence[Event]
    repeats: Sequence[Repeat]

    @property
    def claim_id(self) -> UUID:
        """The claim."""
        found: UUID = self.row["claim_id"]
        return found

    @property
    def seen(self) -> str:
        """What a decision on this page rests on; another value later means that the page is stale."""
        return seen_token(self.events, self.row["verdict_id"])

    @property
    def standing(self) -> list[Event]:
        """The decisions that hold, one a person, the latest last."""
        return standing_decisions(self.events)

    @property
    def confidence(self) -> Decimal | None:
        """How sure the machine is, 0 to 1."""
        found: Decimal | None = self.row["confidence"]
        return found


def load_claim_view(
    known: Known,
    archive: Archive,
    claim_id: UUID,
    waiting: WaitingClaim | None,
    acts: Sequence[Event],
    earlier: Earlier,
    *,
    hides_machine: bool = False,
) -> ClaimView | None:
    """Return a claim with all that its page shows, None when there is none.

    ``waiting`` is the claim as memory knows it, None when it does not; ``acts`` is what people did on it and
    on the claims whose decisions it carries, ``earlier`` knows what was decided before.
    ``hides_machine`` leaves the marks of the comparison and earlier decisions on the same words out.
    """
    row = _base_row(known, claim_id, waiting)
    if row is None:
        return None
    verdict = load_verdict(known, row["verdict_row"])
    place = [] if row["mention_row"] is None else known.ask(_PLACE, [row["mention_row"]])
    citations = json.loads(place[0][3]) if place else []
    sources = load_sources(known, claim_id, citations, verdict)
    passages = load_passages(known, archive, verdict, sources, row["verdict_row"], hides_machine)
    deciding = passages[0].text_sha256 if passages else None
    return ClaimView(
        row,
        verdict,
        place[0][2] if place else None,
        _cut_essay(archive, place[0], verdict, hides_machine) if place else None,
        passages,
        sources,
        acts,
        [] if hides_machine else load_repeats(earlier, row, deciding),
    )


def _base_row(known: Known, claim_id: UUID, waiting: WaitingClaim | None) -> dict[str, Any] | None:
    names = (*_BASE, *_STANDING)
    if waiting is not None:
        return {name: getattr(waiting, name) for name in names}
    rows = known.ask(_DECIDED, [claim_id])
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _cut_essay(
    archive: Archive, place: Sequence[Any], verdict: VerdictParts, hides_machine: bool
) -> Excerpt | None:
    start, end, _, _, sha256 = place
    try:
        text = archive.get_text(sha256)
    except WarehouseError:
        return None
    span = Span(start, end)
    marks = [Mark(span, "claim", "the claim")]
    if not hides_machine:
        marks += [
            Mark(one.shifted(start), "unbacked", "no passage backs this") for one in verdict.unsupported
        ]
    return cut_excerpt(text, marks, span)
