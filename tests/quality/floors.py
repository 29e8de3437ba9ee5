"""The pinned floors of ``floors.json``: read, compared, shown, and pinned anew.

An entry has a ``floor`` (the figure must not fall below it) or a ``ceiling`` (must not rise above it), a
``goal``, and ``last``: the figure when it was pinned, from which gain and loss are told, on ``n`` cases.
Lowering a floor is a visible change of that file. It travels in the wheel: ``factdesk method`` shows it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quality.scoring import Measure

ROUNDING = 5e-5
"""Figures are pinned with four places."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What is asked of one measure."""

    floor: float | None = None
    ceiling: float | None = None
    goal: float | None = None
    last: float | None = None
    n: int | None = None

    def is_broken_by(self, figure: float | None) -> bool:
        """Whether a figure breaks the floor; nothing found where a floor stands breaks it too."""
        if self.floor is None and self.ceiling is None:
            return False
        if figure is None:
            return True
        too_low = self.floor is not None and figure < self.floor - ROUNDING
        return too_low or (self.ceiling is not None and figure > self.ceiling + ROUNDING)


def read_floors(path: Path) -> dict[str, Floor]:
    """Return the floors by the name of their measure."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {name: Floor(**entry) for name, entry in entries.items()}


def write_last(path: Path, measures: Sequence[Measure]) -> None:
    """Write the figures of today as the last pinned ones; floors and goals stay."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    for measure in measures:
        if measure.figure is not None:
            entry = entries.setdefault(measure.name, {})
            entry |= {"last": round(measure.figure, 4), "n": measure.count}
    lines = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def shown_line(measure: Measure, floor: Floor) -> str:
    """Return the table's line of one measure."""
    bound = f">={floor.floor:.2f}" if floor.floor is not None else ""
    bound = f"<={floor.ceiling:.2f}" if floor.ceiling is not None else bound
    mark = "  BROKEN" if floor.is_broken_by(measure.figure) else ""
    figures = " ".join(_shown(one) for one in (measure.held, measure.tune, measure.whole))
    return (
        f"{measure.name:36} {figures} {measure.count:5}  {bound:>7} {_shown(floor.goal)} "
        f"{shown_change(measure.figure, floor):>7}{mark}"
    )


def _shown(figure: float | None) -> str:
    return f"{'-':>6}" if figure is None else f"{figure:6.3f}"


def shown_change(figure: float | None, floor: Floor) -> str:
    """Return the gain or loss since the last pinned figure (a gain is always a plus)."""
    if figure is None or floor.last is None:
        return ""
    change = figure - floor.last if floor.ceiling is None else floor.last - figure
    return "=" if abs(change) < ROUNDING else f"{change:+.3f}"
