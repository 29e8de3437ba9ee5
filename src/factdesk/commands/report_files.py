"""Writing what ``factdesk report`` gives: whole files, and a folder for what is made on the way."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factdesk.reports.whole_files import cannot_write, written_whole
from factdesk.warehouse.reports import ReportTable

SCRATCH = ".factdesk-"
"""How the names of such folders begin."""


@contextmanager
def scratch_beside(output: Path) -> Iterator[Path]:
    """Give a folder for files on the way, gone when the block ends. Raises UsageError."""
    try:
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=output.resolve().parent))
    except OSError as error:
        raise cannot_write(output, error) from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def parquet_bytes(table: ReportTable, scratch: Path) -> bytes:
    """Return a report as Parquet; DuckDB writes it into the scratch folder first."""
    from factdesk.warehouse.parquet import write_parquet

    path = scratch / f"{table.report.name}.parquet"
    write_parquet(table, path)
    return path.read_bytes()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there wholly or not at all. Raises UsageError."""
    with written_whole(path) as stream:
        stream.write(content)
