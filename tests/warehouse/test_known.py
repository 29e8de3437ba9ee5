"""The same questions, asked while the batches wait, after they are folded, and in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from factdesk.errors import WarehouseError
from factdesk.model import Act, EssayOutcome, Rating, Record, text_sha256, uuid7
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import Known, open_known
from factdesk.warehouse.spool import write_batches
from small_records import (
    NOON,
    Review,
    judge,
    make_claim,
    make_essay,
    make_fetch,
    make_mention,
    make_reading,
    make_source,
    make_version,
)

ESSAY = make_essay()
VERSION = make_version(ESSAY, "first text")
CLAIM = make_claim(ESSAY, "the ferry costs £5")
SEEN = judge(CLAIM)
SOURCE = make_source()
FIRST: list[Record] = [
    ESSAY,
    VERSION,
    CLAIM,
    make_mention(CLAIM, VERSION),
    make_reading(ESSAY, VERSION, [CLAIM]),
    make_fetch(SOURCE, "page", minute=5),
    *SEEN.records,
]
STATES: dict[str, Callable[[Path], object]] = {
    "waiting": lambda warehouse: None,
    "published": fold_and_publish,
}


def write(warehouse: Path, *batches: list[Record]) -> None:
    for records in batches:
        write_batches(records, warehouse, 16_000_000)


@pytest.fixture(params=STATES)
def known(warehouse: Path, request: pytest.FixtureRequest) -> Known:
    write(warehouse, FIRST)
    STATES[request.param](warehouse)
    return open_known(warehouse)


def test_what_was_stored_is_known(known: Known) -> None:
    with known:
        assert known.has(CLAIM.id)
        assert not known.has(uuid7())
        essay = known.essay_at("check", "harbour.md")
        assert essay is not None
        assert (essay.essay_id, essay.essay_key, essay.text_sha256) == (
            ESSAY.id,
            ESSAY.essay_key,
            VERSION.text_sha256,
        )
        assert known.essay_at("check", "other.md") is None
        assert [one.essay_id for one in known.essays_with_text(VERSION.text_sha256)] == [ESSAY.id]
        assert list(known.essays_with_text("0" * 64)) == []
        assert known.current_verdict(CLAIM.id) == SEEN.verdict.id
        assert known.rating_of(SEEN.verdict.id) == "supported"
        assert known.current_verdict(uuid7()) is None
        assert known.first_fetched(SOURCE.id, text_sha256("page")) == NOON + timedelta(minutes=5)
        assert known.first_fetched(SOURCE.id, text_sha256("other")) is None
        assert known.claims_starting(CLAIM.id.hex[:7]) == [CLAIM.id]
        assert known.latest_event(CLAIM.id) is None


def test_the_last_reading_has_the_claims_and_their_sentences(known: Known) -> None:
    with known:
        reading = known.last_reading(ESSAY.id)
        assert reading is not None
        assert reading.text_sha256 == VERSION.text_sha256
        (old,) = reading.claims
        assert (old.claim_id, old.kind, old.quote, old.sentence) == (
            CLAIM.id,
            "price",
            CLAIM.quote,
            f"{CLAIM.quote}.",
        )
        assert known.last_reading(uuid7()) is None


@pytest.mark.parametrize("published_first", [False, True])
def test_a_waiting_batch_goes_before_what_is_published(warehouse: Path, published_first: bool) -> None:
    later = make_version(ESSAY, "second text")
    again = judge(CLAIM, Rating.REFUTED, text="Changed.", minute=9)
    moved = make_essay(path="moved.md", essay_key=ESSAY.essay_key)
    write(warehouse, FIRST)
    if published_first:
        fold_and_publish(warehouse)
    reading = make_reading(ESSAY, later, [CLAIM], minute=9)
    failed = make_reading(ESSAY, None, [], minute=12, outcome=EssayOutcome.MISSING)
    write(warehouse, [moved, later, reading, *again.records, make_fetch(SOURCE, "page", minute=30)], [failed])
    with open_known(warehouse) as known:
        assert known.essay_at("check", "harbour.md") is None
        essay = known.essay_at("check", "moved.md")
        assert essay is not None
        assert essay.text_sha256 == later.text_sha256
        assert [one.essay_id for one in known.essays_with_text(later.text_sha256)] == [ESSAY.id]
        assert list(known.essays_with_text(VERSION.text_sha256)) == []
        assert known.current_verdict(CLAIM.id) == again.verdict.id
        last = known.last_reading(ESSAY.id)
        assert last is not None
        assert last.text_sha256 == later.text_sha256
        assert [(one.claim_id, one.quote) for one in last.claims] == [(CLAIM.id, CLAIM.quote)]
        assert known.first_fetched(SOURCE.id, text_sha256("page")) == NOON + timedelta(minutes=5)


def test_news_are_the_records_that_say_something_new(warehouse: Path) -> None:
    write(warehouse, FIRST)
    fold_and_publish(warehouse)
    renamed = make_essay(title="Another title")
    with open_known(warehouse) as known:
        assert known.news([*FIRST, renamed]) == [renamed]


def test_decisions_are_known_while_they_wait(warehouse: Path) -> None:
    review = Review(CLAIM.id)
    write(warehouse, FIRST, [review.decide(reviewer="ann"), review.decide(reviewer="bob")])
    fold_and_publish(warehouse)
    first, second = review.made
    with open_known(warehouse) as known:
        assert known.latest_event(CLAIM.id) == second.id
        assert known.standing_decision(CLAIM.id, "ann") == first.id
        assert known.standing_decision(CLAIM.id, "cleo") is None
    write(warehouse, [review.act(Act.UNDO, "ann", target=str(first.id))])
    with open_known(warehouse) as known:
        assert known.latest_event(CLAIM.id) == review.made[-1].id
        assert known.standing_decision(CLAIM.id, "ann") is None


def test_an_empty_warehouse_knows_nothing(warehouse: Path) -> None:
    with open_known(warehouse) as known:
        assert not known.has(CLAIM.id)
        assert known.essay_at("check", "harbour.md") is None
        assert known.last_reading(ESSAY.id) is None
        assert known.news([ESSAY]) == [ESSAY]


def test_an_open_known_does_not_keep_a_query_on_the_old_copy(warehouse: Path) -> None:
    from factdesk.warehouse.query import run_query

    write(warehouse, FIRST)
    fold_and_publish(warehouse)
    with open_known(warehouse) as known:
        assert known.has(CLAIM.id)
        write(warehouse, [make_essay("quay")])
        fold_and_publish(warehouse)
        assert run_query(warehouse, "SELECT count(*) FROM reports.essays").rows == [(2,)]


# --- readings


FAILED = make_reading(ESSAY, None, [], minute=12, outcome=EssayOutcome.MISSING)


def test_the_last_attempt_is_known_whatever_became_of_it(known: Known) -> None:
    with known:
        attempt = known.last_attempt(ESSAY.id)
        assert attempt is not None
        reading = make_reading(ESSAY, VERSION, [CLAIM])
        assert attempt.reading_id == reading.id
        assert (attempt.outcome, attempt.detail, attempt.method) == (EssayOutcome.READ, None, "finder")
        assert (attempt.version_id, attempt.claim_ids) == (VERSION.id, (CLAIM.id,))
        assert known.last_attempt(uuid7()) is None


@pytest.mark.parametrize("state", STATES)
def test_a_failed_attempt_is_the_last_but_the_reading_before_it_still_stands(
    warehouse: Path, state: str
) -> None:
    first = make_reading(ESSAY, VERSION, [CLAIM])
    write(warehouse, FIRST)
    fold_and_publish(warehouse)
    write(warehouse, [FAILED])
    STATES[state](warehouse)
    with open_known(warehouse) as known:
        attempt = known.last_attempt(ESSAY.id)
        assert attempt is not None
        assert (attempt.reading_id, attempt.outcome) == (FAILED.id, EssayOutcome.MISSING)
        standing = known.standing_readings([first.id, FAILED.id, uuid7()])
        assert standing == {first.id: ESSAY.id, FAILED.id: ESSAY.id}


@pytest.mark.parametrize("state", STATES)
def test_a_reading_stands_until_another_one_finds_a_text(warehouse: Path, state: str) -> None:
    first, second = make_reading(ESSAY, VERSION, [CLAIM]), make_reading(ESSAY, VERSION, [], minute=9)
    write(warehouse, FIRST)
    fold_and_publish(warehouse)
    write(warehouse, [second])
    STATES[state](warehouse)
    with open_known(warehouse) as known:
        assert known.standing_readings([first.id, second.id]) == {second.id: ESSAY.id}


@pytest.mark.parametrize("state", STATES)
def test_places_are_those_where_the_files_were_last(warehouse: Path, state: str) -> None:
    write(warehouse, FIRST)
    fold_and_publish(warehouse)
    write(warehouse, [make_essay(path="moved.md", essay_key=ESSAY.essay_key), make_essay("quay")])
    STATES[state](warehouse)
    with open_known(warehouse) as known:
        quay = make_essay("quay")
        assert known.essay_places() == {("check", "moved.md"): ESSAY.id, ("check", "quay.md"): quay.id}
        found = known.essay_with_key(ESSAY.essay_key)
        assert found is not None
        assert (found.essay_id, found.path, found.text_sha256) == (ESSAY.id, "moved.md", VERSION.text_sha256)
        assert known.essay_with_key("id:unknown") is None


def test_a_header_of_the_first_version_is_read_and_makes_the_next_reading_news(warehouse: Path) -> None:
    """Batches that wait over an upgrade have no detail, no method and no seal in their headers."""
    write(warehouse, FIRST)
    (path,) = batch_files(WarehouseFolder(warehouse).pending)
    header, _, rest = path.read_bytes().partition(b"\n")
    told = json.loads(header)
    del told["seal"]
    told["keys"]["readings"] = [line[:5] for line in told["keys"]["readings"]]
    path.write_bytes(json.dumps(told).encode() + b"\n" + rest)
    with open_known(warehouse) as known:
        reading = known.last_reading(ESSAY.id)
        assert reading is not None
        assert reading.text_sha256 == VERSION.text_sha256
        attempt = known.last_attempt(ESSAY.id)
        assert attempt is not None
        assert attempt.method == ""
    assert fold_and_publish(warehouse).folded == 1


def test_a_published_copy_that_cannot_be_read_is_one_sentence(warehouse: Path) -> None:
    """No essay is to blame for it: the fault must pass the wall of an essay."""
    write(warehouse, FIRST)
    fold_and_publish(warehouse)
    published = WarehouseFolder(warehouse).published
    with open_known(warehouse) as known:
        size = published.stat().st_size
        with published.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))
        with pytest.raises(WarehouseError, match="published copy cannot be read"):
            known.last_attempt(ESSAY.id)
