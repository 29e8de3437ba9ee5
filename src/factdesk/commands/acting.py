"""``factdesk act``: what people do about a claim besides deciding it, and the history of a claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rich.console import Console
from rich.text import Text

from factdesk.commands.folding import fold_waiting
from factdesk.commands.reviews import store_event
from factdesk.commands.team import who_acts
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.reports.terminal import SHORT_ID_LENGTH, json_line, visible

if TYPE_CHECKING:
    from factdesk.desk.claim_history import HistoryLine
    from factdesk.desk.further_acts import ClaimState, FurtherAct, Given
    from factdesk.model import ReviewEvent
    from factdesk.warehouse.known import Known

Say = Callable[[str], None]

_CARRIED = "SELECT from_claim_id FROM derived.carried_claims WHERE claim_id = ?"


def act_on_claim(
    home: Home,
    claim: str,
    what: str | None,
    *,
    note: str | None,
    link: str | None,
    until: str | None,
    name: str | None,
    undo: bool,
    as_json: bool,
    console: Console,
    say: Say,
) -> int:
    """Write one act, or its undoing, to the spool; acknowledged when this returns."""
    from factdesk.desk.decisions import resolve_claim
    from factdesk.desk.further_acts import Given

    if undo == (what is not None):
        raise UsageError(f"give an act for {claim}, or --undo to take your last one back, not both")
    chosen = None if undo else _find_act(what or "")
    fold_waiting(home, say)
    claim_id = resolve_claim(home.warehouse, claim)
    event = _make(home, claim_id, chosen, Given(note or "", link or "", until or ""), name)
    store_event(event, home, say)
    done = "taken back" if chosen is None else chosen.button[:1].lower() + chosen.button[1:]
    if as_json:
        print(
            json_line({"event_id": event.id, "claim_id": claim_id, "act": event.act, "target": event.target})
        )
    else:
        console.print(Text(f"{str(claim_id)[:SHORT_ID_LENGTH]} {done}"))
    return 0


def _find_act(what: str) -> FurtherAct:
    from factdesk.desk.further_acts import FURTHER_ACTS

    found = next((one for one in FURTHER_ACTS if one.act.value == what), None)
    if found is None:
        known = ", ".join(one.act.value for one in FURTHER_ACTS)
        raise UsageError(f"{what!r} is no act; use one of {known}")
    return found


def _make(
    home: Home, claim_id: UUID, chosen: FurtherAct | None, given: Given, name: str | None
) -> ReviewEvent:
    from factdesk.desk.decisions import Actor, known_reviewer
    from factdesk.desk.further_acts import further_event, take_back
    from factdesk.desk.people import reviewer_id
    from factdesk.desk.roles import Action
    from factdesk.warehouse.known import open_known

    person, role = who_acts(home, name, chosen.action if chosen else Action.UNDO)
    with open_known(home.warehouse) as known:
        state = _state_of(known, claim_id)
        # Of one who is refused no name is kept: a new person is given an id when nothing is in the way.
        actor = Actor(known_reviewer(home.warehouse, person) or "", role)
        if chosen is None:
            return take_back(known, claim_id, state, actor)
        event = further_event(known, chosen, claim_id, state, actor, given, datetime.now(UTC))
        return replace(event, reviewer=actor.reviewer or reviewer_id(home.warehouse, person))


def _state_of(known: Known, claim_id: UUID) -> ClaimState:
    from factdesk.desk.claim_events import load_events, load_stage
    from factdesk.desk.further_acts import ClaimState

    carried = {claim_id, *(one for (one,) in known.ask(_CARRIED, [claim_id]))}
    return ClaimState(load_stage(known, claim_id) or "to_review", load_events(known, carried))


def print_history(home: Home, claim: str, *, as_json: bool, console: Console, say: Say) -> int:
    """Print what was done on a claim, the latest first, and which acts make sense now."""
    from factdesk.desk.claim_history import tell_history
    from factdesk.desk.decisions import resolve_claim
    from factdesk.desk.further_acts import fitting_acts
    from factdesk.desk.people import read_people
    from factdesk.warehouse.known import open_known

    fold_waiting(home, say)
    claim_id = resolve_claim(home.warehouse, claim)
    names = read_people(home.warehouse)
    with open_known(home.warehouse) as known:
        state = _state_of(known, claim_id)
    for line in tell_history(state.events):
        if as_json:
            print(json_line(_row(claim_id, line)))
        else:
            console.print(_told(line, names.get(line.event.reviewer, line.event.reviewer)))
    fitting = ", ".join(one.act.value for one in fitting_acts(state)) or "none"
    said = f"stage: {state.stage}; acts that fit now: {fitting}"
    say(said) if as_json else console.print(Text(said))
    return 0


def _row(claim_id: UUID, line: HistoryLine) -> dict[str, Any]:
    event = line.event
    return {
        "event_id": event.id,
        "claim_id": claim_id,
        "at": event.acted_at,
        "act": event.act,
        "reviewer": event.reviewer,
        "role": event.role,
        "rating": event.rating,
        "conclusion": event.conclusion,
        "note": event.note,
        "link": line.link,
        "until": event.until,
        "taken_back": line.is_back,
    }


def _told(line: HistoryLine, name: str) -> Text:
    event = line.event
    rest = "".join(
        f" — {visible(' '.join(one.split()))}" for one in (event.conclusion, event.note, line.link) if one
    )
    rating = f": {event.rating}" if event.rating else ""
    term = f" until {event.until:%Y-%m-%d}" if event.until else ""
    back = " (taken back)" if line.is_back else ""
    return Text.assemble(
        (f"{event.acted_at.astimezone(UTC):%Y-%m-%d %H:%M}", "dim"),
        f"  {visible(name)} {line.said}{rating}{term}{rest}{back}",
    )
