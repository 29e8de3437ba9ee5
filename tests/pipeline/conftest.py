from __future__ import annotations

from pathlib import Path

import pytest

from essay_runs import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A home with the inbox ``essays``; an essay is set aside after two tries."""
    return Desk(tmp_path / "project", "[flow]\npoison_after = 2\n")
