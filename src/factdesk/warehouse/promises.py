"""What the published copy says that the archive has, and whether its chain of review events holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.model import ReviewEvent
from factdesk.sources.archive_files import blob_name, fetch_name
from factdesk.sources.erasures import read_tombstones
from factdesk.sources.faults import Fault, FaultKind
from factdesk.sources.verification import Need
from factdesk.warehouse.chain import find_chain_break, payload_sha256
from factdesk.warehouse.columns import columns_of, read_row
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.published import open_published

_FETCHES = """
    SELECT DISTINCT f.source_id, f.fetched_at, s.url, f.blob_sha256, f.text_sha256, f.full_text_sha256
    FROM records.fetches AS f JOIN derived.sources AS s ON s.id = f.source_id
"""
_SNAPSHOTS = """
    SELECT DISTINCT p.text_sha256, s.url
    FROM records.snapshots AS p JOIN derived.sources AS s ON s.id = p.source_id
"""
_ESSAYS = """
    SELECT DISTINCT v.text_sha256, e.essay_key
    FROM records.essay_versions AS v JOIN derived.essays AS e ON e.id = v.essay_id
"""
_SALT = [column.name for column in columns_of(ReviewEvent)].index("salt")
_CHAIN_MEND = (
    "restore a backup from before (factdesk restore); decisions of later backups can be compared with it by "
    "their ids"
)


@dataclass(frozen=True, slots=True)
class Promises:
    """What the archive must have, how many review events there are, and what is wrong with their chain."""

    needs: tuple[Need, ...]
    events: int
    faults: tuple[Fault, ...]


def read_promises(warehouse: Path) -> Promises | None:
    """Read the published copy; None when nothing has been published yet.

    Raises WarehouseError when the copy cannot be read.
    """
    if not WarehouseFolder(warehouse).published.is_file():
        return None
    with open_published(warehouse) as connection:
        try:
            needs = tuple(_needs(connection))
            faults, events = _check_events(connection, warehouse / "snapshots")
        except duckdb.Error as error:
            raise WarehouseError(
                f"the published copy in {warehouse} cannot be read ({str(error).splitlines()[0]}); "
                "run factdesk publish"
            ) from error
    return Promises(needs, events, tuple(faults))


def _needs(connection: duckdb.DuckDBPyConnection) -> Iterator[Need]:
    for source_id, fetched_at, url, *blobs in connection.execute(_FETCHES).fetchall():
        by = f"the fetch of {url} at {fetched_at:%Y-%m-%d %H:%M:%S} UTC"
        yield Need(fetch_name(source_id, fetched_at), "the warehouse")
        yield from (Need(blob_name(blob), by) for blob in blobs if blob)
    for text, url in connection.execute(_SNAPSHOTS).fetchall():
        yield Need(blob_name(text), f"the archived text of {url}")
    for text, key in connection.execute(_ESSAYS).fetchall():
        yield Need(blob_name(text), f"the essay {key}")


def _check_events(connection: duckdb.DuckDBPyConnection, archive: Path) -> tuple[list[Fault], int]:
    """Follow the chain, and compare each event with the hash that its link has of it."""
    faults = []
    erased = {event for one in read_tombstones(archive) for event in one.events}
    broken = find_chain_break(connection)
    if broken is not None:
        said = "its link does not follow from the one before: events were changed, removed or slipped in"
        faults.append(Fault(FaultKind.REVIEWS, f"review event {broken}", said, _CHAIN_MEND))
    columns = ", ".join(f"e.{column.name}" for column in columns_of(ReviewEvent))
    rows = connection.execute(
        f"SELECT c.position, c.payload_sha256, e.id, {columns} FROM keeper.event_chain AS c "
        "FULL JOIN records.review_events AS e ON e.id = c.event_id ORDER BY c.position NULLS LAST"
    ).fetchall()
    for position, payload, event_id, *values in rows:
        if values and str(event_id) in erased and values[_SALT] == "":
            continue  # its words were erased; the link holds its hash, and the chain is followed above
        fault = _event_fault(position, payload, event_id, values)
        if fault is not None:
            name = f"review event {position if position is not None else event_id}"
            faults.append(Fault(FaultKind.REVIEWS, name, fault, _CHAIN_MEND))
    return faults, len(rows)


def _event_fault(
    position: int | None, payload: str | None, event_id: object, values: list[object]
) -> str | None:
    if event_id is None:
        return "it is in the chain and not among the events: it was removed"
    if position is None:
        return "it is among the events and not in the chain: it was slipped in"
    if payload_sha256(read_row(ReviewEvent, values)) != payload:
        return "it says something else than when it was chained"
    return None
