"""A Prefect database that is made once, for the tests whose point is not its making.

A server on an empty folder spends two thirds of its start on making the tables; the demo's tests and those of
the server itself still begin with nothing.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from factdesk.ops.prefect_server import PrefectServer

DATABASE = "prefect.db"


def with_prefect_tables(prefect_home: Path) -> Path:
    """Put a database with Prefect's tables into a folder that has none; return the folder."""
    prefect_home.mkdir(parents=True, exist_ok=True)
    if not (prefect_home / DATABASE).exists():
        shutil.copy(_template(), prefect_home / DATABASE)
    return prefect_home


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="factdesk-prefect-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with PrefectServer(folder):
        pass
    copy = folder / "template.db"
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    return copy
