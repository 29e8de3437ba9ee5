"""The header line of a batch: what is in it, and what `known` must answer while it waits.

A batch is one line of header and then one record a line. The header's ``sha256`` is over everything after
the header line and its ``seal`` over that line itself, so that an altered batch is refused before a word of
it is believed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.model import (
    SCHEMA_VERSION,
    Claim,
    Essay,
    EssayVersion,
    Fetch,
    Judgement,
    Mention,
    Reading,
    Record,
    ReviewEvent,
    Verdict,
    canonical_json,
)

KNOWN_KEYS: Mapping[type[Record], tuple[str, tuple[str, ...]]] = {
    Essay: ("essays", ("essay_key", "inbox", "path")),
    EssayVersion: ("versions", ("essay_id", "text_sha256")),
    Reading: ("readings", ("essay_id", "version_id", "claim_ids", "outcome", "detail", "method")),
    Claim: ("claims", ("essay_id", "kind", "quote")),
    Mention: ("mentions", ("claim_id", "version_id", "sentence")),
    Fetch: ("fetches", ("source_id", "text_sha256", "fetched_at")),
    Verdict: ("verdicts", ("claim_id", "rating")),
    Judgement: ("judgements", ("claim_id", "verdict_id")),
    ReviewEvent: ("events", ("claim_id", "act", "reviewer", "rating", "target")),
}
"""Record -> its list in the header and the fields that stand there, after the record's id."""


MAX_BATCH_BYTES = 16_000_000
"""No batch is larger, so that one transaction, one line of the header and one look at it stay small."""

NO_SEAL = "0" * 64
"""Stands in the header line while its seal, a sha256 in hex, is taken."""


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """The first line of a batch."""

    batch: UUID
    schema: int
    counts: Mapping[str, int]
    sha256: str
    keys: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """How many records follow."""
        return sum(self.counts.values())

    def line(self) -> str:
        """Return the header as one line of JSON, sealed, without the newline."""
        line = canonical_json(
            {
                "batch": self.batch,
                "schema": self.schema,
                "counts": self.counts,
                "sha256": self.sha256,
                "keys": self.keys,
                "seal": NO_SEAL,
            }
        )
        seal = hashlib.sha256(line.encode("utf-8")).hexdigest()
        return line.replace(_sealed(NO_SEAL), _sealed(seal))


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One record of a batch: its line in UTF-8, what the header says of it, and the bytes of both."""

    record: str
    record_id: str
    line: bytes
    entry: tuple[str, list[Any]] | None
    size: int


def _sealed(seal: str) -> str:
    """Return the part of a header line that says its seal; inside of a JSON string it cannot occur."""
    return f'"seal":"{seal}"'


class BrokenHeaderError(ValueError):
    """A batch whose header cannot be read; the message says why."""


def header_entry(record: Record, record_id: str, body: Mapping[str, Any]) -> tuple[str, list[Any]] | None:
    """Return the header list that a record belongs to and its line there, or None.

    ``body`` is the record as `to_json` makes it.
    """
    known = KNOWN_KEYS.get(type(record))
    if known is None or (isinstance(record, Fetch) and record.text_sha256 is None):
        return None
    name, names = known
    return name, [record_id, *(body[one] for one in names)]


def make_header(batch: UUID, lines: Sequence[BatchLine], sha256: str) -> BatchHeader:
    """Return the header of a batch with these lines."""
    keys: dict[str, list[Any]] = {"records": [line.record_id for line in lines]}
    for line in lines:
        if line.entry is not None:
            keys.setdefault(line.entry[0], []).append(line.entry[1])
    counts = Counter(line.record for line in lines)
    return BatchHeader(batch, SCHEMA_VERSION, dict(counts), sha256, keys)


def read_header(path: Path) -> BatchHeader:
    """Read the header of a batch. Raises BrokenHeaderError, and OSError when the file is gone."""
    with path.open("rb") as stream:
        return parse_header(stream.readline())


def parse_header(line: bytes) -> BatchHeader:
    """Return the header that a line holds. Raises BrokenHeaderError."""
    try:
        body = json.loads(line)
        header = BatchHeader(
            batch=UUID(body["batch"]),
            schema=int(body["schema"]),
            counts={str(name): int(count) for name, count in body["counts"].items()},
            sha256=str(body["sha256"]),
            keys={str(name): list(lines) for name, lines in body["keys"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BrokenHeaderError(f"its first line is not a batch header ({error!r})") from error
    if header.schema <= SCHEMA_VERSION and "seal" in body:  # how later ones are sealed is not known here
        _check_seal(line, str(body["seal"]))
    return header


def _check_seal(line: bytes, seal: str) -> None:
    """A batch that an older Factdesk wrote has no seal."""
    unsealed = line.rstrip(b"\n").replace(_sealed(seal).encode("utf-8"), _sealed(NO_SEAL).encode("ascii"), 1)
    if hashlib.sha256(unsealed).hexdigest() != seal:
        raise BrokenHeaderError("its header was altered after it was written (other seal)")
