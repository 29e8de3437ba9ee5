"""Claims on which two people disagree: both decisions side by side, for those who settle them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from factdesk.desk.claim_events import Event, standing_decisions
from factdesk.desk.people import read_people
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.desk.waiting_claims import WaitingClaim, by_urgency

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A claim and the decisions on it that hold, one a person, in their order."""

    claim: WaitingClaim
    decisions: Sequence[Event]


def show_disagreements(visit: Visit) -> Response:
    """List what waits to be settled, the most urgent first; it is settled on the claim's page."""
    waiting = by_urgency([one for one in visit.desk.waiting.all() if one.is_disputed_between])
    return visit.show(
        "disagreements.html",
        rows=[
            Disagreement(one, standing_decisions(visit.desk.acts_on(one.claim_id)))
            for one in waiting[:MOST_ROWS]
        ],
        total=len(waiting),
        names=read_people(visit.desk.home.warehouse),
    )


PAGES = (Page("GET", "/disagreements", Action.SETTLE, show_disagreements, title="Disagreements"),)
