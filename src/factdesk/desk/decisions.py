"""A person's decisions: which claim is meant, and the review event that says what was decided.

Events are only made here; who makes one writes it to the spool. Each names the latest event of its claim,
waiting batches included, so that the keeper can tell a decision that came too late.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from factdesk.desk.people import read_people, reviewer_id
from factdesk.errors import UsageError
from factdesk.model import Act, Rating, ReviewEvent, Role, uuid7
from factdesk.warehouse.known import Known, open_known

SALT_BYTES = 16

REOPEN = "reopen"
"""The target of a flag event after which a decided claim waits for a person again."""

_PREFIX = re.compile(r"[0-9a-f]{1,32}")


def resolve_claim(warehouse: Path, prefix: str) -> UUID:
    """Return the claim whose id starts with ``prefix`` (dashes do not matter).

    Raises UsageError when no claim or more than one does.
    """
    digits = prefix.strip().lower().replace("-", "")
    if not _PREFIX.fullmatch(digits):
        raise UsageError(f"{prefix!r} is no claim id; take one from factdesk queue")
    with open_known(warehouse) as known:
        found = known.claims_starting(digits)
    if not found:
        raise UsageError(f"no claim has an id that starts with {prefix}; take one from factdesk queue")
    if len(found) > 1:
        like = ", ".join(str(one)[: len(digits) + 6] for one in found[:3])
        raise UsageError(f"more than one claim starts with {prefix} ({like}...); give more of its id")
    return found[0]


def make_decision(
    warehouse: Path,
    claim_id: UUID,
    rating: Rating,
    person: str,
    *,
    conclusion: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    role: Role = Role.CHECKER,
    shown: bool = True,
    spent_ms: int | None = None,
) -> ReviewEvent:
    """Return the event by which ``person`` (a name) decides a claim.

    A conclusion is required when the rating is refuted or differs from the machine's; without one
    UsageError is raised.
    """
    with open_known(warehouse) as known:
        verdict = known.current_verdict(claim_id)
        machine = known.rating_of(verdict) if verdict else None
        conclusion = (conclusion or "").strip() or None
        if conclusion is None and (rating is Rating.REFUTED or rating != machine):
            why = "it is refuted" if rating is Rating.REFUTED else f"the machine says {machine or 'nothing'}"
            raise UsageError(f"the rating {rating} needs a reason for readers ({why}); add --conclusion TEXT")
        return ReviewEvent(
            event_id=uuid7(),
            act=Act.DECIDE,
            claim_id=claim_id,
            reviewer=reviewer_id(warehouse, person),
            role=role,
            at=datetime.now(UTC),
            salt=secrets.token_hex(SALT_BYTES),
            previous_event=known.latest_event(claim_id),
            verdict_id=verdict,
            text_sha256=known.deciding_text(verdict) if verdict else None,
            rating=rating,
            conclusion=conclusion,
            reason=reason,
            note=note,
            shown=shown,
            spent_ms=spent_ms,
        )


def make_undo(warehouse: Path, claim_id: UUID, person: str, *, role: Role = Role.CHECKER) -> ReviewEvent:
    """Return the event by which ``person`` takes the latest own decision on a claim back.

    The event's ``target`` is the id of that decision. Raises UsageError when there is none.
    """
    with open_known(warehouse) as known:
        reviewer = _known_reviewer(warehouse, person)
        decision = known.standing_decision(claim_id, reviewer) if reviewer else None
        if reviewer is None or decision is None:
            raise UsageError(
                f"{person} has no decision on the claim {claim_id} to take back; see factdesk queue"
            )
        return _make_event(known, Act.UNDO, claim_id, reviewer, role, target=str(decision))


def make_event(
    warehouse: Path,
    act: Act,
    claim_id: UUID,
    person: str,
    *,
    role: Role = Role.CHECKER,
    note: str | None = None,
    until: datetime | None = None,
    target: str | None = None,
) -> ReviewEvent:
    """Return any other event: assign, lease, wait, flag, note, disputed, correction_made...

    ``target`` of an assign event is the reviewer's id; in a flag event ``second_check`` asks for one, and
    `REOPEN` puts a decided claim back into the queue.
    """
    with open_known(warehouse) as known:
        reviewer = reviewer_id(warehouse, person)
        return _make_event(known, act, claim_id, reviewer, role, note=note, until=until, target=target)


def _make_event(
    known: Known,
    act: Act,
    claim_id: UUID,
    reviewer: str,
    role: Role,
    *,
    note: str | None = None,
    until: datetime | None = None,
    target: str | None = None,
) -> ReviewEvent:
    return ReviewEvent(
        event_id=uuid7(),
        act=act,
        claim_id=claim_id,
        reviewer=reviewer,
        role=role,
        at=datetime.now(UTC),
        salt=secrets.token_hex(SALT_BYTES),
        previous_event=known.latest_event(claim_id),
        verdict_id=known.current_verdict(claim_id),
        note=note,
        until=until,
        target=target,
    )


def _known_reviewer(warehouse: Path, person: str) -> str | None:
    name = " ".join(person.split())
    return next((one for one, known in read_people(warehouse).items() if known == name), None)
