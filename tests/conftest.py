"""What many tests begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from judged_homes import make_judged_home


@pytest.fixture(scope="session")
def judged_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with verdicts of every kind; a test works on a copy of it (`judged_homes.copy_home`)."""
    root: Path = tmp_path_factory.mktemp("judged") / "home"
    make_judged_home(root)
    return root
