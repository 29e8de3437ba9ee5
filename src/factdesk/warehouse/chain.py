"""The hash chain of review events, and which of them came too late.

The chain is given in the order of folding: each link is sha256 over the link before it and the sha256 of
the event's salt and payload. Whoever alters, drops or slips in an event breaks every link after it.
Because only the payload's hash enters, a name or a text can be erased later without breaking anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import duckdb

from factdesk.model import ReviewEvent, canonical_json, from_json, to_json

CHAIN_START = "0" * 64


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One event's place in the chain."""

    position: int
    event_id: UUID
    claim_id: UUID
    payload_sha256: str
    chain_sha256: str
    stale: bool


def payload_sha256(event: ReviewEvent) -> str:
    """Return sha256 over an event's salt and its payload."""
    return hashlib.sha256((event.salt + payload_text(event)).encode("utf-8")).hexdigest()


def payload_text(event: ReviewEvent) -> str:
    """Return what is hashed of an event behind its salt: the canonical JSON of all its other fields."""
    body = to_json(event)
    del body["salt"]
    return canonical_json(body)


def next_chain_sha256(previous: str, payload: str) -> str:
    """Return the link after ``previous`` for an event with this payload hash."""
    return hashlib.sha256((previous + payload).encode("ascii")).hexdigest()


def link_events(
    events: Iterable[ReviewEvent], position: int, chain: str, latest: dict[UUID, UUID]
) -> list[ChainLink]:
    """Chain events after ``position`` and ``chain``.

    ``latest`` holds the latest event of each claim before them and is moved along. An event is stale
    when the event it names as its previous one is no longer its claim's latest.
    """
    links: list[ChainLink] = []
    for event in events:
        position += 1
        payload = payload_sha256(event)
        chain = next_chain_sha256(chain, payload)
        stale = event.previous_event != latest.get(event.claim_id)
        links.append(ChainLink(position, event.id, event.claim_id, payload, chain, stale))
        latest[event.claim_id] = event.id
    return links


def chain_staged_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Append the links of the staged events that the database does not have yet."""
    bodies = connection.execute(
        "SELECT CAST(s.body AS VARCHAR) FROM staged AS s "
        "ANTI JOIN keeper.event_chain AS c ON c.event_id = s.id "
        "WHERE s.record = 'ReviewEvent' ORDER BY s.fold_sequence"
    ).fetchall()
    events = _first_of_each(bodies)
    if not events:
        return
    position, chain = chain_end(connection)
    latest = _latest_events(connection, {event.claim_id for event in events})
    links = link_events(events, position, chain, latest)
    columns = [
        [str(getattr(link, name)) for link in links]
        for name in ("position", "event_id", "claim_id", "payload_sha256", "chain_sha256", "stale")
    ]
    connection.execute(
        "INSERT INTO keeper.event_chain SELECT unnest(?::BIGINT[]), unnest(?::UUID[]), unnest(?::UUID[]), "
        "unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::BOOLEAN[])",
        columns,
    )


def _first_of_each(bodies: list[tuple[str]]) -> list[ReviewEvent]:
    events: dict[UUID, ReviewEvent] = {}
    for (body,) in bodies:
        event: ReviewEvent = from_json(ReviewEvent, json.loads(body))
        events.setdefault(event.id, event)
    return list(events.values())


def chain_end(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Return position and hash of the last link; 0 and `CHAIN_START` before the first."""
    row = connection.execute(
        "SELECT position, chain_sha256 FROM keeper.event_chain ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return (row[0], row[1]) if row else (0, CHAIN_START)


def _latest_events(connection: duckdb.DuckDBPyConnection, claims: set[UUID]) -> dict[UUID, UUID]:
    rows = connection.execute(
        "SELECT claim_id, arg_max(event_id, position) FROM keeper.event_chain "
        "WHERE claim_id IN (SELECT unnest(?::UUID[])) GROUP BY claim_id",
        [[str(claim) for claim in claims]],
    ).fetchall()
    return dict(rows)


def find_chain_break(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the first position whose link does not follow from the one before, or None."""
    chain = CHAIN_START
    links = connection.execute(
        "SELECT position, payload_sha256, chain_sha256 FROM keeper.event_chain ORDER BY position"
    ).fetchall()
    for expected, (position, payload, link) in enumerate(links, start=1):
        chain = next_chain_sha256(chain, payload)
        if position != expected or link != chain:
            return int(position)
    return None
