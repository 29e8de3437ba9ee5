"""The desk of ``factdesk up``: a desk that was started by hand is left alone, and ours follows it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from desk_homes import ServedDesk
from factdesk.config import open_home
from factdesk.desk.running import running_desk, write_running
from factdesk.ops.doctor.checks import Finding
from factdesk.ops.doctor.desk import check_desk
from factdesk.ops.kept_desk import KeptDesk
from factdesk.ops.prefect_server import free_port
from factdesk.ops.service_logs import ServiceLogs
from factdesk.warehouse.locks import try_lock
from factdesk.warehouse.spool import write_batches
from patience import soon
from small_records import make_essay

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
            place = write_running(home.warehouse, "http://127.0.0.1:1", "http://127.0.0.1:1")
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


def test_a_desk_that_lives_and_cannot_store_is_told_with_the_mend(served: ServedDesk, tmp_path: Path) -> None:
    home, said = served.desk.home, []
    acting = served.desk._recorder._acting
    write_running(home.warehouse, "https://desk.example", served.url)
    assert check_desk(home, None).found is Finding.OK
    with (
        Path(os.devnull).open("wb") as away,
        ServiceLogs(
            tmp_path / "logs", as_json=False, max_bytes=99_999, kept=1, descriptor=away.fileno()
        ) as logs,
    ):
        desk = KeptDesk(home, logs, said.append, question_seconds=0.0)
        look_until(desk, lambda: said)
        acting.acquire()  # until it is given back nothing is mended
        served.desk.fault = "the disk is full; free some space"
        look_until(desk, lambda: len(said) > 1)
        check = check_desk(home, None)
        acting.release()
        look_until(desk, lambda: len(said) > 2)
    assert said[1:] == ["the desk is not well: the disk is full; free some space", "the desk is well again"]
    assert (check.found, check.mend) == (Finding.FAIL, "free some space")
    assert check.said.startswith("the review pages are at https://desk.example (process ")
    assert check.said.endswith("), and the disk is full")


def test_a_desk_that_does_not_answer_is_found_by_the_doctor(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    lock = try_lock(home.warehouse / "keeper.lock")
    assert lock is not None
    with lock:
        here = f"http://127.0.0.1:{free_port()}"
        write_running(home.warehouse, here, here)
        check = check_desk(home, None)
    assert check.found is Finding.FAIL
    assert check.said.endswith("and it does not answer (Connection refused)")
    assert check.mend == "see its log, and start it again when it stays so"


def test_a_desk_that_cannot_open_its_database_any_more_is_found_without_its_lock(
    served: ServedDesk, tmp_path: Path
) -> None:
    home, folded = served.desk.home, served.desk.home.warehouse / "spool" / "folded"
    write_running(home.warehouse, served.url, served.url)
    folded.rename(tmp_path / "folded")
    folded.write_text("a file where a folder belongs", "utf-8")
    write_batches([make_essay("written-meanwhile")], home.warehouse, 16_000_000)
    check = soon(lambda: (one := check_desk(home, None)).found is Finding.FAIL and one)
    assert check.said.startswith(f"the review pages are at {served.url} (process ")
    soon(lambda: "cannot be opened (File exists)" in check_desk(home, None).said)
    folded.unlink()
    (tmp_path / "folded").rename(folded)
    soon(lambda: check_desk(home, None).found is Finding.OK)
