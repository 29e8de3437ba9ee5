"""Knowing a form whose decision is stored already.

Whoever got no answer, because the desk was stopped or the line broke, sends the form again and must neither
decide twice nor be told that nothing was stored.
"""

from __future__ import annotations

from uuid import UUID

from factdesk.desk.claim_events import Event, seen_token, standing_decisions
from factdesk.desk.form_fields import read_conclusion, read_note
from factdesk.desk.visits import Visit
from factdesk.warehouse.known import Known


def stored_decision(visit: Visit, known: Known, claim_id: UUID, seen: str) -> Event | None:
    """Return the visitor's decision on a claim if this very form has made it.

    ``seen`` is the token of what the form's page showed of the claim.
    """
    events = visit.desk.acts_on(claim_id)
    mine = [one for one in standing_decisions(events) if one.reviewer == visit.person.reviewer]
    if not mine:
        return None
    before = seen_token(events[: events.index(mine[0])], known.current_verdict(claim_id))
    sent = (
        seen,
        visit.form.get("rating"),
        read_conclusion(visit.form.get("conclusion", "")),
        read_note(visit.form.get("note", "")),
    )
    return mine[0] if sent == (before, mine[0].rating, mine[0].conclusion, mine[0].note) else None
