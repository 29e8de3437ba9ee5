"""The page of one claim: its essay beside its sources, what the machine says and why, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.claim_events import LEASE
from factdesk.desk.claim_history import tell_history
from factdesk.desk.claim_repeats import Earlier
from factdesk.desk.claim_view import ClaimView, load_claim_view
from factdesk.desk.decisions import event_of
from factdesk.desk.further_acts import ClaimState, fitting_acts, last_of
from factdesk.desk.people import read_people
from factdesk.desk.queue_page import Listing, next_claim, rank, read_listing, why
from factdesk.desk.roles import Action
from factdesk.desk.second_checks import stuck_words
from factdesk.desk.undoing import last_decision
from factdesk.desk.visits import Page, Person, Visit
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.desk.work_page import told_by_work
from factdesk.model import Act, Rating, ReviewEvent, Stage
from factdesk.sources.archive import Archive
from factdesk.sources.outcomes import say_outcome
from factdesk.warehouse.known import Known

RENEWED_BEFORE = timedelta(minutes=5)
"""A lease that lasts longer than this is not written again when its page is."""


def claim_id_of(visit: Visit) -> UUID | None:
    """Return the claim that the address names, None when that is no id."""
    try:
        return UUID(visit.part("claim_id"))
    except ValueError:
        return None


def show_claim(visit: Visit) -> Response:
    """Show one claim, and hold it for ten minutes for whoever can decide it."""
    claim_id = claim_id_of(visit)
    listing = read_listing(visit.query.multi_items())
    if claim_id is not None:
        _hold(visit, claim_id)
    again = visit.desk.work.find(visit.query.get("again", ""), visit.person.reviewer)
    written = again.typed if again is not None and again.claim_id == str(claim_id) else None
    return claim_answer(visit, claim_id, listing, written=written, told=told_by_work(visit))


def _hold(visit: Visit, claim_id: UUID) -> None:
    one = visit.desk.waiting.find(claim_id)
    if one is None or why_not(visit.person, one, one.stage, visit.desk.now()) is not None:
        return
    if needs_lease(one, visit.person, visit.desk.now()):
        visit.desk.record(lambda known: [lease_event(known, claim_id, visit)])


def needs_lease(one: WaitingClaim, person: Person, now: datetime) -> bool:
    """Whether the person's hold on a claim is to be written: there is none, or it runs out soon."""
    if one.held_by != person.reviewer or one.held_until is None:
        return True
    return one.held_until - now < RENEWED_BEFORE


def lease_event(known: Known, claim_id: UUID, visit: Visit) -> ReviewEvent:
    """Return the event by which the visitor holds a claim."""
    until = visit.desk.now() + LEASE
    return event_of(known, Act.LEASE, claim_id, visit.person.actor, until=until)


def why_not(person: Person, one: WaitingClaim | None, stage: str, now: datetime) -> str | None:
    """Say why somebody cannot decide a claim now, None when it can be: one rule for page and server.

    ``one`` is the claim in the queue, None when it does not wait.
    """
    if not person.may(Action.DECIDE):
        return "Your role reads and does not decide."
    if one is None:
        if stage == Stage.WITHDRAWN:
            return "The claim no longer stands in its essay."
        return None if person.may(Action.SETTLE) else "The claim is decided; an editor may decide it anew."
    holder = one.holder(now)
    if holder not in (None, person.reviewer) and one.assigned_to != person.reviewer:
        return "A colleague has the claim open."
    if one.is_disputed_between and not person.may(Action.SETTLE):
        return "Two people disagree about it; an editor settles it."
    if person.reviewer in one.deciders and one.stage in (Stage.SECOND_CHECK, Stage.DISPUTED):
        return "You have decided it; somebody else checks it now."
    return None


def claim_answer(
    visit: Visit,
    claim_id: UUID | None,
    listing: Listing,
    *,
    status: int = 200,
    alert: str = "",
    told: str = "",
    written: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of a claim. ``written`` are the fields of a form that could not be saved."""
    desk, person = visit.desk, visit.person
    found = desk.find(claim_id) if claim_id else None
    one = found if found is not None and found.waits else None
    hides_machine = one is not None and one.hides_machine(person.reviewer)
    view = _load_view(visit, claim_id, found, hides_machine=hides_machine) if claim_id else None
    if view is None:
        return visit.refuse(404, "No such claim", "No claim has this id; go back to the queue.")
    repeats = [repeat for repeat in view.repeats if _may_see(visit, repeat.claim_id)]
    view = replace(view, repeats=repeats)
    settles = one is not None and one.is_disputed_between
    now = desk.now()
    state = ClaimState(one.stage if one else view.row["stage"], view.events)
    return visit.show(
        "claim.html",
        status=status,
        view=view,
        waits=one,
        hides_machine=hides_machine,
        hides_people=one is not None and one.hides_people(person.reviewer),
        why_not=why_not(person, one, view.row["stage"], now),
        stuck=stuck_words(desk.home, lambda: {one.deciders: 1}) if one and one.waits_for_second else "",
        why=why(one, now) if one else "",
        needing=_needing(view, hides_machine, settles=settles),
        differing=_differing(view, hides_machine),
        acceptable=_acceptable(visit, view, hides_machine, settles=settles),
        listing=listing,
        next=next_claim(visit, listing, claim_id),
        previous=next_claim(visit, listing, claim_id, -1),
        names=read_people(desk.home.warehouse),
        say_outcome=say_outcome,
        undoable=last_decision(visit),
        mine=next((event for event in view.standing if event.reviewer == person.reviewer), None),
        moment=now,
        history=tell_history(view.events),
        further=[act for act in fitting_acts(state) if person.may(act.action)],
        own_last=last_of(state, person.reviewer),
        works=desk.work.on_claim(str(claim_id)),
        told=told,
        alert=alert,
        written=written or {},
        number=_place(visit, claim_id, listing),
    )


def _load_view(
    visit: Visit, claim_id: UUID, found: WaitingClaim | None, *, hides_machine: bool
) -> ClaimView | None:
    desk = visit.desk
    fresh = desk.fresh_decisions()  # before the database is asked, so that no decision is in neither
    acts = desk.acts_on(claim_id)
    with desk.read_for(claim_id, found) as known:
        earlier = Earlier(known, desk.decided_words, fresh)
        return load_claim_view(
            known, _archive(visit), claim_id, found, acts, earlier, hides_machine=hides_machine
        )


def _may_see(visit: Visit, claim_id: UUID) -> bool:
    """Whether the visitor may see how a claim was decided: not if they are to check it a second time."""
    one = visit.desk.waiting.find(claim_id)
    return one is None or not (
        one.hides_people(visit.person.reviewer) or one.hides_machine(visit.person.reviewer)
    )


def _archive(visit: Visit) -> Archive:
    return Archive(visit.desk.home.warehouse / "snapshots")


def _needing(view: ClaimView, hides_machine: bool, *, settles: bool) -> frozenset[str]:
    """Return the ratings that need a sentence for readers; for a blind claim they tell nothing.

    Where a decision ``settles`` what two people disagree on, all do.
    """
    if settles:
        return frozenset(one.value for one in Rating)
    if hides_machine:
        return frozenset({Rating.REFUTED.value})
    machine = view.row["machine_rating"]
    return frozenset(one.value for one in Rating if one is Rating.REFUTED or one.value != machine)


def _differing(view: ClaimView, hides_machine: bool) -> frozenset[str]:
    """Return the ratings by which the machine is overruled, so that they need a reason."""
    machine = view.row["machine_rating"]
    if hides_machine or machine is None:
        return frozenset()
    return frozenset(one.value for one in Rating if one.value != machine)


def _acceptable(visit: Visit, view: ClaimView, hides_machine: bool, *, settles: bool) -> str | None:
    """Return the machine's rating when one key may accept it: sure enough, not refuted, not blind."""
    rating: str | None = view.row["machine_rating"]
    if settles or hides_machine or rating in (None, Rating.REFUTED) or view.confidence is None:
        return None
    return rating if view.confidence >= visit.desk.home.settings.desk.accept_above else None


def _place(visit: Visit, claim_id: UUID | None, listing: Listing) -> tuple[int, int] | None:
    """Return which of how many the claim is in its listing."""
    ranking = rank(visit, listing)
    place = None if claim_id is None else ranking.place(claim_id)
    return None if place is None else (place + 1, len(ranking))


PAGES = (Page("GET", "/claims/{claim_id}", Action.READ, show_claim),)
