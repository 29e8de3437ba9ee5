"""Scores the notes that essays get from themselves, on the short essays of ``tests/cases/consistency.toml``.

``found`` is the share of essays with a fault that get just the notes that they must get, ``false_notes`` the
share of clean ones that get any. The essays are of our own making and all may be read, so that the parts
show the fit and nothing else; ``false_notes_on_texts`` is the share of the committed articles and passages
that get a note: none of them contradicts itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from quality.scoring import Measure, Part, Row, Scored, part_of, parts_measure, read_rows, share

Noted = dict[str, list[str]]
"""Case -> the codes of its notes."""

TEXTS = (
    ("articles.jsonl", "article", "source"),
    ("own_articles.jsonl", "article", "source"),
    ("extraction.jsonl", "id", "text"),
    ("own_extraction.jsonl", "id", "text"),
)
"""File, field of the id, field of the text."""

A_DAY = date(2021, 5, 12)
"""Passages have no date, and without one no rate of exchange is looked at."""


def score_consistency(cases: Path) -> Scored:
    """Look all cases and texts through for notes."""
    with (cases / "consistency.toml").open("rb") as file:
        essays: list[Row] = tomllib.load(file)["case"]
    texts = [
        {"id": row[key], "text": row[text], "on": A_DAY}
        for name, key, text in TEXTS
        for row in read_rows(cases / name)
    ]
    return score_noted(essays, _note_all(essays), texts, _note_all(texts))


def _note_all(rows: Iterable[Row]) -> Noted:
    from factdesk.claims.find import find_claims
    from factdesk.verdicts.consistency import find_notes

    noted = {}
    for row in rows:
        findings = find_claims(row["text"], published_on=row.get("on"))
        notes = find_notes(findings, row["text"], row.get("on"))
        noted[row["id"]] = [note.code for found in notes.values() for note in found]
    return noted


def score_noted(essays: list[Row], noted: Noted, texts: list[Row], noted_texts: Noted) -> Scored:
    """Return the measures over given notes, and the essays of the tune part whose notes are not right."""
    off = [row for row in essays if row["notes"]]
    clean = [row for row in essays if not row["notes"]]
    measures = (
        _measure("consistency.found", off, lambda row: noted[row["id"]] == row["notes"]),
        _measure("consistency.false_notes", clean, lambda row: bool(noted[row["id"]])),
        _measure("consistency.false_notes_on_texts", texts, lambda row: bool(noted_texts[row["id"]])),
    )
    errors = [
        f"consistency {row['id']}: {noted[row['id']]} for {row['notes']}: {row['text']}"
        for row in essays
        if part_of(row["id"]) == "tune" and noted[row["id"]] != row["notes"]
    ]
    return Scored(measures, tuple(errors))


def _measure(name: str, rows: list[Row], counts: Callable[[Row], bool]) -> Measure:
    def figure(parts: Iterable[Part]) -> tuple[float | None, int]:
        chosen = [row for row in rows if part_of(row["id"]) in parts]
        return share(sum(counts(row) for row in chosen), len(chosen)), len(chosen)

    return parts_measure(name, figure)
