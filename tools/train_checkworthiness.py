"""Trains the sentence weights of check-worthiness and writes ``config/weights/checkworthiness.toml``.

Usage::

    python tools/train_checkworthiness.py --debates PATH/TO/checkworthiness --cases tests/cases

``--debates`` is a folder of text files, one debate each, a line a sentence: line number, speaker, sentence,
1 where people marked it as worth checking, else 0, with tabs between (the 2016 debates of CLEF-2018
CheckThat! task 1: Nakov et al. 2018; free for general research use; no text of them enters the weights).
``--cases`` is the folder with the labelled passages: of those whose id's sha256 begins with 0 to 7, a
sentence counts as worth checking where it holds a labelled claim.

One logistic regression by Newton's method with an L2 penalty. Debates and passages have an intercept each,
because claims are far denser in passages that were written to hold them. Log-odds times `SCALE` are the
weights; no step draws at random, so the same files give the same weights. The table ``[finding]`` is set
by hand and stays as it is.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from factdesk.claims.checkworthiness import SENTENCE_FEATURES, sentence_features
from factdesk.text.sentences import split_sentences

OUT = Path(__file__).resolve().parents[1] / "config" / "weights" / "checkworthiness.toml"
PASSAGES = ("extraction.jsonl", "own_extraction.jsonl")
STEPS = 10
PENALTY = 10.0
CASE_WEIGHT = 0.1
"""A sentence of a passage counts as this share of a sentence of a debate."""
SCALE = 0.1
EVEN_ODDS_SCORE = 0.7
"""The score of a sentence that a debate's annotators would mark as likely as not."""

Sentence = tuple[str, int]
Row = tuple[Sequence[int], int, float]
"""The places of what a sentence has, its mark, and how much it counts."""

DEBATE = len(SENTENCE_FEATURES)
PASSAGE = DEBATE + 1
"""The places of the two intercepts, behind those of the features."""


def main() -> None:
    """Read debates and passages, train, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--debates", type=Path, required=True)
    parser.add_argument("--cases", type=Path, required=True)
    options = parser.parse_args()
    debates = read_debates(options.debates)
    write_weights(train([one for debate in debates.values() for one in debate], read_passages(options.cases)))


def read_debates(folder: Path) -> dict[str, list[Sentence]]:
    """Return the sentences of each debate with their marks, by the last word of the file's name."""
    debates = {}
    for path in sorted(folder.glob("*.txt")):
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        name = "_".join(path.stem.lower().split("-")[2:])
        debates[name] = [(row[2], int(row[3])) for row in rows]
    return debates


def read_passages(folder: Path) -> list[Sentence]:
    """Return the sentences of the tune part of the passages, marked where they hold a labelled claim."""
    return [one for name in PASSAGES for one in _marked_sentences(folder / name)]


def _marked_sentences(path: Path) -> Iterator[Sentence]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if sha256(row["id"].encode()).hexdigest()[0] not in "01234567":
            continue
        text = row["text"]
        places = [(text.find(one["quote"]), len(one["quote"])) for one in row["claims"]]
        for span in split_sentences(text):
            holds = any(start < span.end and span.start < start + length for start, length in places)
            yield span.cut(text), int(holds)


def train(debates: Iterable[Sentence], passages: Iterable[Sentence]) -> dict[str, Decimal]:
    """Return the scaled weights by feature, ``base`` for the debates' intercept among them."""
    rows = [_row(sentence, mark, DEBATE, 1.0) for sentence, mark in debates]
    rows += [_row(sentence, mark, PASSAGE, CASE_WEIGHT) for sentence, mark in passages]
    fitted = fit(rows, PASSAGE + 1, unpenalised=(DEBATE, PASSAGE))
    weights = {name: _scaled(fitted[at]) for at, name in enumerate(SENTENCE_FEATURES)}
    return {"base": _scaled(fitted[DEBATE]) + Decimal(str(EVEN_ODDS_SCORE))} | weights


def _row(sentence: str, mark: int, intercept: int, weight: float) -> Row:
    return [*(SENTENCE_FEATURES.index(name) for name in sentence_features(sentence)), intercept], mark, weight


def _scaled(log_odds: float) -> Decimal:
    return Decimal(f"{log_odds * SCALE:.3f}")


def fit(rows: Sequence[Row], size: int, *, unpenalised: Iterable[int] = ()) -> list[float]:
    """Return the log-odds of each place that fit the rows best under the penalty (Newton's method)."""
    penalties = [PENALTY] * size
    for at in unpenalised:
        penalties[at] = 1e-6  # an intercept is free, but stays where no row has it
    weights = [0.0] * size
    for _ in range(STEPS):
        slope = [penalty * weight for penalty, weight in zip(penalties, weights, strict=True)]
        bend = [[0.0] * size for _ in range(size)]
        for at, penalty in enumerate(penalties):
            bend[at][at] = penalty
        for places, mark, worth in rows:
            _add_row(places, mark, worth, weights, slope, bend)
        step = _solve(bend, slope)
        weights = [weight - move for weight, move in zip(weights, step, strict=True)]
    return weights


def _add_row(
    places: Sequence[int],
    mark: int,
    worth: float,
    weights: Sequence[float],
    slope: list[float],
    bend: list[list[float]],
) -> None:
    score = sum(weights[at] for at in places)
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
    curve = worth * probability * (1 - probability)
    for at in places:
        slope[at] += worth * (probability - mark)
        for other in places:
            bend[at][other] += curve


def _solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Return x of matrix x = right by Gaussian elimination; the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, row in enumerate(rows):
        for below in rows[at + 1 :]:
            share = below[at] / row[at]
            if share:
                below[at:] = [one - share * other for one, other in zip(below[at:], row[at:], strict=True)]
    found = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        known = sum(rows[at][later] * found[later] for later in range(at + 1, len(rows)))
        found[at] = (rows[at][-1] - known) / rows[at][at]
    return found


def write_weights(weights: Mapping[str, Decimal]) -> None:
    """Write the table ``[sentence]``, the heaviest features first; the rest of the file stays."""
    ordered = sorted((name for name in weights if name != "base"), key=lambda name: (-weights[name], name))
    lines = [f"{name} = {weights[name]}" for name in ("base", *ordered)]
    table = "[sentence]\n" + "\n".join(lines) + "\n\n"
    written = OUT.read_text(encoding="utf-8")
    OUT.write_text(re.sub(r"(?ms)^\[sentence\]\n.*?(?=^# |^\[)", lambda _: table, written), encoding="utf-8")


if __name__ == "__main__":
    main()
