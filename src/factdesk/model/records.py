"""All kinds of records, and the version of their shape."""

from __future__ import annotations

import hashlib

from factdesk.model.essays import Claim, Essay, EssayVersion, Mention, Reading
from factdesk.model.events import ReviewEvent, Run
from factdesk.model.identity import canonical_json, to_json
from factdesk.model.sources import Fetch, Snapshot, Source, SourceChange
from factdesk.model.verdicts import Evidence, Judgement, Verdict

SCHEMA_VERSION = 4
"""Version of the records' shape, written into every batch header. 2: mentions have a locator. 3: fetches say
how they were made, snapshots what others made of their claims, and source changes are kept. 4: verdicts have
notes and words that nothing backs."""

Record = (
    Essay
    | EssayVersion
    | Reading
    | Claim
    | Mention
    | Source
    | Fetch
    | Snapshot
    | SourceChange
    | Evidence
    | Verdict
    | Judgement
    | ReviewEvent
    | Run
)

RECORDS: tuple[type[Record], ...] = (
    Essay,
    EssayVersion,
    Reading,
    Claim,
    Mention,
    Source,
    Fetch,
    Snapshot,
    SourceChange,
    Evidence,
    Verdict,
    Judgement,
    ReviewEvent,
    Run,
)

RECORD_BY_NAME: dict[str, type[Record]] = {record.__name__: record for record in RECORDS}


def body_sha256(record: Record) -> str:
    """Return the sha256 (hex) of all fields of a record but its id."""
    return hashlib.sha256(canonical_json(to_json(record)).encode("utf-8")).hexdigest()
