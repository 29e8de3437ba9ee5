"""What people did on a claim, and what that makes of it in the queue.

The view `derived.waiting_claims` says the same of all claims; to plan it takes longer than a person waits
after a key. Here one claim is moved on by its own events alone; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from factdesk.desk.waiting_claims import WaitingClaim, is_drawn
from factdesk.model import Act, Rating, Role, Stage
from factdesk.warehouse.known import Known

ASKED_ANEW = "the machine now disagrees with the decision"
"""Why a decided claim waits again that somebody asked for, in the words of the view ``review_queue``. Only
sources bring about another cause, and of those the view tells."""

LEASE = timedelta(minutes=10)

_EVENTS = """
    SELECT e.id, e.act, e.reviewer, e.role, e.acted_at, e.rating, e.conclusion, e.reason, e.note, e.until,
        e.target, c.stale, e.shown, e.text_sha256
    FROM records.review_events AS e
    JOIN keeper.event_chain AS c ON c.event_id = e.id
    WHERE e.claim_id IN (SELECT unnest(?::UUID[])) ORDER BY c.position
"""

_EVENTS_AT = """
    SELECT fold_sequence, id, act, reviewer, role, acted_at, rating, conclusion, reason, note, until, target,
        false, shown, text_sha256
    FROM records.review_events WHERE fold_sequence IN ({rows}) AND claim_id = ?
"""

_TURNS = (
    *(Act.DECIDE, Act.DISPUTED, Act.CORRECTION_MADE),
    *(Act.CORRECTION_REFUSED, Act.OUR_CHECK_CORRECTED),
)
_SETTLING = (Role.EDITOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Event:
    """One act on a claim, with the columns of ``derived.claim_events``."""

    id: UUID
    act: str
    reviewer: str
    role: str
    acted_at: datetime
    rating: str | None
    conclusion: str | None
    reason: str | None
    note: str | None
    until: datetime | None
    target: str | None
    stale: bool
    shown: bool
    text_sha256: str | None


def load_events(known: Known, claim_ids: Collection[UUID]) -> list[Event]:
    """Return what was done on a claim and those whose decisions it carries, the first act first."""
    return [Event(*row) for row in known.ask(_EVENTS, [[str(one) for one in claim_ids]])]


def load_stage(known: Known, claim_id: UUID) -> str | None:
    """Return the stage of a claim, None when there is no such claim."""
    rows = known.ask("SELECT stage FROM derived.stages WHERE claim_id = ?", [claim_id])
    return str(rows[0][0]) if rows else None


def load_events_at(known: Known, claim_id: UUID, places: Mapping[int, bool]) -> list[Event]:
    """Return the acts on a claim at these fold sequences, in this order; those on other claims are left out.

    ``places`` tells of each whether it came too late.
    """
    rows = known.ask(_EVENTS_AT.format(rows=", ".join(map(str, places))), [claim_id])
    found = {row[0]: Event(*row[1:]) for row in rows}
    return [replace(found[place], stale=is_stale) for place, is_stale in places.items() if place in found]


def seen_token(events: Sequence[Event], verdict_id: UUID | None) -> str:
    """Return a token of the last act that bears on a decision (no mere opening) and of the verdict."""
    acts = [one.id for one in events if one.act != Act.LEASE]
    return f"{acts[-1] if acts else '-'}.{verdict_id or '-'}"


def standing_decisions(events: Sequence[Event]) -> list[Event]:
    """Return the decision of each person that holds: the latest that was not taken back, in their order."""
    undone = {one.target for one in events if one.act == Act.UNDO}
    held: dict[str, Event] = {}
    for one in events:
        if one.act == Act.DECIDE and str(one.id) not in undone:
            held.pop(one.reviewer, None)
            held[one.reviewer] = one
    return list(held.values())


def moved_on(claim: WaitingClaim, events: Sequence[Event], policy: str, now: datetime) -> WaitingClaim:
    """Return a waiting claim as these events, all of them, leave it; its stage tells whether it still waits.

    Not for a decision that was taken back: whether the one before still fits its source only the view tells.
    """
    standing = standing_decisions(events)
    holder, held_until = _hold(events, now)
    is_reopened = _is_reopened(claim, events, standing)
    stage = _stage(
        events,
        standing,
        _policy_of(claim.claim_id, policy),
        is_held=holder is not None,
        is_reopened=is_reopened,
    )
    waits = [one.until for one in events if one.act == Act.WAIT and one.until is not None]
    return replace(
        claim,
        stage=stage,
        held_by=holder,
        held_until=held_until,
        waiting_until=waits[-1] if waits and waits[-1] > now else None,
        assigned_to=next((one.target for one in reversed(events) if one.act == Act.ASSIGN), None),
        deciders=tuple(one.reviewer for one in standing),
        seen_by=tuple({one.reviewer: None for one in events if one.act == Act.DECIDE}),
        is_flagged=_is_flagged(events),
        editor_rating=standing[-1].rating if standing else None,
        decided_at=standing[-1].acted_at if standing else None,
        is_reopened=is_reopened,
        cause=(claim.cause or ASKED_ANEW) if stage == Stage.REOPENED else None,
    )


def _is_reopened(claim: WaitingClaim, events: Sequence[Event], standing: Sequence[Event]) -> bool:
    """Whether the decision was outdated when the queue was read, or somebody asked for another since."""
    if not standing:
        return False
    after = list(events)[[one.id for one in events].index(standing[-1].id) :]
    is_asked = any(one.act == Act.FLAG and one.target == "reopen" for one in after)
    return is_asked or (claim.is_reopened and standing[-1].acted_at == claim.decided_at)


def _policy_of(claim_id: UUID, policy: str) -> str:
    """Return the word of the policy for one claim: all for one that is drawn."""
    word, _, share = policy.partition(" ")
    return "all" if share and is_drawn(claim_id, float(share)) else word


def _stage(
    events: Sequence[Event], standing: Sequence[Event], policy: str, *, is_held: bool, is_reopened: bool
) -> str:
    turn = _last_turn(events)
    if turn == Act.CORRECTION_MADE:
        return Stage.CORRECTED
    if turn == Act.DISPUTED:
        return Stage.DISPUTED
    if not standing:
        return Stage.FIRST_CHECK if is_held else Stage.TO_REVIEW
    last = standing[-1]
    if last.stale or _disagrees(standing) or (len(standing) < 2 and _is_second_asked(last, events, policy)):
        return Stage.SECOND_CHECK
    return Stage.REOPENED if is_reopened else Stage.DECIDED


def _last_turn(events: Sequence[Event]) -> str | None:
    """Return the last act that moves a claim past its decision.

    One that was taken back does not, nor a decision on a dispute by somebody who stood by a decision when it
    began.
    """
    undone = {one.target for one in events if one.act == Act.UNDO}
    disputes = [
        number for number, one in enumerate(events) if one.act == Act.DISPUTED and str(one.id) not in undone
    ]
    begun = disputes[-1] if disputes else len(events)
    barred = {one.reviewer for one in standing_decisions(events[:begun])} if disputes else set()
    turns = [
        one.act
        for number, one in enumerate(events)
        if one.act in _TURNS
        and str(one.id) not in undone
        and not (one.act == Act.DECIDE and number > begun and one.reviewer in barred)
    ]
    return turns[-1] if turns else None


def _disagrees(standing: Sequence[Event]) -> bool:
    """Whether they said different things and neither a majority nor an editor who came third settles it."""
    last = standing[-1]
    agreeing = sum(one.rating == last.rating for one in standing)
    is_settled = len(standing) > 2 and last.role in _SETTLING
    return len({one.rating for one in standing}) > 1 and agreeing < 2 and not is_settled


def _is_second_asked(last: Event, events: Sequence[Event], policy: str) -> bool:
    if any(one.act == Act.FLAG and one.target == "second_check" for one in events):
        return True
    is_serious = last.rating in (Rating.REFUTED, Rating.PARTIALLY_SUPPORTED)
    return policy == "all" or (policy == "refuted_and_partial" and is_serious)


def _hold(events: Sequence[Event], now: datetime) -> tuple[str | None, datetime | None]:
    """Return who holds the claim and until when: a lease goes before an assignment."""
    last = next((one for one in reversed(events) if one.act in (Act.LEASE, Act.DECIDE)), None)
    if last is not None and last.act == Act.LEASE:
        until = last.until or last.acted_at + LEASE
        if until > now:
            return last.reviewer, until
    given = next((one for one in reversed(events) if one.act == Act.ASSIGN), None)
    if given is not None and given.target and (given.until is None or given.until > now):
        return given.target, given.until
    return None, None


def _is_flagged(events: Sequence[Event]) -> bool:
    for one in reversed(events):
        if one.act == Act.DECIDE:
            return False
        if one.act == Act.FLAG and one.target == "editor":
            return True
    return False
