from __future__ import annotations

from pathlib import Path

import pytest

from decided_homes import DecidedHome, copy_checked_home, make_checked_home


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose sample essay was checked; tests work on copies."""
    root = tmp_path_factory.mktemp("checked") / "home"
    make_checked_home(root)
    return root


@pytest.fixture
def home(checked: Path, tmp_path: Path) -> DecidedHome:
    return copy_checked_home(checked, tmp_path / "home")
