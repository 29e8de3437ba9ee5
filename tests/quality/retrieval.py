"""Scores retrieval on WiCE's claims: how much of the best gold set stands in the first three passages.

Recall@3 of a claim is the largest share of one of its gold evidence sets (lists of sentences that together
bear on the claim) that the three first passages hold; claims without gold evidence are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean

from quality.scoring import Part, Row, Scored, part_of, parts_measure, read_rows

FIRST = 3


def score_retrieval(folder: Path) -> Scored:
    """Rank every claim's source sentences and compare the first three with the gold sets."""
    from factdesk.evidence.retrieve import rank_passages

    rows = [row for row in read_rows(folder / "data" / "wice" / "dev.jsonl") if row["level"] == "claim"]
    asked = [row for row in rows if row["gold_evidence"]]
    recalls = {
        row["id"]: recall_of(row, rank_passages(row["claim"], row["source_sentences"])[:FIRST])
        for row in asked
    }

    def figure(names: Iterable[Part]) -> tuple[float | None, int]:
        wanted = set(names)
        chosen = [recall for key, recall in recalls.items() if part_of(key) in wanted]
        return (fmean(chosen) if chosen else None), len(chosen)

    return Scored((parts_measure("retrieval.recall_at_3", figure),))


def recall_of(row: Row, first: Sequence[int]) -> float:
    """Return the largest share of one gold set that the first passages hold."""
    held = set(first)
    return max(len(held & set(gold)) / len(set(gold)) for gold in row["gold_evidence_sets"] if gold)
