"""An essay with thirty links to a hostile server, checked as a person checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from program import Ended, Run
from web.hostile import HostileServer, hostile_server
from web.hostile_essay import LINES, essay, links, pages, settings


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server(pages()) as running:
        yield running


@pytest.fixture
def ended(factdesk: Run, home: Path, server: HostileServer) -> Ended:
    (home / "config" / "factdesk.toml").write_text(settings(server), encoding="utf-8")
    (home / "ferry.md").write_text(essay(server), encoding="utf-8")
    return factdesk("check", "ferry.md", prefix=("env", "COLUMNS=120"))


def test_thirty_links_are_a_table_of_thirty_outcomes(ended: Ended, server: HostileServer) -> None:
    assert ended.code == 0, ended.err
    rows = re.findall(r"^ ?([●◐○]) ([a-z_0-9]+) +(\S+)", ended.out, re.MULTILINE)
    assert [(outcome, link) for _, outcome, link in rows] == [
        (outcome.value, link) for (_, _, outcome), link in zip(LINES, links(server), strict=True)
    ]
    assert [mark for mark, _, _ in rows] == ["●", "◐", "◐"] + ["○"] * 27
    assert "27 of 30 sources gave no text: " in ended.err
