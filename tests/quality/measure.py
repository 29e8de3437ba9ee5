"""Measures the quality of claims and verdicts against pinned floors: ``make quality``.

Prints a line a measure: the figure that its floor is pinned on (the part of a set that nobody tunes on),
the figures of the other part and of the whole, floor, goal, and the gain since the figure was last
pinned. Exit 1 when a floor is broken. Committed cases always run; other sets lie in the folder that the
environment variable FACTDESK_QUALITY_DATA names (with ``data/``, ``cases/`` and ``seeds/``), and are
named as not measured when it is unset.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from quality.backing import score_figures
from quality.consistency import score_consistency
from quality.controls import score_controls
from quality.extraction import (
    score_extraction,
    score_fresh_extraction,
    score_own_extraction,
    score_own_tuning,
)
from quality.floors import Floor, read_floors, shown_line, write_last
from quality.minimal import score_minimal
from quality.pages import score_pages
from quality.pairs import score_own_pairs, score_pairs
from quality.quantity_sets import (
    score_offsets,
    score_price_strings,
    score_quantity_cases,
    score_recognizers,
)
from quality.retrieval import score_retrieval
from quality.scoring import Measure, Scored
from quality.seeds import score_seeds
from quality.triggers import score_triggers
from quality.trust import score_confidence, score_support
from quality.unsupported import score_unsupported
from quality.worth import score_worth

TESTS = Path(__file__).resolve().parents[1]
FLOORS = Path(__file__).with_name("floors.json")
DATA_VARIABLE = "FACTDESK_QUALITY_DATA"

COMMITTED: dict[str, Callable[[Path], Scored]] = {
    "extraction": score_extraction,
    "own": score_own_extraction,
    "tuning": score_own_tuning,
    "fresh": score_fresh_extraction,
    "pairs": score_pairs,
    "own_pairs": score_own_pairs,
    "minimal": score_minimal,
    "controls": score_controls,
    "consistency": score_consistency,
    "confidence": score_confidence,
    "quantity_cases": score_quantity_cases,
    "offsets": score_offsets,
}
"""Scorers of committed cases; each is given the folder of cases."""

OUTSIDE: dict[str, Callable[[Path], Scored]] = {
    "seeds": score_seeds,
    "recognizers": score_recognizers,
    "price_strings": score_price_strings,
    "triggers": score_triggers,
    "retrieval": score_retrieval,
    "numbers": score_figures,
    "unsupported": score_unsupported,
    "support": score_support,
    "pages": score_pages,
    "worth": score_worth,
}
"""Scorers of data that may not be committed; each is given the folder that holds data/ and seeds/."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    options = _options(arguments)
    outside = _outside_folder()
    if isinstance(outside, str):
        print(outside, file=sys.stderr)
        return 2
    scored, skipped = _score(options.only, outside)
    floors = read_floors(options.floors)
    measures = [measure for one in scored for measure in one.measures]
    broken = [measure.name for measure in measures if _floor(floors, measure).is_broken_by(measure.figure)]
    if options.pin:
        write_last(options.floors, [measure for measure in measures if measure.name not in broken])
    if options.json:
        print(
            json.dumps({"measures": [asdict(one) for one in measures], "broken": broken, "skipped": skipped})
        )
    else:
        _print_table(measures, floors, skipped, broken)
    if options.errors:
        print("\n".join(error for one in scored for error in one.errors))
    return 1 if broken else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [*COMMITTED, *OUTSIDE]
    parser.add_argument("--only", action="append", choices=names, help="measure this set alone (repeatable)")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="compare with another file of floors")
    parser.add_argument("--errors", action="store_true", help="print the errors of the tune part")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--pin", action="store_true", help="keep the figures that break no floor as the last pinned"
    )
    return parser.parse_args(arguments)


def _outside_folder() -> Path | str | None:
    """Return the folder of data outside the repository, None when none is named, or what is wrong."""
    named = os.environ.get(DATA_VARIABLE)
    if not named:
        return None
    folder = Path(named)
    if all((folder / part).is_dir() for part in ("data", "seeds")):
        return folder
    return f"{DATA_VARIABLE} names {folder}, which lacks data/ or seeds/; mend it or unset it"


def _score(only: Sequence[str] | None, outside: Path | None) -> tuple[list[Scored], list[str]]:
    scored, skipped = [], []
    for name, scorer in {**COMMITTED, **OUTSIDE}.items():
        if only and name not in only:
            continue
        folder = TESTS / "cases" if name in COMMITTED else outside
        if folder is None:
            skipped.append(f"{name}: not measured, {DATA_VARIABLE} is not set")
            continue
        scored.append(scorer(folder))
    return scored, skipped


def _floor(floors: dict[str, Floor], measure: Measure) -> Floor:
    return floors.get(measure.name, Floor())


def _print_table(
    measures: Sequence[Measure], floors: dict[str, Floor], skipped: Sequence[str], broken: Sequence[str]
) -> None:
    print(
        f"{'measure':36} {'held':>6} {'tune':>6} {'all':>6} {'n':>5}  {'floor':>7} {'goal':>6} {'change':>7}"
    )
    for measure in measures:
        print(shown_line(measure, _floor(floors, measure)))
    for line in skipped:
        print(line)
    print(f"broken: {', '.join(broken)}" if broken else "no floor is broken")


if __name__ == "__main__":
    sys.exit(main())
