"""The published copy, reports.duckdb: what it holds, whether it is due, and making it.

Open readers keep the copy that they have; the next one to open the file sees the new one.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import duckdb

from factdesk.warehouse.copying import copy_in_child, require_room
from factdesk.warehouse.durable_files import write_durably
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.folding import count_rows
from factdesk.warehouse.views import CONTRACT_VERSION

PACE = 20
"""A publish takes at most a twentieth of the keeper's time: the next one waits this many durations."""


HASHED_BYTES = 67_108_864
"""A copy up to this size is hashed at every look (some 0.1 s at most); of a larger one only the size is."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What the published copy is: its bytes, what it holds, when and how long it was made."""

    sha256: str
    size: int
    last_sequence: int
    state: str
    published_at: str
    seconds: float

    @property
    def moment(self) -> datetime:
        """When the copy was published."""
        return datetime.fromisoformat(self.published_at)


def read_publication(folder: WarehouseFolder) -> Publication | None:
    """Return what stands beside the published copy, or None when either is missing, damaged or unreadable."""
    try:
        body = json.loads(folder.publication.read_bytes())
        publication = Publication(**body)
        if publication.moment.tzinfo is None or not isinstance(publication.seconds, int | float):
            return None
        return publication if _is_whole(folder, publication) else None
    except (OSError, ValueError, TypeError):
        return None


def _is_whole(folder: WarehouseFolder, publication: Publication) -> bool:
    if folder.published.stat().st_size != publication.size:
        return False
    if publication.size > HASHED_BYTES:
        return True
    with folder.published.open("rb") as copy:
        return hashlib.file_digest(copy, "sha256").hexdigest() == publication.sha256


class CopyWatch:
    """Reads what the published copy is, again and again; its bytes only when the file has changed since."""

    def __init__(self, folder: WarehouseFolder) -> None:
        self._folder = folder
        self._signs: list[tuple[int, int, int]] | None = None
        self._publication: Publication | None = None

    def read(self) -> Publication | None:
        """Return what `read_publication` does."""
        signs = self._read_signs()
        if signs is None or signs != self._signs:
            self._publication = read_publication(self._folder)
            self._signs = signs
        return self._publication

    def _read_signs(self) -> list[tuple[int, int, int]] | None:
        try:
            found = [path.stat() for path in (self._folder.published, self._folder.publication)]
        except OSError:
            return None
        return [(one.st_ino, one.st_size, one.st_mtime_ns) for one in found]


def is_due(connection: duckdb.DuckDBPyConnection, publication: Publication | None) -> bool:
    """Whether the database holds something that the published copy does not."""
    if publication is None:
        return True
    return publication.state != read_state(connection)


def may_publish_now(publication: Publication | None, now: datetime) -> bool:
    """Whether the last publish is long enough ago, measured by its own duration.

    One that lies ahead was made before the clock was set back, and says nothing.
    """
    if publication is None or publication.moment > now:
        return True
    return (now - publication.moment).total_seconds() >= PACE * publication.seconds


def read_state(connection: duckdb.DuckDBPyConnection) -> str:
    """Return a hash over the last batch, how many there are, the schema, the views and the policies in force.

    The batch's id is part of it: a restored backup may have the same sequence and other batches. So is their
    number: acts of people may be there before a batch that was given its sequence earlier.
    """
    row = connection.execute(
        "SELECT (SELECT (arg_max((sequence, batch_id), sequence), count(*)) FROM keeper.batches), "
        "(SELECT max(number) FROM keeper.migrations), "
        "(SELECT string_agg(name || '=' || value, ' ' ORDER BY name) FROM "
        "(SELECT name, arg_max(value, set_at) AS value FROM keeper.policies GROUP BY name))"
    ).fetchone()
    return hashlib.sha256(repr(row).encode("utf-8")).hexdigest()


def read_last_sequence(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the highest sequence that has been folded, 0 before the first."""
    row = connection.execute("SELECT coalesce(max(sequence), 0) FROM keeper.batches").fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class PreparedCopy:
    """A database file that is as it is to be published: what it holds, and since when this is under way."""

    counts: dict[str, int]
    last_sequence: int
    state: str
    published_at: datetime
    started: float


def publish_copy(connection: duckdb.DuckDBPyConnection, folder: WarehouseFolder) -> Publication:
    """Publish the database. The caller is the keeper and keeps everybody else from writing meanwhile.

    Raises WarehouseError when the copy cannot be made; the old one then stays.
    """
    prepared = prepare_copy(connection, folder)
    connection.execute("CHECKPOINT")
    return finish_copy(folder, prepared)


def prepare_copy(connection: duckdb.DuckDBPyConnection, folder: WarehouseFolder) -> PreparedCopy:
    """Note in the database that it is published now; a CHECKPOINT must follow before any other write.

    Raises WarehouseError when there is no room for the copy.
    """
    require_room(folder.database, folder.published)
    started = time.monotonic()
    state = read_state(connection)
    last_sequence = read_last_sequence(connection)
    now = datetime.now(UTC)
    waiting = len(batch_files(folder.pending)) + len(batch_files(folder.claimed))
    connection.execute(
        "INSERT INTO keeper.publications VALUES (?, ?, ?, ?)", [now, CONTRACT_VERSION, last_sequence, waiting]
    )
    return PreparedCopy(count_rows(connection), last_sequence, state, now, started)


def finish_copy(folder: WarehouseFolder, prepared: PreparedCopy) -> Publication:
    """Make the copy of a prepared database that has been checkpointed, and say what it is.

    Until the end nobody may checkpoint the database: its file must stand still. What is committed meanwhile
    lies in the log beside it, which is not copied. Raises WarehouseError; the old copy then stays.
    """
    made = copy_in_child(folder.database, folder.published, prepared.counts, for_readers=True)
    publication = Publication(
        made.sha256,
        made.size,
        prepared.last_sequence,
        prepared.state,
        prepared.published_at.isoformat(),
        round(time.monotonic() - prepared.started, 4),
    )
    write_durably(folder.publication, json.dumps(asdict(publication), indent=1).encode("utf-8"))
    return publication
