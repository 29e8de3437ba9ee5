"""A claim that is moved on by its own events is what the view says of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.config import open_home
from factdesk.desk.claim_events import load_events, seen_token
from factdesk.desk.decisions import Actor, decision_of, event_of, undo_of
from factdesk.desk.keeping import Desk
from factdesk.desk.waiting_queue import WaitingClaims
from factdesk.model import Act, Rating, ReviewEvent, Role
from factdesk.warehouse.known import Known
from factdesk.warehouse.spool import write_batches
from patience import soon
from small_records import judge, make_claim, make_essay, small_essay

CLAIM = make_claim(make_essay(), "the ferry costs £5")
PEOPLE = (Actor("ann", Role.CHECKER), Actor("bob", Role.CHECKER), Actor("eve", Role.EDITOR))
BACK = (Act.DISPUTED, Act.CORRECTION_MADE, Act.CORRECTION_REFUSED)
SEQUENCES = 5
ACTS_EACH = 9
COMPARED_EVERY = 3


@pytest.fixture(params=["never", "refuted_and_partial"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    config = tmp_path / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text(
        f'[review]\nsecond_check = "{request.param}"\nsecond_check_share = 0.4\n', encoding="utf-8"
    )
    home = open_home(tmp_path)
    quotes = [CLAIM.quote, *(f"line {number} costs £5" for number in range(SEQUENCES))]
    write_batches(small_essay(quotes=quotes), home.warehouse, 16_000_000)
    with Desk(home) as desk:
        yield desk


def any_act(known: Known, claim_id: UUID, draw: random.Random) -> list[ReviewEvent]:
    who, now = draw.choice(PEOPLE), datetime.now(UTC)
    match draw.randrange(10):
        case 0 | 1 | 2:
            rating = draw.choice(
                [Rating.SUPPORTED, Rating.SUPPORTED, Rating.REFUTED, Rating.PARTIALLY_SUPPORTED]
            )
            made = decision_of(known, claim_id, rating, who, conclusion="So it is.", reason="other")
            return [replace(made, previous_event=None) if draw.random() < 0.2 else made]
        case 3:
            undo = undo_of(known, claim_id, who)
            return [undo] if undo else []
        case 4:
            until = now + timedelta(minutes=draw.choice([-1, 10]))
            return [event_of(known, Act.LEASE, claim_id, who, until=until)]
        case 5:
            until = now + timedelta(days=draw.choice([-1, 1]))
            return [event_of(known, Act.WAIT, claim_id, who, until=until)]
        case 6:
            target = draw.choice(["editor", "second_check", "reopen"])
            return [event_of(known, Act.FLAG, claim_id, who, target=target)]
        case 7:
            target = draw.choice([None, "ann", "bob"])
            return [event_of(known, Act.ASSIGN, claim_id, who, target=target)]
        case 8:
            made = [one for one in load_events(known, [claim_id]) if one.act in BACK]
            if not made:
                return []
            back = str(draw.choice(made).id)
            return [event_of(known, Act.UNDO, claim_id, who, target=back)]
        case _:
            act = draw.choice([Act.NOTE, Act.DISPUTED, Act.CORRECTION_MADE, Act.CORRECTION_REFUSED])
            return [event_of(known, act, claim_id, who)]


def test_a_claim_moved_on_by_its_events_is_what_the_view_says(desk: Desk) -> None:
    draw = random.Random(f"{desk.home.settings.review.second_check}")
    claims = sorted(one.claim_id for one in desk.waiting.all())[:SEQUENCES]
    for step in range(ACTS_EACH):
        for claim_id in claims:
            desk.record(lambda known, claim_id=claim_id: any_act(known, claim_id, draw))  # type: ignore[misc]
        if step % COMPARED_EVERY != COMPARED_EVERY - 1:
            continue
        with desk.read() as known:
            fresh = WaitingClaims()
            fresh.look(known)
        for claim_id in claims:
            moved, viewed = desk.waiting.find(claim_id), fresh.find(claim_id)
            if moved is not None and viewed is not None:
                moved = replace(moved, seen_by=tuple(sorted(moved.seen_by)))
                viewed = replace(viewed, seen_by=tuple(sorted(viewed.seen_by)))
            assert moved == viewed, f"step {step} of {claim_id}"


def test_opening_a_claim_does_not_make_a_page_stale_and_a_new_verdict_does(desk: Desk) -> None:
    def token() -> str:
        with desk.read() as known:
            events = load_events(known, [CLAIM.id])
            return seen_token(events, known.current_verdict(CLAIM.id))

    before = token()
    desk.record(lambda known: [event_of(known, Act.LEASE, CLAIM.id, PEOPLE[0])])
    assert token() == before
    desk.record(lambda known: [event_of(known, Act.NOTE, CLAIM.id, PEOPLE[0], note="n")])
    noted = token()
    assert noted != before
    later = judge(CLAIM, Rating.REFUTED, text="The fare is six pounds now.", minute=9)
    write_batches(later.records, desk.home.warehouse, 16_000_000)
    soon(lambda: token() != noted)
