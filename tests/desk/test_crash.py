"""What a desk that ended leaves behind; `make torture-desk` kills it in the midst of deciding."""

from __future__ import annotations

import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from desk_homes import copy_desk_home
from desk_programs import running
from factdesk.config import open_home
from factdesk.desk.serving import PORTS_TRIED, USUAL_PORT, serve_desk
from factdesk.errors import UsageError
from factdesk.warehouse.query import run_query
from program import run_in


def test_a_second_desk_says_where_the_first_one_is(desk_root: Path, tmp_path: Path) -> None:
    home = copy_desk_home(desk_root, tmp_path / "home")
    written = home.warehouse / "desk-address.json"
    with running(home.root) as (desk, visitor):
        address = str(visitor.client.base_url).rstrip("/")
        assert urlsplit(address).port not in range(USUAL_PORT, USUAL_PORT + PORTS_TRIED), "0 is any free one"
        second = run_in(home.root, "desk", "--port", "0")
        assert second.code == 1
        assert second.error_line() == (
            f"factdesk: the desk runs already at {address}; factdesk desk --link prints a link to sign in"
        )
        assert written.exists(), "the second desk must leave the first one's address"
        link = run_in(home.root, "desk", "--link").out.strip()
        assert visitor.get(link).status_code == 303
        desk.send_signal(signal.SIGKILL)
        desk.wait()
    assert written.exists(), "a desk that was killed leaves its address"
    with running(home.root) as (_, visitor):
        assert visitor.get("/queue").status_code == 200


@pytest.mark.parametrize("port", [-1, 65_536])
def test_what_is_no_port_is_refused(tmp_path: Path, port: int) -> None:
    with pytest.raises(UsageError, match=f"--port {port} is no port; give one from 1 to 65535"):
        serve_desk(open_home(tmp_path), None, port=port, say=print)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_desk_that_is_asked_to_end_publishes_and_leaves_no_address(
    desk_root: Path, tmp_path: Path, how: signal.Signals
) -> None:
    home = copy_desk_home(desk_root, tmp_path / "home")
    claim_id = run_query(home.warehouse, "SELECT claim_id FROM reports.review_queue LIMIT 1").rows[0][0]
    with running(home.root) as (desk, visitor):
        assert visitor.decide(claim_id, "not_checkable").status_code == 303
        desk.send_signal(how)
        assert desk.wait() == 0
    published = run_query(home.warehouse, "SELECT claim_id, editor_rating FROM reports.decisions").rows
    assert published == [(claim_id, "not_checkable")]
    assert not (home.warehouse / "desk-address.json").exists()
