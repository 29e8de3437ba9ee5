"""Deciding claims together, and taking that back.

Each claim gets an event of its own; all of them go into one batch, whole or not at all. They share a mark in
``target``, by which the decision is found again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.alike_claims import (
    MOST_ALIKE,
    are_alike,
    seen_tokens,
    why_alone,
)
from factdesk.desk.bulk_page import MARK, Unchanged, made_with, read_ids, show_groups
from factdesk.desk.decisions import (
    MissingConclusionError,
    MissingReasonError,
    decision_of,
    event_of,
)
from factdesk.desk.form_fields import read_conclusion, read_note, read_spent
from factdesk.desk.queue_page import Listing, listing_of_text
from factdesk.desk.roles import Action
from factdesk.desk.sent_again import stored_decision
from factdesk.desk.visits import Page, Visit
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.desk.words import DECISIONS, REASONS, fault_words
from factdesk.errors import UsageError
from factdesk.model import Act, Rating, ReviewEvent, uuid7
from factdesk.warehouse.known import Known

_QUOTES = "SELECT id, quote FROM records.claims WHERE id IN (SELECT unnest(?::UUID[]))"


class _RefusedError(Exception):
    """Nothing was decided: ``sentence`` says why, ``unchanged`` of which claims."""

    def __init__(self, status: int, sentence: str, unchanged: Sequence[Unchanged] = ()) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.unchanged = status, sentence, unchanged


def decide_alike(visit: Visit) -> Response:
    """Decide all claims that are ticked, if the number of them is confirmed; what is stale stays as it is."""
    listing = listing_of_text(visit.form.get("list", ""))
    members = _members(visit.form.get("member", ""))
    unchanged: list[Unchanged] = []
    mark = f"{MARK}{uuid7()}"

    def make(known: Known) -> Sequence[ReviewEvent]:
        nonlocal mark
        rating = _check_form(visit, members)
        fresh, stale = _part(visit, known, members)
        stored = _stored(visit, known, members, stale)
        unchanged.extend(one for one in stale if one.claim_id not in stored)
        if not fresh and stored:
            mark = next(iter(stored.values()))
            return []
        if not fresh:
            raise _RefusedError(409, "Nothing was decided: all of them have changed meanwhile.", stale)
        return [_decision(visit, known, one, rating, mark, len(fresh)) for one in fresh]

    try:
        visit.desk.record(make)
    except _RefusedError as refused:
        return _again(visit, listing, list(members), refused)
    except MissingReasonError:
        said = "Choose why you differ from the machine, so that its rules can be mended."
        return _again(visit, listing, list(members), _RefusedError(422, said))
    except MissingConclusionError:
        said = "Write one sentence for readers: you differ from the machine, or contradict the claims."
        return _again(visit, listing, list(members), _RefusedError(422, said))
    except UsageError as error:
        said = fault_words(error)
        return _again(visit, listing, list(members), _RefusedError(422, said))
    if unchanged:
        return show_groups(visit, listing, (), done=mark, unchanged=unchanged)
    return visit.go(listing.address("/bulk", done=mark))


def _again(visit: Visit, listing: Listing, wanted: Sequence[UUID], refused: _RefusedError) -> Response:
    return show_groups(
        visit,
        listing,
        wanted,
        status=refused.status,
        alert=refused.sentence,
        unchanged=refused.unchanged,
        written=visit.form,
    )


def _members(text: str) -> dict[UUID, str]:
    """Read the ticked claims, each with the token of what the page showed of it."""
    found: dict[UUID, str] = {}
    for word in text.split():
        name, _, token = word.partition("/")
        for claim_id in read_ids([name]):
            found[claim_id] = token
    return found


def _check_form(visit: Visit, members: Mapping[UUID, str]) -> Rating:
    """Return the rating. Raises _RefusedError when the form does not say what is to be done."""
    rating = visit.form.get("rating", "")
    if not members:
        raise _RefusedError(422, "Tick the claims that you mean.")
    if len(members) > MOST_ALIKE:
        raise _RefusedError(422, f"Decide at most {MOST_ALIKE} claims at once; untick some.")
    if visit.form.get("count", "").strip() != str(len(members)):
        raise _RefusedError(
            422,
            f"{len(members)} claims are ticked: type {len(members)} to confirm that you mean all of them.",
        )
    if rating not in DECISIONS:
        raise _RefusedError(422, "Choose a rating.")
    return Rating(rating)


def _part(
    visit: Visit, known: Known, members: Mapping[UUID, str]
) -> tuple[list[WaitingClaim], list[Unchanged]]:
    """Part the ticked claims into those that are as the page showed them, and the others."""
    now, fresh, stale = visit.desk.now(), [], []
    for claim_id in members:
        one = visit.desk.look_again(claim_id)
        if one is None:
            stale.append(Unchanged(claim_id, "", "It waits no more: somebody has decided it."))
        elif why := why_alone(one, visit.person, now):
            stale.append(Unchanged(claim_id, one.claim, why))
        else:
            fresh.append(one)
    tokens = seen_tokens(known, visit.desk.waiting, fresh)
    same = [one for one in fresh if tokens[one.claim_id] == members[one.claim_id]]
    together = are_alike(known, same, visit.form.get("group", ""))
    for one in fresh:
        if one not in same:
            stale.append(Unchanged(one.claim_id, one.claim, "Something has happened to it."))
        elif one.claim_id not in together:
            said = "It does not say the same on the same passage."
            stale.append(Unchanged(one.claim_id, one.claim, said))
    return [one for one in fresh if one.claim_id in together], _with_words(known, stale)


def _stored(
    visit: Visit, known: Known, members: Mapping[UUID, str], stale: Sequence[Unchanged]
) -> dict[UUID, str]:
    """Return those of the stale claims that this very form has decided already, each with its mark."""
    made = {one.claim_id: stored_decision(visit, known, one.claim_id, members[one.claim_id]) for one in stale}
    marks = {claim_id: one.target for claim_id, one in made.items() if one is not None}
    return {claim_id: mark for claim_id, mark in marks.items() if mark is not None and mark.startswith(MARK)}


def _with_words(known: Known, told: Sequence[Unchanged]) -> list[Unchanged]:
    """Add the words of claims that wait no more."""
    lacking = [str(one.claim_id) for one in told if not one.words]
    words = dict(known.ask(_QUOTES, [lacking])) if lacking else {}
    return [
        Unchanged(one.claim_id, one.words or words.get(one.claim_id, str(one.claim_id)), one.why)
        for one in told
    ]


def _decision(
    visit: Visit, known: Known, one: WaitingClaim, rating: Rating, mark: str, number: int
) -> ReviewEvent:
    spent = read_spent(visit.form.get("spent_ms", ""))
    reason = visit.form.get("reason", "")
    return decision_of(
        known,
        one.claim_id,
        rating,
        visit.person.actor,
        conclusion=read_conclusion(visit.form.get("conclusion", "")),
        reason=reason if reason in REASONS else None,
        note=read_note(visit.form.get("note", "")),
        spent_ms=None if spent is None else spent // number,
        target=mark,
    )


def undo_alike(visit: Visit) -> Response:
    """Take a decision on several claims back, all of it that still stands."""
    return take_back(visit, visit.form.get("bulk", ""), listing_of_text(visit.form.get("list", "")))


def take_back(visit: Visit, mark: str, listing: Listing) -> Response:
    """Take back what one has decided with this mark, and show the group again."""
    taken: list[UUID] = []

    def make(known: Known) -> Sequence[ReviewEvent]:
        standing = [row for row in made_with(known, visit, mark) if not row[3]]
        taken.extend(row[0] for row in standing)
        return [
            event_of(known, Act.UNDO, claim_id, visit.person.actor, target=str(event_id))
            for claim_id, event_id, _, _ in standing
        ]

    visit.desk.record(make)
    if not taken:
        return visit.refuse(409, "Nothing to take back", "You have no such decision that still stands.")
    return visit.go(listing.address("/bulk", claim=str(taken[0])))


PAGES = (
    Page("POST", "/bulk", Action.DECIDE, decide_alike),
    Page("POST", "/bulk/undo", Action.UNDO, undo_alike),
)
