"""Makes the reading of an essay, in good days and bad, and finds out whether it says anything new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.essays.attempts import Attempt
from factdesk.essays.read import ReadEssay, unread_essay
from factdesk.essays.selection import Selected
from factdesk.model import EssayOutcome, Pair, Reading
from factdesk.pipeline.records import EssayRead
from factdesk.pipeline.walls import Fault, describe_set_aside

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


def make_reading(
    read: ReadEssay,
    method: str,
    claim_ids: tuple[UUID, ...] = (),
    pairs: tuple[Pair, ...] = (),
    sentences: int = 0,
    set_aside: tuple[tuple[str, int], ...] = (),
) -> Reading:
    """Return the Reading of an essay that was read now, by a finder's ``method``."""
    return Reading(
        essay_id=read.essay.id,
        read_at=datetime.now(UTC),
        outcome=read.outcome,
        detail=read.detail,
        version_id=read.version.id if read.version else None,
        method=method,
        claim_ids=claim_ids,
        pairs=pairs,
        sentences=sentences,
        set_aside=set_aside,
    )


def without_claims(read: ReadEssay, known: Known, attempt: Attempt) -> EssayRead:
    """Return an essay that gave no claims; what the warehouse knows of it stays as it is."""
    is_news = not known.has(read.essay.id)
    return settle(
        EssayRead(read, make_reading(read, attempt.method), is_news=is_news, attempt=attempt), known
    )


def settle(read: EssayRead, known: Known) -> EssayRead:
    """Note the stored reading that an essay's reading merely repeats, if the last one stored is such."""
    reading, last = read.reading, known.last_attempt(read.reading.essay_id)
    if last is None:
        return replace(read, repeats=None)
    same = (reading.outcome, reading.detail, reading.version_id, reading.claim_ids) == (
        last.outcome,
        last.detail,
        last.version_id,
        last.claim_ids,
    )
    # A better finder that found the same claims is news; one that could not read the file either is not.
    is_repeat = same and (reading.outcome is not EssayOutcome.READ or reading.method == last.method)
    return replace(read, repeats=last.reading_id if is_repeat else None)


def broken_essay(read: ReadEssay, fault: Fault, known: Known) -> EssayRead:
    """Return an essay as a fault of ours left it: no claims, and nothing that is known of it touched."""
    broken = ReadEssay(read.essay, None, "", EssayOutcome.PARSER_KILLED, fault.detail)
    return without_claims(broken, known, fault.attempt)


def read_set_aside(essays: Sequence[Selected], known: Known) -> tuple[EssayRead, ...]:
    """Return poisoned essays as recorded outcomes, without reading them."""
    return tuple(
        without_claims(
            unread_essay(one.essay, EssayOutcome.PARSER_KILLED, describe_set_aside(one.attempt), known),
            known,
            one.attempt,
        )
        for one in essays
    )
