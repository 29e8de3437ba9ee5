"""What a person names to be held or erased: an essay, a snapshot (one archived text), or a claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from factdesk.errors import UsageError

Ask = Callable[[str, list[Any]], list[tuple[Any, ...]]]
"""Asks a database with the schemas ``records`` and ``derived``: the keeper's own or the published copy."""

_HEX = re.compile(r"[0-9a-f]{4,64}")

_ESSAYS = "SELECT id, 'the essay ' || uri FROM derived.essays WHERE {} ORDER BY uri"
_SNAPSHOTS = """
    SELECT p.id, 'the text of ' || s.url || ' (' || p.text_sha256[:12] || ')'
    FROM derived.snapshots AS p JOIN derived.sources AS s ON s.id = p.source_id WHERE {} ORDER BY ALL
"""
_CLAIMS = """
    SELECT c.id, 'the claim “' || c.quote || '” of ' || e.uri
    FROM derived.claims AS c JOIN derived.essays AS e ON e.id = c.essay_id WHERE {} ORDER BY ALL
"""
_STARTS = "starts_with(replace(CAST({} AS VARCHAR), '-', ''), $1)"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that was meant: its kind, its ids (several snapshots may have one text) and its name."""

    kind: str
    ids: tuple[UUID, ...]
    said: str


def find_target(ask: Ask, named: str, kinds: Collection[str], place: tuple[str, str] | None = None) -> Target:
    """Return the one thing that ``named`` means: an id or its beginning, an essay's key, path or address, the
    address of a source or the hash of its text.

    ``place`` is the inbox, and the path below it, of the file that ``named`` is on the disk; the essay there
    is meant as well. Raises UsageError when nothing or more than one thing is meant.
    """
    found = [one for kind in kinds for one in _LOOKED_FOR[kind](ask, named.strip())]
    if place is not None and "essay" in kinds:
        found = [*(one for one in _essays_at(ask, *place) if one not in found), *found]
    if not found:
        words = " or ".join(kinds)
        raise UsageError(
            f"no {words} is stored that {named!r} means; give an id or its beginning, an essay's path or "
            'address, or a source\'s address; see factdesk sql "SELECT essay_uri FROM reports.essays"'
        )
    if len(found) > 1:
        like = "; ".join(f"{one.kind} {one.ids[0]}, {one.said}" for one in found[:3])
        raise UsageError(f"{named!r} means more than one thing ({like}); give the id")
    return found[0]


def _digits(named: str) -> str | None:
    digits = named.lower().replace("-", "")
    return digits if _HEX.fullmatch(digits) else None


def _essays(ask: Ask, named: str) -> list[Target]:
    digits = _digits(named)
    rows = ask(_ESSAYS.format("essay_key = $1 OR uri = $1 OR path = $1"), [named])
    if not rows and digits:
        rows = ask(_ESSAYS.format(_STARTS.format("id")), [digits])
    return [Target("essay", (row[0],), row[1]) for row in rows]


def _essays_at(ask: Ask, inbox: str, path: str) -> list[Target]:
    rows = ask(_ESSAYS.format("inbox = $1 AND path = $2"), [inbox, path])
    return [Target("essay", (row[0],), row[1]) for row in rows]


def _snapshots(ask: Ask, named: str) -> list[Target]:
    digits = _digits(named)
    rows = ask(_SNAPSHOTS.format("s.url = $1 OR s.url_key = $1"), [named])
    if rows:
        return [Target("snapshot", tuple(row[0] for row in rows), f"every archived text of {named}")]
    if digits:
        either = f"{_STARTS.format('p.id')} OR starts_with(p.text_sha256, $1)"
        rows = ask(_SNAPSHOTS.format(either), [digits])
    return _by_text(rows)


def _by_text(rows: Sequence[tuple[Any, ...]]) -> list[Target]:
    """Snapshots by several readers of one page and one text are one thing."""
    by_name: dict[str, list[UUID]] = {}
    for snapshot_id, said in rows:
        by_name.setdefault(said, []).append(snapshot_id)
    return [Target("snapshot", tuple(ids), said) for said, ids in by_name.items()]


def _claims(ask: Ask, named: str) -> list[Target]:
    digits = _digits(named)
    rows = ask(_CLAIMS.format(_STARTS.format("c.id")), [digits]) if digits else []
    return [Target("claim", (row[0],), row[1]) for row in rows]


_LOOKED_FOR: dict[str, Callable[[Ask, str], list[Target]]] = {
    "essay": _essays,
    "snapshot": _snapshots,
    "claim": _claims,
}


def names_of(ask: Ask, kind: str, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what things are called; one that is not stored is left out."""
    selects = {"essay": (_ESSAYS, "id"), "snapshot": (_SNAPSHOTS, "p.id"), "claim": (_CLAIMS, "c.id")}
    select, column = selects[kind]
    where = f"{column} IN (SELECT unnest($1::UUID[]))"
    return {row[0]: row[1] for row in ask(select.format(where), [[str(one) for one in ids]])}
