"""The sheet of an essay for its author: what people have confirmed, the deciding words, and how to reply.

A finding that waits for a second check is not on it; one that is disputed, or whose source has changed, says
so; and one that the essay has corrected since stands apart, with where it was corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from factdesk.desk.essay_view import CONFIRMED, EssayClaim, EssayView
from factdesk.model import Rating, Stage
from factdesk.warehouse.known import Known

_CORRECTIONS = """
    SELECT claim_id, correction, made_at, link, note FROM reports.corrections
    WHERE claim_id IN (SELECT unnest(?::UUID[]))
"""

TOLD_STAGES = (Stage.DECIDED, Stage.CORRECTED, Stage.DISPUTED, Stage.REOPENED)
"""Stages in which a decision is told to an author: no second check is open."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of the correction of a finding; ``link`` and ``note`` are those of the last act on it."""

    state: str
    made_at: datetime | None
    link: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The findings of an essay: those that stand, the gravest first, and those that it has corrected."""

    findings: Sequence[EssayClaim]
    corrected: Sequence[EssayClaim]
    corrections: Mapping[UUID, Correction]


def load_sheet(known: Known, view: EssayView) -> Sheet:
    """Return what an essay's author is told, as one person may see the essay."""
    told = [
        one
        for one in view.claims
        if one.is_decided and one.rating in CONFIRMED and (one.row["stage"] in TOLD_STAGES)
    ]
    rows = known.ask(_CORRECTIONS, [[str(one.row["claim_id"]) for one in told]]) if told else []
    corrections = {row[0]: Correction(*row[1:]) for row in rows}
    told.sort(key=lambda one: (CONFIRMED.index(Rating(one.rating or "")), one.number))
    corrected = [one for one in told if one.row["stage"] == Stage.CORRECTED]
    standing = [one for one in told if one.is_current and one not in corrected]
    return Sheet(standing, corrected, corrections)
