"""What a person must not see yet in SQL and reports, because they are to decide it without knowing."""

from __future__ import annotations

from factdesk.desk.roles import Action
from factdesk.desk.visits import Visit
from factdesk.reports.words import count_words
from factdesk.warehouse.masks import Hidden


def hidden_of(visit: Visit) -> Hidden:
    """Return the claims whose ratings stay hidden from the visitor.

    What the machine says of a blind claim is hidden from all who may decide it, whatever their role. What the
    first checker said of a claim that waits for a second is hidden from those who may be that second; whoever
    settles disagreements has to see it. Who decides nothing sees everything.
    """
    person = visit.person
    if not person.may(Action.DECIDE):
        return Hidden()
    waiting = visit.desk.waiting
    claims = waiting.all()
    machine = [one.claim_id for one in claims if one.hides_machine(person.reviewer)]
    people = [] if person.may(Action.SETTLE) else [one for one in claims if one.hides_people(person.reviewer)]
    return Hidden(
        frozenset(machine),
        frozenset(claim_id for one in people for claim_id in waiting.with_carried(one.claim_id)),
    )


def hidden_words(hidden: Hidden) -> str:
    """Say what is left out, nothing where nothing is."""
    told = []
    if hidden.machine:
        told.append(
            f"what the machine says of {count_words(len(hidden.machine), 'claim')} to be decided blind"
        )
    if hidden.people:
        told.append(f"the decision on {count_words(len(hidden.people), 'claim')} that you may check again")
    return f"Left out for you: {' and '.join(told)}." if told else ""
