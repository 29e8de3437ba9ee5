"""Scores retrieval on WiCE's claims: how much of the best gold set stands in the first three passages.

Recall@3 of a claim is the largest share of one of its gold evidence sets (lists of sentences that together
bear on the claim) that the three first passages hold; claims without gold evidence are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import fmean

from quality.scoring import Part, Row, Scored, part_of, parts_measure, read_rows

FIRST = 3
MOST_RANKED = 12
"""Sentences that are ranked, since several of them may stand in one line of the set."""


def score_retrieval(folder: Path) -> Scored:
    """Retrieve for every claim from its whole source; compare the first three with the gold sets."""
    rows = [row for row in read_rows(folder / "data" / "wice" / "dev.jsonl") if row["level"] == "claim"]
    recalls = {row["id"]: recall_of(row, first_sentences(row)) for row in rows if row["gold_evidence"]}

    def figure(names: Iterable[Part]) -> tuple[float | None, int]:
        wanted = set(names)
        chosen = [recall for key, recall in recalls.items() if part_of(key) in wanted]
        return (fmean(chosen) if chosen else None), len(chosen)

    return Scored((parts_measure("retrieval.recall_at_3", figure),))


def recall_of(row: Row, first: Sequence[int]) -> float:
    """Return the largest share of one gold set that the first passages hold."""
    held = set(first)
    return max(len(held & set(gold)) / len(set(gold)) for gold in row["gold_evidence_sets"] if gold)


def first_sentences(row: Row) -> list[int]:
    """Return the numbers of the source's sentences that the first three passages lie in.

    Those that would be shown to a person, filled up with those that would be compared.
    """
    from factdesk.claims.alike import read_terms
    from factdesk.evidence.passages import ParsedSource
    from factdesk.evidence.ranking import Reached, rank

    source, claimed = ParsedSource("\n".join(row["source_sentences"])), read_terms(row["claim"])
    ranked = [source.passages[one.number] for one in rank(Reached(claimed, source.index), MOST_RANKED)]
    starts = list(accumulate((len(sentence) + 1 for sentence in row["source_sentences"]), initial=0))
    numbers = (bisect_right(starts, passage.span.start) - 1 for passage in ranked)
    return list(dict.fromkeys(numbers))[:FIRST]
