"""Trains the model of words that no passage backs and writes ``config/weights/unsupported.json``.

Usage::

    python tools/train_unsupported.py --wice PATH/TO/wice/dev.jsonl

``--wice`` is the development part of WiCE (Kamoi et al. 2023; annotations ODC-BY, text CC BY-SA and Common
Crawl terms); no text of it enters the weights. Only sub-claims with marked words are used whose id begins
with 0 to 7 by sha256, and which are no part of a whole claim that is kept for measuring.

The second look is trained on answers of the first for rows that it was not trained on (five folds by parent).
The threshold is the one with the best F1 of such answers.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from logistic_training import FOLDS, fold_of, is_tuned, train

from factdesk.evidence.passages import ParsedSource
from factdesk.verdicts.logistic import probability
from factdesk.verdicts.unsupported import is_held, measure_words
from factdesk.verdicts.word_features import measure_again

FIRST_PENALTY, SECOND_PENALTY = 2.0, 1.0
OUT = Path(__file__).resolve().parents[1] / "config" / "weights" / "unsupported.json"
THRESHOLDS = [step / 100 for step in range(20, 61)]


def main() -> None:
    """Read the data, train both looks, choose the threshold, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wice", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    claims = [read_claim(row) for row in _rows(options.wice)]
    weights = train_both(claims)
    options.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(weights["about"])


def _rows(path: Path) -> list[dict]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    held = {row["id"] for row in rows if row["level"] == "claim" and not is_tuned(row["id"])}
    marked = [row for row in rows if row.get("non_supported_spans")]
    return [row for row in marked if is_tuned(row["id"]) and row["parent_id"] not in held]


def read_claim(row: dict) -> dict:
    """Return the words of one sub-claim with their features and marks."""
    words, features = measure_words(row["claim"], ParsedSource("\n".join(row["source_sentences"])))
    marked, start = [], 0
    for token, mark in zip(row["claim_tokens"], row["non_supported_spans"], strict=True):
        at = row["claim"].index(token, start)
        start = at + len(token)
        if mark:
            marked.append((at, start))
    answers = [any(a < word.span.end and word.span.start < b for a, b in marked) for word in words]
    return {"fold": fold_of(row["parent_id"]), "words": words, "features": features, "answers": answers}


def train_both(claims: list[dict]) -> dict:
    """Return the weights of both looks, with the threshold."""
    _answer_first(claims)
    unseen = [[] for _ in claims]
    for fold in range(FOLDS):
        second = _train([one for one in claims if one["fold"] != fold], "again", SECOND_PENALTY)
        for at, one in enumerate(claims):
            if one["fold"] == fold:
                pairs = zip(one["features"], one["again"], strict=True)
                unseen[at] = [0.0 if is_held(own) else probability(second, again) for own, again in pairs]
    threshold = max(THRESHOLDS, key=lambda step: f1(claims, unseen, step))
    count = sum(len(one["words"]) for one in claims)
    return {
        "about": f"Logistic models of tools/train_unsupported.py, trained on {count} words of {len(claims)} "
        "sub-claims of WiCE's development part (annotations ODC-BY, text CC BY-SA and Common Crawl terms); "
        f"F1 of the words in five folds {f1(claims, unseen, threshold):.3f}.",
        "threshold": threshold,
        "first": _train(claims, "features", FIRST_PENALTY),
        "second": _train(claims, "again", SECOND_PENALTY),
    }


def _answer_first(claims: list[dict]) -> None:
    """Give each claim the features of the second look, by a first look that was not trained on it."""
    for fold in range(FOLDS):
        first = _train([one for one in claims if one["fold"] != fold], "features", FIRST_PENALTY)
        for one in claims:
            if one["fold"] == fold:
                chances = [probability(first, features) for features in one["features"]]
                one["again"] = measure_again(one["words"], chances, one["features"])


def _train(claims: list[dict], name: str, penalty: float) -> dict[str, float]:
    pairs = (pair for one in claims for pair in zip(one[name], one["answers"], strict=True))
    return train([(features, answer, 1.0) for features, answer in pairs], penalty)


def f1(claims: list[dict], chances: list[list[float]], threshold: float) -> float:
    """Return the F1 of all words."""
    right = found = gold = 0
    for one, of_words in zip(claims, chances, strict=True):
        for answer, chance in zip(one["answers"], of_words, strict=True):
            right += answer and chance >= threshold
            found += chance >= threshold
            gold += answer
    return 2 * right / (found + gold)


if __name__ == "__main__":
    main()
