"""The standing tables: brought up to date batch by batch, they are what the records say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from factdesk.model import Act, ChangeKind, Pair, Rating, Record, body_sha256
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.opening import open_database
from factdesk.warehouse.spool import write_batches
from factdesk.warehouse.standing import (
    StandingFault,
    bring_standing_up_to_date,
    find_standing_faults,
    rebuild_standing,
)
from small_records import (
    NOON,
    Review,
    judge,
    make_change,
    make_claim,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_snapshot,
    make_source,
    make_version,
    small_essay,
)
from warehouse_processes import fold_batch

TEXTS = ("The fare is five pounds.", "The fare is  five pounds.", "The fare is six pounds, they say.")


@pytest.fixture
def database(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    WarehouseFolder(warehouse).root.mkdir(parents=True)
    with open_database(WarehouseFolder(warehouse)) as connection:
        yield connection


Fold = Callable[[Sequence[Record]], None]


@pytest.fixture
def fold(database: duckdb.DuckDBPyConnection, warehouse: Path) -> Fold:
    folded = 0

    def fold_records(records: Sequence[Record]) -> None:
        nonlocal folded
        write_batches(records, warehouse, 16_000_000)
        for path in sorted(WarehouseFolder(warehouse).pending.glob("*.ndjson")):
            folded += 1
            fold_batch(database, path, folded)
            path.unlink()

    return fold_records


def read_all(database: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    names = database.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'standing' ORDER BY 1"
    ).fetchall()
    return {
        name: sorted(map(repr, database.execute(f"FROM standing.{name}").fetchall())) for (name,) in names
    }


class Newsroom:
    """Makes what happens to two essays, at random: readings, changed pages, verdicts, people's acts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.essays = [make_essay(name) for name in ("harbour", "quay")]
        self.claims = {
            essay.id: [make_claim(essay, f"{essay.title} costs £{n}") for n in range(4)]
            for essay in self.essays
        }
        self.reviews = {claim.id: Review(claim.id) for claims in self.claims.values() for claim in claims}
        self.minute = 0

    def happen(self) -> list[Record]:
        self.minute += 1
        act = self.random.choice(
            (
                self.read,
                self.read,
                self.judge,
                self.judge,
                self.review,
                self.review,
                self.review,
                self.change,
                self.retitle,
            )
        )
        return act()

    def read(self) -> list[Record]:
        essay = self.random.choice(self.essays)
        claims = self.random.sample(self.claims[essay.id], self.random.randint(1, 4))
        others = [claim for claim in self.claims[essay.id] if claim not in claims]
        pairs = [Pair(claims[0].id, others[0].id)] if others and self.random.random() < 0.6 else []
        version = make_version(essay, self.random.choice(TEXTS))
        reading = make_reading(essay, version, claims, minute=self.minute, pairs=pairs)
        mentions = [make_mention(claim, version, source=make_source()) for claim in claims]
        return [essay, version, *claims, *mentions, reading]

    def judge(self) -> list[Record]:
        claim = self.random.choice([claim for claims in self.claims.values() for claim in claims])
        text = self.random.choice(TEXTS)
        made = judge(
            claim, self.random.choice((Rating.SUPPORTED, Rating.REFUTED)), text=text, words=text[12:23],
            minute=self.minute, method=self.random.choice(("method-1", "method-2")),
        )  # fmt: skip
        return made.records

    def review(self) -> list[Record]:
        claim_id = self.random.choice(list(self.reviews))
        review = self.reviews[claim_id]
        claim = next(one for claims in self.claims.values() for one in claims if one.id == claim_id)
        seen = judge(claim, text=self.random.choice(TEXTS)).verdict.id
        decisions = [event for event in review.made if event.act is Act.DECIDE]
        draw = self.random.random()
        if draw < 0.5:
            return [
                review.decide(
                    self.random.choice((Rating.SUPPORTED, Rating.REFUTED)),
                    self.random.choice("ab"),
                    verdict_id=seen,
                )
            ]
        if draw < 0.6 and decisions:
            return [review.act(Act.UNDO, target=str(self.random.choice(decisions).id))]
        if draw < 0.7:
            return [review.act(Act.FLAG, target=self.random.choice(("second_check", "reopen")))]
        if draw < 0.8:
            return [review.act(Act.ATTACH, target=str(make_source("http://office.example/").id))]
        act = self.random.choice(
            (Act.LEASE, Act.ASSIGN, Act.WAIT, Act.DISPUTED, Act.CORRECTION_REQUESTED, Act.CORRECTION_MADE)
        )
        return [review.act(act, note="hm", until=NOON + timedelta(minutes=self.minute))]

    def change(self) -> list[Record]:
        before, after = self.random.sample(TEXTS, 2)
        source = make_source(self.random.choice(("http://paper.example/fares", "http://office.example/")))
        kind = self.random.choice((ChangeKind.TRIVIAL, ChangeKind.TEXT))
        return [
            source, make_fetch(source, after, self.minute), make_snapshot(source, before),
            make_snapshot(source, after), make_change(source, before, after, kind, self.minute),
        ]  # fmt: skip

    def retitle(self) -> list[Record]:
        place = self.random.randrange(2)
        self.essays[place] = make_essay(self.essays[place].path[:-3], title=f"Title {self.minute}")
        return [self.essays[place]]


@pytest.mark.parametrize("seed", range(3))
def test_what_batches_have_left_is_what_the_records_say(
    database: duckdb.DuckDBPyConnection, fold: Fold, seed: int
) -> None:
    newsroom = Newsroom(seed)
    for _ in range(6):
        fold(newsroom.review())  # a person's act alone takes a shorter way
        records = [record for _ in range(newsroom.random.randint(1, 5)) for record in newsroom.happen()]
        newsroom.random.shuffle(records)  # parts of one thing may lie in different batches, in any order
        cut = newsroom.random.randrange(len(records) + 1)
        for part in (records[:cut], records[cut:]):
            if part:
                fold(part)
    assert find_standing_faults(database) == []
    left = read_all(database)
    assert all(left[name] for name in ("superseded", "claims", "decisions", "claim_sources", "sources"))
    rebuild_standing(database)
    assert read_all(database) == left


def test_a_hand_at_the_tables_is_noticed_and_mended(database: duckdb.DuckDBPyConnection, fold: Fold) -> None:
    fold(small_essay(quotes=("the ferry costs £5", "the bus costs £3")))
    database.execute("UPDATE standing.claims SET claim_status = 'withdrawn' WHERE kind = 'price'")
    database.execute("DELETE FROM standing.sources")
    assert find_standing_faults(database) == [StandingFault("claims", 2, 2), StandingFault("sources", 0, 1)]
    rebuild_standing(database)
    assert find_standing_faults(database) == []


def test_a_sample_looks_at_no_more_than_it_draws(database: duckdb.DuckDBPyConnection, fold: Fold) -> None:
    for name in ("first", "second", "third"):
        fold(small_essay(name, quotes=("the ferry costs £5", "the bus costs £3")))
    assert find_standing_faults(database, sample=9) == []
    database.execute("UPDATE standing.claims SET claim_status = 'withdrawn'")
    assert find_standing_faults(database, sample=9) == [StandingFault("claims", 6, 6)]
    assert find_standing_faults(database, sample=1) == [StandingFault("claims", 2, 2)]
    left = database.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert not [one for (one,) in left if one.startswith(("scope", "new_"))]


def test_they_are_made_anew_only_by_other_sql(database: duckdb.DuckDBPyConnection) -> None:
    assert not bring_standing_up_to_date(database)
    database.execute("UPDATE keeper.policies SET value = 'older' WHERE name = 'standing'")
    assert bring_standing_up_to_date(database)
    assert not bring_standing_up_to_date(database)


def test_only_the_latest_row_of_an_id_is_not_superseded(
    database: duckdb.DuckDBPyConnection, fold: Fold
) -> None:
    essays = [make_essay(title=title) for title in ("One", "Two", "Three")]
    fold(essays[:2])
    fold([essays[2]])
    rows = database.execute(
        "SELECT body_sha256 FROM records.essays ANTI JOIN standing.superseded USING (fold_sequence)"
    ).fetchall()
    assert rows == [(body_sha256(essays[2]),)]
