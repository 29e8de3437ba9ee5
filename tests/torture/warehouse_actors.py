"""The processes that the torture of the warehouse kills: writers, a reviewer, keepers and an editor.

Arguments: the role, the warehouse folder, the file of acknowledgements, a name. They work until the file
``stop`` stands in the warehouse's parent. What has been acknowledged is appended to the file, one JSON object
a line; so is every sentence with which something was refused, and everything that an editor saw wrong.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb

from factdesk.config import WarehouseSettings
from factdesk.errors import FactdeskError
from factdesk.model import Act
from factdesk.warehouse.chain import find_chain_break
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.keeper import Keeper, fold_and_publish, open_keeper
from factdesk.warehouse.pressure import wait_for_room
from factdesk.warehouse.published import open_published
from factdesk.warehouse.spool import write_batches
from small_records import Review, make_claim, make_essay, small_essay

BATCH_BYTES = 16_000_000
CLAIMS = 12
LIMITS = WarehouseSettings(spool_max_batches=40)
PUBLISHES = 0.6
"""Of so many turns; without a publish what was folded is in the database and its log alone."""

CHECKPOINTS = 0.6
"""Of so many turns; without a checkpoint what was folded stays claimed."""

ACTS_SECONDS = 0.02

KEEPER_WAIT_SECONDS = 2.0

Say = Any


def rounds(warehouse: Path, pause: float, rng: random.Random) -> Iterator[int]:
    """Count rounds, with pauses of chance, until the torture says stop."""
    number = 0
    while not (warehouse.parent / "stop").exists():
        yield number
        number += 1
        time.sleep(rng.uniform(0.0, pause))


def write(warehouse: Path, name: str, say: Say, rng: random.Random) -> None:
    """Store essays as a flow does: wait for room, write, and fold and publish when the lock is free."""
    for number in rounds(warehouse, 0.15, rng):
        quotes = [f"crossing {at} of {name}-{number} costs £{at}" for at in range(rng.randrange(1, CLAIMS))]
        records = small_essay(f"{name}-{number}", quotes)
        wait_for_room(warehouse, LIMITS)
        write_batches(records, warehouse, BATCH_BYTES)
        say({"records": [str(record.id) for record in records]})
        if number % 5 == 4:
            fold_and_publish(warehouse)


def review(warehouse: Path, name: str, say: Say, rng: random.Random) -> None:
    """Decide the same claim again and again, each event naming the one before; its essay is stored first."""
    quote = f"a claim of {name}"
    records = small_essay(name, [quote])
    write_batches(records, warehouse, BATCH_BYTES)
    say({"records": [str(record.id) for record in records]})
    acts = Review(make_claim(make_essay(name), quote).id)
    for number in rounds(warehouse, 0.5, rng):
        event = acts.decide() if number % 2 == 0 else acts.act(Act.NOTE, note=f"note {number}")
        write_batches([event], warehouse, BATCH_BYTES)
        say({"event": str(event.id), "claim": str(event.claim_id)})


def keep(warehouse: Path, name: str, say: Say, rng: random.Random) -> None:
    """Be the keeper for a while, again and again; acts are folded by a thread beside, as at a desk."""
    for _ in rounds(warehouse, 0.02, rng):
        keeper = open_keeper(warehouse, wait_seconds=KEEPER_WAIT_SECONDS)
        if keeper is None:
            continue
        with keeper, acts_beside(keeper):
            for _ in range(rng.randrange(1, 8)):
                keeper.fold(at_most=rng.randrange(1, 12), checkpoint=rng.random() < CHECKPOINTS)
                if rng.random() < PUBLISHES:
                    keeper.publish(now=True)


@contextmanager
def acts_beside(keeper: Keeper) -> Iterator[None]:
    """Fold the acts of people all the time; a refusal is met in the keeper's own thread as well."""
    done = threading.Event()

    def fold_acts() -> None:
        with suppress(FactdeskError):
            while not done.wait(ACTS_SECONDS):
                keeper.fold_acts()

    thread = threading.Thread(target=fold_acts, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def look(warehouse: Path, name: str, say: Say, rng: random.Random) -> None:
    """Read the published copy as an editor does; it must be whole at every moment."""
    for _ in rounds(warehouse, 0.2, rng):
        if not (warehouse / "reports.duckdb").exists():
            continue
        with open_published(warehouse) as copy:
            if (broken := find_chain_break(copy)) is not None:
                say({"wrong": f"an editor saw the chain of review events broken at {broken}"})
            if fault := find_row_fault(copy):
                say({"wrong": f"an editor saw {fault}"})


def find_row_fault(copy: duckdb.DuckDBPyConnection) -> str | None:
    """Return what is wrong with the number of rows: each was counted when its batch was folded."""
    tables = " UNION ALL ".join(f"SELECT count(*) AS rows FROM records.{name}" for name in TABLES.values())
    row = copy.execute(
        f"SELECT (SELECT coalesce(sum(appended), 0) FROM keeper.batches), (SELECT sum(rows) FROM ({tables}))"
    ).fetchone()
    assert row is not None
    return None if row[0] == row[1] else f"{row[1]} rows where {row[0]} were folded"


ROLES = {"writer": write, "reviewer": review, "keeper": keep, "editor": look}


def main() -> None:
    """Work in a role; a refusal is noted and the work goes on, anything else ends the process."""
    role, warehouse, name = sys.argv[1], Path(sys.argv[2]), sys.argv[4]
    file = os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def say(line: dict[str, object]) -> None:
        os.write(file, json.dumps({"by": f"{role} {name}", **line}).encode() + b"\n")

    rng = random.Random(name)
    tries = 0
    while not (warehouse.parent / "stop").exists():
        tries += 1
        try:
            ROLES[role](warehouse, f"{name}-{tries}", say, rng)
        except FactdeskError as error:
            say({"refused": str(error)})


if __name__ == "__main__":
    main()
