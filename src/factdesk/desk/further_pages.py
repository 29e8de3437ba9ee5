"""The forms of a claim's page for its author, disputes and corrections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.claim_acts import StaleError, say_what_happened, stage_of, store_act
from factdesk.desk.claim_events import seen_token
from factdesk.desk.claim_page import claim_answer, claim_id_of
from factdesk.desk.further_acts import FURTHER_ACTS, ClaimState, FurtherAct, Given, further_event, take_back
from factdesk.desk.queue_page import listing_of_text
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.model import ReviewEvent
from factdesk.warehouse.known import Known


def act_further(act: FurtherAct, visit: Visit) -> Response:
    """Store one act of the table and show the claim again."""

    def make(known: Known, claim_id: UUID) -> ReviewEvent:
        waits = visit.desk.look_again(claim_id)
        state = _state_of(visit, claim_id, waits.stage if waits else stage_of(visit, known, claim_id))
        if seen_token(state.events, known.current_verdict(claim_id)) != visit.form.get("seen"):
            raise StaleError(say_what_happened(visit, state.events, waits))
        given = Given(*(visit.form.get(name, "") for name in ("note", "link", "day")))
        return further_event(known, act, claim_id, state, visit.person.actor, given, visit.desk.now())

    return _store(visit, make)


def take_further_back(visit: Visit) -> Response:
    """Take the visitor's last act of the table back and show the claim again."""

    def make(known: Known, claim_id: UUID) -> ReviewEvent:
        state = _state_of(visit, claim_id, stage_of(visit, known, claim_id))
        undo = take_back(known, claim_id, state, visit.person.actor)
        if undo.target != visit.form.get("event"):
            raise StaleError("Something else was done on this claim since; look at its history.")
        return undo

    return _store(visit, make)


def _state_of(visit: Visit, claim_id: UUID, stage: str) -> ClaimState:
    return ClaimState(stage, visit.desk.acts_on(claim_id))


def _store(visit: Visit, make: Callable[[Known, UUID], ReviewEvent]) -> Response:
    claim_id, listing = claim_id_of(visit), listing_of_text(visit.form.get("list", ""))
    if claim_id is None:
        return claim_answer(visit, None, listing)

    def make_all(known: Known) -> Sequence[ReviewEvent]:
        return [make(known, claim_id)]

    return store_act(visit, claim_id, listing, make_all, listing.address(f"/claims/{claim_id}"))


PAGES = (
    *(
        Page("POST", f"/claims/{{claim_id}}/{one.act.value}", one.action, partial(act_further, one))
        for one in FURTHER_ACTS
    ),
    Page("POST", "/claims/{claim_id}/take-back", Action.UNDO, take_further_back),
)
