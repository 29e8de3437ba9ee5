"""What people do on a claim: decide, take back, put off, ask an editor, give to somebody, note, skip.

Every act goes through the spool, and the next page knows it. An act on a page that is
stale is refused before it is written, and what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.bulk_acts import take_back
from factdesk.desk.claim_events import Event, load_stage, seen_token, standing_decisions
from factdesk.desk.claim_page import (
    claim_answer,
    claim_id_of,
    lease_event,
    needs_lease,
    why_not,
)
from factdesk.desk.decisions import (
    MissingConclusionError,
    MissingReasonError,
    decision_of,
    event_of,
    undo_of,
)
from factdesk.desk.form_fields import read_conclusion, read_note, read_spent, read_term
from factdesk.desk.people import read_people
from factdesk.desk.queue_page import Listing, listing_of_text, next_claim
from factdesk.desk.roles import Action
from factdesk.desk.sent_again import stored_decision
from factdesk.desk.undoing import last_decision
from factdesk.desk.visits import Page, Visit
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.desk.words import DECISIONS, REASONS, fault_words, moment_words
from factdesk.errors import UsageError
from factdesk.model import Act, Rating, ReviewEvent
from factdesk.warehouse.known import Known


class StaleError(Exception):
    """The claim is no longer what the page showed; the message says in words what happened."""


class RefusedError(Exception):
    """The act cannot be, and the message says why."""


def decide(visit: Visit) -> Response:
    """Store a decision and go on to the next claim."""
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    if claim_id is None:
        return claim_answer(visit, None, listing)
    rating = visit.form.get("rating", "")
    if rating not in DECISIONS:
        return answer_again(visit, claim_id, listing, 422, "Choose a rating: one of the keys 1 to 7.")
    after = next_claim(visit, listing, claim_id)

    def make(known: Known) -> Sequence[ReviewEvent]:
        if stored_decision(visit, known, claim_id, visit.form.get("seen", "")) is not None:
            return []
        one = _check_current(visit, known, claim_id)
        shown = one is None or not one.hides_machine(visit.person.reviewer)
        if one is not None and one.is_disputed_between and _conclusion(visit) is None:
            raise MissingConclusionError("two people disagree; settle it with one sentence for readers")
        decision = decision_of(
            known,
            claim_id,
            Rating(rating),
            visit.person.actor,
            conclusion=_conclusion(visit),
            reason=visit.form.get("reason") if visit.form.get("reason") in REASONS else None,
            note=_note(visit),
            shown=shown,
            spent_ms=read_spent(visit.form.get("spent_ms", "")),
        )
        return [decision, *_hold_next(visit, known, after)]

    return store_act(visit, claim_id, listing, make, _address(listing, after))


def _address(listing: Listing, after: WaitingClaim | None) -> str:
    """The next claim, else the queue."""
    return listing.address(f"/claims/{after.claim_id}") if after else listing.address()


def _hold_next(visit: Visit, known: Known, after: WaitingClaim | None) -> list[ReviewEvent]:
    """The next page need not write its lease then."""
    if after is None or not needs_lease(after, visit.person, visit.desk.now()):
        return []
    return [lease_event(known, after.claim_id, visit)]


def store_act(
    visit: Visit,
    claim_id: UUID,
    listing: Listing,
    make: Callable[[Known], Sequence[ReviewEvent]],
    after: str,
) -> Response:
    """Store what ``make`` returns and go on to the address ``after``; or say on the claim why not."""
    try:
        visit.desk.record(make)
    except StaleError as stale:
        return answer_again(visit, claim_id, listing, 409, str(stale))
    except MissingConclusionError:
        said = "Write one sentence for readers: you differ from the machine, or contradict the claim."
        return answer_again(visit, claim_id, listing, 422, said)
    except MissingReasonError:
        said = "Choose why you differ from the machine, so that its rules can be mended."
        return answer_again(visit, claim_id, listing, 422, said)
    except RefusedError as refused:
        return answer_again(visit, claim_id, listing, 403, str(refused))
    except UsageError as error:
        return answer_again(visit, claim_id, listing, 422, fault_words(error))
    return visit.go(after)


def answer_again(visit: Visit, claim_id: UUID, listing: Listing, status: int, alert: str) -> Response:
    """Show the claim with what was typed kept, and say why nothing was stored."""
    return claim_answer(visit, claim_id, listing, status=status, alert=alert, written=visit.form)


def _check_current(visit: Visit, known: Known, claim_id: UUID) -> WaitingClaim | None:
    """Return the claim as it waits now. Raises StaleError when the page showed another state of it, and
    RefusedError when the visitor cannot decide it."""
    one = visit.desk.look_again(claim_id)
    stage = one.stage if one else stage_of(visit, known, claim_id)
    events = visit.desk.acts_on(claim_id)
    if seen_token(events, known.current_verdict(claim_id)) != visit.form.get("seen"):
        raise StaleError(say_what_happened(visit, events, one))
    refusal = why_not(visit.person, one, stage, visit.desk.now())
    if refusal is not None:
        holder = one.holder(visit.desk.now()) if one else None
        if holder not in (None, visit.person.reviewer):
            raise StaleError(f"{_name(visit, holder)} has taken the claim over. {_KEPT}")
        raise RefusedError(refusal)
    return one


def stage_of(visit: Visit, known: Known, claim_id: UUID) -> str:
    """Return the stage of a claim. Raises RefusedError when there is none."""
    one = visit.desk.find(claim_id)
    if one is not None:
        return one.stage
    stage = load_stage(known, claim_id)
    if stage is None:
        raise RefusedError("There is no such claim.")
    return stage


_KEPT = "Nothing was stored; what you wrote is kept below."


def say_what_happened(visit: Visit, events: Sequence[Event], one: WaitingClaim | None) -> str:
    """Say who decided what since the page was shown; not to the one who is to check it a second time."""
    standing = standing_decisions(events)
    last = standing[-1] if standing else None
    acts = [one for one in events if one.act != Act.LEASE]
    is_mine = last is not None and last.reviewer == visit.person.reviewer
    if last is None or (is_mine and acts[-1] != last):
        return f"Something has happened to this claim since you opened it. {_KEPT}"
    name, at = "You" if is_mine else _name(visit, last.reviewer), moment_words(last.acted_at)
    if one is not None and one.hides_people(visit.person.reviewer):
        return f"{name} decided this at {at}; yours would be the second check. {_KEPT}"
    said = DECISIONS.get(last.rating or "", "")
    conclusion = f" “{last.conclusion}”" if last.conclusion else ""
    return f"{name} decided this at {at}: {said}.{conclusion} {_KEPT}"


def _name(visit: Visit, reviewer: str | None) -> str:
    return read_people(visit.desk.home.warehouse).get(reviewer or "", "A colleague")


def _note(visit: Visit) -> str | None:
    return read_note(visit.form.get("note", ""))


def _conclusion(visit: Visit) -> str | None:
    return read_conclusion(visit.form.get("conclusion", ""))


def undo(visit: Visit) -> Response:
    """Take the visitor's decision on a claim back and show the claim again."""
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    if claim_id is None:
        return claim_answer(visit, None, listing)
    return _undo(visit, claim_id, listing)


def undo_last(visit: Visit) -> Response:
    """Take the visitor's last decision back, whatever page is open."""
    listing = listing_of_text(visit.form.get("list", ""))
    last = last_decision(visit)
    if last is None:
        return visit.refuse(409, "Nothing to take back", "You have decided nothing in the last twelve hours.")
    if last.mark is not None:
        return take_back(visit, last.mark, listing)
    return _undo(visit, last.claim_id, listing)


def _undo(visit: Visit, claim_id: UUID, listing: Listing) -> Response:
    def make(known: Known) -> Sequence[ReviewEvent]:
        event = undo_of(known, claim_id, visit.person.actor)
        if event is None:
            raise StaleError("You have no decision on this claim to take back.")
        return [event]

    return store_act(visit, claim_id, listing, make, listing.address(f"/claims/{claim_id}"))


def _simple(
    visit: Visit, act: Act, *, until: datetime | None = None, target: str | None = None, moves_on: bool
) -> Response:
    """Store an act that is no decision; ``moves_on`` shows the next claim, else this one again."""
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    if claim_id is None:
        return claim_answer(visit, None, listing)
    after = next_claim(visit, listing, claim_id) if moves_on else None

    def make(known: Known) -> Sequence[ReviewEvent]:
        stage_of(visit, known, claim_id)
        event = event_of(
            known, act, claim_id, visit.person.actor, note=_note(visit), until=until, target=target
        )
        return [event, *_hold_next(visit, known, after)]

    here = listing.address(f"/claims/{claim_id}")
    return store_act(visit, claim_id, listing, make, _address(listing, after) if moves_on else here)


def flag(visit: Visit) -> Response:
    """Ask an editor to look at a claim."""
    return _simple(visit, Act.FLAG, target="editor", moves_on=True)


def note(visit: Visit) -> Response:
    """Keep a note on a claim for colleagues."""
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    if claim_id is not None and not visit.form.get("note", "").strip():
        return answer_again(visit, claim_id, listing, 422, "The note is empty; write one, or leave it.")
    return _simple(visit, Act.NOTE, moves_on=False)


def skip(visit: Visit) -> Response:
    """Let a claim go undecided, so that others may take it, and go on to the next."""
    return _simple(visit, Act.LEASE, until=visit.desk.now(), moves_on=True)


def wait(visit: Visit) -> Response:
    """Put a claim off until the morning of a day (06:00 UTC) and go on to the next."""
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    until = read_term(visit.form.get("until", ""), visit.desk.now())
    if claim_id is not None and until is None:
        return answer_again(
            visit, claim_id, listing, 422, "Give a day from tomorrow on, at most a year ahead."
        )
    return _simple(visit, Act.WAIT, until=until, moves_on=True)


def assign(visit: Visit) -> Response:
    """Give a claim to somebody, or to nobody; without the right to give it to others only to oneself."""
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    reviewer = visit.form.get("to", "")
    people = read_people(visit.desk.home.warehouse)
    if claim_id is not None and reviewer and reviewer not in people:
        return answer_again(visit, claim_id, listing, 422, "That person is not known here.")
    is_own = reviewer == visit.person.reviewer
    if claim_id is not None and not is_own and not visit.person.may(Action.ASSIGN):
        return answer_again(
            visit, claim_id, listing, 403, "An editor gives claims to others; you may take them yourself."
        )
    return _simple(visit, Act.ASSIGN, target=reviewer or None, moves_on=False)


PAGES = (
    Page("POST", "/claims/{claim_id}/decide", Action.DECIDE, decide),
    Page("POST", "/claims/{claim_id}/undo", Action.UNDO, undo),
    Page("POST", "/undo", Action.UNDO, undo_last),
    Page("POST", "/claims/{claim_id}/flag", Action.FLAG, flag),
    Page("POST", "/claims/{claim_id}/note", Action.NOTE, note),
    Page("POST", "/claims/{claim_id}/skip", Action.TAKE, skip),
    Page("POST", "/claims/{claim_id}/wait", Action.WAIT, wait),
    Page("POST", "/claims/{claim_id}/assign", Action.TAKE, assign),
)
