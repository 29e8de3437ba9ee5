"""Trains the models of support and confidence and writes ``config/weights/confidence.json``.

Usage::

    python tools/train_confidence.py --cases tests/cases --wice WICE_DEV_JSONL --fm2 FM2_DEV_JSONL

``--cases`` is the folder with the labelled pairs: ``pairs.jsonl`` and ``own_pairs.jsonl`` with their
articles, and ``minimal_pairs.jsonl`` (ours). ``--wice`` is the development part of WiCE (Kamoi et al. 2023;
annotations ODC-BY, text CC BY-SA and Common Crawl terms), ``--fm2`` that of Fool Me Twice (Eisenschlos et al.
2021; Apache-2.0, text from Wikipedia). No text of them enters the weights. Of every set only the half is used
whose key (article, family, or id) begins with 0 to 7 by sha256; the other is kept for measuring.

Support where nothing is decided: WiCE's claims with weight 1, our undecided pairs with .5, FM2's claims,
whose sentences were picked to mislead, with .1. Support where something is decided: our pairs and WiCE's few.
Confidence: our pairs, and those claims of WiCE that some kind reads; FM2 has no label for "not enough
evidence", which is nearly always the rating there.

The figures and the reliability that are written with the weights are of answers in five folds by key: each
row was answered by weights trained without it. Ratings enter the features: train anew when rules change.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from logistic_training import FOLDS, fold_of, is_tuned, train

from factdesk.model import Rating
from factdesk.verdicts.calibration import area_under_curve, balanced_accuracy, calibration_error, reliability
from factdesk.verdicts.confidence import support_features, with_rating
from factdesk.verdicts.features import OVERLAP, measure
from factdesk.verdicts.logistic import probability
from factdesk.verdicts.pair_answers import assemble_pair

SUPPORT_PENALTY, CONFIDENCE_PENALTY = 2.0, 1.0
OUR_UNDECIDED, FM2_UNDECIDED = 0.5, 0.1
OUT = Path(__file__).resolve().parents[1] / "config" / "weights" / "confidence.json"
LABELS = {
    "supported": "supported",
    "partially_supported": "partially_supported",
    "not_supported": "not_enough_evidence",
    "SUPPORTS": "supported",
    "REFUTES": "refuted",
}


@dataclass(frozen=True)
class Answered:
    """One row with the rating given, its features and the ratings that are right."""

    of: str
    key: str
    rating: Rating
    is_read: bool
    features: Mapping[str, float]
    right: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        """Whether it is of our own pairs."""
        return self.of == "ours"

    @property
    def is_supported(self) -> bool:
        """Whether "supported" is right."""
        return "supported" in self.right

    @property
    def is_right(self) -> bool:
        """Whether the rating given is."""
        return self.rating.value in self.right


def main() -> None:
    """Read the data, train the models, write the weights with their figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("cases", "wice", "fm2"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    rows = [*read_ours(options.cases), *read_claims("wice", options.wice), *read_claims("fm2", options.fm2)]
    weights = {**describe(rows), **train_all(rows)}
    options.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(weights["in_folds"], indent=1))


def read_ours(folder: Path) -> Iterator[Answered]:
    """Yield our own pairs of the half that may be tuned on."""
    for pairs, articles in (("pairs", "articles"), ("own_pairs", "own_articles")):
        sources = {row["article"]: row for row in _read(folder / f"{articles}.jsonl")}
        for row in _read(folder / f"{pairs}.jsonl"):
            if is_tuned(row["article"]):
                source = sources[row["article"]]
                yield _answer(
                    "ours", row["article"], row, source["source"], source["title"], source["published"]
                )
    for row in _read(folder / "minimal_pairs.jsonl"):
        if is_tuned(row["family"]):
            title, published = row.get("source_title"), row.get("source_published")
            yield _answer("ours", row["family"], row, row["source"], title, published)


def read_claims(of: str, path: Path, *, only_tuned: bool = True) -> Iterator[Answered]:
    """Yield the claims of a public set, of the half that may be tuned on or of both."""
    for row in _read(path):
        if row.get("level", "claim") == "claim" and (is_tuned(row["id"]) or not only_tuned):
            labelled = {**row, "verdict": LABELS[row["label"]]}
            yield _answer(of, row["id"], labelled, "\n".join(row["source_sentences"]), None, None)


def _answer(of: str, key: str, row: dict, source: str, title: str | None, published: str | None) -> Answered:
    of_claim = row.get("claim_published")
    findings, assembled, written = assemble_pair(
        row["claim"],
        source,
        source_title=title,
        source_published=date.fromisoformat(published) if published else None,
        claim_published=date.fromisoformat(of_claim) if of_claim else None,
    )
    features = measure(row["claim"], [written], assembled.share, assembled.facets)
    right = (row["verdict"], *row.get("also_ok", ()))
    return Answered(of, key, assembled.rating, bool(findings), features, right)


def _read(path: Path) -> Iterator[dict]:
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def describe(rows: list[Answered]) -> dict:
    """Return what the weights were trained on, in words."""
    counts = {of: sum(row.of == of for row in rows) for of in ("ours", "wice", "fm2")}
    return {
        "about": "Logistic models of tools/train_confidence.py; see there for data, licences and steps.",
        "trained_on": f"{counts['ours']} labelled pairs (ours), {counts['wice']} claims of WiCE's "
        "development part (annotations ODC-BY, text CC BY-SA and Common Crawl terms), "
        f"{counts['fm2']} of Fool Me Twice's (Apache-2.0); of each the half that may be tuned on",
    }


def train_all(rows: list[Answered]) -> dict:
    """Return the weights of all models, the cut between supported and the rest, figures and reliability."""
    support, confidence = (
        in_folds(rows, support_models, ask_support),
        in_folds(rows, confidence_model, ask_confidence),
    )
    wice = [(support[at], row.is_supported) for at, row in enumerate(rows) if row.of == "wice"]
    ours = [(support[at], row.is_supported) for at, row in enumerate(rows) if row.is_ours]
    told = [(confidence[at], row.is_right) for at, row in enumerate(rows) if row.is_ours]
    bare = in_folds(rows, support_models, ask_support, without=OVERLAP)
    bare_ours = [(bare[at], row.is_supported) for at, row in enumerate(rows) if row.is_ours]
    cut = best_cut(wice)
    return {
        "supported_from": cut,
        "in_folds": {
            "wice.balanced_accuracy": round(balanced_accuracy(wice, cut), 4),
            "wice.auc": round(area_under_curve(wice), 4),
            "pairs.support_auc": round(area_under_curve(ours), 4),
            "pairs.support_auc_without_overlap": round(area_under_curve(bare_ours), 4),
            "pairs.confidence_auc": round(area_under_curve(told), 4),
            "pairs.calibration_error": round(calibration_error(told), 4),
        },
        "support": support_models(rows),
        "confidence": confidence_model(rows),
        "reliability": {
            "on": f"{len(told)} labelled pairs, each answered by weights that were trained without it",
            "bins": reliability(told),
        },
    }


def best_cut(told: list[tuple[float, bool]]) -> float:
    """Return the support from which on a claim is best taken as supported, in hundredths."""
    return max((step / 100 for step in range(15, 66)), key=lambda step: balanced_accuracy(told, step))


def support_models(rows: list[Answered], without: tuple[str, ...] = ()) -> dict[str, dict[str, float]]:
    """Return the weights of both models of support."""
    found: dict[str, list] = {"decided": [], "undecided": []}
    for row in rows:
        name, features = support_features(row.rating, _lacking(row.features, without))
        shares = (
            {"ours": OUR_UNDECIDED, "fm2": FM2_UNDECIDED} if name == "undecided" else {"fm2": FM2_UNDECIDED}
        )
        found[name].append((features, row.is_supported, shares.get(row.of, 1.0)))
    return {name: train(chosen, SUPPORT_PENALTY) for name, chosen in found.items()}


def ask_support(weights: dict, row: Answered, without: tuple[str, ...] = ()) -> float:
    """Return the support of one row."""
    name, features = support_features(row.rating, _lacking(row.features, without))
    return probability(weights[name], features)


def confidence_model(rows: list[Answered], without: tuple[str, ...] = ()) -> dict[str, float]:
    """Return the weights of the model of confidence."""
    chosen = [row for row in rows if row.is_ours or (row.of == "wice" and row.is_read)]
    features = ((with_rating(row.rating, _lacking(row.features, without)), row.is_right) for row in chosen)
    return train([(one, is_right, 1.0) for one, is_right in features], CONFIDENCE_PENALTY)


def ask_confidence(weights: dict, row: Answered, without: tuple[str, ...] = ()) -> float:
    """Return the confidence of one row."""
    return probability(weights, with_rating(row.rating, _lacking(row.features, without)))


def _lacking(features: Mapping[str, float], without: tuple[str, ...]) -> dict[str, float]:
    return {name: value for name, value in features.items() if name not in without}


def in_folds(rows: list[Answered], fit, ask, without: tuple[str, ...] = ()) -> list[float]:
    """Return the answer for each row by weights that were trained without its fold."""
    answers = [0.0] * len(rows)
    for fold in range(FOLDS):
        weights = fit([row for row in rows if fold_of(row.key) != fold], without)
        for at, row in enumerate(rows):
            if fold_of(row.key) == fold:
                answers[at] = ask(weights, row, without)
    return answers


if __name__ == "__main__":
    main()
