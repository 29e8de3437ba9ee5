"""What has come into the database since somebody looked: acts of people, and essays that machines touched."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from factdesk.warehouse.folding import LINES_PER_SEQUENCE
from factdesk.warehouse.known import Known

_EVENTS = "SELECT event_id, claim_id, position FROM keeper.event_chain WHERE position > ? ORDER BY position"
_LAST_POSITION = "SELECT coalesce(max(position), 0) FROM keeper.event_chain"

# Rows of this table are only ever appended, in the order of their commits; sequences may come in another.
_BATCHES = "SELECT sequence FROM keeper.batches WHERE rowid >= ?"
_COUNT_BATCHES = "SELECT count(*) FROM keeper.batches"

_IN_BATCHES = "fold_sequence BETWEEN $1 AND $2"
_OF_CLAIMS = " UNION ALL ".join(
    f"SELECT claim_id FROM records.{table} WHERE {_IN_BATCHES}"
    for table in ("mentions", "evidence", "verdicts", "judgements")
)
_TOUCHED_ESSAYS = f"""
    SELECT id AS essay_id FROM records.essays WHERE {_IN_BATCHES}
    UNION SELECT essay_id FROM records.essay_versions WHERE {_IN_BATCHES}
    UNION SELECT essay_id FROM records.readings WHERE {_IN_BATCHES}
    UNION SELECT essay_id FROM records.claims WHERE {_IN_BATCHES}
    UNION SELECT c.essay_id FROM standing.claims AS c SEMI JOIN ({_OF_CLAIMS}) AS t ON t.claim_id = c.claim_id
    UNION SELECT s.essay_id FROM standing.claim_sources AS s
    SEMI JOIN (
        SELECT source_id FROM records.source_changes WHERE {_IN_BATCHES}
        UNION ALL SELECT source_id FROM records.fetches WHERE {_IN_BATCHES}
    ) AS h ON h.source_id = s.source_id
"""


class News:
    """A place in the history of one database; each taking moves it on."""

    def __init__(self, known: Known) -> None:
        self._position = int(known.ask(_LAST_POSITION)[0][0])
        self._batches = int(known.ask(_COUNT_BATCHES)[0][0])

    def take_events(self, known: Known) -> list[tuple[UUID, UUID]]:
        """Return the review events since the last time, each with its claim, in their order."""
        rows = known.ask(_EVENTS, [self._position])
        if rows:
            self._position = int(rows[-1][2])
        return [(event, claim) for event, claim, _ in rows]

    def take_essays(self, known: Known) -> Sequence[UUID]:
        """Return the essays whose claims batches have touched since the last time, not by acts of people."""
        sequences = [int(row[0]) for row in known.ask(_BATCHES, [self._batches])]
        self._batches += len(sequences)
        if not sequences:
            return []
        first, last = min(sequences) * LINES_PER_SEQUENCE, (max(sequences) + 1) * LINES_PER_SEQUENCE
        rows = known.ask(_TOUCHED_ESSAYS, [first, last])
        return [row[0] for row in rows]
