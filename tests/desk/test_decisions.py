from __future__ import annotations

import stat
from decimal import Decimal
from pathlib import Path

import pytest

from factdesk.desk.decisions import (
    MissingReasonError,
    make_decision,
    make_event,
    make_undo,
    resolve_claim,
)
from factdesk.desk.people import read_people, reviewer_id
from factdesk.desk.queue import count_waiting, queue_rows
from factdesk.desk.waiting_claims import is_blind
from factdesk.errors import UsageError, WarehouseError
from factdesk.model import Act, Rating, Record, ReviewEvent
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import judge, make_claim, make_essay, small_essay

CLAIM = make_claim(make_essay(), "the ferry costs £5")


def write(warehouse: Path, records: list[Record]) -> None:
    write_batches(records, warehouse, 16_000_000)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    warehouse = tmp_path / "warehouse"
    write(warehouse, small_essay())
    fold_and_publish(warehouse)
    return warehouse


def test_any_unique_prefix_names_a_claim(warehouse: Path) -> None:
    text = str(CLAIM.id)
    for prefix in (text, text.upper(), text[:4], text.replace("-", ""), text[:11], f" {text[:8]} "):
        assert resolve_claim(warehouse, prefix) == CLAIM.id


def test_a_claim_that_still_waits_in_the_spool_is_found(tmp_path: Path) -> None:
    write(tmp_path, small_essay())
    assert resolve_claim(tmp_path, str(CLAIM.id)[:8]) == CLAIM.id


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ("zebra", "'zebra' is no claim id"),
        ("", "'' is no claim id"),
        ("%", "'%' is no claim id"),
        ("0" * 12, "no claim has an id that starts with 000000000000"),
    ],
)
def test_a_prefix_that_names_nothing_is_one_sentence(warehouse: Path, prefix: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        resolve_claim(warehouse, prefix)
    assert str(refused.value).startswith(message)
    assert "factdesk queue" in str(refused.value)


def test_an_ambiguous_prefix_asks_for_more(warehouse: Path) -> None:
    write(warehouse, small_essay("fares", [f"line {number} costs £5" for number in range(40)]))
    fold_and_publish(warehouse)
    digits = [claim.hex[0] for (claim,) in run_query(warehouse, "SELECT claim_id FROM reports.claims").rows]
    shared = max(digits, key=digits.count)
    with pytest.raises(
        UsageError, match=rf"more than one claim starts with {shared} .*; give more of its id"
    ):
        resolve_claim(warehouse, shared)


def test_a_decision_says_what_was_seen_and_what_came_before(warehouse: Path) -> None:
    first = make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, "Ann Lee")
    seen = judge(CLAIM)
    assert (first.act, first.rating, first.previous_event) == (Act.DECIDE, Rating.SUPPORTED, None)
    assert (first.verdict_id, first.text_sha256) == (seen.verdict.id, seen.snapshot.text_sha256)
    assert first.event_id.version == 7
    write(warehouse, [first])
    second = make_decision(
        warehouse, CLAIM.id, Rating.REFUTED, "Bob", conclusion="  It costs six. ", reason="wrong_passage"
    )
    assert second.previous_event == first.id
    assert second.conclusion == "It costs six."
    assert second.reviewer != first.reviewer
    write(warehouse, [second])
    fold_and_publish(warehouse)
    assert run_query(warehouse, "SELECT stale FROM reports.decisions").rows == [(False,), (False,)]
    assert run_query(warehouse, "SELECT stage FROM reports.verdicts").rows == [("second_check",)]


@pytest.mark.parametrize(
    ("rating", "needed"),
    [
        (Rating.SUPPORTED, False),
        (Rating.REFUTED, True),
        (Rating.PARTIALLY_SUPPORTED, True),
        (Rating.NOT_A_CLAIM, True),
    ],
)
def test_a_rating_that_differs_needs_a_conclusion(warehouse: Path, rating: Rating, needed: bool) -> None:
    if not needed:
        assert make_decision(warehouse, CLAIM.id, rating, "Ann").conclusion is None
        return
    for conclusion in (None, "", "  \n"):
        with pytest.raises(
            UsageError,
            match=r"^(the rating|a) \w+ (needs|claim needs) one sentence .* add --conclusion TEXT$",
        ):
            make_decision(warehouse, CLAIM.id, rating, "Ann", conclusion=conclusion)
    for reason in (None, "", " "):
        with pytest.raises(
            MissingReasonError, match=r"the machine says supported; add --reason with one of w"
        ):
            make_decision(warehouse, CLAIM.id, rating, "Ann", conclusion="Because.", reason=reason)
    made = make_decision(warehouse, CLAIM.id, rating, "Ann", conclusion="Because.", reason="other")
    assert (made.conclusion, made.reason) == ("Because.", "other")


def test_what_was_decided_blind_needs_no_reason(warehouse: Path) -> None:
    assert make_decision(warehouse, CLAIM.id, Rating.CONFLICTING, "Ann", shown=False).reason is None


def test_refuted_needs_a_conclusion_even_when_the_machine_says_so_too(tmp_path: Path) -> None:
    write(tmp_path, [CLAIM, *judge(CLAIM, Rating.REFUTED).records])
    with pytest.raises(UsageError, match="a refuted claim needs one sentence"):
        make_decision(tmp_path, CLAIM.id, Rating.REFUTED, "Ann")


def test_an_undo_is_a_new_event_and_the_decision_stays(warehouse: Path) -> None:
    decision = make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, "Ann")
    write(warehouse, [decision])
    undo = make_undo(warehouse, CLAIM.id, "Ann")
    assert (undo.act, undo.target, undo.previous_event) == (Act.UNDO, str(decision.id), decision.id)
    write(warehouse, [undo])
    fold_and_publish(warehouse)
    assert run_query(warehouse, "SELECT undone FROM reports.decisions").rows == [(True,)]
    assert run_query(warehouse, "SELECT stage, editor_rating FROM reports.verdicts").rows == [
        ("to_review", None)
    ]
    with pytest.raises(UsageError, match="Ann has no decision on the claim"):
        make_undo(warehouse, CLAIM.id, "Ann")


def test_nobody_takes_back_what_another_has_decided(warehouse: Path) -> None:
    write(warehouse, [make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, "Ann")])
    with pytest.raises(UsageError, match="Bob has no decision on the claim"):
        make_undo(warehouse, CLAIM.id, "Bob")
    assert "Bob" not in read_people(warehouse).values()


def test_names_stay_out_of_the_records(warehouse: Path) -> None:
    event: ReviewEvent = make_event(warehouse, Act.LEASE, CLAIM.id, "Ann  Lee")
    people = warehouse / "people.json"
    assert read_people(warehouse) == {event.reviewer: "Ann Lee"}
    assert reviewer_id(warehouse, "Ann Lee") == event.reviewer
    assert stat.S_IMODE(people.stat().st_mode) == 0o600
    write(warehouse, [event])
    fold_and_publish(warehouse)
    for name in ("factdesk.duckdb", "reports.duckdb"):
        assert b"Ann Lee" not in (warehouse / name).read_bytes()
    assert queue_rows(warehouse)[0]["held_by"] == event.reviewer


def test_an_empty_name_and_damaged_names_are_one_sentence(warehouse: Path) -> None:
    with pytest.raises(UsageError, match="the reviewer's name is empty"):
        reviewer_id(warehouse, "  ")
    (warehouse / "people.json").write_text("[]")
    with pytest.raises(WarehouseError, match="are damaged; restore the file"):
        reviewer_id(warehouse, "Ann")


def test_the_queue_has_what_a_reviewer_needs(warehouse: Path) -> None:
    (row,) = queue_rows(warehouse, 5)
    assert (row["claim_id"], row["machine_rating"], row["stage"]) == (CLAIM.id, "supported", "to_review")
    assert (row["why"], row["basis"]) == ("worth checking: 0.50 of 1 · value 0.55", "cited")
    assert count_waiting(warehouse) == 1
    write(warehouse, [make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, "Ann")])
    fold_and_publish(warehouse)
    assert queue_rows(warehouse) == []
    assert count_waiting(warehouse) == 0


def test_the_queue_tells_nothing_of_what_is_to_be_decided_blind(warehouse: Path) -> None:
    write(warehouse, small_essay("fares", [f"line {number} costs £5" for number in range(40)]))
    fold_and_publish(warehouse)
    rows = queue_rows(warehouse)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["claim_id"] for row in rows if row["is_blind"]} == {
        row["claim_id"] for row in rows if is_blind(row["claim_id"])
    }
    blind = next(row for row in rows if row["is_blind"])
    seen = next(row for row in rows if not row["is_blind"])
    told = ("machine_rating", "confidence", "reasons", "facets", "evidence_quote", "source_url")
    assert [blind[name] for name in told] == [None] * len(told)
    assert None not in [seen[name] for name in told]
    assert (blind["why"], blind["value"]) == ("worth checking: 0.50 of 1 · value 0.75", Decimal("0.75"))
    decided = make_decision(warehouse, blind["claim_id"], Rating.SUPPORTED, "Ann")
    write(warehouse, [decided, make_event(warehouse, Act.DISPUTED, blind["claim_id"], "Bob", note="no")])
    fold_and_publish(warehouse)
    again = next(row for row in queue_rows(warehouse) if row["claim_id"] == blind["claim_id"])
    assert (again["stage"], again["is_blind"], again["machine_rating"]) == ("disputed", False, "supported")


def test_the_queue_does_not_tell_a_second_checker_what_the_first_one_said(warehouse: Path) -> None:
    write(warehouse, [make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, "Ann")])
    write(warehouse, [make_event(warehouse, Act.FLAG, CLAIM.id, "Ann", target="second_check")])
    fold_and_publish(warehouse)
    (row,) = queue_rows(warehouse)
    assert (row["stage"], row["editor_rating"], row["machine_rating"]) == ("second_check", None, "supported")
    other = ("Bob", "It costs six.", "wrong_passage")
    event = make_decision(warehouse, CLAIM.id, Rating.REFUTED, other[0], conclusion=other[1], reason=other[2])
    write(warehouse, [event])
    fold_and_publish(warehouse)
    (row,) = queue_rows(warehouse)
    assert (row["stage"], row["editor_rating"]) == ("second_check", "refuted")


def test_nothing_published_is_an_empty_queue(tmp_path: Path) -> None:
    assert queue_rows(tmp_path) == []
    assert count_waiting(tmp_path) == 0


def test_who_has_decided_does_not_settle_a_dispute(warehouse: Path) -> None:
    write(warehouse, [make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, "Ann Lee")])
    write(warehouse, [make_event(warehouse, Act.DISPUTED, CLAIM.id, "Ann Lee", note="a reader wrote")])
    fold_and_publish(warehouse)
    with pytest.raises(UsageError, match=r"Ann Lee .* is disputed; somebody else decides it now"):
        make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, " Ann  Lee")
    assert make_decision(warehouse, CLAIM.id, Rating.SUPPORTED, "Bob").rating is Rating.SUPPORTED
