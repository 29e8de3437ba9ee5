"""Scores false claims in real sentences that mention money, shares, polls and tickets.

Of the 963 sentences those 150 were drawn whose text's sha256 comes first, and read by hand before anybody
saw what is found in them. ``trigger_labels.jsonl`` says what they claim, as offsets into texts that are
not committed. A label is ``doubtful`` where people could differ; what is found there counts neither as
right nor as wrong. Everything is the held part: nobody tunes on these sentences.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path

from quality.extraction import KINDS, find_lines, value_is_right
from quality.scoring import LEAST_OVERLAP, Measure, Row, Scored, match_one_to_one, overlap, read_rows, share

LABELS = Path(__file__).with_name("trigger_labels.jsonl")


def score_triggers(folder: Path) -> Scored:
    """Find the claims of the drawn sentences and compare them with the labels."""
    texts = {
        text_key(row["text"]): row["text"] for row in read_rows(folder / "data" / "trigger_sentences.jsonl")
    }
    counts: Counter[str] = Counter()
    for label in read_rows(LABELS):
        counts.update(count_sentence(label["claims"], find_lines(texts[label["sha256"]])))
    figures = (
        ("triggers.precision", share(counts["right"], counts["found"]), counts["found"]),
        ("triggers.recall", share(counts["right"], counts["gold"]), counts["gold"]),
    )
    return Scored(tuple(Measure(name, figure, held=figure, count=count) for name, figure, count in figures))


def text_key(text: str) -> str:
    """Return the sha256 (hex) by which a label names its sentence."""
    return sha256(text.encode()).hexdigest()


def count_sentence(labels: list[Row], lines: list[Row]) -> Counter[str]:
    """Count what was found: right, in all (without doubtful ones), and how many sure labels there are."""
    counts: Counter[str] = Counter(gold=sum(not label.get("doubtful") for label in labels))
    for kind in KINDS:
        golds = [label for label in labels if label["kind"] == kind]
        founds = [line for line in lines if line["kind"] == kind]
        pairs = match_one_to_one(golds, founds, label_fit)
        doubtful = sum(bool(golds[gold].get("doubtful")) for gold, _ in pairs)
        counts.update(right=len(pairs) - doubtful, found=len(founds) - doubtful)
    return counts


def label_fit(label: Row, line: Row) -> float:
    """Return the overlap of a label and a found claim, or 0 when place or value do not fit."""
    shared = overlap((label["start"], label["end"]), (line["start"], line["end"]))
    readings = [label, *(label | other for other in label.get("also_ok", []))]
    fits = shared >= LEAST_OVERLAP and any(value_is_right(reading, line) for reading in readings)
    return shared if fits else 0.0
