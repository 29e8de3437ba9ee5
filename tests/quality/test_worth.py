"""The arithmetic of rankings, and that the trainer of check-worthiness learns what it is shown."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import permutations

import pytest

from factdesk.claims.checkworthiness import SENTENCE_FEATURES
from quality.worth import average_precision, load_trainer, random_precision, rank

FACT = "In March the council cut 40 jobs at the hospital."
OPINION = "I think we should thank you all, please."


@pytest.mark.parametrize(
    ("marks", "expected"),
    [([1, 0, 0], 1.0), ([0, 0, 1], 1 / 3), ([1, 0, 1], (1 + 2 / 3) / 2), ([0, 0], 0.0)],
)
def test_average_precision(marks, expected):
    assert average_precision(marks) == pytest.approx(expected)


def test_a_random_order_is_the_mean_of_all_orders():
    marks = (1, 1, 0, 0, 0)
    orders = [average_precision(order) for order in permutations(marks)]
    assert random_precision(marks) == pytest.approx(sum(orders) / len(orders))


def test_equals_stay_in_reading_order():
    assert rank([("a", 0), ("b", 1)], lambda sentence: Decimal(0)) == 0.5


def test_training_learns_what_tells_marked_sentences_apart_and_is_the_same_each_time():
    trainer = load_trainer()
    debate = [(FACT, 1), (OPINION, 0), ("We hope so.", 0)] * 40
    weights = trainer.train(debate, [(FACT, 1), (OPINION, 0)])
    assert weights == trainer.train(debate, [(FACT, 1), (OPINION, 0)])
    assert set(weights) == {"base", *SENTENCE_FEATURES}
    assert weights["figure"] > 0 > weights["first_person"]
    assert weights["question"] == 0
    assert all(weight == round(weight, 3) for weight in weights.values())


def test_a_fit_without_features_is_the_log_odds_of_the_share():
    fitted = load_trainer().fit([([0], mark, 1.0) for mark in (1, 0, 0, 0)], 1, unpenalised=(0,))
    assert fitted == [pytest.approx(-1.0986, abs=1e-4)]


def test_only_sentences_of_the_tune_part_with_their_claims_are_read(tmp_path):
    trainer = load_trainer()
    text = "It rained. A taxi cost £45."
    rows = [{"id": name, "text": text, "claims": [{"quote": "A taxi cost £45"}]} for name in ("a", "d")]
    for name in trainer.PASSAGES:
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    # sha256 of "d" begins with 1, that of "a" with c.
    assert trainer.read_passages(tmp_path) == [("It rained.", 0), ("A taxi cost £45.", 1)] * 2


def test_debates_are_read_by_name(tmp_path):
    (tmp_path / "Task1-English-3rd-Round.txt").write_text(f"1\tA\t{FACT}\t1\n2\tB\t{OPINION}\t0\n")
    assert load_trainer().read_debates(tmp_path) == {"3rd_round": [(FACT, 1), (OPINION, 0)]}
