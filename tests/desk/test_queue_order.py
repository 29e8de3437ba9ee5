"""The order of the queue by urgency: what is published soonest, then what is worth most."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from factdesk.desk.waiting_claims import WaitingClaim, by_urgency, is_blind
from factdesk.model import Stage

NUMBERS = count(1)
EMPTY: dict[str, Any] = {one.name: None for one in fields(WaitingClaim)} | {"deciders": (), "seen_by": ()}


def claim(essay: int, start: int, value: str, *, blind: bool = False, **more: Any) -> WaitingClaim:
    claim_id = next(one for one in (UUID(int=number) for number in NUMBERS) if is_blind(one) == blind)
    own = {"claim_id": claim_id, "essay_id": UUID(int=essay), "claim_start": start, "value": Decimal(value)}
    return WaitingClaim(**{**EMPTY, "stage": Stage.TO_REVIEW, **own, **more})


def places(claims: list[WaitingClaim]) -> list[tuple[int, int]]:
    return [(one.essay_id.int, one.claim_start or 0) for one in by_urgency(claims)]


def test_essays_without_a_date_stand_by_their_most_valuable_claim_each_in_reading_order() -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    claims = [
        claim(1, 0, "0.50", checked_at=old),
        claim(1, 90, "0.40", checked_at=old),
        claim(2, 70, "2.00", checked_at=new),
        claim(2, 10, "0.10", checked_at=new),
        claim(3, 5, "1.00", checked_at=old),
    ]
    assert places(claims) == [(2, 10), (2, 70), (3, 5), (1, 0), (1, 90)]


def test_a_date_goes_before_every_value() -> None:
    soon, later = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    claims = [
        claim(1, 0, "3.00"),
        claim(2, 0, "2.00", publish_at=later),
        claim(3, 0, "0.10", publish_at=soon),
    ]
    assert places(claims) == [(3, 0), (2, 0), (1, 0)]


def test_the_hidden_value_of_a_blind_claim_does_not_move_its_essay() -> None:
    for hidden in ("0.00", "9.00"):
        claims = [
            claim(1, 0, "0.80"),
            claim(2, 0, hidden, blind=True, checkworthiness=Decimal("0.40")),
            claim(3, 0, "0.50"),
        ]
        assert places(claims) == [(1, 0), (2, 0), (3, 0)]
