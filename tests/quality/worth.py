"""Scores how well sentences are ranked by check-worthiness, on debates whose sentences people marked.

Average precision of each debate. The held figure trains on the other debates and on the passages, and
ranks this one; the tune figure ranks it by the committed weights, which were trained on it too. Beside
them: the same of a ranking by length, and what a random order gives on average.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import fmean
from types import ModuleType

from quality.scoring import Measure, Scored

ROOT = Path(__file__).resolve().parents[2]
TRAINER = ROOT / "tools" / "train_checkworthiness.py"

Sentence = tuple[str, int]
Score = Callable[[str], Decimal]


def score_worth(folder: Path) -> Scored:
    """Rank the sentences of every debate."""
    from factdesk.claims.checkworthiness import score_sentence

    trainer = load_trainer()
    debates: dict[str, list[Sentence]] = trainer.read_debates(folder / "data" / "checkworthiness")
    passages = trainer.read_passages(ROOT / "tests" / "cases")
    held, tune = {}, {}
    for name, debate in debates.items():
        others = [one for other, sentences in debates.items() if other != name for one in sentences]
        held[name] = rank(debate, by_weights(trainer.train(others, passages)))
        tune[name] = rank(debate, score_sentence)
    measures = [
        Measure(f"worth.{name}", None, tune[name], held[name], sum(mark for _, mark in debates[name]))
        for name in debates
    ]
    lengths = [rank(debate, lambda sentence: Decimal(len(sentence))) for debate in debates.values()]
    chances = [random_precision([mark for _, mark in debate]) for debate in debates.values()]
    count = sum(measure.count for measure in measures)
    return Scored(
        (
            Measure("worth.average_precision", None, fmean(tune.values()), fmean(held.values()), count),
            *measures,
            Measure("worth.by_length", fmean(lengths), count=count),
            Measure("worth.by_chance", fmean(chances), count=count),
        )
    )


def load_trainer() -> ModuleType:
    """Return the module of ``tools/train_checkworthiness.py``."""
    spec = importlib.util.spec_from_file_location("train_checkworthiness", TRAINER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_weights(weights: dict[str, Decimal]) -> Score:
    """Return a scorer of sentences by other weights than the committed ones."""
    from factdesk.claims.checkworthiness import sentence_features

    return lambda sentence: sum((weights[name] for name in sentence_features(sentence)), Decimal(0))


def rank(debate: Sequence[Sentence], score: Score) -> float:
    """Return the average precision of the sentences by falling score; equals stay in reading order."""
    ordered = sorted(debate, key=lambda one: -score(one[0]))
    return average_precision([mark for _, mark in ordered])


def average_precision(marks: Sequence[int]) -> float:
    """Return the mean, over the marked places of a ranking, of the share of marked ones down to there."""
    found, total = 0, 0.0
    for place, mark in enumerate(marks, start=1):
        if mark:
            found += 1
            total += found / place
    return total / found if found else 0.0


def random_precision(marks: Sequence[int]) -> float:
    """Return the average precision that all orders of the marks have on average.

    A marked sentence stands at each place alike, and of those before it the others are spread evenly.
    """
    size, marked = len(marks), sum(marks)
    others = Fraction(marked - 1, max(size - 1, 1))
    return float(sum((1 + (place - 1) * others) / place for place in range(1, size + 1)) / size)
