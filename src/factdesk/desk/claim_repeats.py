"""The same words as a claim has, decided before in another essay."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from factdesk.desk.unfolded_acts import FreshDecision
from factdesk.model import fold_space
from factdesk.warehouse.known import Known

MOST_REPEATS = 3

_WORDS_HASH = "hash({kind}, lower(replace({quote}, chr(10), ' ')))"

_DECIDED = f"""
    SELECT {_WORDS_HASH.format(kind="c.kind", quote="c.quote")}, c.fold_sequence, s.decision_row
    FROM records.claims AS c JOIN standing.claims AS s ON s.claim_row = c.fold_sequence
    WHERE s.decision_row IS NOT NULL
"""
_ALL_DECIDED = f"{_DECIDED} ORDER BY s.decision_row"
_DECIDED_AMONG = f"{_DECIDED} AND s.claim_id IN (SELECT unnest(?::UUID[]))"
_HASH = f"SELECT {_WORDS_HASH.format(kind='$1', quote='$2')}"

# One table after the other, by numbers that stand in the statement: so the rows are found without a search.
# Joined, they would be looked for in all of a table of a million.
_CLAIMS = """
    SELECT claim_row, claim_id, decision_row, editor_rating, decision_verdict_id, verdict_id, evidence_row,
        essay_row
    FROM standing.claims WHERE claim_row IN ({rows}) AND decision_row IS NOT NULL
"""
_SAME_WORDS = """
    SELECT fold_sequence FROM records.claims
    WHERE fold_sequence IN ({rows}) AND kind = $1 AND lower(replace(quote, chr(10), ' ')) = $2
"""
_SAID = """
    SELECT fold_sequence, conclusion, acted_at, text_sha256, reason FROM records.review_events
    WHERE fold_sequence IN ({rows})
"""
_ESSAYS = "SELECT fold_sequence, coalesce(title, uri) FROM records.essays WHERE fold_sequence IN ({rows})"
_QUOTES = "SELECT fold_sequence, quote FROM records.evidence WHERE fold_sequence IN ({rows})"
_QUOTES_BY_VERDICT = """
    SELECT v.id, w.quote FROM records.verdicts AS v
    JOIN records.evidence AS w ON w.id = v.deciding_evidence_id
    WHERE v.id IN (SELECT unnest($1::UUID[])) ORDER BY v.fold_sequence, w.fold_sequence
"""
_EVIDENCE_OF = "SELECT claim_id, verdict_id, evidence_row FROM standing.claims WHERE claim_id = ?"

LOOKED_AT = 4
"""So many decided claims are looked at at once: each may stand in another part of the tables, and the first
ones are mostly decided still."""

_ORDINAL_BITS = 30


class DecidedWords:
    """Where decided claims with given words stand; any thread may ask.

    A million of them take 16 MB: the upper bits of a hash of the words with a number, sorted, and for each
    number the row. The later a claim was decided the higher is its number. Two words may share a hash;
    whoever looks at the row compares them.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._rows = array("q")
        self._hashes = array("Q")
        self._later: dict[int, dict[int, int]] = {}

    def look(self, known: Known) -> None:
        """Read all claims that are decided."""
        rows, numbered = array("q"), array("Q")
        for number, (words, row, _) in enumerate(known.ask_in_parts(_ALL_DECIDED)):
            numbered.append(_upper(words) | number)
            rows.append(row)
        ordered = array("Q", sorted(numbered))
        with self._mutex:
            self._rows, self._hashes, self._later = rows, ordered, {}

    def look_at(self, known: Known, claim_ids: Collection[UUID]) -> None:
        """Take notice of claims that may have been decided since."""
        found = known.ask(_DECIDED_AMONG, [[str(one) for one in claim_ids]])
        with self._mutex:
            for words, row, decision in found:
                self._later.setdefault(_upper(words), {})[row] = decision

    def find(self, known: Known, kind: str, words: str) -> list[int]:
        """Return the rows of claims of this kind that were decided and may have these words.

        Those that were decided since `look` stand first, of the others the one that was decided last.
        """
        wanted = _upper(known.ask(_HASH, [kind, words])[0][0])
        with self._mutex:
            start = bisect_left(self._hashes, wanted)
            end = bisect_left(self._hashes, wanted + (1 << _ORDINAL_BITS), start)
            later = self._later.get(wanted, {})
            numbers = (one & ((1 << _ORDINAL_BITS) - 1) for one in reversed(self._hashes[start:end]))
            before = [row for row in map(self._rows.__getitem__, numbers) if row not in later]
            return [*sorted(later, key=later.__getitem__, reverse=True), *before]


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


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of decisions on other claims: by the database, and the ``fresh`` ones that it may lack.

    The fresh ones were taken before ``known`` was opened, so that no decision is in neither.
    """

    known: Known
    decided: DecidedWords
    fresh: Sequence[FreshDecision]


@dataclass(frozen=True, slots=True)
class _Found:
    """A claim of the same words; ``evidence_row`` is None where the verdict that was seen holds no more."""

    claim_id: UUID
    rating: str
    conclusion: str | None
    decided_at: datetime
    essay: str
    reason: str | None
    text_sha256: str | None
    verdict_id: UUID | None
    evidence_row: int | None


def load_repeats(earlier: Earlier, row: Mapping[str, Any], deciding: str | None) -> list[Repeat]:
    """Return the latest decisions on a claim's very words; ``deciding`` is the text that it rests on now."""
    kind, words = row["kind"], normal_words(row["claim"])
    fresh = [
        one
        for one in earlier.fresh
        if (one.claim.kind, normal_words(one.claim.claim)) == (kind, words)
        and one.claim.claim_id != row["claim_id"]
    ]
    latest = {one.claim_id: one for one in _find_fresh(earlier.known, fresh[:MOST_REPEATS])}
    for one in _find_decided(earlier, kind, words, row["claim_id"]):
        there = latest.get(one.claim_id)
        if there is None or there.decided_at < one.decided_at:
            latest[one.claim_id] = one
    shown = sorted(latest.values(), key=lambda one: one.decided_at, reverse=True)[:MOST_REPEATS]
    quotes = _read_quotes(earlier.known, shown)
    return [
        Repeat(
            one.claim_id,
            one.rating,
            one.conclusion,
            one.decided_at,
            one.essay,
            quotes.get(one.claim_id),
            one.text_sha256 is not None and one.text_sha256 == deciding,
            one.reason,
        )
        for one in shown
    ]


def _find_fresh(known: Known, fresh: Sequence[FreshDecision]) -> list[_Found]:
    """What machines found of these claims is in the database, what people did may not be."""
    rows = [row for one in fresh for row in known.ask(_EVIDENCE_OF, [one.claim.claim_id])]
    evidence = {(claim, verdict): row for claim, verdict, row in rows}
    return [
        _Found(
            claim.claim_id,
            event.rating or "",
            event.conclusion,
            event.at,
            claim.essay_title or claim.essay_uri,
            event.reason,
            event.text_sha256,
            event.verdict_id,
            evidence.get((claim.claim_id, event.verdict_id)),
        )
        for event, claim in ((one.event, one.claim) for one in fresh)
    ]


def _find_decided(earlier: Earlier, kind: str, words: str, but: UUID) -> list[_Found]:
    """Return the last decided claims that the database has, the one of the latest decision first."""
    known = earlier.known
    rows = earlier.decided.find(known, kind, words)
    found: list[tuple[Any, ...]] = []
    while rows and len(found) < MOST_REPEATS:
        some, rows = rows[:LOOKED_AT], rows[LOOKED_AT:]
        same = {one for (one,) in known.ask(_SAME_WORDS.format(rows=_listed(some)), [kind, words])}
        claims = known.ask(_CLAIMS.format(rows=_listed(some)))
        found += [one for one in claims if one[0] in same and one[1] != but]
    latest = sorted(found, key=lambda one: int(one[2]), reverse=True)[:MOST_REPEATS]
    if not latest:
        return []
    said = {one[0]: one[1:] for one in known.ask(_SAID.format(rows=_listed(one[2] for one in latest)))}
    rows = [one[7] for one in latest if one[7] is not None]
    essays = dict(known.ask(_ESSAYS.format(rows=_listed(rows)))) if rows else {}
    return [_as_found(one, said[one[2]], essays.get(one[7], "")) for one in latest]


def _as_found(claim: Sequence[Any], said: Sequence[Any], essay: str) -> _Found:
    _, claim_id, _, rating, seen_verdict, verdict, evidence_row, _ = claim
    conclusion, at, text, reason = said
    row = evidence_row if seen_verdict == verdict else None
    return _Found(claim_id, rating, conclusion, at, essay, reason, text, seen_verdict, row)


def _read_quotes(known: Known, shown: Sequence[_Found]) -> dict[UUID, str]:
    """Return for each claim the passage that the verdict showed on which it was decided."""
    rows = [one.evidence_row for one in shown if one.evidence_row is not None]
    by_row = dict(known.ask(_QUOTES.format(rows=_listed(rows)))) if rows else {}
    others = [one for one in shown if one.evidence_row is None and one.verdict_id is not None]
    by_verdict = (
        dict(known.ask(_QUOTES_BY_VERDICT, [[str(one.verdict_id) for one in others]])) if others else {}
    )
    quotes = {one.claim_id: by_row[one.evidence_row] for one in shown if one.evidence_row in by_row}
    return quotes | {
        one.claim_id: by_verdict[one.verdict_id] for one in others if one.verdict_id in by_verdict
    }


def _listed(rows: Iterable[int]) -> str:
    return ", ".join(str(int(one)) for one in rows)
