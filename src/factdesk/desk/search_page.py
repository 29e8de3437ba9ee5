"""Search over all claims, essays and sources: what waits, what is decided, and what no longer stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from factdesk.desk.essay_view import EssayClaim, is_hidden
from factdesk.desk.form_fields import read_number
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit
from factdesk.warehouse.known import Known

ROWS_A_PAGE = 40
MOST_WORDS = 8
MOST_OTHERS = 6
"""Essays and sources that are shown above the claims."""

LONGEST_SEARCH = 200
LAST_ROW = 4_000
"""How many claims can be leafed through; who finds more has to say more."""

STATES: Mapping[str, tuple[str, str]] = {
    "": ("All", "true"),
    "undecided": (
        "Not decided",
        "x.decision_row IS NULL AND x.claim_status = 'current'",
    ),
    "decided": ("Decided", "x.decision_row IS NOT NULL AND x.claim_status = 'current'"),
    "former": ("No longer in their essay", "x.claim_status <> 'current'"),
}
"""What the claims can be narrowed to: how it is called, and the condition."""

# A word stands in the claim, in title, author or address of its essay, or in the address of one of its
# sources. Of the tables with a row for each claim only one column each is read.
_HAS_WORD = """(
    contains(lower(c.quote), ${number})
    OR c.essay_id IN (
        SELECT id FROM records.essays
        WHERE contains(lower(concat_ws(' ', title, author, uri)), ${number})
    )
    OR c.id IN (
        SELECT u.claim_id FROM standing.claim_sources AS u
        JOIN records.sources AS s ON s.id = u.source_id AND contains(lower(s.url), ${number})
    )
)"""
_HAS_ID = "starts_with(replace(CAST(c.id AS VARCHAR), '-', ''), $1)"
_ID = re.compile(r"[0-9a-f]{6,32}")

_FOUND = """
    SELECT x.claim_row FROM records.claims AS c
    JOIN standing.claims AS x ON x.claim_row = c.fold_sequence
    WHERE {condition} AND {state}
    ORDER BY x.claim_row DESC LIMIT {limit} OFFSET {first}
"""

_COLUMNS = (
    *("claim_id", "claim_status", "kind", "claim", "essay_id", "essay_uri", "essay_title", "author"),
    *("machine_rating", "editor_rating", "basis", "source_outcome", "reason_codes"),
)
_ROWS = """
    SELECT
        x.claim_id, x.claim_status, x.kind, c.quote, x.essay_id, e.uri, e.title, e.author, x.machine_rating,
        x.editor_rating, coalesce(w.basis, m.citations ->> '$[0].basis'), v.source_outcome,
        coalesce(from_json(v.reasons -> '$[*].code', '["VARCHAR"]'), [])
    FROM standing.claims AS x
    JOIN records.claims AS c ON c.fold_sequence = x.claim_row
    LEFT JOIN records.essays AS e ON e.fold_sequence = x.essay_row
    LEFT JOIN records.mentions AS m ON m.fold_sequence = x.mention_row
    LEFT JOIN records.verdicts AS v ON v.fold_sequence = x.verdict_row
    LEFT JOIN records.evidence AS w ON w.fold_sequence = x.evidence_row
    WHERE x.claim_row IN ({rows})
    ORDER BY x.claim_row DESC
"""

_ESSAYS = """
    SELECT x.essay_id, coalesce(e.title, e.uri), e.author, x.claims
    FROM standing.essays AS x JOIN records.essays AS e ON e.fold_sequence = x.essay_row
    WHERE {condition} ORDER BY x.essay_row DESC LIMIT {limit}
"""
_SOURCES = """
    SELECT x.source_id, coalesce(t.title, s.url), s.url
    FROM standing.sources AS x
    JOIN records.sources AS s ON s.fold_sequence = x.source_row
    LEFT JOIN records.snapshots AS t ON t.fold_sequence = x.snapshot_row
    WHERE {condition} ORDER BY x.source_row DESC LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    ``further`` is where the next page begins, None after the last one; ``is_cut`` says that there are more
    claims than can be leafed through, and that this page is the last of them.
    """

    claims: Sequence[EssayClaim]
    essays: Sequence[Sequence[Any]]
    sources: Sequence[Sequence[Any]]
    further: int | None = None
    is_cut: bool = False


def show_search(visit: Visit) -> Response:
    """Show what has the words of ``?q=``, the claims that came last first."""
    text = " ".join(visit.query.get("q", "").split())[:LONGEST_SEARCH]
    state = visit.query.get("state", "")
    state = state if state in STATES else ""
    first = _first(visit.query.get("from", ""))
    words = text.casefold().split()[:MOST_WORDS]
    with visit.desk.read() as known:
        found = _find(visit, known, words, state, first) if words else Found([], [], [])

    def address(**changed: str) -> str:
        fields = {"q": text, "state": state, **changed}
        return f"/search?{urlencode({name: value for name, value in fields.items() if value})}"

    return visit.show(
        "search.html",
        found=found,
        search=text,
        state=state,
        states={name: said for name, (said, _) in STATES.items()},
        first=first,
        page_size=ROWS_A_PAGE,
        last_row=LAST_ROW,
        address=address,
        queue=f"/queue?{urlencode({'tray': 'all', 'q': text})}",
    )


def _first(text: str) -> int:
    number = read_number(text) or 0
    return number if number < LAST_ROW else 0


def _find(visit: Visit, known: Known, words: Sequence[str], state: str, first: int) -> Found:
    rows = _find_rows(known, words, state, first)
    shown = rows[:ROWS_A_PAGE]
    told = known.ask(_ROWS.format(rows=", ".join(map(str, shown)))) if shown else []
    claims = []
    for number, row in enumerate(told, start=first + 1):
        values = dict(zip(_COLUMNS, row, strict=True))
        waits = visit.desk.waiting.find(values["claim_id"])
        values["stage"] = waits.stage if waits else None
        claims.append(EssayClaim(number, values, is_hidden(waits, visit.person.reviewer)))
    others = [] if first or state else words
    further = first + ROWS_A_PAGE if len(rows) > ROWS_A_PAGE else None
    is_cut = further is not None and further >= LAST_ROW
    return Found(
        claims,
        _find_others(known, _ESSAYS, "lower(concat_ws(' ', e.title, e.author, e.uri))", others),
        _find_others(known, _SOURCES, "lower(concat_ws(' ', t.title, s.url))", others),
        None if is_cut else further,
        is_cut,
    )


def _find_rows(known: Known, words: Sequence[str], state: str, first: int) -> list[int]:
    digits = words[0].replace("-", "")
    condition = " AND ".join(_HAS_WORD.format(number=number) for number in range(1, len(words) + 1))
    parameters = list(words)
    if len(words) == 1 and _ID.fullmatch(digits):
        condition, parameters = _HAS_ID, [digits]
    sql = _FOUND.format(condition=condition, state=STATES[state][1], limit=ROWS_A_PAGE + 1, first=first)
    return [int(row[0]) for row in known.ask(sql, parameters)]


def _find_others(known: Known, sql: str, text: str, words: Sequence[str]) -> Sequence[Sequence[Any]]:
    """Return the essays or sources in whose text all words stand; none where there are no words."""
    if not words:
        return []
    condition = " AND ".join(f"contains({text}, ${number})" for number in range(1, len(words) + 1))
    return known.ask(sql.format(condition=condition, limit=MOST_OTHERS), list(words))


PAGES = (Page("GET", "/search", Action.READ, show_search),)
