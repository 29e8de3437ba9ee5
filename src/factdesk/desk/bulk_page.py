"""Deciding claims together: the same words on the same passage, one decision for all, taken back as one.

Each claim gets an event of its own; all of them go into one batch, whole or not at all. They share a mark in
``target``, by which the decision is found again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.alike_claims import (
    MOST_ALIKE,
    Alike,
    are_alike,
    find_alike,
    read_sentences,
    seen_tokens,
    why_alone,
)
from factdesk.desk.claim_view import ClaimView, load_claim_view
from factdesk.desk.decisions import (
    MissingConclusionError,
    MissingReasonError,
    decision_of,
    event_of,
)
from factdesk.desk.form_fields import read_conclusion, read_note, read_spent
from factdesk.desk.people import read_people
from factdesk.desk.queue_page import Listing, listing_of_text, read_listing
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.desk.words import DECISIONS, REASONS, fault_words
from factdesk.errors import UsageError
from factdesk.model import Act, Rating, ReviewEvent, uuid7
from factdesk.sources.archive import Archive
from factdesk.sources.outcomes import say_outcome
from factdesk.warehouse.known import Known

MARK = "bulk:"
"""How the target of a decision begins that was made on several claims at once."""

MOST_GROUPS, MOST_OPEN = 30, 3
"""Groups that are listed, and how many of them are shown whole on one page."""

_MADE = """
    SELECT e.claim_id, e.id, e.rating, d.is_undone
    FROM records.review_events AS e
    JOIN standing.decisions AS d ON d.event_row = e.fold_sequence AND d.claim_id = e.claim_id
    WHERE e.act = 'decide' AND e.reviewer = ? AND e.target = ?
    ORDER BY d.position
"""

_QUOTES = "SELECT id, quote FROM records.claims WHERE id IN (SELECT unnest(?::UUID[]))"


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """A group as its form shows it: one claim's page for all, and each with its sentence and its token."""

    alike: Alike
    view: ClaimView
    sentences: Mapping[UUID, str]
    tokens: Mapping[UUID, str]
    ticked: Collection[UUID]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A claim that was meant and not decided, and why."""

    claim_id: UUID
    words: str
    why: str


class _RefusedError(Exception):
    """Nothing was decided: ``sentence`` says why, ``unchanged`` of which claims."""

    def __init__(self, status: int, sentence: str, unchanged: Sequence[Unchanged] = ()) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.unchanged = status, sentence, unchanged


def show_bulk(visit: Visit) -> Response:
    """List the groups, or show those with the chosen claims (``?claim=``) whole, each with its form."""
    wanted = _ids(visit.query.getlist("claim"))
    done = visit.query.get("done", "")
    text = visit.query.get("list")
    listing = read_listing(visit.query.multi_items()) if text is None else listing_of_text(text)
    return _show(visit, listing, wanted, done=done)


def _ids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts[: 2 * MOST_ALIKE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _show(
    visit: Visit,
    listing: Listing,
    wanted: Sequence[UUID],
    *,
    done: str = "",
    status: int = 200,
    alert: str = "",
    unchanged: Sequence[Unchanged] = (),
    written: Mapping[str, str] | None = None,
) -> Response:
    desk, now = visit.desk, visit.desk.now()
    with desk.read() as known:
        groups = find_alike(known, desk.waiting.all(), visit.person, now, wanted)
        opened = [_open(visit, known, one, wanted) for one in groups[:MOST_OPEN]] if wanted else []
        made = _made(known, visit, done)
    together = {one.claim_id for group in groups for one in group.claims}
    return visit.show(
        "bulk.html",
        status=status,
        listing=listing,
        groups=groups[:MOST_GROUPS],
        total=len(groups),
        opened=[one for one in opened if one is not None],
        wanted=wanted,
        alone=_alone(visit, [one for one in wanted if one not in together]) if not done else [],
        done=done if made else "",
        made=made,
        unchanged=unchanged,
        alert=alert,
        written=written or {},
        names=read_people(desk.home.warehouse),
        say_outcome=say_outcome,
        most=MOST_ALIKE,
        moment=now,
    )


def _open(visit: Visit, known: Known, group: Alike, wanted: Collection[UUID]) -> OpenGroup | None:
    claims = group.claims[:MOST_ALIKE]
    first = group.first
    archive = Archive(visit.desk.home.warehouse / "snapshots")
    acts = visit.desk.acts_on(first.claim_id)
    view = load_claim_view(known, archive, first.claim_id, first, acts, visit.desk.decided_words)
    if view is None:
        return None
    chosen = [one.claim_id for one in claims if one.claim_id in wanted]
    return OpenGroup(
        replace(group, claims=claims),
        view,
        read_sentences(known, [one.claim_id for one in claims]),
        seen_tokens(known, visit.desk.waiting, claims),
        chosen if len(chosen) > 1 else [one.claim_id for one in claims],
    )


def _alone(visit: Visit, claim_ids: Sequence[UUID]) -> list[Unchanged]:
    """Say of chosen claims that stand in no group why."""
    told = []
    for claim_id in claim_ids:
        one = visit.desk.waiting.find(claim_id)
        if one is not None:
            why = why_alone(one, visit.person, visit.desk.now())
            told.append(Unchanged(claim_id, one.claim, why or "No other says the same on the same passage."))
    return told


def _made(known: Known, visit: Visit, mark: str) -> list[tuple[Any, ...]]:
    """Return claim, event, rating and whether it was taken back of each decision of one's own with a mark."""
    if not mark.startswith(MARK):
        return []
    return known.ask(_MADE, [visit.person.reviewer, mark])


# --- deciding


def decide_alike(visit: Visit) -> Response:
    """Decide all claims that are ticked, if the number of them is confirmed; what is stale stays as it is."""
    listing = listing_of_text(visit.form.get("list", ""))
    members = _members(visit.form.get("member", ""))
    unchanged: list[Unchanged] = []
    mark = f"{MARK}{uuid7()}"

    def make(known: Known) -> Sequence[ReviewEvent]:
        rating = _check_form(visit, members)
        fresh, stale = _part(visit, known, members)
        unchanged.extend(stale)
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
        return _show(visit, listing, (), done=mark, unchanged=unchanged)
    return visit.go(listing.address("/bulk", done=mark))


def _again(visit: Visit, listing: Listing, wanted: Sequence[UUID], refused: _RefusedError) -> Response:
    return _show(
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
        for claim_id in _ids([name]):
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


# --- taking back


def undo_alike(visit: Visit) -> Response:
    """Take a decision on several claims back, all of it that still stands."""
    return take_back(visit, visit.form.get("bulk", ""), listing_of_text(visit.form.get("list", "")))


def take_back(visit: Visit, mark: str, listing: Listing) -> Response:
    """Take back what one has decided with this mark, and show the group again."""
    taken: list[UUID] = []

    def make(known: Known) -> Sequence[ReviewEvent]:
        standing = [row for row in _made(known, visit, mark) if not row[3]]
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
    Page("GET", "/bulk", Action.DECIDE, show_bulk),
    Page("POST", "/bulk", Action.DECIDE, decide_alike),
    Page("POST", "/bulk/undo", Action.UNDO, undo_alike),
)
