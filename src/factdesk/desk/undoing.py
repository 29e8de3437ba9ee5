"""Which decision one key takes back, wherever somebody is."""

from __future__ import annotations

from datetime import timedelta

from factdesk.desk.last_decisions import LastDecision
from factdesk.desk.visits import Visit

UNDO_HOURS = 12


def last_decision(visit: Visit) -> LastDecision | None:
    """Return the visitor's last decision of the last hours that was not taken back."""
    since = visit.desk.now() - timedelta(hours=UNDO_HOURS)
    return visit.desk.last_decision(visit.person.reviewer, since)
