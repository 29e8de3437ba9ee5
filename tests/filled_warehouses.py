"""Warehouses whose records and archive fit together: essays, the page they cite, verdicts and decisions."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from factdesk.model import Rating, Record, text_sha256
from factdesk.sources.archive import Archive
from factdesk.sources.verification import Verification, verify_archive
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.promises import read_promises
from factdesk.warehouse.published import open_published
from factdesk.warehouse.reports import list_reports, run_reports
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

MAX_BYTES = 16_000_000
PAGE = "The fare is five pounds. The harbour office put it up."


def essay_text(name: str) -> str:
    return f"Of the {name}: the ferry to the {name} costs £5, they say."


def records_of(name: str, page: str = PAGE, *, minute: int = 0) -> list[Record]:
    """The records of one essay with one claim, one source and one verdict."""
    essay = make_essay(name)
    version = make_version(essay, essay_text(name))
    claim = make_claim(essay, f"the ferry to the {name} costs £5")
    source = make_source()
    judged = judge(claim, text=page, words="five pounds")
    fetch = make_fetch(source, page, minute)
    return [
        *(essay, version, claim, make_reading(essay, version, [claim])),
        *(make_mention(claim, version, source=source), fetch_of(fetch, page), *judged.records),
    ]


def fetch_of(fetch: Any, page: str) -> Any:
    """Return a fetch that brought a page's own text as its bytes."""
    return replace(fetch, wire_sha256=text_sha256(page), blob_sha256=text_sha256(page))


def archive_of(warehouse: Path) -> Archive:
    return Archive(warehouse / "snapshots")


def fill(warehouse: Path, *names: str, page: str = PAGE, minute: int = 0, publish: bool = True) -> None:
    """Store essays, each decided by two people, with all that they rest on in the archive."""
    archive = archive_of(warehouse)
    for name in names:
        records = records_of(name, page, minute=minute)
        by_type = {type(one).__name__: one for one in records}
        archive.put_text(essay_text(name))
        fetch: Any = by_type["Fetch"]
        snapshot: Any = by_type["Snapshot"]
        source: Any = by_type["Source"]
        archive.put_fetch(fetch, snapshot, source, blobs=[page.encode()])
        write_batches(records, warehouse, MAX_BYTES)
        write_batches(decisions_of(by_type["Claim"], by_type["Verdict"], page), warehouse, MAX_BYTES)
    if publish:
        fold_and_publish(warehouse)


def decisions_of(claim: Any, verdict: Any, page: str) -> list[Record]:
    review = Review(claim.id)
    seen = {"verdict_id": verdict.id, "text_sha256": text_sha256(page)}
    return [
        review.decide(conclusion=f"The office says so of {claim.quote}.", **seen),
        review.decide(Rating.REFUTED, "bob", note=f"Asked again about {claim.quote}.", **seen),
    ]


def verify(warehouse: Path) -> Verification:
    """Verify the archive and the chain as the command does."""
    promises = read_promises(warehouse)
    assert promises is not None
    found = verify_archive(warehouse / "snapshots", promises.needs, lambda stage, done, total: None)
    found.faults += promises.faults
    return found


def answers(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What people read first: essays, sources, verdicts and decisions."""
    views = ("essays", "sources", "verdicts", "decisions")
    return _ask(warehouse, {name: f"FROM reports.{name} ORDER BY ALL" for name in views})


def reports(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The answer of every bundled report, ages counted up to one and the same moment."""
    return {one.report.name: one.rows for one in run_reports(warehouse, list_reports(), as_of=NOON)}


def _ask(warehouse: Path, queries: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    with open_published(warehouse) as connection:
        return {name: connection.execute(sql).fetchall() for name, sql in queries.items()}


def chain(warehouse: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(WarehouseFolder(warehouse).published), read_only=True) as copy:
        return copy.execute("SELECT * FROM keeper.event_chain ORDER BY position").fetchall()


def tree(folder: Path) -> dict[str, str]:
    """Name and hash of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
