"""What many tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_homes import ServedDesk, copy_desk_home, make_desk_home, serve
from judged_homes import make_judged_home


@pytest.fixture(scope="session")
def judged_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with verdicts of every kind; a test works on a copy of it (`judged_homes.copy_home`)."""
    root: Path = tmp_path_factory.mktemp("judged") / "home"
    make_judged_home(root)
    return root


@pytest.fixture(scope="session")
def desk_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample essays checked; a test serves a copy of it (`desk_homes`)."""
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    make_desk_home(root)
    return root


@pytest.fixture(scope="module")
def shared_desk(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    """A desk over the sample essays for the tests of one file, which get along with each other."""
    more = "[desk]\naccept_above = 0.5"
    with serve(copy_desk_home(desk_root, tmp_path_factory.mktemp("shared") / "home", more)) as desk:
        yield desk


@pytest.fixture
def served(desk_root: Path, tmp_path: Path) -> Iterator[ServedDesk]:
    """A desk of one's own over the sample essays."""
    with serve(copy_desk_home(desk_root, tmp_path / "home")) as desk:
        yield desk
