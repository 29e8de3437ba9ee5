"""The desk is killed between the key and the answer: what was acknowledged is kept, once."""

from __future__ import annotations

import random
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import httpx

from desk_homes import Visitor, copy_desk_home
from factdesk.desk.waiting_claims import is_blind
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.promises import read_promises
from factdesk.warehouse.query import run_query
from program import PROGRAM, run_in

ROUNDS = 5
ANSWER_SECONDS = 60.0


@contextmanager
def running(root: Path) -> Iterator[tuple[subprocess.Popen[str], Visitor]]:
    """The installed program's desk, and somebody who is signed in there."""
    command = [str(PROGRAM), "desk", "--home", str(root), "--as", "Ann", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as desk:
        try:
            assert desk.stderr is not None
            address = link = None
            for line in desk.stderr:
                address = address or re.search(r"The desk is at (\S+)", line)
                link = re.search(r"(http\S+/enter/\S+)", line)
                if link:
                    break
            assert address, "the desk did not start"
            assert link
            with httpx.Client(base_url=address[1], timeout=ANSWER_SECONDS) as client:
                visitor = Visitor(client)
                assert visitor.get(link[1]).status_code == 303
                yield desk, visitor
        finally:
            desk.kill()


def test_what_was_acknowledged_is_kept_and_nothing_is_there_twice(desk_root: Path, tmp_path: Path) -> None:
    home = copy_desk_home(desk_root, tmp_path / "home")
    rows = run_query(home.warehouse, "SELECT claim_id FROM reports.review_queue ORDER BY rank").rows
    claims = [claim_id for (claim_id,) in rows if not is_blind(claim_id)][:ROUNDS]
    draw, acknowledged = random.Random(7), set[UUID]()
    for claim_id in claims:
        with running(home.root) as (desk, visitor):
            seen = visitor.seen(claim_id)
            answers: list[int] = []

            def decide(visitor: Visitor = visitor, claim_id: UUID = claim_id, seen: str = seen) -> None:
                try:
                    fields = {"seen": seen, "rating": "refuted", "conclusion": "So it is."}
                    answers.append(visitor.post(f"/claims/{claim_id}/decide", **fields).status_code)  # noqa: B023
                except httpx.HTTPError:
                    return

            presser = Thread(target=decide)
            presser.start()
            Event().wait(draw.uniform(0.0, 0.4))
            desk.send_signal(signal.SIGKILL)
            presser.join(ANSWER_SECONDS)
            if answers == [303]:
                acknowledged.add(claim_id)
    fold_and_publish(home.warehouse)
    kept = run_query(
        home.warehouse,
        "SELECT claim_id, count(*) FROM records.review_events WHERE act = 'decide' GROUP BY ALL",
    ).rows
    assert acknowledged <= {claim_id for claim_id, _ in kept}
    assert [count for _, count in kept if count > 1] == []
    promises = read_promises(home.warehouse)
    assert promises is not None
    assert promises.faults == ()


def test_a_second_desk_says_where_the_first_one_is(desk_root: Path, tmp_path: Path) -> None:
    home = copy_desk_home(desk_root, tmp_path / "home")
    written = home.warehouse / "desk-address.json"
    with running(home.root) as (desk, visitor):
        address = str(visitor.client.base_url).rstrip("/")
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
