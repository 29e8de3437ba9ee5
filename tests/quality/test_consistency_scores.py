"""The scorer of notes counts as it says."""

from __future__ import annotations

import pytest

from quality.consistency import score_noted
from quality.scoring import part_of

TUNE = [f"case-{number}" for number in range(40) if part_of(f"case-{number}") == "tune"]
HELD = [f"case-{number}" for number in range(40) if part_of(f"case-{number}") == "held"]


def test_found_and_false_notes_are_told_apart() -> None:
    essays = [
        {"id": TUNE[0], "text": "a", "notes": ["rate_differs"]},
        {"id": TUNE[1], "text": "b", "notes": ["rate_differs"]},
        {"id": HELD[0], "text": "c", "notes": ["told_twice", "told_twice"]},
        {"id": TUNE[2], "text": "d", "notes": []},
        {"id": HELD[1], "text": "e", "notes": []},
        {"id": HELD[2], "text": "f", "notes": []},
    ]
    noted = {TUNE[0]: ["rate_differs"], TUNE[1]: [], HELD[0]: ["told_twice"], TUNE[2]: ["no_majority"]}
    noted |= {HELD[1]: [], HELD[2]: []}
    texts = [{"id": HELD[3], "text": "g"}, {"id": TUNE[3], "text": "h"}]
    scored = score_noted(essays, noted, texts, {HELD[3]: ["past_all"], TUNE[3]: []})
    figures = {one.name: (one.held, one.tune, one.whole, one.count) for one in scored.measures}
    assert figures["consistency.found"] == (0.0, 0.5, pytest.approx(1 / 3), 1)
    assert figures["consistency.false_notes"] == (0.0, 1.0, pytest.approx(1 / 3), 2)
    assert figures["consistency.false_notes_on_texts"] == (1.0, 0.0, 0.5, 1)
    assert [line.split(":")[0] for line in scored.errors] == [
        f"consistency {TUNE[1]}",
        f"consistency {TUNE[2]}",
    ]
