from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factdesk.config import Home, ReadingSettings, open_home
from factdesk.web.workers import ReadingPool


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A project with two inboxes, one inside the other's parent."""
    root = tmp_path / "project"
    (root / "config").mkdir(parents=True)
    (root / "essays" / "desk").mkdir(parents=True)
    (root / "config" / "factdesk.toml").write_text(
        '[inbox]\nall = "essays"\ndesk = "essays/desk"\n[essays]\nmax_bytes = 4096\n'
    )
    return open_home(root)


@pytest.fixture(scope="session")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(ReadingSettings(workers=1)) as running:
        yield running
