"""The first line of the queue: what was decided today, and a forecast only where one can be made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from factdesk.desk.decisions import Actor, event_of
from factdesk.desk.people import reviewer_id
from factdesk.desk.queue_page import Progress, read_progress
from factdesk.model import Act, Rating, ReviewEvent, Role

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def served(desk_root: Path, tmp_path: Path) -> Iterator[ServedDesk]:
    with serve(copy_desk_home(desk_root, tmp_path / "home")) as desk:
        yield desk


def record(
    desk: ServedDesk, act: Act, name: str, at: datetime, undoes: ReviewEvent | None = None
) -> ReviewEvent:
    """Store a decision of this time on some waiting claim, or that one is taken back."""
    actor = Actor(reviewer_id(desk.desk.home.warehouse, name), Role.CHECKER)
    claim_id = undoes.claim_id if undoes else desk.desk.waiting.all()[0].claim_id
    with desk.desk.read() as known:
        event = event_of(known, act, claim_id, actor, target=str(undoes.id) if undoes else None)
    rating = Rating.NOT_CHECKABLE if act is Act.DECIDE else None
    made = replace(event, at=at, rating=rating)
    desk.desk.record(lambda _: [made])
    return made


def progress(desk: ServedDesk) -> Progress:
    with desk.desk.read() as known:
        return read_progress(known, reviewer_id(desk.desk.home.warehouse, "Ann"), NOW)


def test_what_was_taken_back_does_not_count(served: ServedDesk) -> None:
    hour = timedelta(hours=1)
    record(served, Act.DECIDE, "Ann", NOW - hour)
    record(served, Act.DECIDE, "Bob", NOW - hour)
    wrong = record(served, Act.DECIDE, "Ann", NOW - hour)
    assert progress(served) == Progress(2, 3, None)
    record(served, Act.UNDO, "Ann", NOW, wrong)
    assert progress(served) == Progress(1, 2, None)


def test_a_forecast_needs_three_days_and_divides_by_the_days_since_the_first(served: ServedDesk) -> None:
    record(served, Act.DECIDE, "Bob", NOW - timedelta(days=30))
    for hours in (1, 2, 24, 25):
        record(served, Act.DECIDE, "Ann", NOW - timedelta(hours=hours))
    first_hour = progress(served)
    assert (first_hour.pace, first_hour.days_for(100)) == (None, None)
    third = record(served, Act.DECIDE, "Bob", NOW - timedelta(hours=60))
    told = progress(served)
    assert told.pace == pytest.approx(5 / 2.5)
    assert told.days_for(100) == 50
    assert told.days_for(0) is None
    record(served, Act.UNDO, "Bob", NOW, third)
    assert progress(served).pace is None


def test_the_page_tells_no_days_in_the_first_hour(served: ServedDesk) -> None:
    ann = served.visitor("Ann")
    claim = next(one for one in served.desk.waiting.all() if one.has_source)
    assert ann.decide(claim.claim_id, "not_checkable").status_code == 303
    page = ann.get("/queue").text
    assert "You decided" in page
    assert "this takes about" not in page
