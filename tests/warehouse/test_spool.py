from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.errors import SpoolError
from factdesk.model import RECORD_BY_NAME, Claim, from_json, uuid7
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.headers import read_header
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches
from small_records import make_essay, small_essay

LIMIT = 16_000_000


def test_a_batch_is_a_header_and_one_record_a_line(warehouse: Path) -> None:
    records = small_essay()
    (batch,) = write_batches(records, warehouse, LIMIT)

    path = WarehouseFolder(warehouse).pending / f"{batch}.ndjson"
    header_line, *lines = path.read_bytes().splitlines(keepends=True)
    header = read_header(path)

    assert str(header.batch) == batch
    assert header.records == len(records) == len(lines)
    assert header.sha256 == hashlib.sha256(b"".join(lines)).hexdigest()
    assert json.loads(header_line)["keys"]["records"] == [str(record.id) for record in records]
    read = [json.loads(line) for line in lines]
    assert [from_json(RECORD_BY_NAME[one["record"]], one["body"]) for one in read] == records
    assert [one["id"] for one in read] == [str(record.id) for record in records]


def test_no_records_make_no_batch(warehouse: Path) -> None:
    assert write_batches([], warehouse, LIMIT) == []
    assert not warehouse.exists()


@pytest.mark.parametrize("max_bytes", [8_000, 12_000, 65_536])
def test_batches_stay_below_the_limit_and_keep_the_order(warehouse: Path, max_bytes: int) -> None:
    records = small_essay(quotes=[f"ticket number {number} costs £{number}" for number in range(60)])
    ids = write_batches(records, warehouse, max_bytes)

    files = batch_files(WarehouseFolder(warehouse).pending)
    assert [path.stem for path in files] == ids
    assert len(files) > 1 or max_bytes == 65_536
    assert all(path.stat().st_size <= max_bytes for path in files)
    written = [json.loads(line)["id"] for path in files for line in path.read_bytes().splitlines()[1:]]
    assert written == [str(record.id) for record in records]


def test_order_is_that_of_acknowledgement_though_another_clock_went_ahead(warehouse: Path) -> None:
    """The first writer's clock stood a year ahead, and was then set back."""
    ahead = UUID(int=uuid7().int + (366 * 86_400_000 << 80))
    write_batches([make_essay(title="First")], warehouse, LIMIT)
    folder = WarehouseFolder(warehouse)
    (path,) = batch_files(folder.pending)
    path.rename(folder.pending / f"{ahead}.ndjson")
    (folder.pending / "notes.ndjson").write_text("no batch of ours\n")
    ids = write_batches([make_essay(title="Second")], warehouse, LIMIT)
    assert UUID(ids[0]) > ahead
    assert fold_and_publish(warehouse).folded == 2
    assert run_query(warehouse, "SELECT essay_title FROM reports.essays").rows == [("Second",)]


def test_a_record_larger_than_a_batch_is_refused_by_name(warehouse: Path) -> None:
    essay = make_essay()
    claim = Claim(essay.id, "price", "x" * 70_000, 0, (), (), (), (), small_essay()[2].origin)
    with pytest.raises(SpoolError, match=rf"Claim {claim.id} takes \d+ bytes.*max_batch_bytes"):
        write_batches([claim], warehouse, 65_536)


def test_a_lone_surrogate_is_refused_in_one_sentence(warehouse: Path) -> None:
    with pytest.raises(SpoolError, match="cannot be written as JSON"):
        write_batches([make_essay(title="caf\udce9")], warehouse, LIMIT)
    assert not batch_files(WarehouseFolder(warehouse).pending)


def test_a_folder_that_cannot_be_written_gives_one_sentence(tmp_path: Path) -> None:
    blocker = tmp_path / "warehouse"
    blocker.write_text("a file stands where the folder should be")
    with pytest.raises(SpoolError, match=r"^the spool .* cannot be written \(File exists\); make the folder"):
        write_batches(small_essay(), blocker, LIMIT)


def test_a_full_disk_gives_one_sentence_and_leaves_no_batch(warehouse: Path) -> None:
    """A file size limit of the shell stands for the full disk: both fail in write()."""
    program = (
        "import signal, sys; from pathlib import Path; from small_records import small_essay\n"
        "from factdesk.errors import SpoolError; from factdesk.warehouse.spool import write_batches\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "records = small_essay(quotes=[f'ticket {n} costs 5 pounds' for n in range(100)])\n"
        "try: write_batches(records, Path(sys.argv[1]), 16_000_000)\n"
        "except SpoolError as error: print(error)\n"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 8; exec "$0" "$@"', sys.executable, "-c", program, str(warehouse)],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert done.stdout.startswith(f"the spool {warehouse}/spool/pending cannot be written (")
    assert "free some space" in done.stdout
    assert list((warehouse / "spool" / "pending").iterdir()) == []
