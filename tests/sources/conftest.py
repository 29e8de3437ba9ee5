from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factdesk.config import ReadingSettings, Settings, WebSettings
from factdesk.sources.archive import Archive
from factdesk.web.workers import ReadingPool


@pytest.fixture(scope="session")
def pool() -> Iterator[ReadingPool]:
    with ReadingPool(ReadingSettings(workers=2, wall_seconds=5.0, cpu_seconds=5)) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "snapshots")


@pytest.fixture
def settings() -> Settings:
    web = WebSettings(
        deadline_seconds=1.0, connect_seconds=0.5, seconds_between_requests=0.0, tries=1, max_redirects=5
    )
    return Settings(web=web)
