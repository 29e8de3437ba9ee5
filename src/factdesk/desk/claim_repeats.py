"""The same words as a claim has, decided before in another essay."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from factdesk.model import fold_space
from factdesk.warehouse.known import Known

MOST_REPEATS = 3

_WORDS_HASH = "hash({kind}, lower(replace({quote}, chr(10), ' ')))"

_DECIDED = f"""
    SELECT {_WORDS_HASH.format(kind="c.kind", quote="c.quote")}, c.fold_sequence
    FROM records.claims AS c JOIN standing.claims AS s ON s.claim_row = c.fold_sequence
    WHERE s.decision_row IS NOT NULL AND
"""
_DECIDED_BETWEEN = f"{_DECIDED} c.fold_sequence >= $1 AND c.fold_sequence < $2"
_DECIDED_AMONG = f"{_DECIDED} s.claim_id IN (SELECT unnest(?::UUID[]))"
_ROWS = "SELECT min(claim_row), max(claim_row) FROM standing.claims WHERE decision_row IS NOT NULL"
_HASH = f"SELECT {_WORDS_HASH.format(kind='$1', quote='$2')}"

# One step after the other: rows are found without a search by numbers that stand in the query, not by a join.
_LATEST = """
    SELECT claim_id, rating, claim_row, event_row, essay_row, verdict_id FROM standing.decisions
    WHERE is_current AND claim_row IN (SELECT unnest($1::BIGINT[])) AND claim_id <> $2
    ORDER BY position DESC LIMIT $3
"""
_TOLD = """
    SELECT e.conclusion, e.acted_at, e.text_sha256, coalesce(y.title, y.uri), e.reason
    FROM records.claims AS c, records.review_events AS e, records.essays AS y
    WHERE c.fold_sequence = $1 AND e.fold_sequence = $2 AND y.fold_sequence = $3
        AND c.kind = $4 AND lower(replace(c.quote, chr(10), ' ')) = $5
"""
_QUOTES = """
    SELECT v.id, w.quote FROM records.verdicts AS v
    JOIN records.evidence AS w ON w.id = v.deciding_evidence_id
    WHERE v.id IN (SELECT unnest($1::UUID[])) ORDER BY v.fold_sequence, w.fold_sequence
"""

READ_AT_ONCE = 16
"""Decided claims are read in so many parts, so that never all of them are in memory as objects."""

_ORDINAL_BITS = 30


class DecidedWords:
    """Where decided claims with given words stand; any thread may ask.

    A million of them take 16 MB: the upper bits of a hash of the words with a number, sorted, and for each
    number the row. Two words may share a hash; whoever looks at the row compares them.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._rows = array("q")
        self._hashes = array("Q")
        self._later: dict[int, tuple[int, ...]] = {}

    def look(self, known: Known) -> None:
        """Read all claims that are decided."""
        rows, numbered = array("q"), array("Q")
        ((first, last),) = known.ask(_ROWS)
        step = 0 if first is None else (last - first) // READ_AT_ONCE + 1
        for start in range(first, last + 1, step) if step else ():
            found = known.ask(_DECIDED_BETWEEN, [start, start + step])
            numbered.extend(_upper(one) | number for number, (one, _) in enumerate(found, start=len(rows)))
            rows.extend(row for _, row in found)
        ordered = array("Q", sorted(numbered))
        with self._mutex:
            self._rows, self._hashes, self._later = rows, ordered, {}

    def look_at(self, known: Known, claim_ids: Collection[UUID]) -> None:
        """Take notice of claims that may have been decided since."""
        found = known.ask(_DECIDED_AMONG, [[str(one) for one in claim_ids]])
        with self._mutex:
            for words, row in found:
                held = self._later.get(_upper(words), ())
                self._later[_upper(words)] = held if row in held else (*held, row)

    def find(self, known: Known, kind: str, words: str) -> list[int]:
        """Return the rows of claims of this kind that were decided and may have these words."""
        wanted = _upper(known.ask(_HASH, [kind, words])[0][0])
        with self._mutex:
            start = bisect_left(self._hashes, wanted)
            end = bisect_left(self._hashes, wanted + (1 << _ORDINAL_BITS), start)
            numbers = [one & ((1 << _ORDINAL_BITS) - 1) for one in self._hashes[start:end]]
            return [*(self._rows[one] for one in numbers), *self._later.get(wanted, ())]


def _upper(words: int) -> int:
    return words >> _ORDINAL_BITS << _ORDINAL_BITS


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same claim in another essay, as it was decided there.

    ``is_same_source`` says that it rests on the same text as this claim does now.
    """

    claim_id: UUID
    rating: str
    conclusion: str | None
    decided_at: datetime
    essay: str
    quote: str | None
    is_same_source: bool
    reason: str | None


def normal_words(claim: str) -> str:
    """Return the words of a claim as they are compared with those of others."""
    return fold_space(claim).lower()


def load_repeats(
    known: Known, decided: DecidedWords, row: Mapping[str, Any], deciding: str | None
) -> list[Repeat]:
    """Return the latest decisions on a claim's very words; ``deciding`` is the text that it rests on now."""
    kind, words = row["kind"], normal_words(row["claim"])
    rows = decided.find(known, kind, words)
    latest = known.ask(_LATEST, [rows, row["claim_id"], MOST_REPEATS]) if rows else []
    if not latest:
        return []
    quotes = dict(known.ask(_QUOTES, [[str(one[-1]) for one in latest if one[-1] is not None]]))
    return [
        Repeat(
            claim_id,
            rating,
            conclusion,
            at,
            essay,
            quotes.get(verdict_id),
            text is not None and text == deciding,
            reason,
        )
        for claim_id, rating, *places, verdict_id in latest
        for conclusion, at, text, essay, reason in known.ask(_TOLD, [*places, kind, words])
    ]
