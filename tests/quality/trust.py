"""Scores the two probabilities of a verdict: support on WiCE's claims, confidence on the labelled pairs.

The bundled weights were trained on the half of each set that may be tuned on, so that only the other half
tells anything: no figure of the tuned half is given. ``wice.balanced_accuracy`` takes a claim as supported
from the cut on that was chosen in training; ``wice.auc`` needs none. ``wice.folds_…`` are cross-validated,
over all of WiCE's claims: each is answered by weights trained in the same way on four fifths of the claims
and on our pairs, and the cut is chosen on the other folds. ``confidence.calibration_error`` is the expected
distance, over ten tenths, of the confidence given and the share of ratings that were right.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from quality.scoring import Measure, Row, Scored, part_of, read_rows

TOOLS = Path(__file__).resolve().parents[2] / "tools"
CASES = Path(__file__).resolve().parents[1] / "cases"


def score_support(folder: Path) -> Scored:
    """Judge WiCE's claims against their whole source; compare the support with the labels."""
    from factdesk.verdicts.calibration import area_under_curve, balanced_accuracy
    from factdesk.verdicts.logistic import read_weights

    rows = [row for row in read_rows(folder / "data" / "wice" / "dev.jsonl") if row["level"] == "claim"]
    held = [row for row in rows if part_of(row["id"]) == "held"]
    told = [(_support(row), row["label"] == "supported") for row in held]
    cut = read_weights("confidence")["supported_from"]
    folds_accuracy, folds_auc = _in_folds(folder)
    return Scored(
        (
            Measure("wice.folds_balanced_accuracy", folds_accuracy, count=len(rows)),
            Measure("wice.folds_auc", folds_auc, count=len(rows)),
            Measure("wice.balanced_accuracy", None, held=balanced_accuracy(told, cut), count=len(told)),
            Measure("wice.auc", None, held=area_under_curve(told), count=len(told)),
        )
    )


def _in_folds(folder: Path) -> tuple[float, float]:
    """Return balanced accuracy and area under the curve of answers in folds."""
    sys.path.insert(0, str(TOOLS))
    import train_confidence as training

    from factdesk.verdicts.calibration import area_under_curve, balanced_accuracy

    claims = list(training.read_claims("wice", folder / "data" / "wice" / "dev.jsonl", only_tuned=False))
    rows = [*claims, *training.read_ours(CASES)]
    answers = training.in_folds(rows, training.support_models, training.ask_support)
    told = [(answers[at], row.is_supported) for at, row in enumerate(claims)]
    accuracies = []
    for fold in range(training.FOLDS):
        rest = [one for one, row in zip(told, claims, strict=True) if training.fold_of(row.key) != fold]
        own = [one for one, row in zip(told, claims, strict=True) if training.fold_of(row.key) == fold]
        accuracies.append((balanced_accuracy(own, training.best_cut(rest)), len(own)))
    return sum(one * count for one, count in accuracies) / len(told), area_under_curve(told)


def _support(row: Row) -> float:
    from factdesk.verdicts.pair_answers import judge_pair

    return float(judge_pair(row["claim"], "\n".join(row["source_sentences"]))["support"])


def score_confidence(cases: Path) -> Scored:
    """Judge the pairs that nobody trains on; compare the confidence with how often the rating is right."""
    from factdesk.verdicts.calibration import area_under_curve, calibration_error

    told = list(_told_pairs(cases))
    return Scored(
        (
            Measure("confidence.calibration_error", None, held=calibration_error(told), count=len(told)),
            Measure("confidence.auc", None, held=area_under_curve(told), count=len(told)),
        )
    )


def _told_pairs(cases: Path) -> Iterable[tuple[float, bool]]:
    for pairs, articles in (("pairs", "articles"), ("own_pairs", "own_articles")):
        sources = {row["article"]: row for row in read_rows(cases / f"{articles}.jsonl")}
        for row in read_rows(cases / f"{pairs}.jsonl"):
            source = sources[row["article"]]
            if part_of(row["article"]) == "held":
                yield _told(row, source["source"], source["title"], source["published"])
    for row in read_rows(cases / "minimal_pairs.jsonl"):
        if part_of(row["family"]) == "held":
            yield _told(row, row["source"], row.get("source_title"), row.get("source_published"))


def _told(row: Row, source: str, title: str | None, published: str | None) -> tuple[float, bool]:
    from factdesk.verdicts.pair_answers import judge_pair

    of_claim = row.get("claim_published")
    answer = judge_pair(
        row["claim"],
        source,
        source_title=title,
        source_published=date.fromisoformat(published) if published else None,
        claim_published=date.fromisoformat(of_claim) if of_claim else None,
    )
    return float(answer["confidence"]), answer["rating"] in (row["verdict"], *row.get("also_ok", ()))
