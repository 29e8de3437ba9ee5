"""The stage of a claim, derived from what people did with it, each from small hand-made records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from factdesk.model import (
    Act,
    Rating,
    Record,
)
from factdesk.warehouse.keeper import FoldReport
from factdesk.warehouse.query import run_query
from ferry_essay import CLAIM, ESSAY, SEEN, VERSION, found, store_all
from small_records import (
    Review,
    make_claim,
    make_mention,
    make_reading,
)

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]


def minutes_ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def both_decide(review: Review, first: Rating, second: Rating) -> None:
    review.decide(first, "ann")
    review.decide(second, "bob")


def undo(review: Review, reviewer: str = "ann") -> None:
    review.act(Act.UNDO, reviewer, target=str(review.previous))


STAGES: dict[str, tuple[Callable[[Review], Any], str]] = {
    "nobody has looked": (lambda r: None, "to_review"),
    "a lease that lives": (lambda r: r.act(Act.LEASE, at=minutes_ago(9)), "first_check"),
    "a lease holds ten minutes": (lambda r: r.act(Act.LEASE, at=minutes_ago(10.1)), "to_review"),
    "a lease with its own end": (
        lambda r: r.act(Act.LEASE, at=minutes_ago(30), until=minutes_ago(-5)),
        "first_check",
    ),
    "a lease given back": (
        lambda r: (
            r.act(Act.LEASE, at=minutes_ago(2)),
            r.act(Act.LEASE, at=minutes_ago(1), until=minutes_ago(1)),
        ),
        "to_review",
    ),
    "an assignment": (lambda r: r.act(Act.ASSIGN, target="bob", at=minutes_ago(900)), "first_check"),
    "an assignment taken back": (
        lambda r: (r.act(Act.ASSIGN, target="bob"), r.act(Act.ASSIGN, target=None)),
        "to_review",
    ),
    "a note alone": (lambda r: r.act(Act.NOTE, note="hm"), "to_review"),
    "decided": (lambda r: r.decide(), "decided"),
    "decided beside a live lease": (lambda r: (r.decide(), r.act(Act.LEASE, at=minutes_ago(1))), "decided"),
    "undone": (lambda r: (r.decide(), undo(r)), "to_review"),
    "undone, the decision before holds": (
        lambda r: (r.decide(Rating.REFUTED), r.decide(Rating.SUPPORTED), undo(r)),
        "decided",
    ),
    "two agree": (lambda r: both_decide(r, Rating.REFUTED, Rating.REFUTED), "decided"),
    "two disagree": (lambda r: both_decide(r, Rating.SUPPORTED, Rating.REFUTED), "second_check"),
    "one of two who disagree comes round": (
        lambda r: (both_decide(r, Rating.SUPPORTED, Rating.REFUTED), r.decide(Rating.REFUTED, "ann")),
        "decided",
    ),
    "a third settles it": (
        lambda r: (both_decide(r, Rating.SUPPORTED, Rating.REFUTED), r.decide(Rating.REFUTED, "cleo")),
        "decided",
    ),
    "a second check is asked for": (
        lambda r: (r.decide(), r.act(Act.FLAG, target="second_check")),
        "second_check",
    ),
    "a second check was asked for and made": (
        lambda r: (r.decide(), r.act(Act.FLAG, target="second_check"), r.decide(reviewer="bob")),
        "decided",
    ),
    "a decision that came too late": (
        lambda r: (r.decide(), r.decide(reviewer="bob", previous_event=None)),
        "second_check",
    ),
    "a late decision confirmed": (
        lambda r: (r.decide(), r.decide(reviewer="bob", previous_event=None), r.decide(reviewer="bob")),
        "decided",
    ),
    "disputed": (lambda r: (r.decide(), r.act(Act.DISPUTED)), "disputed"),
    "disputed and decided again": (
        lambda r: (r.decide(), r.act(Act.DISPUTED), r.decide(reviewer="bob")),
        "decided",
    ),
    "a correction asked for": (
        lambda r: (r.decide(Rating.REFUTED), r.act(Act.CORRECTION_REQUESTED)),
        "decided",
    ),
    "corrected": (lambda r: (r.decide(Rating.REFUTED), r.act(Act.CORRECTION_MADE)), "corrected"),
    "a correction refused": (
        lambda r: (r.decide(Rating.REFUTED), r.act(Act.CORRECTION_REFUSED)),
        "decided",
    ),
}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """All cases of `STAGES` in one warehouse, each on a claim of its own."""
    warehouse = tmp_path_factory.mktemp("stages")
    claims = {name: make_claim(ESSAY, name) for name in STAGES}
    events: list[Record] = []
    for name, (act, _) in STAGES.items():
        review = Review(claims[name].id)
        act(review)
        events += review.made
    reading = make_reading(ESSAY, VERSION, list(claims.values()))
    mentions = [make_mention(claim, VERSION) for claim in claims.values()]
    store_all(warehouse, [[ESSAY, VERSION, *claims.values(), *mentions, reading], events])
    rows = run_query(warehouse, "SELECT claim, stage, claim_status FROM reports.verdicts").rows
    return {name: (stage, status) for name, stage, status in rows}


@pytest.mark.parametrize("name", STAGES)
def test_the_stage_follows_from_the_events(staged: dict[str, tuple[str, str]], name: str) -> None:
    assert staged[name] == (STAGES[name][1], "current")


@pytest.mark.parametrize(
    ("policy", "rating", "expected"),
    [
        ("never", Rating.REFUTED, "decided"),
        ("refuted_and_partial", Rating.REFUTED, "second_check"),
        ("refuted_and_partial", Rating.PARTIALLY_SUPPORTED, "second_check"),
        ("refuted_and_partial", Rating.SUPPORTED, "decided"),
        ("all", Rating.SUPPORTED, "second_check"),
    ],
)
def test_the_policy_asks_for_second_checks(
    store: Store, ask: Ask, policy: str, rating: Rating, expected: str
) -> None:
    review = Review(CLAIM.id)
    store([*found(), *SEEN.records], [review.decide(rating)], second_check=policy)
    assert ask("SELECT stage FROM reports.verdicts") == [(expected,)]
    store([review.decide(rating, "bob")], second_check=policy)
    assert ask("SELECT stage FROM reports.verdicts") == [("decided",)]
