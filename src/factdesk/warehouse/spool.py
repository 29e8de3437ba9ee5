"""The spool: where every write is acknowledged before DuckDB has seen it.

A batch is ``spool/pending/<uuidv7>.ndjson``: a header line, then one record a line: its name, id, body
and the body's sha256. It is written under
another name, flushed, renamed, and its folder flushed. When `write_batches` returns, the records
survive a power cut, and the next keeper folds them, in the order of the batches' ids. A batch has a larger id
than every one that waits when it is written, so that the order is that of acknowledgement on all clocks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.errors import SpoolError
from factdesk.model import Record, to_json, uuid7
from factdesk.warehouse.durable_files import make_folder_durably, write_durably
from factdesk.warehouse.folders import BATCH_SUFFIX, WarehouseFolder, batch_files
from factdesk.warehouse.headers import MAX_BATCH_BYTES, BatchLine, header_entry, make_header

HEADER_BYTES = 1024
"""Room for a header without its keys: ids, hash and thirteen counts take about half of it."""

LAST_MILLISECOND = 253_402_300_800_000
"""The end of the year 9999: no clock says that a batch was written later."""

ID_BYTES = len('"",') + 36
"""What the header's list of record ids takes for each record."""


def write_batches(records: Iterable[Record], warehouse: Path, max_bytes: int) -> list[str]:
    """Write records to the spool, in their order, and return the ids of the batches.

    After the return they are acknowledged: flushed to the disk under their final names. No batch is
    larger than ``max_bytes``. Raises SpoolError when the folder cannot be written or a single record is
    too large; batches written before that stay acknowledged.
    """
    folder = WarehouseFolder(warehouse)
    written: list[str] = []
    for lines in _cut_into_batches(records, max_bytes):
        batch = uuid7(_last_waiting(folder))
        _write_batch(folder, batch, lines)
        written.append(str(batch))
    return written


def _last_waiting(folder: WarehouseFolder) -> UUID | None:
    """Return the largest id of a waiting batch; those that are claimed come before all others."""
    ids = [one for path in batch_files(folder.pending) if (one := _batch_id(path)) is not None]
    return max(ids, default=None)


def _batch_id(path: Path) -> UUID | None:
    """A name that is no uuidv7, or the last of all, is not ours: the keeper is to say what it is."""
    try:
        batch = UUID(path.name.removesuffix(BATCH_SUFFIX))
    except ValueError:
        return None
    return batch if batch.version == 7 and batch.int >> 80 < LAST_MILLISECOND else None


def _cut_into_batches(records: Iterable[Record], max_bytes: int) -> Iterator[list[BatchLine]]:
    lines: list[BatchLine] = []
    size = HEADER_BYTES
    for record in records:
        line = _make_line(record)
        if HEADER_BYTES + line.size > max_bytes:
            mend = f"raise max_batch_bytes (now {max_bytes}) or " if max_bytes < MAX_BATCH_BYTES else ""
            raise SpoolError(
                f"the {line.record} {line.record_id} takes {line.size} bytes, more than a batch may hold; "
                f"{mend}split the essay"
            )
        if lines and size + line.size > max_bytes:
            yield lines
            lines, size = [], HEADER_BYTES
        lines.append(line)
        size += line.size
    if lines:
        yield lines


def _make_line(record: Record) -> BatchLine:
    name, record_id = type(record).__name__, str(record.id)
    try:
        body = to_json(record)
        text = _dump(body).encode("utf-8")
        entry = header_entry(record, record_id, body)
        keys = len(_dump(entry[1]).encode("utf-8")) + 1 if entry else 0
    except (UnicodeEncodeError, ValueError, TypeError) as error:
        raise SpoolError(
            f"the {name} {record_id} cannot be written as JSON ({error}); mend its text"
        ) from error
    # DuckDB spells JSON a little differently when it reads it, so that the hash has to travel along.
    about = f',"body_sha256":"{hashlib.sha256(text).hexdigest()}","id":"{record_id}","record":"{name}"}}\n'
    line = b'{"body":' + text + about.encode("ascii")
    return BatchLine(name, record_id, line, entry, len(line) + keys + ID_BYTES)


def _dump(value: Any) -> str:
    """Spell what `to_json` has made as `canonical_json` does, without walking through it again."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _write_batch(folder: WarehouseFolder, batch: UUID, lines: list[BatchLine]) -> None:
    body = b"".join(line.line for line in lines)
    header = make_header(batch, lines, hashlib.sha256(body).hexdigest())
    path = folder.pending / f"{batch}{BATCH_SUFFIX}"
    try:
        make_folder_durably(folder.pending)
        write_durably(path, header.line().encode("utf-8") + b"\n" + body)
    except OSError as error:
        raise SpoolError(
            f"the spool {folder.pending} cannot be written ({error.strerror}); "
            "make the folder writable or free some space"
        ) from error
