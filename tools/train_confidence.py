"""Trains the confidence model and writes ``config/weights/confidence.json``.

Usage::

    python tools/train_confidence.py --pairs tests/cases --wice PATH/TO/wice/dev.jsonl

``--pairs`` is the folder with ``pairs.jsonl`` and ``articles.jsonl``; only articles whose sha256 begins with
0 to 7 are used, the others are kept for measuring. ``--wice`` is the development part of WiCE (Kamoi et
al. 2023; annotations ODC-BY, text CC BY-SA and Common Crawl terms); no text of it enters the weights.
Both models are logistic regressions by plain gradient descent with an L2 penalty; the data, the order and
the steps are fixed, so the same inputs give the same weights.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from factdesk.evidence.passages import ParsedSource
from factdesk.model import Rating
from factdesk.verdicts.features import FEATURES
from factdesk.verdicts.pairs import judge_statement
from factdesk.verdicts.reading import find_verbatim, read_claim_text

STEPS = 1500
RATE = 0.5
PENALTY = 0.002
PLACES = 4
OUT = Path(__file__).resolve().parents[1] / "config" / "weights" / "confidence.json"
WICE_RATINGS = {
    "supported": Rating.SUPPORTED,
    "partially_supported": Rating.PARTIALLY_SUPPORTED,
    "not_supported": Rating.NOT_ENOUGH_EVIDENCE,
}

Row = tuple[Mapping[str, float], Rating, Rating, float]


def main() -> None:
    """Read the data, train both models, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--wice", type=Path, required=True)
    options = parser.parse_args()
    rows = [*_pair_rows(options.pairs), *_wice_rows(options.wice)]
    names = [*FEATURES, *(f"rating_{rating.value}" for rating in Rating if rating in set(_ratings(rows)))]
    weights = {
        "about": "Logistic models of tools/train_confidence.py; see there for data, licences and steps.",
        "trained_on": f"{len(rows)} claims: our pairs of the tuned articles, WiCE development part",
        "support": _train(rows, names, lambda given, right: right is Rating.SUPPORTED),
        "confidence": _train(rows, names, lambda given, right: given is right),
    }
    OUT.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def _ratings(rows: list[Row]) -> Iterator[Rating]:
    return (given for _, given, _, _ in rows)


def _judged(claim: str, source_text: str, title: str | None) -> tuple[Mapping[str, float], Rating]:
    source = ParsedSource(source_text, title=title)
    span = find_verbatim(claim, source.text)
    answer = judge_statement(claim, read_claim_text(claim, None, None), source, (0, span) if span else None)
    return {**answer.features, f"rating_{answer.rating.value}": 1.0}, answer.rating


def _pair_rows(folder: Path) -> Iterator[Row]:
    articles = {row["article"]: row for row in _read(folder / "articles.jsonl")}
    for pair in _read(folder / "pairs.jsonl"):
        if sha256(pair["article"].encode()).hexdigest()[0] in "01234567":
            article = articles[pair["article"]]
            features, rating = _judged(pair["claim"], article["source"], article["title"])
            yield features, rating, Rating(pair["verdict"]), 3.0


def _wice_rows(path: Path) -> Iterator[Row]:
    for row in _read(path):
        if row["level"] == "claim":
            features, rating = _judged(row["claim"], "\n".join(row["source_sentences"]), None)
            yield features, rating, WICE_RATINGS[row["label"]], 1.0


def _read(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _train(rows: list[Row], names: list[str], is_true) -> dict[str, float]:
    weights = dict.fromkeys(["bias", *names], 0.0)
    total = sum(weight for *_, weight in rows)
    for _ in range(STEPS):
        slopes = {name: PENALTY * weights[name] for name in names} | {"bias": 0.0}
        for features, given, right, weight in rows:
            score = weights["bias"] + sum(weights[name] * features.get(name, 0.0) for name in names)
            error = (1 / (1 + math.exp(-score)) - is_true(given, right)) * weight / total
            slopes["bias"] += error
            for name in names:
                slopes[name] += error * features.get(name, 0.0)
        for name, slope in slopes.items():
            weights[name] -= RATE * slope
    return {name: round(weight, PLACES) for name, weight in weights.items()}


if __name__ == "__main__":
    main()
