"""What a desk knows at the moment of an act, between the spool, the database and the queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from desk_homes import ServedDesk, copy_desk_home
from factdesk.desk.claim_events import load_events
from factdesk.desk.decisions import Actor, decision_of, event_of, make_decision
from factdesk.desk.histories import Histories
from factdesk.desk.people import reviewer_id
from factdesk.desk.recording import NotFoldedError, Recorder
from factdesk.errors import WarehouseError
from factdesk.model import Act, Rating, Record, ReviewEvent, Role, Stage, uuid7
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.known import Known
from factdesk.warehouse.spool import write_batches


def decide_any(served: ServedDesk) -> ReviewEvent:
    """A decision of Bob on a claim to which nothing has happened yet; it is not stored."""
    one = next(one for one in served.desk.waiting.all() if not one.seen_by and one.has_source)
    words = {"conclusion": "It was six euros.", "reason": "other"}
    return make_decision(served.desk.home.warehouse, one.claim_id, Rating.CONFLICTING, "Bob", **words)


def test_an_act_of_others_that_was_folded_a_moment_ago_is_known_to_the_next_act(served: ServedDesk) -> None:
    event = decide_any(served)
    latest: list[UUID | None] = []

    def look(known: Known) -> Sequence[Record]:
        latest.append(known.latest_event(event.claim_id))
        return []

    with served.desk._recorder._acting:  # until then nobody takes notice of what is in the database
        write_batches([event], served.desk.home.warehouse, 16_000_000)
        served.desk.take_in()
        assert served.desk.waiting.find(event.claim_id) is not None
        served.desk.record(look)
    assert latest == [event.event_id]


def test_a_queue_that_is_read_anew_has_what_was_acknowledged_and_not_yet_folded(served: ServedDesk) -> None:
    event = decide_any(served)
    with served.desk._recorder._acting:
        served.desk.record(lambda _: [event])
        served.desk._recorder.look()
        assert served.desk.waiting.find(event.claim_id) is None
        assert [one.id for one in served.desk.acts_on(event.claim_id)] == [event.event_id]


def test_acts_that_were_forgotten_while_they_were_read_are_read_again(served: ServedDesk) -> None:
    event = decide_any(served)
    histories = Histories()

    @contextmanager
    def read_before() -> Iterator[Known]:
        with served.desk.glance() as known:
            yield known
        served.desk.record(lambda _: [event])
        histories.forget([event.claim_id])

    assert histories.find(event.claim_id, read_before) == ()
    assert [one.id for one in histories.find(event.claim_id, served.desk.read)] == [event.event_id]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_claim_that_is_decided_while_its_essay_is_read_anew_does_not_come_back(
    served: ServedDesk, is_first: bool
) -> None:
    event = decide_any(served)
    waiting, unfolded = served.desk.waiting, served.desk._recorder.unfolded
    one = waiting.find(event.claim_id)
    assert one is not None
    with served.desk._recorder._acting:  # nobody takes notice of what is folded meanwhile
        with served.desk._keeper._drain.acts:
            if is_first:
                served.desk.record(lambda _: [event])
            with served.desk.glance() as known:
                read = waiting.read_essays(known, [one.essay_id], unfolded.claims)
            assert event.claim_id in read.claims
            if not is_first:
                served.desk.record(lambda _: [event])
        assert waiting.put_essays(read) == {event.claim_id}
        assert waiting.find(event.claim_id) is None


def test_acts_are_found_where_they_stood_at_the_beginning(served: ServedDesk) -> None:
    desk, event = served.desk, decide_any(served)
    late = replace(event, event_id=uuid7(), reviewer="eve", rating=Rating.SUPPORTED)  # it knows of no other
    ids = [one.claim_id for one in desk.waiting.all()]
    actor = Actor(event.reviewer, event.role)
    others = [one for one in ids if one != event.claim_id][::2]
    desk.record(lambda known: [event_of(known, Act.NOTE, one, actor, note="Look.") for one in others])
    write_batches([event], desk.home.warehouse, 16_000_000)
    write_batches([late], desk.home.warehouse, 16_000_000)
    desk.take_in()
    histories = Histories()
    with desk.read() as known:
        histories.look(known, ids)
        for claim_id in ids:
            assert list(histories.find(claim_id, desk.read)) == load_events(known, [claim_id])
        acts = histories.find(event.claim_id, desk.read)
    assert [(one.id, one.stale) for one in acts[-2:]] == [(event.event_id, False), (late.event_id, True)]


def test_nothing_is_said_to_be_kept_that_was_not_stored(served: ServedDesk) -> None:
    def break_down() -> None:
        raise NotFoldedError("the disk is full")

    desk, event = served.desk, decide_any(served)
    recorder = Recorder(desk.home, desk.glance, break_down, desk.now)
    with desk._recorder._acting:  # until then the batch does not leave the spool
        write_batches([event], desk.home.warehouse, 16_000_000)
        with pytest.raises(WarehouseError, match=r"^nothing was stored, .*: the disk is full$") as said:
            recorder.record(lambda _: [event])
    assert not isinstance(said.value, NotFoldedError)


def test_a_claim_that_is_read_anew_for_an_act_of_others_has_our_own_act_too(
    desk_root: Path, tmp_path: Path
) -> None:
    """Of two acts on one claim the other's is in the database first: ours is acknowledged alone."""
    home = copy_desk_home(desk_root, tmp_path / "home")
    with open_keeper(home.warehouse) as keeper:
        recorder = Recorder(home, keeper.read, keeper.fold_acts, lambda: datetime.now(UTC))
        recorder.look()
        claim_id = next(one.claim_id for one in recorder.waiting.all() if one.has_source)
        other = Actor(reviewer_id(home.warehouse, "Cleo"), Role.CHECKER)

        def make(known: Known) -> Sequence[Record]:
            words = {"conclusion": "It was six euros.", "reason": "other"}
            actor = Actor(reviewer_id(home.warehouse, "Bob"), Role.CHECKER)
            ours = decision_of(known, claim_id, Rating.CONFLICTING, actor, **words)
            note = event_of(known, Act.NOTE, claim_id, other, note="The page was changed in May.")
            write_batches([note], home.warehouse, 16_000_000)
            keeper.fold()
            return [ours]

        (decision,) = recorder.record(make)
        recorder.note_acts()
        claim = recorder.waiting.find(claim_id)
    assert claim is not None, "the decision came too late, so somebody checks it"
    assert (claim.stage, claim.deciders) == (Stage.SECOND_CHECK, (decision.reviewer,))
