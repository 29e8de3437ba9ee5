"""What was erased from an archive for good: a tombstone for each erasure, that names hashes and no word.

A tombstone lies at ``erasures/<id>.json`` and its hash stands in a manifest, as do the names of the files
that it took away: so nobody can pass a loss off as an erasure, or take an erasure back unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.errors import ArchiveError, WarehouseError
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import TOMBSTONES, UNFINISHED, entries
from factdesk.sources.manifests import erased_entry, tombstone_entry
from factdesk.sources.whole_files import Draft, flush_folders, written_drafts


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erasure. ``kind`` is essay, snapshot or name; ``erased_at`` UTC, ISO 8601.

    ``targets`` are the ids that were meant (of a name there are none), ``texts`` the sha256 of the texts,
    ``files`` the names of the archive's files, ``events`` the ids of the review events that lost their
    words, ``rows`` how many rows of each table went or lost words.
    """

    erasure: str
    kind: str
    targets: tuple[str, ...]
    erased_at: str
    by: str
    reason: str
    texts: tuple[str, ...]
    files: tuple[str, ...]
    events: tuple[str, ...]
    rows: dict[str, int]

    @property
    def name(self) -> str:
        """Its name below the archive's folder."""
        return f"{TOMBSTONES}/{self.erasure}.json"

    def content(self) -> bytes:
        """Return the bytes of its file."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False).encode("utf-8")


def parse_tombstone(content: bytes) -> Tombstone:
    """Return what a tombstone's bytes say. Raises ValueError, KeyError or TypeError for others."""
    body: dict[str, Any] = json.loads(content)
    for name in ("targets", "texts", "files", "events"):
        body[name] = tuple(str(one) for one in body[name])
    made = Tombstone(**body)
    UUID(made.erasure)
    return made


def read_tombstones(archive: Path) -> list[Tombstone]:
    """Return all erasures, the oldest first. Raises WarehouseError for one that is damaged."""
    found: list[Tombstone] = []
    for entry in sorted(entries(archive / TOMBSTONES), key=lambda one: one.name):
        try:
            found.append(parse_tombstone(Path(entry.path).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WarehouseError(
                f"the tombstone {entry.path} is damaged ({type(error).__name__}); put it back from a backup"
            ) from error
    return found


def erased_texts(archive: Path) -> frozenset[str]:
    """Return the sha256 of every blob that an erasure took away: texts and the bytes that they came from."""
    texts: set[str] = set()
    for one in read_tombstones(archive):
        texts.update(one.texts)
        texts.update(name.rpartition("/")[2] for name in one.files if name.startswith("blobs/"))
    return frozenset(texts)


def bury(archive: Archive, tombstone: Tombstone) -> None:
    """Put a tombstone up and take its files away; may be done again after a stop. Raises ArchiveError."""
    content = tombstone.content()
    draft = Draft(archive.folder / tombstone.name, content)
    listed = tombstone_entry(tombstone.name, sha256(content).hexdigest())
    archive.list_in_manifest([listed, *(erased_entry(name) for name in tombstone.files)])
    try:
        with written_drafts([draft], archive.folder / UNFINISHED) as (path,):
            path.replace(draft.path)
        flush_folders([draft.path.parent])
        _unlink(archive.folder / name for name in tombstone.files)
    except OSError as error:
        raise ArchiveError(
            f"the archive {archive.folder} cannot be cleared ({error.strerror}); mend its permissions"
        ) from error


def _unlink(paths: Iterable[Path]) -> None:
    folders: set[Path] = set()
    for path in paths:
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            folders.add(path.parent)
    flush_folders(folders)
