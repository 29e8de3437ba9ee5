"""A listing that was moved along claim by claim is the one that is sorted anew."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from factdesk.desk.rankings import MOST_RANKINGS, Rankings, Rules
from factdesk.desk.waiting_claims import WaitingClaim, by_urgency, value_key
from factdesk.desk.waiting_queue import MOST_CHANGES, WaitingClaims
from factdesk.model import Stage

EMPTY: dict[str, Any] = {one.name: None for one in fields(WaitingClaim)} | {"deciders": (), "seen_by": ()}
DAYS = (None, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
KINDS, STAGES = ("price", "poll", "sellout"), (Stage.TO_REVIEW, Stage.SECOND_CHECK)


def any_claim(number: int, draw: random.Random) -> WaitingClaim:
    essay = number % 7
    own = {
        "claim_id": UUID(int=number),
        "essay_id": UUID(int=essay),
        "publish_at": DAYS[essay % 3],
        "claim_start": draw.randrange(50),
        "stage": draw.choice(STAGES),
        "kind": draw.choice(KINDS),
        "value": Decimal(draw.randrange(300)) / 100,
        "checkworthiness": Decimal(draw.randrange(100)) / 100,
        "source_outcome": draw.choice(["fetched", "fetched", "no_linked_source"]),
    }
    return WaitingClaim(**{**EMPTY, **own})


def values_of(one: WaitingClaim) -> tuple[str, ...]:
    return one.kind, one.stage


def has_source(one: WaitingClaim) -> bool:
    return one.has_source


def counted(claims: list[WaitingClaim], chosen: tuple[str | None, ...]) -> list[dict[str, int]]:
    """The counts as they are told: of each thing, among the claims that the other choices leave."""
    found = []
    for place in range(len(chosen)):
        others = [(number, value) for number, value in enumerate(chosen) if number != place and value]
        left = [one for one in claims if all(values_of(one)[number] == value for number, value in others)]
        found.append(dict(Counter(values_of(one)[place] for one in left)))
    return found


CHOICES = [(None, None), ("price", None), ("poll", Stage.SECOND_CHECK)]


@pytest.mark.parametrize("is_by_value", [False, True])
@pytest.mark.parametrize("chosen", CHOICES)
def test_a_listing_moved_along_is_the_one_sorted_anew(
    chosen: tuple[str | None, ...], is_by_value: bool
) -> None:
    draw = random.Random(f"{chosen} {is_by_value}")
    waiting = WaitingClaims()
    rankings = Rankings(waiting)
    for step in range(300):
        number = draw.randrange(1, 80)
        waiting.put(UUID(int=number), None if draw.random() < 0.3 else any_claim(number, draw))
        if step % 7:
            continue
        ranking = rankings.find("one", lambda: Rules(has_source, values_of, chosen, is_by_value))
        fitting = [one for one in waiting.all() if one.has_source]
        listed = [
            one
            for one in fitting
            if all(value in (None, has) for value, has in zip(chosen, values_of(one), strict=True))
        ]
        ordered = sorted(listed, key=value_key) if is_by_value else by_urgency(listed)
        assert ranking.rows(0, 100) == ordered
        assert len(ranking) == len(ordered)
        assert [ranking.place(one.claim_id) for one in ordered] == list(range(len(ordered)))
        assert ranking.counts(99) == counted(fitting, chosen)
        assert waiting.count() == (len(waiting.all()), len(waiting.all()) - len(fitting))


def test_the_next_claim_is_the_first_that_fits_and_the_listing_goes_round() -> None:
    draw = random.Random(5)
    waiting = WaitingClaims()
    for number in range(1, 30):
        waiting.put(UUID(int=number), any_claim(number, draw))
    ranking = Rankings(waiting).find("all", lambda: Rules(lambda _: True, values_of, (None, None), False))
    ids = [one.claim_id for one in ranking.rows(0, 100)]

    def next_id(claim_id: UUID | None, step: int = 1, but: frozenset[UUID] = frozenset()) -> UUID | None:
        found = ranking.find_next(claim_id, lambda one: one.claim_id not in but, step)
        return found and found.claim_id

    assert next_id(ids[3]) == ids[4]
    assert next_id(ids[3], but=frozenset(ids[4:7])) == ids[7]
    assert next_id(ids[-1]) == ids[0]
    assert next_id(ids[0], -1) == ids[-1]
    assert next_id(ids[5], -1) == ids[4]
    assert next_id(None) == next_id(UUID(int=999)) == ids[0]
    assert next_id(None, but=frozenset(ids)) is None
    assert next_id(ids[3], but=frozenset(set(ids) - {ids[3]})) is None, "a claim does not follow itself"


def test_a_listing_that_was_not_asked_for_long_is_read_anew() -> None:
    draw = random.Random(3)
    waiting = WaitingClaims()
    rankings = Rankings(waiting)

    def listed() -> list[WaitingClaim]:
        return rankings.find("all", lambda: Rules(lambda _: True, values_of, (None, None), True)).rows(0, 100)

    waiting.put(UUID(int=1), any_claim(1, draw))
    assert listed() == sorted(waiting.all(), key=value_key)
    for number in range(MOST_CHANGES + 10):
        waiting.put(UUID(int=number % 60), any_claim(number % 60, draw))
    assert listed() == sorted(waiting.all(), key=value_key)
    for number in range(MOST_RANKINGS):
        rankings.find(number, lambda: Rules(lambda _: True, values_of, (None, None), True))
    waiting.put(UUID(int=1), replace(any_claim(1, draw), value=Decimal(99)))
    assert listed()[0].claim_id == UUID(int=1)


def test_whoever_follows_the_queue_never_has_to_look_at_all_of_it() -> None:
    draw = random.Random(4)
    waiting = WaitingClaims()
    mark, _ = waiting.changes_since(None)
    followed: dict[UUID, WaitingClaim] = {}
    for number in range(3 * MOST_CHANGES):
        claim = None if draw.random() < 0.3 else any_claim(number % 60, draw)
        waiting.put(UUID(int=number % 60), claim)
        if number % 500 == 0:
            mark, changed = waiting.changes_since(mark)
            assert changed is not None
            followed |= {one: claim for one, claim in changed.items() if claim is not None}
            for gone in [one for one, claim in changed.items() if claim is None]:
                followed.pop(gone, None)
            assert followed == {one.claim_id: one for one in waiting.all()}


def test_who_waits_for_a_second_person_is_counted_as_claims_come_and_go() -> None:
    draw = random.Random(5)
    waiting = WaitingClaims()
    for number in range(600):
        claim = replace(
            any_claim(number % 40, draw),
            stage=draw.choice([Stage.SECOND_CHECK, Stage.TO_REVIEW]),
            deciders=draw.choice([("ann",), ("bob",), ("ann", "bob")]),
        )
        waiting.put(UUID(int=number % 40), None if draw.random() < 0.3 else claim)
    counted = Counter(one.deciders for one in waiting.all() if one.waits_for_second)
    assert waiting.second_checks() == dict(counted)
    assert set(counted) == {("ann",), ("bob",)}
