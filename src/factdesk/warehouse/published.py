"""Opening the published copy for reading.

It is attached to a database in memory under the name ``reports``, so that ``reports.verdicts`` means the
same here as in a shell that has opened reports.duckdb, and so that a copy published a moment ago is seen
although this process still reads an older one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.masks import attach_masked

MEMORY_BYTES = 1_000_000_000
"""What a query may hold in memory, unless it is given another limit."""

THREADS = 2

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "threads": THREADS,
    "temp_directory": "",
}


def find_copy(warehouse: Path) -> int | None:
    """Return what tells the published copy from later ones while it is open; None when there is none."""
    try:
        return WarehouseFolder(warehouse).published.stat().st_ino
    except OSError:
        return None


def open_published(
    warehouse: Path,
    memory_bytes: int = MEMORY_BYTES,
    hidden: Mapping[str, Collection[str]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a locked-down, read-only connection to the published copy.

    No file, network or setting can be reached from it. ``hidden`` is what its reader must not see (see
    `masks`). Raises WarehouseError when nothing has been published yet or the copy cannot be read.
    """
    path = WarehouseFolder(warehouse).published
    if not path.is_file():
        raise WarehouseError(f"nothing is published in {warehouse} yet; run factdesk check first")
    connection = duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": f"{memory_bytes}B"})
    try:
        if hidden is None:
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS reports (READ_ONLY)")
        else:
            attach_masked(connection, str(path), hidden)
        connection.execute(
            "USE reports; SET TimeZone = 'UTC'; "
            "SET enable_external_access = false; SET lock_configuration = true"
        )
    except duckdb.Error as error:
        connection.close()
        raise WarehouseError(
            f"the published copy {path} cannot be read ({str(error).splitlines()[0]}); run factdesk publish"
        ) from error
    return connection
