"""What an erasure takes away, found before anything is touched.

An essay goes whole: its rows, its texts, and the words of the decisions on its claims. Of a snapshot (one
archived text, wherever it was archived) the text goes, the bytes that it was read from, and every quotation
of it: passages, the sentences of verdicts, the words of the decisions that rest on it; what was rated and
when stays. Of a reviewer's name the name goes, and the words of decisions that hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from factdesk.reports.words import count_words
from factdesk.sources.archive_files import blob_name
from factdesk.sources.suggestions import ESSAY_EXTRACTOR
from factdesk.warehouse.erasure_files import fetch_files, files_beside
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.targets import Ask, Target

ESSAY_TABLES = {
    "essays": "id IN {essays}",
    "essay_versions": "essay_id IN {essays}",
    "readings": "essay_id IN {essays}",
    "claims": "essay_id IN {essays}",
    "mentions": "claim_id IN {claims}",
    "evidence": "claim_id IN {claims}",
    "verdicts": "claim_id IN {claims}",
    "judgements": "claim_id IN {claims}",
}
"""Table -> the rows that go with an essay."""

_IDS = "(SELECT unnest({}::UUID[]))"
_TEXTS = "(SELECT unnest({}::VARCHAR[]))"


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What goes. Ids as text, files below the archive's folder, ``beside`` below the warehouse's.

    ``rows`` counts the rows that go or lose words, ``kept`` says why a file stays, and ``nearby`` what holds
    words of the same origin and is not meant.
    """

    kind: str
    essays: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    snapshots: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    nearby: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The ids that were meant."""
        return self.essays if self.kind == "essay" else self.snapshots if self.kind == "snapshot" else ()


def plan_essay(ask: Ask, folder: WarehouseFolder, target: Target) -> ErasurePlan:
    """Return what goes with an essay."""
    essays = [str(one) for one in target.ids]
    claims = _column(
        ask, f"SELECT DISTINCT id FROM records.claims WHERE essay_id IN {_IDS.format('$1')}", essays
    )
    texts = _column(
        ask,
        f"SELECT DISTINCT text_sha256 FROM records.essay_versions WHERE essay_id IN {_IDS.format('$1')}",
        essays,
    )
    shared = _column(
        ask,
        f"SELECT DISTINCT text_sha256 FROM records.essay_versions WHERE essay_id NOT IN {_IDS.format('$1')} "
        f"AND text_sha256 IN {_TEXTS.format('$2')}",
        essays,
        texts,
    )
    own = [one for one in texts if one not in shared]
    places = ask(
        f"SELECT DISTINCT uri, path, inbox FROM records.essays WHERE id IN {_IDS.format('$1')}", [essays]
    )
    served = _plan_texts(ask, folder, own, essays)
    rows = dict(served.rows)
    for table, where in ESSAY_TABLES.items():
        condition = where.format(essays=_IDS.format("$1"), claims=_IDS.format("$1"))
        ids = essays if "{essays}" in where else claims
        rows[table] = rows.get(table, 0) + _count(ask, f"records.{table} WHERE {condition}", ids)
    events = _column(
        ask, f"SELECT DISTINCT id FROM records.review_events WHERE claim_id IN {_IDS.format('$1')}", claims
    )
    files = sorted({*served.files, *(blob_name(one) for one in own)})
    return ErasurePlan(
        kind="essay",
        essays=tuple(essays),
        claims=tuple(claims),
        snapshots=served.snapshots,
        texts=tuple(own),
        evidence=served.evidence,
        verdicts=served.verdicts,
        changes=served.changes,
        events=tuple(sorted({*served.events, *events})),
        sources=served.sources,
        runs=_runs_naming(ask, [word for uri, path, _ in places for word in (uri, path) if word]),
        files=tuple(files),
        beside=tuple(files_beside(folder, [*essays, *claims, *own], places)),
        rows={**rows, "review_events": len({*served.events, *events})},
        kept=tuple(
            f"the text {one[:12]} is also that of another essay; erase that as well" for one in shared
        ),
        nearby=tuple(
            f"the archived source {url}, which no other essay used" for url in _own_sources(ask, claims)
        ),
    )


def plan_snapshots(ask: Ask, folder: WarehouseFolder, target: Target) -> ErasurePlan:
    """Return what goes with archived texts; the same text archived from another address is the same text."""
    ids = [str(one) for one in target.ids]
    texts = _column(
        ask, f"SELECT DISTINCT text_sha256 FROM records.snapshots WHERE id IN {_IDS.format('$1')}", ids
    )
    essays = _column(
        ask,
        f"SELECT DISTINCT text_sha256 FROM records.essay_versions WHERE text_sha256 IN {_TEXTS.format('$1')}",
        texts,
    )
    own = [one for one in texts if one not in essays]
    plan = _plan_texts(ask, folder, own, [])
    others = ask(
        "SELECT DISTINCT s.url, p.text_sha256 FROM records.snapshots AS p JOIN records.sources AS s "
        f"ON s.id = p.source_id WHERE s.id IN (SELECT source_id FROM records.snapshots WHERE text_sha256 IN "
        f"{_TEXTS.format('$1')}) AND p.text_sha256 NOT IN {_TEXTS.format('$1')} ORDER BY ALL",
        [own],
    )
    return replace(
        plan,
        kind="snapshot",
        beside=tuple(files_beside(folder, own, [])),
        kept=tuple(f"the text {one[:12]} is that of an essay; erase the essay" for one in essays),
        nearby=tuple(f"another text of {url}: {text[:12]}" for url, text in others),
    )


def _plan_texts(
    ask: Ask, folder: WarehouseFolder, texts: Sequence[str], essays: Sequence[str]
) -> ErasurePlan:
    """Return what goes with texts that were archived as sources. An essay that served as one loses its
    address there too."""
    given = [list(texts)]
    snapshots = _column(
        ask, f"SELECT DISTINCT id FROM records.snapshots WHERE text_sha256 IN {_TEXTS.format('$1')}", *given
    )
    sources = _column(
        ask,
        f"SELECT DISTINCT source_id FROM records.snapshots WHERE text_sha256 IN {_TEXTS.format('$1')}",
        *given,
    )
    evidence = _column(
        ask, f"SELECT DISTINCT id FROM records.evidence WHERE snapshot_id IN {_IDS.format('$1')}", snapshots
    )
    verdicts = _column(
        ask,
        "SELECT DISTINCT v.id FROM records.verdicts AS v, (SELECT unnest($1::VARCHAR[]) AS text) AS t "
        "WHERE contains(CAST(v.inputs AS VARCHAR), t.text)",
        *given,
    )
    changes = _column(
        ask,
        f"SELECT DISTINCT id FROM records.source_changes WHERE before_snapshot_id IN {_IDS.format('$1')} "
        f"OR after_snapshot_id IN {_IDS.format('$1')}",
        snapshots,
    )
    events = _column(
        ask,
        f"SELECT DISTINCT id FROM records.review_events WHERE text_sha256 IN {_TEXTS.format('$1')} "
        f"OR verdict_id IN {_IDS.format('$2')}",
        *given,
        verdicts,
    )
    blobs = _column(
        ask,
        "SELECT DISTINCT unnest([text_sha256, blob_sha256, full_text_sha256]) FROM records.fetches "
        f"WHERE text_sha256 IN {_TEXTS.format('$1')}",
        *given,
    )
    names = {blob_name(one) for one in (*blobs, *texts) if one}
    names |= set(fetch_files(folder, sources, {*texts}))
    names = {name for name in names if (folder.root / "snapshots" / name).exists()}
    return ErasurePlan(
        kind="snapshot",
        snapshots=tuple(snapshots),
        texts=tuple(texts),
        evidence=tuple(evidence),
        verdicts=tuple(verdicts),
        changes=tuple(changes),
        events=tuple(events),
        sources=tuple(_essays_as_sources(ask, texts)) if essays else (),
        files=tuple(sorted(names)),
        rows={
            "snapshots": len(snapshots),
            "evidence": len(evidence),
            "verdicts": len(verdicts),
            "source_changes": len(changes),
            "review_events": len(events),
        },
    )


def _own_sources(ask: Ask, claims: Sequence[str]) -> list[str]:
    return _column(
        ask,
        """
        WITH looked AS (
            SELECT claim_id, unnest(from_json(inputs, '[{"source_id": "UUID"}]')).source_id AS source_id
            FROM records.verdicts
        )
        SELECT s.url FROM records.sources AS s WHERE s.id IN (
            SELECT source_id FROM looked GROUP BY source_id
            HAVING bool_and(claim_id IN (SELECT unnest($1::UUID[])))
        )
        """,
        claims,
    )


def _essays_as_sources(ask: Ask, texts: Sequence[str]) -> list[str]:
    return _column(
        ask,
        "SELECT DISTINCT source_id FROM records.snapshots WHERE extractor = $1 AND text_sha256 IN "
        f"{_TEXTS.format('$2')}",
        ESSAY_EXTRACTOR,
        list(texts),
    )


def plan_name(ask: Ask, folder: WarehouseFolder, name: str, people: dict[str, str]) -> ErasurePlan:
    """Return what goes with a reviewer's name, given the names by their opaque ids."""
    reviewers = tuple(one for one, known in people.items() if known.casefold() == name.casefold())
    events = _column(
        ask,
        "SELECT DISTINCT id FROM records.review_events WHERE contains(lower("
        "concat_ws(' ', conclusion, reason, note, target)), lower($1))",
        name,
    )
    title = "concat_ws(' ', author, title)"
    nearby = [
        count_words(count, *what)
        for what, table, column in (
            (("row of essays, as author or title", "rows of essays, as author or title"), "essays", title),
            (("archived text, as author or title", "archived texts, as author or title"), "snapshots", title),
            (("sentence of claims", "sentences of claims"), "mentions", "sentence"),
            (("passage",), "evidence", "quote"),
        )
        if (count := _count(ask, f"records.{table} WHERE contains(lower({column}), lower($1))", name))
    ]
    return ErasurePlan(
        kind="name",
        people=reviewers,
        events=tuple(events),
        rows={"review_events": len(events)},
        nearby=tuple(nearby),
    )


def _runs_naming(ask: Ask, words: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        _column(
            ask,
            "SELECT DISTINCT r.id FROM records.runs AS r, (SELECT unnest($1::VARCHAR[]) AS word) AS w "
            "WHERE contains(CAST(r.parameters AS VARCHAR), w.word)",
            list(words),
        )
    )


def _column(ask: Ask, sql: str, *parameters: Any) -> list[str]:
    return sorted(str(row[0]) for row in ask(sql, list(parameters)) if row[0] is not None)


def _count(ask: Ask, what: str, parameter: Any) -> int:
    return int(ask(f"SELECT count(*) FROM {what}", [parameter])[0][0])


def held_by(ask: Ask, plan: ErasurePlan, kind: str, target: UUID) -> bool:
    """Whether a hold on one thing forbids an erasure: it would go, or what it rests on would."""
    name = str(target)
    if kind == "essay":
        rests = ask(
            "SELECT 1 FROM records.claims AS c JOIN records.verdicts AS v ON v.claim_id = c.id "
            f"WHERE c.essay_id = $1::UUID AND v.id IN {_IDS.format('$2')} LIMIT 1",
            [name, list(plan.verdicts)],
        )
        return name in plan.essays or bool(rests)
    if kind == "claim":
        rests = ask(
            f"SELECT 1 FROM records.verdicts WHERE claim_id = $1::UUID AND id IN {_IDS.format('$2')} LIMIT 1",
            [name, list(plan.verdicts)],
        )
        return name in plan.claims or bool(rests)
    return name in plan.snapshots
