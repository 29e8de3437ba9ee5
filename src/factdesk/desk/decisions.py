"""A person's decisions: which claim is meant, and the review event that says what was decided.

Events are only made here; who makes one writes it to the spool. Each names the latest event of its claim,
waiting batches included, so that the keeper can tell a decision that came too late.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from factdesk.desk.people import read_people, reviewer_id
from factdesk.desk.words import REASONS
from factdesk.errors import UsageError
from factdesk.model import Act, Rating, ReviewEvent, Role, uuid7
from factdesk.warehouse.known import Known, open_known

SALT_BYTES = 16

REOPEN = "reopen"
"""The target of a flag event after which a decided claim waits for a person again."""

ADDED = "added"
"""The target of a note by which a person's claim says who added it."""

_DISPUTED = "SELECT 1 FROM derived.stages WHERE claim_id = ? AND stage = 'disputed'"

_PREFIX = re.compile(r"[0-9a-f]{1,32}")


class MissingConclusionError(UsageError):
    """A decision lacks the sentence for readers that its rating needs."""


class MissingReasonError(UsageError):
    """A decision overrules the machine and does not say why."""


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
    """Return the event by which ``person`` (a name) decides a claim; see `decision_of`.

    Raises UsageError too where the claim is disputed and this person has decided it.
    """
    with open_known(warehouse) as known:
        # Before the person is given an id: of one who is refused no name is kept.
        _check_said(known, known.current_verdict(claim_id), rating, conclusion, reason, shown=shown)
        reviewer = known_reviewer(warehouse, person)
        if reviewer and known.ask(_DISPUTED, [claim_id]) and known.standing_decision(claim_id, reviewer):
            name = " ".join(person.split())
            raise UsageError(
                f"the decision of {name} on the claim {claim_id} is disputed; somebody else decides it now"
            )
        return decision_of(
            known,
            claim_id,
            rating,
            Actor(reviewer_id(warehouse, person), role),
            conclusion=conclusion,
            reason=reason,
            note=note,
            shown=shown,
            spent_ms=spent_ms,
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the opaque id of a reviewer, and the role in which it is done."""

    reviewer: str
    role: Role


def _check_said(
    known: Known,
    verdict: UUID | None,
    rating: Rating,
    conclusion: str | None,
    reason: str | None,
    *,
    shown: bool,
) -> None:
    """Raise UsageError when a decision lacks the conclusion or the reason that it needs.

    A conclusion is needed when the rating is refuted or differs from the machine's, a reason when it differs
    from one. Where the machine's rating was not ``shown``, only refuted needs a conclusion and nothing a
    reason: anything else would tell what the machine says.
    """
    is_concluded = bool((conclusion or "").strip())
    if rating is Rating.REFUTED and not is_concluded:
        raise MissingConclusionError("a refuted claim needs one sentence for readers; add --conclusion TEXT")
    if not shown:
        return
    machine = known.rating_of(verdict) if verdict else None
    if rating == machine:
        return
    if not is_concluded:
        raise MissingConclusionError(
            f"the rating {rating} needs one sentence for readers, because the machine says "
            f"{machine or 'nothing'}; add --conclusion TEXT"
        )
    if machine is not None and not (reason or "").strip():
        raise MissingReasonError(
            f"the rating {rating} needs a reason, because the machine says {machine}; add --reason with one "
            f"of {', '.join(REASONS)}"
        )


def decision_of(
    known: Known,
    claim_id: UUID,
    rating: Rating,
    actor: Actor,
    *,
    conclusion: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    shown: bool = True,
    spent_ms: int | None = None,
    target: str | None = None,
) -> ReviewEvent:
    """Return the event by which somebody decides a claim, given what is known now.

    ``target`` is a mark that decisions share which were made as one.

    Raises UsageError when it lacks the conclusion or the reason that it needs.
    """
    verdict = known.current_verdict(claim_id)
    _check_said(known, verdict, rating, conclusion, reason, shown=shown)
    return ReviewEvent(
        event_id=uuid7(),
        act=Act.DECIDE,
        claim_id=claim_id,
        reviewer=actor.reviewer,
        role=actor.role,
        at=datetime.now(UTC),
        salt=secrets.token_hex(SALT_BYTES),
        previous_event=known.latest_event(claim_id),
        verdict_id=verdict,
        text_sha256=known.deciding_text(verdict) if verdict else None,
        rating=rating,
        conclusion=(conclusion or "").strip() or None,
        reason=(reason or "").strip() or None,
        note=note,
        shown=shown,
        spent_ms=spent_ms,
        target=target,
    )


def make_undo(warehouse: Path, claim_id: UUID, person: str, *, role: Role = Role.CHECKER) -> ReviewEvent:
    """Return the event by which ``person`` takes the latest own decision on a claim back.

    The event's ``target`` is the id of that decision. Raises UsageError when there is none.
    """
    with open_known(warehouse) as known:
        reviewer = known_reviewer(warehouse, person)
        undo = undo_of(known, claim_id, Actor(reviewer, role)) if reviewer else None
        if undo is None:
            raise UsageError(
                f"{person} has no decision on the claim {claim_id} to take back; see factdesk queue"
            )
        return undo


def undo_of(known: Known, claim_id: UUID, actor: Actor) -> ReviewEvent | None:
    """Return the event that takes the actor's latest decision on a claim back; None when there is none."""
    decision = known.standing_decision(claim_id, actor.reviewer)
    if decision is None:
        return None
    return event_of(known, Act.UNDO, claim_id, actor, target=str(decision))


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
        actor = Actor(reviewer_id(warehouse, person), role)
        return event_of(known, act, claim_id, actor, note=note, until=until, target=target)


def event_of(
    known: Known,
    act: Act,
    claim_id: UUID,
    actor: Actor,
    *,
    note: str | None = None,
    until: datetime | None = None,
    target: str | None = None,
) -> ReviewEvent:
    """Return an event that is no decision, given what is known now; see `make_event`."""
    return ReviewEvent(
        event_id=uuid7(),
        act=act,
        claim_id=claim_id,
        reviewer=actor.reviewer,
        role=actor.role,
        at=datetime.now(UTC),
        salt=secrets.token_hex(SALT_BYTES),
        previous_event=known.latest_event(claim_id),
        verdict_id=known.current_verdict(claim_id),
        note=note,
        until=until,
        target=target,
    )


def known_reviewer(warehouse: Path, person: str) -> str | None:
    """Return the opaque id of somebody who has done something before; None of others."""
    name = " ".join(person.split())
    return next((one for one, known in read_people(warehouse).items() if known == name), None)
