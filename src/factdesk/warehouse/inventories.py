"""What a full backup is: a folder with an inventory, written last, that names every file and its hash.

``SHA256SUMS`` has a line for each file, as ``sha256sum`` writes it, so that a copy can be checked without
Factdesk. ``backup.json`` says when and from what it was made, how many rows its database has, and the hash of
``SHA256SUMS``. A folder without it was never finished.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.durable_files import write_durably

ABOUT = "backup.json"
SUMS = "SHA256SUMS"
FORMAT = 1
DATABASE = "warehouse/factdesk.duckdb"
"""The database's name in a backup; all other files of the warehouse have theirs, below ``warehouse/``."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup. Sizes in bytes; ``new_bytes`` were written, the rest is shared with the one before.

    ``database_from`` says whether the keeper's own file was copied or the published copy with the spool.
    ``faults`` name files of the warehouse that were damaged and are in no backup.
    """

    path: Path
    made_at: datetime
    label: str
    factdesk: str
    database_from: str
    rows: Mapping[str, int]
    chain_sha256: str
    files: int
    bytes: int
    new_bytes: int
    faults: tuple[str, ...]
    sums_sha256: str

    @property
    def is_good(self) -> bool:
        """Whether everything that was there is in it."""
        return not self.faults


def write_inventory(backup: Backup, folder: Path, sums: Mapping[str, str]) -> None:
    """Write both files into a folder whose other files are on the disk. Raises OSError."""
    text = sums_text(sums)
    write_durably(folder / SUMS, text)
    body = {**asdict(backup), "format": FORMAT, "made_at": backup.made_at.isoformat()}
    del body["path"]
    write_durably(folder / ABOUT, json.dumps(body, indent=1, ensure_ascii=False).encode("utf-8"))


def sums_text(sums: Mapping[str, str]) -> bytes:
    """Return the bytes of ``SHA256SUMS``; our names hold neither line ends nor backslashes."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items())).encode("utf-8")


def read_backup(path: Path) -> Backup:
    """Read what a backup says of itself. Raises WarehouseError when it is none, or of a newer Factdesk."""
    try:
        body: dict[str, Any] = json.loads((path / ABOUT).read_bytes())
    except FileNotFoundError:
        raise WarehouseError(f"{path} is no finished backup: it has no {ABOUT}; name another") from None
    except (OSError, ValueError) as error:
        raise WarehouseError(f"the backup {path} cannot be read ({error}); name another") from error
    try:
        if int(body["format"]) > FORMAT:
            raise WarehouseError(f"the backup {path} was made by a newer Factdesk; upgrade Factdesk")
        return Backup(
            path=path,
            made_at=datetime.fromisoformat(body["made_at"]),
            label=str(body["label"]),
            factdesk=str(body["factdesk"]),
            database_from=str(body["database_from"]),
            rows={str(name): int(count) for name, count in body["rows"].items()},
            chain_sha256=str(body["chain_sha256"]),
            files=int(body["files"]),
            bytes=int(body["bytes"]),
            new_bytes=int(body["new_bytes"]),
            faults=tuple(str(one) for one in body["faults"]),
            sums_sha256=str(body["sums_sha256"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WarehouseError(f"the backup {path} has a damaged {ABOUT} ({error!r}); name another") from error


def read_sums(backup: Backup) -> dict[str, str]:
    """Return name -> sha256 of the files of a backup. Raises WarehouseError when the list was altered."""
    try:
        text = (backup.path / SUMS).read_bytes()
    except OSError as error:
        raise WarehouseError(
            f"the backup {backup.path} has no {SUMS} that can be read ({error.strerror}); name another"
        ) from error
    if hashlib.sha256(text).hexdigest() != backup.sums_sha256:
        raise WarehouseError(f"the backup {backup.path} was altered: its {SUMS} is another; name another")
    lines = (line.split("  ", 1) for line in text.decode("utf-8").splitlines())
    sums = {name: sha256 for sha256, name in lines}
    for name in sums:
        if name.startswith("/") or ".." in Path(name).parts:
            raise WarehouseError(f"the backup {backup.path} names the file {name!r} outside of itself")
    return sums


def count_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the rows of every table, as ``schema.table``; a database of an older Factdesk has fewer."""
    counts: dict[str, int] = {}
    tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
    for schema, table in tables:
        row = connection.execute(f'SELECT count(*) FROM "{schema}"."{table}"').fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def list_backups(folder: Path) -> list[Backup]:
    """Return the finished backups in a folder, the oldest first; what cannot be read is left out."""
    return sorted(_readable(folder), key=lambda one: (one.made_at, one.path.name))


def _readable(folder: Path) -> Iterator[Backup]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.startswith(".") or not path.is_dir():
            continue
        try:
            yield read_backup(path)
        except WarehouseError:
            continue
