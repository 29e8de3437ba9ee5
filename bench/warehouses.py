"""Makes a warehouse of any size to measure on: ``python bench/warehouses.py FOLDER --claims 100000``.

Up to 100,000 claims every record goes through the spool and the keeper. A larger warehouse is one of
10,000 made so, whose rows are then copied inside the database, each copy with other essays, sources and
sentences: ids follow the rule of ids, references and the hash chain of review events hold; only
``body_sha256`` of a copy is made up. The texts of the first 10,000 claims are in the archive, and the
copies have the same texts.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.warehouse_copies import copy_rows
from bench.warehouse_records import make_essays

from factdesk.model import Record, text_sha256
from factdesk.sources.archive_files import blob_name
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.locks import try_lock
from factdesk.warehouse.opening import open_database
from factdesk.warehouse.spool import write_batches

if TYPE_CHECKING:
    from bench.warehouse_records import MadeEssay

ALL_SPOOLED = 100_000
TEMPLATE_CLAIMS = 10_000
BATCH_BYTES = 16_000_000


def make_warehouse(
    warehouse: Path, claims: int, waiting: int, *, seed: int = 1, has_texts: bool = True, publish: bool = True
) -> None:
    """Fill an empty warehouse with ``claims`` claims, of which ``waiting`` wait for a person.

    Raises ValueError for numbers that cannot be made: see `make_essays`; past 100,000 claims both must be
    whole copies of a warehouse of 10,000.
    """
    copies = claims // TEMPLATE_CLAIMS if claims > ALL_SPOOLED else 1
    if claims % copies or waiting % copies or (copies > 1 and claims % TEMPLATE_CLAIMS):
        raise ValueError(
            f"{claims} claims with {waiting} waiting are not {copies} equal copies of a warehouse of 10,000"
        )
    essays = make_essays(claims // copies, waiting // copies, seed)
    write_batches(_records(essays, warehouse if has_texts else None), warehouse, BATCH_BYTES)
    fold_and_publish(warehouse, publish=publish and copies == 1)
    if copies > 1:
        _copy(warehouse, copies)
        fold_and_publish(warehouse, publish=publish)


def _records(essays: Iterator[MadeEssay], warehouse: Path | None) -> Iterator[Record]:
    for essay in essays:
        if warehouse is not None:
            _keep_texts(warehouse / "snapshots", essay.texts)
        yield from essay.records


def _keep_texts(archive: Path, texts: Sequence[str]) -> None:
    """Put texts where the archive has them, without its care for power cuts."""
    for text in texts:
        path = archive / blob_name(text_sha256(text))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def _copy(warehouse: Path, copies: int) -> None:
    folder = WarehouseFolder(warehouse)
    lock = try_lock(folder.lock, 0)
    assert lock is not None, "another process keeps the warehouse that is being made"
    try:
        with open_database(folder) as connection:
            copy_rows(connection, copies)
    finally:
        lock.release()


def main() -> int:
    """Make one warehouse and say how long it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--waiting", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    make_warehouse(options.warehouse, options.claims, options.waiting, seed=options.seed)
    print(json.dumps({"claims": options.claims, "seconds": round(time.monotonic() - started, 1)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
