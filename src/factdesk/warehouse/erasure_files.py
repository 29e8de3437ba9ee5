"""Which files besides the blobs of the archive hold words to erase: fetches, rejected batches, tries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from factdesk.sources.archive import read_fetch_body
from factdesk.sources.archive_files import entries
from factdesk.warehouse.folders import WarehouseFolder, batch_files


def fetch_files(folder: WarehouseFolder, sources: Iterable[str], texts: set[str]) -> Iterable[str]:
    """Yield the fetch files that have one of the texts, or its title and author, in what they say."""
    for source in sources:
        for entry in entries(folder.root / "snapshots" / "fetches" / source):
            try:
                read = read_fetch_body(Path(entry.path).read_bytes())
            except (OSError, ValueError, KeyError, TypeError):
                yield f"fetches/{source}/{entry.name}"  # damaged: nobody can say that it is free of the words
                continue
            if {read.fetch.text_sha256, read.snapshot.text_sha256 if read.snapshot else None} & texts:
                yield f"fetches/{source}/{entry.name}"


def files_beside(
    folder: WarehouseFolder, marks: Sequence[str], places: Sequence[tuple[Any, ...]]
) -> Iterable[str]:
    """Yield rejected batches and tries that name what goes; every record of a batch names ids or hashes."""
    needles = [one.encode("ascii") for one in marks]
    for path in batch_files(folder.rejected):
        content = path.read_bytes()
        if any(one in content for one in needles):
            yield f"spool/rejected/{path.name}"
            yield f"spool/rejected/{path.name}.reason"
    wanted = {(inbox, path) for _, path, inbox in places} | {(None, uri) for uri, _, _ in places}
    for entry in entries(folder.root / "attempts"):
        try:
            body = json.loads(Path(entry.path).read_bytes())
            place = (body["inbox"], body["relative"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if place in wanted or (None, place[1]) in wanted:
            yield f"attempts/{entry.name}"
