"""Puts on record what verifying found missing or unlisted, once a person has looked at it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from factdesk.errors import ArchiveError
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import is_sha256
from factdesk.sources.faults import Fault, FaultKind
from factdesk.sources.manifests import blob_entry, fetch_entry, loss_entry
from factdesk.sources.whole_files import Draft


def note_losses(archive: Archive, faults: Iterable[Fault]) -> list[Fault]:
    """Write what is missing and what no manifest names into the manifest of today; return these faults.

    What is damaged stays damaged, and a name that Factdesk does not give stays strange. Raises ArchiveError.
    """
    noted: list[Fault] = []
    lines: list[bytes] = []
    for fault in faults:
        line = _line_for(fault, archive.folder)
        if line is not None:
            noted.append(fault)
            lines.append(line)
    if lines:
        archive.list_in_manifest(lines)
    return noted


def _line_for(fault: Fault, folder: Path) -> bytes | None:
    kind, _, name = fault.name.rpartition("/")
    if fault.kind is FaultKind.MISSING and fault.is_damage:
        return loss_entry(fault.name)
    if fault.kind is not FaultKind.UNLISTED:
        return None
    if kind.startswith("blobs"):
        return blob_entry(name) if is_sha256(name) and kind == f"blobs/{name[:2]}" else None
    path = folder / fault.name
    try:
        return fetch_entry(Draft(path, path.read_bytes()))
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}); mend its permissions") from error
