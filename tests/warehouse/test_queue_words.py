"""The queue says in one and the same words why a claim ranks where it does, in the copy and at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from factdesk.desk.queue_page import why
from factdesk.desk.waiting_queue import WaitingClaims
from factdesk.desk.words import RANKS
from factdesk.model import Act, Rating, Record
from factdesk.warehouse.keeper import FoldReport, open_keeper
from small_records import Review, judge, make_claim, make_essay, make_mention, make_reading, make_version

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]

SOON = datetime(2099, 3, 1, 9, tzinfo=UTC)


def small_queue() -> list[list[Record]]:
    """Give claims that wait for every reason but changed words, a few of each so that some are not blind."""
    essay = make_essay("soon", SOON)
    version = make_version(essay, "text")
    claims = [make_claim(essay, f"the ferry costs £{number}") for number in range(1, 40)]
    mentions = [make_mention(claim, version, "0.5") for claim in claims]
    judged = [judge(claim, Rating.REFUTED if at % 2 else Rating.SUPPORTED) for at, claim in enumerate(claims)]
    reviews = [Review(one.id) for one in claims]
    acts: list[Record] = []
    for at, review in enumerate(reviews):
        if at % 5 == 1:
            acts.append(review.act(Act.WAIT, until=SOON))
        if at % 5 == 2:
            acts.append(review.act(Act.FLAG, target="editor"))
        if at % 5 == 3:
            acts.append(review.decide(Rating.REFUTED, reviewer="anna"))
        if at % 10 == 3:
            acts.append(review.decide(Rating.SUPPORTED, reviewer="boris"))
        if at % 10 == 4:
            acts += [review.decide(Rating.REFUTED), review.act(Act.DISPUTED)]
    records = [record for one in judged for record in one.records]
    return [[essay, version, *claims, make_reading(essay, version, claims), *mentions, *records], acts]


def test_the_copy_and_the_desk_say_the_same(store: Store, ask: Ask, warehouse: Path) -> None:
    store(*small_queue(), second_check="all")
    told = dict(ask("SELECT claim_id, why FROM reports.review_queue"))
    keeper = open_keeper(warehouse)
    assert keeper is not None
    waiting = WaitingClaims()
    with keeper, keeper.read() as known:
        waiting.look(known)
    seen = [one for one in waiting.all() if not one.is_blind]
    now = SOON - timedelta(days=2, hours=1)
    for one in seen:
        assert (
            why(one, now).replace("published in 2 days", "published 1 Mar 2099, 09:00 UTC")
            == told[one.claim_id]
        )
    said = " · ".join(told.values())
    unsaid = {name for name, words in RANKS.items() if words.partition("{")[0] not in said}
    assert unsaid <= {"changed"}
