"""Notes of an essay when its claims are judged again from what is stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from factdesk.claims.find import find_claims
from factdesk.claims.records import make_claims, make_mentions
from factdesk.config import Home, open_home
from factdesk.pipeline.essay_notes import StoredNotes, notes_on_claims
from factdesk.pipeline.rejudging import rejudge_batch
from factdesk.pipeline.stale_claims import StaleClaim
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.known import open_known
from factdesk.warehouse.spool import write_batches
from small_records import make_essay, make_fetch, make_reading, make_snapshot, make_source, make_version

TEXT = (
    "A ticket to Vis rose from €10 to €15, a rise of 30%. It is a long way.\n\n"
    "An adult ticket to Lastovo costs €14. It sails at six. An adult ticket to Lastovo costs €16."
)
ESSAY = make_essay("islands", published_on=date(2023, 6, 14))
VERSION = make_version(ESSAY, TEXT)
SOURCE = make_source()
FINDINGS = find_claims(TEXT, published_on=ESSAY.published_on)
CLAIMS = make_claims(FINDINGS, TEXT, ESSAY.id)
MENTIONS = make_mentions(CLAIMS, FINDINGS, TEXT, VERSION, [SOURCE])
NOTES = notes_on_claims(CLAIMS, MENTIONS, TEXT, ESSAY.published_on)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    records = [ESSAY, VERSION, *CLAIMS, *MENTIONS, SOURCE, make_reading(ESSAY, VERSION, CLAIMS)]
    write_batches(records, made.warehouse, 16_000_000)
    fold_and_publish(made.warehouse)
    return made


def archive(home: Home) -> Archive:
    return Archive(home.warehouse / "snapshots")


def test_the_essay_has_notes_on_three_of_its_claims() -> None:
    codes = sorted(note.code for found in NOTES.values() for note in found)
    assert codes == ["change_differs", "told_twice", "told_twice"]
    assert len(NOTES) == 3 < len(CLAIMS)


def test_claims_in_another_order_get_the_same_notes() -> None:
    turned = notes_on_claims(CLAIMS[::-1], MENTIONS[::-1], TEXT, ESSAY.published_on)
    assert turned == NOTES


def test_a_claim_that_is_judged_again_alone_keeps_the_notes_that_its_essay_gives(home: Home) -> None:
    archive(home).put_text(TEXT)
    page = "An adult ticket to Lastovo costs €14, and a dog travels free."
    gathered = Gathered(SOURCE, make_fetch(SOURCE, page), make_snapshot(SOURCE, page), page, reused=False)
    for claim, mention in zip(CLAIMS, MENTIONS, strict=True):
        stale = StaleClaim(claim.id, mention.id, ESSAY.id, (SOURCE.id,), frozenset())
        with open_known(home.warehouse) as known:
            (found,) = rejudge_batch([stale], [gathered], home, known).judged
        assert found.judged.verdict.notes == NOTES.get(claim.id, ())


def test_without_the_essays_text_nothing_is_noted(home: Home) -> None:
    with open_known(home.warehouse) as known:
        stored = StoredNotes(known, archive(home))
        assert [stored.of(one, ESSAY) for one in MENTIONS] == [()] * len(MENTIONS)


def test_a_damaged_claim_takes_only_its_own_notes_away(home: Home) -> None:
    archive(home).put_text(TEXT)
    twice = [one for one in CLAIMS if one.id in NOTES and NOTES[one.id][0].code == "told_twice"]
    with duckdb.connect(str(home.warehouse / "reports.duckdb")) as connection:
        connection.execute("UPDATE records.claims SET facets = '[7]' WHERE id = ?", [twice[0].id])
    with open_known(home.warehouse) as known:
        stored = StoredNotes(known, archive(home))
        left = {one.claim_id: stored.of(one, ESSAY) for one in MENTIONS}
    assert left[twice[0].id] == left[twice[1].id] == ()
    rise = next(one.id for one in CLAIMS if one.id in NOTES and one not in twice)
    assert left[rise] == NOTES[rise]
