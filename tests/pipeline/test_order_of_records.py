"""A reading is stored after everything that its essay needs, so that a crash leaves none too early."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from essay_runs import Desk
from factdesk.essays.inputs import list_inbox
from factdesk.model import (
    RECORDS,
    Claim,
    EssayVersion,
    Evidence,
    Fetch,
    Judgement,
    Mention,
    Reading,
    Record,
    ReviewEvent,
    Run,
    Snapshot,
    SourceChange,
    Verdict,
)
from factdesk.pipeline import gather_batch, judge_batch, read_batch, records_of, requests_in, store_batch
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.spool import write_batches

ESSAYS = 12


def fare(number: int) -> str:
    return f"A return ticket to Lisbon costs {40 + number % 3} euros. This is the essay number {number}."


@pytest.fixture
def full(desk: Desk) -> Desk:
    for number in range(ESSAYS):
        desk.write(f"e{number:02}.md", fare(number))
    return desk


def records_of_a_run(desk: Desk) -> list[Record]:
    with open_known(desk.home.warehouse) as known:
        reads = read_batch(list_inbox(desk.home), desk.home, known)
        gathered = gather_batch(requests_in(reads), desk.home)
        batch = judge_batch(reads, gathered, desk.home, known)
    return list(records_of(batch.reads, gathered, batch.judged))


def needs(record: Record, all_records: list[Record]) -> Iterator[UUID]:
    """What must be stored before a record: what it names, and for a reading the whole of its essay."""
    if isinstance(record, Claim | EssayVersion):
        yield record.essay_id
    if isinstance(record, Mention):
        yield from (record.claim_id, record.version_id, *(one.source_id for one in record.citations))
    if isinstance(record, Fetch | Snapshot):
        yield record.source_id
    if isinstance(record, Evidence):
        yield from (record.claim_id, record.snapshot_id)
    if isinstance(record, Verdict):
        yield from (record.claim_id, *record.evidence_ids, *(one.source_id for one in record.inputs))
    if isinstance(record, Judgement):
        yield from (record.claim_id, record.verdict_id)
    if isinstance(record, Reading):
        claims = set(record.claim_ids)
        yield from (record.essay_id, *claims, *([record.version_id] if record.version_id else []))
        for one in all_records:
            if isinstance(one, Mention | Evidence | Verdict | Judgement) and one.claim_id in claims:
                yield one.id


def test_every_record_comes_after_what_it_needs(full: Desk) -> None:
    records = records_of_a_run(full)
    kinds = {type(record) for record in records}
    assert kinds == set(RECORDS) - {ReviewEvent, Run, SourceChange}  # a first run meets no change
    assert sum(isinstance(record, Reading) for record in records) == ESSAYS
    seen: set[UUID] = set()
    for record in records:
        assert set(needs(record, records)) <= seen, record
        seen.add(record.id)


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_after_a_crash_between_two_batches_the_rest_is_read_and_nothing_doubled(
    full: Desk, share: float
) -> None:
    records = records_of_a_run(full)
    store_batch(records[: int(len(records) * share)], full.home)
    done = full.ask("SELECT count(*) FROM records.readings WHERE outcome = 'read'")[0][0]
    judged = full.ask(
        "SELECT count(*) FROM derived.reading_claims JOIN derived.current_judgements USING (claim_id)"
    )
    assert 0 < done < ESSAYS
    assert judged == [(done,)]
    full.run()
    assert full.ask("SELECT count(*), count(DISTINCT essay_id) FROM records.readings") == [(ESSAYS, ESSAYS)]
    assert full.ask("SELECT count(*), count(DISTINCT claim_id) FROM records.judgements") == [(ESSAYS, ESSAYS)]
    assert len(full.claims()) == ESSAYS
    assert full.run().read_places == []


VERDICTS = (
    "SELECT essay_uri, claim, claim_status, machine_rating, verdict_id FROM reports.verdicts ORDER BY ALL"
)


def test_many_small_batches_give_the_same_warehouse_as_one(full: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other")
    for number in range(ESSAYS):
        other.write(f"e{number:02}.md", fare(number))
    for words in (None, f"A return ticket to Lisbon costs 48 euros. {'More words. ' * 9}"):
        if words is not None:
            full.write("e00.md", words)
            other.write("e00.md", words)
        store_batch(records_of_a_run(full), full.home)
        batches = write_batches(records_of_a_run(other), other.home.warehouse, 8_000)
        fold_and_publish(other.home.warehouse)
        assert len(batches) > 1
        assert other.ask(VERDICTS) == full.ask(VERDICTS)
    assert {status for _, _, status, _, _ in full.ask(VERDICTS)} == {"current", "replaced"}
