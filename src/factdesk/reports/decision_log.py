"""The decision log: every review event in the order of the hash chain, so that a stranger can follow it.

Beside columns to read stands what was hashed, byte for byte: ``payload_sha256`` is sha256 over ``salt`` and
``payload``, and ``chain_sha256`` is sha256 over the chain_sha256 of the row before (64 zeros at the start)
and ``payload_sha256``. A note for colleagues is part of the payload: where notes are withheld, salt and
payload of an event that has one are empty (with the salt a short note could be guessed), and its link can
still be followed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.errors import WarehouseError
from factdesk.model import ReviewEvent, time_text
from factdesk.reports.exports import csv_cell
from factdesk.reports.terminal import json_line
from factdesk.warehouse.chain import CHAIN_START, payload_text
from factdesk.warehouse.columns import columns_of, read_row
from factdesk.warehouse.query import run_query

PAGE_ROWS = 20_000
"""So many events are read at a time. The log only grows at its end, so that pages fit together."""

PAGE_SECONDS = 120.0

LOG_COLUMNS = (
    *("position", "event_id", "act", "claim_id", "reviewer", "role", "at", "previous_event", "verdict_id"),
    *("text_sha256", "rating", "conclusion", "reason", "note", "shown", "spent_ms", "until", "target"),
    *("stale", "note_withheld", "salt", "payload", "payload_sha256", "chain_sha256"),
)

_COLUMNS = ", ".join(f'e."{column.name}"' for column in columns_of(ReviewEvent))
_LINKS = f"""
    SELECT
        c.position, c.payload_sha256, c.chain_sha256, c.stale, c.claim_id AS chained_claim_id, e.id,
        {_COLUMNS}
    FROM keeper.event_chain AS c
    LEFT JOIN records.review_events AS e ON e.id = c.event_id
"""
_PAGE = f"{_LINKS} WHERE c.position > $1 ORDER BY c.position LIMIT $2"


@dataclass(frozen=True, slots=True)
class LinkedEvent:
    """One review event and its place in the chain."""

    position: int
    event: ReviewEvent
    payload_sha256: str
    chain_sha256: str
    stale: bool


@dataclass(slots=True)
class ChainEnd:
    """The last link of a log that was read: who keeps it can tell later if anything before it changed."""

    position: int = 0
    chain_sha256: str = CHAIN_START

    def seen(self, links: Iterable[LinkedEvent]) -> Iterator[LinkedEvent]:
        """Yield the links, and remember the last one."""
        for link in links:
            self.position, self.chain_sha256 = link.position, link.chain_sha256
            yield link


def read_log(warehouse: Path, *, page_rows: int = PAGE_ROWS) -> Iterator[LinkedEvent]:
    """Yield all review events in the order of the chain.

    Raises WarehouseError when nothing is published yet, or when an event or a link is missing or damaged.
    """
    position = 0
    while rows := run_query(warehouse, _PAGE, [position, page_rows], seconds=PAGE_SECONDS).rows:
        for row in rows:
            link = _linked(row)
            if link.position != position + 1:
                raise _broken(f"review event {position + 1} is missing, or one is there twice")
            position = link.position
            yield link


_OF_CLAIMS = f"""
    SELECT b.chain_sha256 AS chain_before, l.* FROM ({_LINKS}) AS l
    LEFT JOIN keeper.event_chain AS b ON b.position = l.position - 1
    WHERE l.chained_claim_id IN (SELECT unnest($1::UUID[]))
    ORDER BY l.position
"""


def read_claim_log(warehouse: Path, claim_ids: Iterable[UUID]) -> Iterator[tuple[LinkedEvent, str]]:
    """Yield the review events of some claims in the order of the chain, each with the chain_sha256 before it.

    Raises WarehouseError as `read_log` does.
    """
    ids = [str(one) for one in claim_ids]
    for before, *row in run_query(warehouse, _OF_CLAIMS, [ids]).rows:
        yield _linked(tuple(row)), before or CHAIN_START


def _linked(row: tuple[Any, ...]) -> LinkedEvent:
    position, payload, chain, stale, _, event_id, *values = row
    if event_id is None:
        raise _broken(f"review event {position} is in the chain and not among the events")
    try:
        return LinkedEvent(position, read_row(ReviewEvent, values), payload, chain, stale)
    except ValueError as error:
        raise _broken(f"review event {position} is damaged ({error})") from error


def _broken(what: str) -> WarehouseError:
    return WarehouseError(f"{what}; run factdesk verify, which says what to do")


def log_row(
    link: LinkedEvent, *, with_notes: bool = False, names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return one event as the columns of the log, and ``reviewer_name`` where names (by id) are given."""
    event, withheld = link.event, link.event.note is not None and not with_notes
    row: dict[str, Any] = {
        "position": link.position,
        "event_id": event.id,
        "act": event.act.value,
        "claim_id": event.claim_id,
        "reviewer": event.reviewer,
        "role": event.role.value,
        "at": event.at,
        "previous_event": event.previous_event,
        "verdict_id": event.verdict_id,
        "text_sha256": event.text_sha256,
        "rating": event.rating.value if event.rating else None,
        "conclusion": event.conclusion,
        "reason": event.reason,
        "note": None if withheld else event.note,
        "shown": event.shown,
        "spent_ms": event.spent_ms,
        "until": event.until,
        "target": event.target,
        "stale": link.stale,
        "note_withheld": withheld,
        "salt": None if withheld or not event.salt else event.salt,
        # Of an event whose words were erased nothing is left that could be hashed.
        "payload": None if withheld or not event.salt else payload_text(event),
        "payload_sha256": link.payload_sha256,
        "chain_sha256": link.chain_sha256,
    }
    return row if names is None else {**row, "reviewer_name": names.get(event.reviewer)}


def log_lines(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], form: str) -> Iterator[str]:
    """Yield the log as ``csv`` (a header first) or ``json`` (one object a line), each line with its end.

    In CSV, cells that a spreadsheet would run as a formula get a leading apostrophe; the payload begins with
    a brace and stands there as it was hashed.
    """
    names = tuple(columns)
    if form == "json":
        yield from (json_line({name: row[name] for name in names}) + "\n" for row in rows)
        return
    yield _csv_line(names)
    for row in rows:
        yield _csv_line(
            [row[name] if name == "payload" else csv_cell(_time_text(row[name])) for name in names]
        )


def _time_text(value: Any) -> Any:
    return time_text(value) if isinstance(value, datetime) else value


def _csv_line(cells: Iterable[Any]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()
