"""What editors can ask of changed and dead sources: the views and the report, from small records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from factdesk.model import (
    ChangeKind,
    Fetch,
    PassageChange,
    PassageFate,
    Rating,
    Record,
    Source,
    SourceOutcome,
    Span,
)
from factdesk.sources.outcomes import SENTENCES
from factdesk.warehouse.keeper import FoldReport
from factdesk.warehouse.reports import run_report
from small_records import (
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
)

Store = Callable[..., FoldReport]
Ask = Callable[..., list[tuple[Any, ...]]]

ESSAY = make_essay()
VERSION = make_version(ESSAY, "the ferry costs £5")
SOURCE = make_source()
FIRST, NEXT = "The fare is five pounds.", "The fare is six pounds now."


def failed(source: Source, minute: int, outcome: SourceOutcome) -> Fetch:
    return replace(make_fetch(source, "", minute), outcome=outcome, text_sha256=None)


def changed_source(store: Store) -> None:
    """Two decided claims on a source whose text changes; one is reopened."""
    claims = [make_claim(ESSAY, name) for name in ("the fare is £5", "the ferry sails")]
    first = [judge(claim, text=FIRST) for claim in claims]
    again = [judge(claims[0], Rating.REFUTED, text=NEXT, minute=9), judge(claims[1], text=NEXT, minute=9)]
    passages = [
        PassageChange(claims[0].id, first[0].evidence.id, PassageFate.DIED, None),
        PassageChange(claims[1].id, first[1].evidence.id, PassageFate.MOVED, Span(40, 51)),
    ]
    records: list[Record] = [ESSAY, VERSION, *claims, make_reading(ESSAY, VERSION, claims)]
    records += [make_mention(claim, VERSION, source=SOURCE) for claim in claims]
    records += [record for one in first for record in one.records]
    records += [Review(one.verdict.claim_id).decide(verdict_id=one.verdict.id) for one in first]
    later = [record for one in again for record in one.records]
    noted = make_change(SOURCE, FIRST, NEXT, minute=8, passages=passages)
    reread = make_change(SOURCE, NEXT, NEXT + " Menu", ChangeKind.EXTRACTOR, minute=20)
    fetches = [make_fetch(SOURCE, FIRST), make_fetch(SOURCE, NEXT, 8)]
    store(list(dict.fromkeys(records)), list(dict.fromkeys([*later, *fetches, noted])))
    store([make_snapshot(SOURCE, NEXT + " Menu"), reread])


def test_a_change_has_its_words_its_passages_and_the_claims_on_it(
    store: Store, ask: Ask, warehouse: Path
) -> None:
    changed_source(store)
    rows = ask(
        "SELECT source_url, kind, words_added, words_removed, passages_kept, passages_moved, passages_died, "
        "claims, claims_reopened FROM reports.source_changes ORDER BY noticed_at"
    )
    assert rows == [
        (SOURCE.url, "text", 3, 2, 0, 1, 1, 2, 1),
        (SOURCE.url, "extractor", 3, 2, 0, 0, 0, 2, 1),
    ]
    told = [row[1:8] for row in run_report(warehouse, "sources_changed").rows]
    assert told == [
        ("unchanged, but read otherwise by a newer reader since 2026-03-01 12:20 UTC", 3, 2, 0, 0, 2, 1),
        ("changed on 2026-03-01 12:08 UTC", 3, 2, 1, 1, 2, 1),
    ]


GONE, TIMED_OUT, DNS, FORBIDDEN = (
    SourceOutcome.GONE,
    SourceOutcome.TIMED_OUT,
    SourceOutcome.DNS_ERROR,
    SourceOutcome.FORBIDDEN,
)
DAY = 24 * 60
READ_ON_FIRST = "; its text of 2026-03-01 is used"
CONDITIONS: dict[str, tuple[list[tuple[int, SourceOutcome | None]], str, str | None]] = {
    "read": ([(0, None), (1, None)], "read", None),
    "gone": (
        [(0, None), (1, GONE), (2, GONE)],
        "gone",
        f"gone since 2026-03-02{READ_ON_FIRST}",
    ),
    "failed, then gone": (
        [(0, None), (1, TIMED_OUT), (2, GONE)],
        "gone",
        f"gone since 2026-03-03{READ_ON_FIRST}",
    ),
    "failed in several ways": (
        [(0, None), (1, TIMED_OUT), (2, DNS)],
        "unreachable",
        "could not be reached since 2026-03-02 (the site's name leads nowhere; it may be gone or misspelled)"
        + READ_ON_FIRST,
    ),
    "never read": (
        [(1, TIMED_OUT)],
        "unreachable",
        "could not be reached since 2026-03-02 (the site did not answer in time); it was never read",
    ),
    "forbidden": (
        [(0, None), (1, FORBIDDEN)],
        "unreadable",
        "could not be read since 2026-03-02 (the site did not let us read the page; it may need a login)"
        + READ_ON_FIRST,
    ),
    "back again": ([(0, None), (1, GONE), (2, None)], "read", None),
}


@pytest.fixture(scope="module")
def conditions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str | None]]:
    """All cases of `CONDITIONS` in one warehouse: the condition, and the line of the report."""
    from factdesk.warehouse.keeper import fold_and_publish
    from factdesk.warehouse.query import run_query
    from factdesk.warehouse.spool import write_batches

    warehouse = tmp_path_factory.mktemp("conditions")
    records: list[Record] = []
    for name, (fetches, _, _) in CONDITIONS.items():
        source = make_source(f"http://{name.replace(' ', '-').replace(',', '')}.example/")
        records.append(source)
        records += [
            make_fetch(source, "text", day * DAY) if outcome is None else failed(source, day * DAY, outcome)
            for day, outcome in fetches
        ]
    write_batches(records, warehouse, 16_000_000)
    fold_and_publish(warehouse)
    seen = dict(run_query(warehouse, "SELECT source_url, condition FROM reports.sources").rows)
    told = {row[0]: row[1] for row in run_report(warehouse, "sources_changed").rows}
    urls = {name: f"http://{name.replace(' ', '-').replace(',', '')}.example/" for name in CONDITIONS}
    return {name: (seen[url], told.get(url)) for name, url in urls.items()}


@pytest.mark.parametrize("name", CONDITIONS)
def test_only_a_server_that_says_so_makes_a_source_gone(
    conditions: dict[str, tuple[str, str | None]], name: str
) -> None:
    assert conditions[name] == CONDITIONS[name][1:]


def test_the_database_says_an_outcome_in_the_words_of_the_program(store: Store, ask: Ask) -> None:
    store([make_source()])
    for outcome, sentence in SENTENCES.items():
        within = sentence[0].lower() + sentence[1:].removesuffix(".")
        assert ask("SELECT derived.outcome_words(?)", outcome) == [(within,)], outcome
