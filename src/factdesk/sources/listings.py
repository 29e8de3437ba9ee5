"""What the manifests of an archive say, and whether they follow from one another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from factdesk.sources.archive_files import blob_name
from factdesk.sources.faults import Fault, FaultKind
from factdesk.sources.manifests import manifest_days, manifest_path

MANIFEST_MEND = (
    "put the manifests back from a copy of the archive and verify again; without a copy nothing shows what "
    "was changed or removed before"
)


@dataclass(slots=True)
class Listing:
    """The names, below the archive's folder, that the manifests have.

    ``fetches`` and ``tombstones`` have the sha256 of each; ``lost`` is what a person has noted as gone,
    ``erased`` what an erasure took away. ``read_to`` is how much of
    each manifest has been read, in bytes; ``head`` the sha256 of the last that no longer changes.
    """

    blobs: set[str] = field(default_factory=set)
    fetches: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    tombstones: dict[str, str] = field(default_factory=dict)
    read_to: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    head: str | None = None

    def names(self) -> Iterator[str]:
        """Yield every name that is to be there, or was noted as gone."""
        yield from self.blobs
        yield from self.fetches

    def has(self, name: str) -> bool:
        """Whether a name is in a manifest."""
        return name in self.blobs or name in self.fetches


def read_listing(archive: Path) -> Listing:
    """Read all manifests and check that each holds the hash of the one before it."""
    listing = Listing()
    before: str | None = None
    for day in manifest_days(archive):
        content = _read(archive, day, listing)
        if content is None:
            continue
        _read_lines(listing, day, content, before)
        before, listing.head = day, sha256(content).hexdigest()
    listing.head = _sealed_head(listing, archive)
    return listing


def read_on(listing: Listing, archive: Path) -> None:
    """Read what was appended since: flows may write while an archive is verified."""
    for day in manifest_days(archive):
        if (content := _read(archive, day, listing)) is not None:
            _take(listing, day, content[listing.read_to.get(day, 0) :])


def _sealed_head(listing: Listing, archive: Path) -> str | None:
    days = list(listing.read_to)
    if len(days) < 2:
        return None
    return sha256(manifest_path(archive, days[-2]).read_bytes()).hexdigest()


def _read(archive: Path, day: str, listing: Listing) -> bytes | None:
    path = manifest_path(archive, day)
    try:
        return path.read_bytes()
    except OSError as error:
        said = f"cannot be read ({error.strerror})"
        listing.faults.append(Fault(FaultKind.MANIFEST, _name(day), said, MANIFEST_MEND))
        return None


def _read_lines(listing: Listing, day: str, content: bytes, before: str | None) -> None:
    head, _, rest = content.partition(b"\n")
    said = _head_fault(_parse(head), day, before, listing.head)
    if said is not None:
        listing.faults.append(Fault(FaultKind.MANIFEST, _name(day), said, MANIFEST_MEND))
    listing.read_to[day] = len(head) + 1
    _take(listing, day, rest)


def _head_fault(head: dict[str, Any], day: str, before: str | None, before_sha256: str | None) -> str | None:
    if head.get("manifest") != day:
        return "its first line is not that of its day"
    if head.get("before") != before:
        named = head.get("before")
        return f"the manifest of {named} before it is missing" if named else "it does not name the one before"
    if head.get("before_sha256") != before_sha256:
        return f"the manifest of {before} before it was changed after its day"
    return None


def _take(listing: Listing, day: str, lines: bytes) -> None:
    """Take the whole lines; what follows the last line's end is still being written, or was cut short."""
    whole = lines[: lines.rfind(b"\n") + 1]
    listing.read_to[day] = listing.read_to.get(day, 0) + len(whole)
    for line in whole.splitlines():
        if not _take_line(listing, _parse(line)):
            said = f"a line cannot be read: {line[:60].decode('ascii', 'replace')}"
            listing.faults.append(Fault(FaultKind.MANIFEST, _name(day), said, MANIFEST_MEND))


def _take_line(listing: Listing, body: dict[str, Any]) -> bool:
    match body:
        case {"blob": str(blob)}:
            name = blob_name(blob)
            listing.blobs.add(name)
        case {"fetch": str(name), "sha256": str(of_bytes)}:
            listing.fetches[name] = of_bytes
        case {"lost": str(name)}:
            listing.lost.add(name)
            return True
        case {"erased": str(name)}:
            listing.erased.add(name)
            return True
        case {"tombstone": str(name), "sha256": str(of_bytes)}:
            listing.tombstones[name] = of_bytes
            return True
        case _:
            return False
    listing.lost.discard(name)
    listing.erased.discard(name)
    return True


def _parse(line: bytes) -> dict[str, Any]:
    try:
        body = json.loads(line)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _name(day: str) -> str:
    return f"manifests/{manifest_path(Path(), day).name}"
