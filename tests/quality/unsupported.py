"""Scores the words of WiCE's sub-claims that are marked as backed by no passage.

People marked which tokens of a sub-claim its source does not support. A token counts as marked where a
marked stretch overlaps it; F1 is of all tokens together, ``per_claim`` the mean of each sub-claim's own F1.
``claims_marked`` says of which share of the words of fully supported claims, in which nothing should be
marked, something is.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

from quality.scoring import Interval, Part, Row, Scored, Tally, part_of, parts_measure, read_rows, share


def score_unsupported(folder: Path) -> Scored:
    """Mark every sub-claim against its whole source; compare with the marks of people."""
    rows = read_rows(folder / "data" / "wice" / "dev.jsonl")
    marked = [row for row in rows if row.get("non_supported_spans")]
    supported = [row for row in rows if row["level"] == "claim" and row["label"] == "supported"]
    tallies = {row["id"]: count_tokens(row, marks_of(row)) for row in marked}
    shares = {row["id"]: share_marked(row) for row in supported}

    def total(names: Iterable[Part]) -> Tally:
        return sum((one for key, one in tallies.items() if part_of(key) in set(names)), Tally())

    def of(test):  # type: ignore[no-untyped-def]
        return lambda names: (test(total(names)), sum(part_of(key) in set(names) for key in tallies))

    def per_claim(names: Iterable[Part]) -> tuple[float | None, int]:
        wanted = [f1(one) or 0.0 for key, one in tallies.items() if part_of(key) in set(names)]
        return (fmean(wanted) if wanted else None), len(wanted)

    def on_supported(names: Iterable[Part]) -> tuple[float | None, int]:
        wanted = [one for key, one in shares.items() if part_of(key) in set(names)]
        return (fmean(wanted) if wanted else None), len(wanted)

    measures = (
        parts_measure("unsupported.f1", of(f1)),
        parts_measure("unsupported.precision", of(lambda one: one.precision)),
        parts_measure("unsupported.recall", of(lambda one: one.recall)),
        parts_measure("unsupported.per_claim", per_claim),
        parts_measure("unsupported.claims_marked", on_supported),
    )
    return Scored(measures, tuple(_error(row) for row in marked if part_of(row["id"]) == "tune"))


def f1(tally: Tally) -> float | None:
    """Return the harmonic mean of precision and recall."""
    return share(2 * tally.right, tally.found + tally.gold)


def marks_of(row: Row) -> list[Interval]:
    """Return the characters of a claim that are marked."""
    from factdesk.evidence.passages import ParsedSource
    from factdesk.verdicts.unsupported import LookedIn, find_unsupported

    source = ParsedSource("\n".join(row["source_sentences"]))
    return [(span.start, span.end) for span in find_unsupported(row["claim"], [LookedIn(source)])]


def tokens_of(row: Row) -> list[Interval]:
    """Return where the tokens of a sub-claim stand."""
    places, start = [], 0
    for token in row["claim_tokens"]:
        at = row["claim"].index(token, start)
        start = at + len(token)
        places.append((at, start))
    return places


def count_tokens(row: Row, marks: list[Interval]) -> Tally:
    """Count the tokens that are marked rightly, marked, and marked by people."""
    found = [any(low < end and start < high for low, high in marks) for start, end in tokens_of(row)]
    gold = row["non_supported_spans"]
    return Tally(sum(a and b for a, b in zip(found, gold, strict=True)), sum(found), sum(gold))


def share_marked(row: Row) -> float:
    """Return which share of a claim's characters is marked."""
    return sum(end - start for start, end in marks_of(row)) / len(row["claim"])


def _error(row: Row) -> str:
    said = [row["claim"][start:end] for start, end in marks_of(row)]
    gold = " ".join(
        token for token, mark in zip(row["claim_tokens"], row["non_supported_spans"], strict=True) if mark
    )
    return f"{row['id']} marked {said}, by people “{gold}”: {row['claim']}"
