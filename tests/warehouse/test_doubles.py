"""What two runs side by side find is kept once: readings and judgements that only say again what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from factdesk.model import Judgement, Rating, Reading, Record
from factdesk.warehouse.keeper import FoldReport
from small_records import judge, make_claim, make_essay, make_reading, make_version, small_essay

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]

ESSAY = make_essay()
VERSION = make_version(ESSAY, "the ferry costs £5")
CLAIM = make_claim(ESSAY, "the ferry costs £5")
READING = make_reading(ESSAY, VERSION, [CLAIM])


def moved(records: Iterable[Record], minutes: int) -> list[Record]:
    """Return the same records as another run would have made them, so many minutes later."""
    by = timedelta(minutes=minutes)
    return [
        replace(one, read_at=one.read_at + by)
        if isinstance(one, Reading)
        else replace(one, judged_at=one.judged_at + by)
        if isinstance(one, Judgement)
        else one
        for one in records
    ]


def counts(ask: Ask) -> tuple[Any, ...]:
    return ask("SELECT (SELECT count(*) FROM records.readings), (SELECT count(*) FROM records.judgements)")[0]


def test_two_runs_side_by_side_are_kept_once_whoever_comes_first(store: Store, ask: Ask) -> None:
    records = small_essay(quotes=("the ferry costs £5", "the bus costs £3"))
    report = store(records, moved(records, 3), moved(records, -3), records)
    assert (report.folded, report.rejected) == (4, 0)
    assert counts(ask) == (1, 2)


def test_a_claim_that_comes_back_to_its_verdict_says_so(store: Store, ask: Ask) -> None:
    backed, against = judge(CLAIM), judge(CLAIM, Rating.REFUTED, text="The fare is six pounds now.")
    later, back = moved([against.judgement], 1), moved([backed.judgement], 2)
    store([ESSAY, VERSION, CLAIM, READING, *backed.records, *against.records[:-1]], later, back)
    assert [rating for (rating,) in ask(HISTORY)] == ["supported", "refuted", "supported"]
    store(moved([backed.judgement], 3), moved([backed.judgement], -1))
    assert counts(ask) == (1, 3)


def test_there_and_back_in_one_batch_is_kept(store: Store, ask: Ask) -> None:
    backed, against = judge(CLAIM), judge(CLAIM, Rating.REFUTED, text="The fare is six pounds now.")
    store([ESSAY, VERSION, CLAIM, READING, *backed.records, *against.records[:-1]])
    store([*moved([against.judgement], 1), *moved([backed.judgement], 2)])
    assert [rating for (rating,) in ask(HISTORY)] == ["supported", "refuted", "supported"]


def test_a_reading_that_says_something_else_is_kept(store: Store, ask: Ask) -> None:
    store([ESSAY, VERSION, CLAIM, READING])
    changed = [
        replace(READING, method="another"),
        replace(READING, sentences=READING.sentences + 1),
        replace(READING, claim_ids=()),
        replace(READING, detail="a note"),
    ]
    store(*(moved([one], at) for at, one in enumerate(changed, start=1)))
    assert counts(ask)[0] == 5
    store(moved([READING], 9))
    assert counts(ask)[0] == 6


HISTORY = """
    SELECT v.rating FROM records.judgements AS j JOIN derived.verdicts AS v ON v.id = j.verdict_id
    ORDER BY j.judged_at
"""
