"""Claims of the same words on the same passage, shown as groups, each with the form that decides them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.responses import Response

from factdesk.desk.alike_claims import (
    MOST_ALIKE,
    Alike,
    find_alike,
    read_sentences,
    seen_tokens,
    why_alone,
)
from factdesk.desk.claim_repeats import Earlier
from factdesk.desk.claim_view import ClaimView, load_claim_view
from factdesk.desk.people import read_people
from factdesk.desk.queue_page import Listing, listing_of_text, read_listing
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
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


def show_bulk(visit: Visit) -> Response:
    """List the groups, or show those with the chosen claims (``?claim=``) whole, each with its form."""
    wanted = read_ids(visit.query.getlist("claim"))
    done = visit.query.get("done", "")
    text = visit.query.get("list")
    listing = read_listing(visit.query.multi_items()) if text is None else listing_of_text(text)
    return show_groups(visit, listing, wanted, done=done)


def read_ids(texts: Sequence[str]) -> list[UUID]:
    """Return the ids among these texts, each once; of a longer list only the first are looked at."""
    found = []
    for text in texts[: 2 * MOST_ALIKE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def show_groups(
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
    """Show the groups, those with a ``wanted`` claim whole.

    ``done`` is the mark of what the visitor has just decided, ``unchanged`` what was meant and left as it is,
    ``written`` the fields of a form that could not be saved.
    """
    desk, now = visit.desk, visit.desk.now()
    fresh = desk.fresh_decisions()
    with desk.read() as known:
        earlier = Earlier(known, desk.decided_words, fresh)
        groups = find_alike(known, desk.waiting.all(), visit.person, now, wanted)
        opened = [_open(visit, earlier, one, wanted) for one in groups[:MOST_OPEN]] if wanted else []
        made = made_with(known, visit, done)
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


def _open(visit: Visit, earlier: Earlier, group: Alike, wanted: Collection[UUID]) -> OpenGroup | None:
    known, claims = earlier.known, group.claims[:MOST_ALIKE]
    first = group.first
    archive = Archive(visit.desk.home.warehouse / "snapshots")
    acts = visit.desk.acts_on(first.claim_id)
    view = load_claim_view(known, archive, first.claim_id, first, acts, earlier)
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


def made_with(known: Known, visit: Visit, mark: str) -> list[tuple[Any, ...]]:
    """Return claim, event, rating and whether it was taken back of each decision of one's own with a mark."""
    if not mark.startswith(MARK):
        return []
    return known.ask(_MADE, [visit.person.reviewer, mark])


PAGES = (Page("GET", "/bulk", Action.DECIDE, show_bulk),)
