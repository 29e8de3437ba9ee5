"""The desk of ``factdesk up``: a desk that was started by hand is left alone, and ours follows it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from factdesk.config import open_home
from factdesk.desk.running import running_desk, write_running
from factdesk.ops.kept_desk import KeptDesk
from factdesk.ops.prefect_server import free_port
from factdesk.ops.service_logs import ServiceLogs
from factdesk.warehouse.locks import try_lock

PATIENCE_SECONDS = 120.0


def look_until(desk: KeptDesk, holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, "it did not come true"
        desk.look()
        time.sleep(0.05)


def test_it_follows_a_desk_by_hand_and_shows_its_link_on_a_terminal_alone(tmp_path: Path) -> None:
    config, said = tmp_path / "config" / "factdesk.toml", []
    config.parent.mkdir()
    config.write_text(f"[desk]\nport = {free_port()}\n")
    (tmp_path / ".prefect").mkdir()
    home = open_home(tmp_path)
    terminal, shown = os.openpty()
    with ServiceLogs(tmp_path / "logs", as_json=False, max_bytes=99_999, kept=1, descriptor=shown) as logs:
        desk = KeptDesk(home, logs, said.append)
        by_hand = try_lock(home.warehouse / "keeper.lock")
        assert by_hand is not None
        with by_hand:
            place = write_running(home.warehouse, "http://127.0.0.1:1")
            look_until(desk, lambda: said)
        place.unlink()
        look_until(desk, lambda: len(said) > 1)
        found = running_desk(home.warehouse)
        desk.stop()
    assert found is not None
    assert said == [
        f"a desk runs already at http://127.0.0.1:1 (process {os.getpid()}); it is left alone",
        f"the desk: {found.address}",
    ]
    assert running_desk(home.warehouse) is None
    assert not place.exists(), "it has ended in order"
    assert len(re.findall(rf"{found.address}/enter/\S+", os.read(terminal, 9_999).decode())) == 1
    assert all("/enter/" not in one.read_text() for one in (tmp_path / "logs").iterdir())
    os.close(shown)
    os.close(terminal)
