"""Work that takes long: how much of it is taken, what is said when it breaks, and that no child stays."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest

from factdesk.desk.long_work import MOST_UNFINISHED, ORDER, LongWork, Order, Work, WorkRefusedError

PATIENCE_SECONDS = 120


def new_work() -> Work:
    return Work("rann", "a source", "/add", {}, datetime.now(UTC))


def break_down(*given: object) -> NoReturn:
    raise ZeroDivisionError("a fault of ours")


def test_no_more_is_taken_than_it_says() -> None:
    may_end, works = threading.Event(), LongWork()

    def wait() -> None:
        may_end.wait(PATIENCE_SECONDS)
        raise WorkRefusedError("it was refused")

    order = Order({}, {}, wait, break_down)
    begun = [new_work() for _ in range(MOST_UNFINISHED)]
    for one in begun:
        works.start(one, order)
    with pytest.raises(WorkRefusedError, match="too much is being gathered"):
        works.start(new_work(), order)
    may_end.set()
    assert all(one.is_over.wait(PATIENCE_SECONDS) for one in begun)
    works.start(after := new_work(), order)
    assert after.is_over.wait(PATIENCE_SECONDS)
    works.close()
    assert {one.fault for one in begun} == {"It was refused."}


class AnsweredWork(LongWork):
    """Every child answers at once, or breaks down."""

    def _ask_child(self, order: Order) -> dict[str, Any]:
        return break_down() if order.fields else {}


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order({}, {}, lambda: None, break_down), "see whether it was stored before you do it again"),
        (Order({}, {}, break_down, break_down), "nothing was stored"),
        (Order({"breaks": 1}, {}, lambda: None, break_down), "nothing was stored"),
        (Order({"breaks": 1}, {}, lambda: None, break_down, stores=True), "see whether it was stored"),
    ],
    ids=["while it is stored", "before", "in the child", "in a child that stores"],
)
def test_a_fault_does_not_promise_that_nothing_was_stored_where_something_may_be(
    order: Order, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    works, work = AnsweredWork(), new_work()
    works.start(work, order)
    assert work.is_over.wait(PATIENCE_SECONDS)
    works.close()
    assert work.fault.startswith(f"A fault in Factdesk; {said}")
    assert 'raise ZeroDivisionError("a fault of ours")' in capfd.readouterr().err


def test_a_child_whose_desk_was_killed_ends_at_its_deadline_with_its_folder(tmp_path: Path) -> None:
    folder, home = tmp_path / "work", tmp_path / "home"
    (folder / "given").mkdir(parents=True)
    with socket.socket() as silent:  # it takes connections and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        (home / "config").mkdir(parents=True)
        config = f'[web]\nallow_hosts = ["{host}"]\ndeadline_seconds = 100.0\n'
        (home / "config" / "factdesk.toml").write_text(config, "utf-8")
        order = {
            **{"work": "check", "root": str(home), "warehouse": str(home / "warehouse")},
            **{"reviewer": "rann", "parent": 1, "seconds": 0.1, "url": f"http://{host}/", "sources": []},
        }
        (folder / ORDER).write_text(json.dumps(order), "utf-8")
        child = subprocess.run(
            [sys.executable, "-m", "factdesk.desk.work_child", str(folder)],
            start_new_session=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert child.returncode == -signal.SIGKILL
    assert not folder.exists()
