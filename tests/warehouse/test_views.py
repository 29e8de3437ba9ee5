from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from factdesk.model import Act, Note, Rating, Record, Run, Span, uuid7
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import FoldReport, open_keeper
from factdesk.warehouse.reports import list_reports, run_report
from small_records import (
    Review,
    judge,
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

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]

VIEWS = {
    "essays", "claims", "claim_sources", "sources", "source_changes", "evidence", "verdicts",
    "verdict_history", "decisions", "review_queue", "findings", "corrections", "runs", "about",
}  # fmt: skip

VERDICT_COLUMNS = {
    "claim_id", "verdict_id", "claim_status", "stage", "essay_uri", "essay_title", "author", "kind",
    "claim", "claim_start", "claim_end", "machine_rating", "confidence", "reasons", "missing", "source_id",
    "source_url", "source_outcome", "evidence_quote", "evidence_start", "evidence_end", "editor_rating",
    "conclusion", "reviewer", "decided_at", "decision_verdict_id", "checked_at", "method",
}  # fmt: skip


CHANGE_COLUMNS = {
    "source_id", "source_url", "noticed_at", "kind", "words_added", "words_removed", "passages_kept",
    "passages_moved", "passages_died", "claims", "claims_reopened", "text_sha256_before", "text_sha256_after",
}  # fmt: skip


@pytest.mark.parametrize("name", ["factdesk.duckdb", "reports.duckdb"])
def test_both_files_have_the_promised_views_and_columns(store: Store, warehouse: Path, name: str) -> None:
    store(small_essay())
    with duckdb.connect(str(warehouse / name), read_only=True) as reader:
        for view in sorted(VIEWS):
            reader.execute(f"SELECT * FROM reports.{view}").fetchall()
        described = reader.execute("SELECT * FROM reports.verdicts").description
        changes = reader.execute("SELECT * FROM reports.source_changes").description
        comments = reader.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'verdicts' AND comment IS NOT NULL"
        ).fetchone()
    assert {column[0] for column in described} >= VERDICT_COLUMNS
    assert {column[0] for column in changes} >= CHANGE_COLUMNS
    assert comments is not None
    assert comments[0] > 20


def test_there_are_just_the_promised_views(store: Store, ask: Ask) -> None:
    store(small_essay())
    rows = ask(
        "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND database_name = 'reports'"
    )
    assert {name for (name,) in rows} == VIEWS


def test_a_verdict_row_says_all_that_was_found(store: Store, ask: Ask) -> None:
    store(small_essay())
    rows = ask(
        "SELECT claim, claim_start, claim_end, machine_rating, confidence, reasons, reason_codes, missing, "
        "facets, basis, source_url, source_outcome, evidence_quote, evidence_start, evidence_end, "
        "editor_rating "
        "FROM reports.verdicts"
    )
    ((claim, start, end, rating, confidence, *rest),) = rows
    assert (claim, start, end, rating, str(confidence)) == (
        "the ferry costs £5",
        0,
        18,
        "supported",
        "0.9000",
    )
    assert rest == [
        ["Every part matches."], ["all_match"], ["Georgia"], [], "cited", "http://paper.example/fares",
        "fetched", "five pounds", 12, 23, None,
    ]  # fmt: skip


def test_a_verdict_row_says_its_notes_and_the_words_that_nothing_backs(store: Store, ask: Ask) -> None:
    essay = make_essay()
    claim = make_claim(essay, "the 🚢 ferry costs £5 on Sundays")
    version = make_version(essay, claim.quote)
    note = Note("same_figure_twice", "The essay also says £6.", (Span(18, 20),))
    told = judge(claim, notes=[note], unsupported=[Span(4, 11), Span(21, 31)])
    mention = make_mention(claim, version, source=make_source())
    store([essay, version, claim, make_reading(essay, version, [claim]), mention, *told.records])
    columns = "notes, note_codes, unsupported, unsupported_spans"
    ((notes, codes, words, spans),) = ask(f"SELECT {columns} FROM reports.verdicts")
    assert (notes, codes, words) == (
        ["The essay also says £6."],
        ["same_figure_twice"],
        ["🚢 ferry", "on Sundays"],
    )
    assert spans == [{"start": 4, "end": 11}, {"start": 21, "end": 31}]
    assert ask("SELECT notes, unsupported FROM reports.review_queue") == [(notes, words)]


def test_the_queue_takes_the_soonest_essay_first_then_the_worthiest_claim(store: Store, ask: Ask) -> None:
    rows = []
    for name, publish_at, worths in (
        ("later", None, ("0.9", "0.2")),
        ("soon", datetime(2026, 4, 2, 9, tzinfo=UTC), ("0.1",)),
        ("sooner", datetime(2026, 4, 1, 9, tzinfo=UTC), ("0.3", "0.6")),
    ):
        essay = make_essay(name, publish_at)
        version = make_version(essay, name)
        claims = [make_claim(essay, f"{name} {worth}") for worth in worths]
        rows += [essay, version, *claims, make_reading(essay, version, claims)]
        rows += [make_mention(claim, version, worth) for claim, worth in zip(claims, worths, strict=True)]
    store(rows)
    queue = ask("SELECT claim, why FROM reports.review_queue ORDER BY rank")
    assert [claim for claim, _ in queue] == ["sooner 0.6", "sooner 0.3", "soon 0.1", "later 0.9", "later 0.2"]
    assert queue[0][1] == "published 1 Apr 2026, 09:00 UTC · worth checking: 0.60 of 1 · value 1.20"
    assert queue[3][1] == "worth checking: 0.90 of 1 · value 1.80"


def test_the_queue_puts_contradictions_and_doubt_first(store: Store, ask: Ask) -> None:
    essay = make_essay()
    version = make_version(essay, "text")
    ratings = {
        "backed": Rating.SUPPORTED,
        "in part": Rating.PARTIALLY_SUPPORTED,
        "against": Rating.REFUTED,
        "both": Rating.CONFLICTING,
    }
    claims = [make_claim(essay, name) for name in ratings]
    mentions = [make_mention(claim, version, "0.5") for claim in claims]
    judged = [judge(claim, rating) for claim, rating in zip(claims, ratings.values(), strict=True)]
    records = [record for one in judged for record in one.records]
    store([essay, version, *claims, make_reading(essay, version, claims), *mentions, *records])
    queue = ask("SELECT claim, value, why FROM reports.review_queue ORDER BY rank")
    assert {claim for claim, _, _ in queue[:2]} == {"against", "both"}
    assert [claim for claim, _, _ in queue[2:]] == ["in part", "backed"]
    assert [float(value) for _, value, _ in queue] == [1.1, 1.1, 0.83, 0.55]
    assert {claim for claim, _, why in queue if "rules and statistics disagree" in why} == {"against"}


def test_the_queue_puts_disagreement_first_and_orders_the_rest_by_check_worthiness(
    store: Store, ask: Ask
) -> None:
    essay = make_essay()
    version = make_version(essay, "text")
    # (check-worthiness, rating, support): the last is worth least, but its rule and the model disagree.
    told = {
        "worthy": ("0.8412", Rating.SUPPORTED, "0.8"),
        "as worthy but for little": ("0.8411", Rating.SUPPORTED, "0.8"),
        "less worthy, contradicted": ("0.5", Rating.REFUTED, "0.2"),
        "unworthy": ("0.2", Rating.SUPPORTED, "0.8"),
        "disputed by the model": ("0.1", Rating.SUPPORTED, "0.3"),
    }
    claims = [make_claim(essay, name) for name in told]
    records: list[Record] = [essay, version, *claims, make_reading(essay, version, claims)]
    for claim, (worth, rating, support) in zip(claims, told.values(), strict=True):
        records += [make_mention(claim, version, worth), *judge(claim, rating, support=support).records]
    store(list(dict.fromkeys(records)))
    queue = ask(
        "SELECT claim, value::DOUBLE, checkworthiness::DOUBLE FROM reports.review_queue ORDER BY rank"
    )
    assert queue == [
        ("disputed by the model", 0.22, 0.1),
        ("less worthy, contradicted", 1.1, 0.5),
        ("worthy", 0.93, 0.8412),
        ("as worthy but for little", 0.93, 0.8411),
        ("unworthy", 0.22, 0.2),
    ]


def test_the_queue_says_who_holds_a_claim(store: Store, ask: Ask) -> None:
    records = small_essay()
    lease = Review(records[2].id).act(Act.LEASE, "bob", at=datetime.now(UTC))
    store(records, [lease])
    assert ask("SELECT stage, held_by FROM reports.review_queue") == [("first_check", "bob")]


def test_a_source_keeps_its_texts_and_the_claims_on_it(store: Store, ask: Ask) -> None:
    source = make_source()
    store(small_essay(), [make_fetch(source, "one"), make_fetch(source, "two", minute=5)])
    rows = ask("SELECT source_outcome, fetches, texts FROM reports.sources")
    assert rows == [("fetched", 2, 2)]
    assert ask("SELECT source_url, source_outcome, distance, basis FROM reports.claim_sources") == [
        (source.url, "fetched", "sentence", "cited")
    ]


def test_sources_with_the_same_words_on_other_hosts_name_each_other(store: Store, ask: Ask) -> None:
    urls = ["https://a.example/1", "https://www.a.example/2", "https://b.example/3", "https://c.example/4"]
    sources = [make_source(url) for url in urls]
    hashes = ["same", "same", "same", None]
    snapshots = [
        replace(make_snapshot(one, "text"), words_sha256=words)
        for one, words in zip(sources, hashes, strict=True)
    ]
    store([*sources, *snapshots, *(make_fetch(one, "text") for one in sources)])
    told = dict(ask("SELECT source_id, same_text_as FROM reports.sources"))
    one, twin, copy, other = (source.id for source in sources)
    assert told == {one: [copy], twin: [copy], copy: sorted([one, twin]), other: None}


def test_decided_claims_are_findings_and_wrong_ones_need_a_correction(store: Store, ask: Ask) -> None:
    records = small_essay(quotes=["the ferry costs £5", "the bus costs £9"])
    wrong, right = Review(records[2].id), Review(records[3].id)
    seen = judge(records[2]).verdict.id  # type: ignore[arg-type]
    store(
        records,
        [
            wrong.decide(Rating.REFUTED, conclusion="It costs six.", verdict_id=seen),
            right.decide(Rating.SUPPORTED),
        ],
    )
    findings = ask("SELECT claim, editor_rating, agrees FROM reports.findings ORDER BY claim DESC")
    assert findings == [("the ferry costs £5", "refuted", False), ("the bus costs £9", "supported", None)]
    assert ask("SELECT claim, correction FROM reports.corrections") == [("the ferry costs £5", "needed")]
    store([wrong.act(Act.CORRECTION_REQUESTED)])
    assert ask("SELECT correction FROM reports.corrections") == [("requested",)]
    store([wrong.act(Act.CORRECTION_MADE)])
    assert ask("SELECT correction FROM reports.corrections") == [("made",)]


def test_about_says_when_the_copy_was_published_and_what_waited(store: Store, ask: Ask) -> None:
    before = datetime.now(UTC)
    store(small_essay())
    ((published_at, contract, waiting, batches),) = ask(
        "SELECT published_at, contract_version, batches_waiting, batches_folded FROM reports.about"
    )
    assert before <= published_at <= datetime.now(UTC)
    assert (contract, waiting, batches) == (1, 0, 1)


def test_runs_are_listed(store: Store, ask: Ask) -> None:
    now = datetime.now(UTC)
    store([Run(uuid7(), "check", (("essays", "1"),), (("claims", 3),), "0.1", now, now)])
    assert ask("SELECT flow, code_version FROM reports.runs") == [("check", "0.1")]


def test_every_report_has_a_title_a_question_and_runs(store: Store, warehouse: Path) -> None:
    records = small_essay()
    store(records, [Review(records[2].id).decide(Rating.REFUTED, conclusion="It costs six.")])
    names = [report.name for report in list_reports()]
    assert {"queue", "corrections", "refuted_share", "sources_changed", "unsourced", "hosts"} <= set(names)
    for report in list_reports():
        assert report.title
        assert report.question.endswith("?")
        assert run_report(warehouse, report.name).columns


def test_the_keepers_file_and_the_copy_have_the_same_rows(store: Store, warehouse: Path) -> None:
    store(small_essay(), small_essay("quay"))
    keeper = open_keeper(warehouse)
    assert keeper is not None
    keeper.close()
    rows = []
    for path in (WarehouseFolder(warehouse).database, WarehouseFolder(warehouse).published):
        with duckdb.connect(str(path), read_only=True) as reader:
            rows.append(reader.execute("SELECT * FROM reports.verdicts ORDER BY claim_id").fetchall())
    assert rows[0] == rows[1]
    assert len(rows[0]) == 2
