from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from factdesk.config import Home, open_home
from factdesk.model import Record
from factdesk.pipeline.rejudging import Rejudged, StaleClaim, rejudge_batch
from factdesk.sources.gather import Gathered
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.spool import write_batches
from small_records import (
    make_claim,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_snapshot,
    make_source,
    make_version,
)

ESSAY = make_essay()
VERSION = make_version(ESSAY, "a text")
SOURCE = make_source()
CLAIMS = [make_claim(ESSAY, f"the ferry costs £{number}") for number in range(4)]
MENTIONS = [make_mention(claim, VERSION, source=SOURCE) for claim in CLAIMS]
PAGE = "The ferry costs £1, said the captain."
STALE = [
    StaleClaim(claim.id, mention.id, ESSAY.id, (SOURCE.id,), frozenset())
    for claim, mention in zip(CLAIMS, MENTIONS, strict=True)
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    records: list[Record] = [ESSAY, VERSION, *CLAIMS, *MENTIONS, make_reading(ESSAY, VERSION, CLAIMS), SOURCE]
    write_batches(records, made.warehouse, 16_000_000)
    fold_and_publish(made.warehouse)
    return made


def rejudge(home: Home, stale: list[StaleClaim]) -> Rejudged:
    gathered = Gathered(SOURCE, make_fetch(SOURCE, PAGE), make_snapshot(SOURCE, PAGE), PAGE, reused=False)
    with open_known(home.warehouse) as known:
        return rejudge_batch(stale, [gathered], home, known)


def test_a_claim_that_cannot_be_loaded_is_told_and_stops_no_other(home: Home) -> None:
    with duckdb.connect(str(home.warehouse / "reports.duckdb")) as connection:
        connection.execute("UPDATE records.claims SET facets = '[7]' WHERE id = ?", [CLAIMS[0].id])
    lost = replace(STALE[1], mention_id=UUID(int=1))
    found = rejudge(home, [STALE[0], lost, *STALE[2:]])
    assert [one.claim for one in found.judged] == CLAIMS[2:]
    damaged, missing = found.faults
    assert (damaged.claim_id, missing.claim_id) == (CLAIMS[0].id, CLAIMS[1].id)
    assert damaged.reason.startswith(f"the Claim {CLAIMS[0].id} is damaged (")
    assert missing.reason == f"the Mention {UUID(int=1)} is not published; run factdesk publish"


def test_a_verdict_that_is_the_current_one_is_not_news(home: Home) -> None:
    first = rejudge(home, STALE)
    (one, *_) = first.judged
    write_batches([one.judged.verdict, one.judgement], home.warehouse, 16_000_000)
    second = rejudge(home, STALE)
    assert second.unchanged == 1
    assert [each.claim.id for each in second.judged] == [each.claim.id for each in first.judged[1:]]


def test_batches_add_up(home: Home) -> None:
    whole = rejudge(home, STALE)
    halves = rejudge(home, STALE[:2]) + rejudge(home, STALE[2:])
    assert [one.judged for one in halves.judged] == [one.judged for one in whole.judged]
    assert (halves.faults, halves.unchanged) == ((), 0)
