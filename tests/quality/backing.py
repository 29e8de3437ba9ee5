"""Scores which figures of WiCE's sub-claims are said to be backed by their source.

The set marks every token with a digit of a sub-claim as backed or not. A marked token counts as found where
a figure that is not backed overlaps it; precision and recall are of the tokens that are not backed. Numbers
in words, which the set does not mark, are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from quality.scoring import Interval, Part, Row, Scored, Tally, part_of, parts_measure, read_rows


def score_figures(folder: Path) -> Scored:
    """Look up every figure of every sub-claim in its whole source; compare with the marks."""
    rows = read_rows(folder / "data" / "wice" / "number_support_dev.jsonl")
    found = {row["id"]: unbacked_of(row) for row in rows}

    def tally(names: Iterable[Part]) -> Tally:
        wanted = set(names)
        chosen = (row for row in rows if part_of(row["id"]) in wanted)
        return sum((count_tokens(row, found[row["id"]]) for row in chosen), Tally())

    def figure(of: Callable[[Tally], float | None]) -> Callable[[Iterable[Part]], tuple[float | None, int]]:
        return lambda names: (of(tally(names)), tally(names).gold)

    measures = (
        parts_measure("numbers.precision", figure(lambda one: one.precision)),
        parts_measure("numbers.recall", figure(lambda one: one.recall)),
    )
    return Scored(measures, tuple(_errors(row, found[row["id"]]) for row in rows if _is_wrong(row, found)))


def unbacked_of(row: Row) -> list[Interval]:
    """Return the characters of a sub-claim that are said not to be backed."""
    from factdesk.evidence.figure_backing import unbacked_figures
    from factdesk.evidence.passages import ParsedSource

    source = ParsedSource("\n".join(row["source_sentences"]))
    return [(span.start, span.end) for span in unbacked_figures(row["claim"], source)]


def places_of_tokens(row: Row) -> list[Interval]:
    """Return where the marked tokens stand in the sub-claim, each after the one before it."""
    places, start = [], 0
    for token in row["numbers"]:
        at = row["claim"].index(token["text"], start)
        start = at + len(token["text"])
        places.append((at, start))
    return places


def count_tokens(row: Row, unbacked: list[Interval]) -> Tally:
    """Count the tokens of one sub-claim that are not backed: found rightly, found, and to be found."""
    marks = [
        any(low < end and start < high for low, high in unbacked) for start, end in places_of_tokens(row)
    ]
    gold = [token["unsupported"] for token in row["numbers"]]
    right = sum(mark and wanted for mark, wanted in zip(marks, gold, strict=True))
    return Tally(right, sum(marks), sum(gold))


def _is_wrong(row: Row, found: dict[str, list[Interval]]) -> bool:
    tally = count_tokens(row, found[row["id"]])
    return part_of(row["id"]) == "tune" and not tally.right == tally.found == tally.gold


def _errors(row: Row, unbacked: list[Interval]) -> str:
    said = [row["claim"][start:end] for start, end in unbacked]
    gold = [token["text"] for token in row["numbers"] if token["unsupported"]]
    return f"{row['id']} not backed: {said}, by the set {gold}: {row['claim']}"
