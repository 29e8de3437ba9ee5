"""Verifies an archive: every byte is hashed anew, and everything that ought to be there is looked for.

Nothing is written, and flows may go on writing meanwhile: what was written after the manifests were read is
looked up again before it is called unlisted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from factdesk.sources.archive import ArchivedFetch, read_fetch_body
from factdesk.sources.archive_files import (
    TOMBSTONES,
    UNFINISHED,
    blob_name,
    entries,
    fetch_name,
    file_sha256,
    is_sha256,
    list_names,
)
from factdesk.sources.faults import Fault, FaultKind
from factdesk.sources.listings import MANIFEST_MEND, Listing, read_listing, read_on
from factdesk.sources.manifests import has_begun

BEING_WRITTEN_SECONDS = 60.0
"""A file is placed and listed within milliseconds; one this young may be between the two."""

SHOWN_EVERY = 50
"""Files between two looks at the progress."""

Progress = Callable[[str, int, int], None]

_BACKUP = "put it back from a copy of the archive"
_BLOB_MEND = (
    f"{_BACKUP}; without one the next fetch writes it again if the page is still the same; if it is not, "
    "remove what is left of it and put the loss on record: factdesk verify --note-losses"
)
_FETCH_MEND = (
    f"{_BACKUP}; without one remove what is left of it and put the loss on record: "
    "factdesk verify --note-losses"
)


@dataclass(frozen=True, slots=True)
class Need:
    """A file that somebody relies on: its name below the archive's folder, and who does, in words."""

    name: str
    by: str


@dataclass(slots=True)
class Verification:
    """What was verified, in numbers, and what is wrong. ``erased`` files went by an erasure; ``head`` is the
    hash of the last closed manifest."""

    blobs: int = 0
    fetches: int = 0
    manifests: int = 0
    bytes: int = 0
    erased: int = 0
    head: str | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_green(self) -> bool:
        """Whether nothing is damaged; there may be faults that are worth knowing only."""
        return not any(fault.is_damage for fault in self.faults)


def verify_archive(archive: Path, needs: Iterable[Need], progress: Progress) -> Verification:
    """Verify the archive in a folder, and that it has what others need of it.

    ``progress`` is told the stage and how many of how many are done. A folder that is not there is empty.
    """
    return _Verifier(archive, progress).verify(needs)


class _Verifier:
    def __init__(self, archive: Path, progress: Progress) -> None:
        self._archive = archive
        self._progress = progress
        self._found = Verification()
        self._listing = Listing()
        self._there: set[str] = set()
        self._named: set[str] = set()
        self._needs: dict[str, str] = {}
        self._has_listed_fetch = False

    def verify(self, needs: Iterable[Need]) -> Verification:
        self._listing = read_listing(self._archive)
        self._each("fetches", self._look_at_fetch)
        self._each("blobs", self._look_at_blob)
        for need in needs:
            self._needs.setdefault(need.name, need.by)
        self._look_for_missing()
        self._look_at_tombstones()
        read_on(self._listing, self._archive)
        self._look_for_unlisted()
        self._found.faults += self._listing.faults
        self._found.manifests = len(self._listing.read_to)
        self._found.head = self._listing.head
        return self._found

    def _each(self, kind: str, look: Callable[[str], None]) -> None:
        names = sorted(list_names(self._archive, kind))
        for done, name in enumerate(names, start=1):
            if done % SHOWN_EVERY == 0 or done == len(names):
                self._progress(kind, done, len(names))
            self._there.add(name)
            look(name)

    def _fault(self, kind: FaultKind, name: str, said: str, mend: str, *, is_damage: bool = True) -> None:
        if name not in self._named:
            self._named.add(name)
            self._found.faults.append(Fault(kind, name, said, mend, is_damage))

    def _look_at_blob(self, name: str) -> None:
        path = self._archive / name
        if not is_sha256(path.name) or name != blob_name(path.name):
            mend = "look at it and move it away; Factdesk gives no such name"
            return self._fault(FaultKind.UNLISTED, name, "its name is not the hash of a blob", mend)
        try:
            of_bytes = file_sha256(path)
            self._found.bytes += path.stat().st_size
        except OSError as error:
            return self._fault(FaultKind.DAMAGED, name, f"it cannot be read ({error.strerror})", _BLOB_MEND)
        self._found.blobs += 1
        if of_bytes != path.name:
            self._fault(FaultKind.DAMAGED, name, "its bytes are not those that its name says", _BLOB_MEND)
        return None

    def _look_at_fetch(self, name: str) -> None:
        path = self._archive / name
        try:
            content = path.read_bytes()
            read = read_fetch_body(content)
        except OSError as error:
            return self._fault(FaultKind.DAMAGED, name, f"it cannot be read ({error.strerror})", _FETCH_MEND)
        except (ValueError, KeyError, TypeError):
            return self._fault(FaultKind.DAMAGED, name, "it is not the record of a fetch", _FETCH_MEND)
        self._found.fetches += 1
        self._found.bytes += len(content)
        listed = self._listing.fetches.get(name)
        if listed is not None and sha256(content).hexdigest() != listed:
            said = "its bytes are not those that its manifest says"
            return self._fault(FaultKind.DAMAGED, name, said, _FETCH_MEND)
        if name != fetch_name(read.fetch.source_id, read.fetch.fetched_at):
            said = "it is the record of another fetch than its name says"
            return self._fault(FaultKind.DAMAGED, name, said, _FETCH_MEND)
        # An older Factdesk kept no manifest, and wrote neither of these.
        self._has_listed_fetch |= read.fetch.full_text_sha256 is not None or read.fetch.options is not None
        self._needs.update((need.name, need.by) for need in needs_of_fetch(read))
        return None

    def _look_for_missing(self) -> None:
        for name in sorted({*self._listing.names(), *self._needs} - self._there):
            if (self._archive / name).exists():  # written since we looked
                continue
            self._say_missing(name)

    def _say_missing(self, name: str) -> None:
        if name in self._listing.erased:
            self._found.erased += 1
        elif name in self._listing.lost:
            said = "it is gone, as a person has noted"
            self._fault(FaultKind.MISSING, name, said, "none is needed", is_damage=False)
        elif self._is_unfinished(name):
            said = "a stop cut its writing short, and nobody was told that it is there"
            mend = "none is needed: its source is fetched again"
            self._fault(FaultKind.UNFINISHED, name, said, mend, is_damage=False)
        elif not (self._archive / name).exists():  # placed while we looked for it
            by = self._needs.get(name)
            said = (
                f"it is not there, and {by} needs it" if by else "it is not there, and its manifest names it"
            )
            mend = _BLOB_MEND if name.startswith("blobs/") else _FETCH_MEND
            self._fault(FaultKind.MISSING, name, said, mend)

    def _is_unfinished(self, name: str) -> bool:
        """Whether a fetch that is listed lies, whole, among the unfinished files."""
        listed = self._listing.fetches.get(name)
        start = name.rpartition("/")[2] + "."
        drafts = (one for one in entries(self._archive / UNFINISHED) if one.name.startswith(start))
        return listed is not None and any(_hashes_to(Path(one.path), listed) for one in drafts)

    def _look_at_tombstones(self) -> None:
        """Without its tombstone nobody could tell what an erasure took away from a loss."""
        for name, expected in sorted(self._listing.tombstones.items()):
            path = self._archive / name
            if not path.exists():
                self._fault(FaultKind.MISSING, name, "it is the tombstone of an erasure", _BACKUP)
            elif not _hashes_to(path, expected):
                said = "it is the tombstone of an erasure, and was changed"
                self._fault(FaultKind.DAMAGED, name, said, _BACKUP)
        for entry in entries(self._archive / TOMBSTONES):
            name = f"{TOMBSTONES}/{entry.name}"
            if name not in self._listing.tombstones:
                said = "it says that something was erased, and no manifest names it"
                self._fault(FaultKind.UNLISTED, name, said, "look at it and move it away")

    def _look_for_unlisted(self) -> None:
        if not self._listing.read_to:
            return self._say_without_manifests()
        for name in sorted(one for one in self._there - self._named if not self._listing.has(one)):
            if not self._is_young(name):
                self._say_unlisted(name)
        return None

    def _say_without_manifests(self) -> None:
        """An archive of a Factdesk that kept none is no fault; one that had some is."""
        if self._there:
            had_some = has_begun(self._archive) or self._has_listed_fetch
            said = "there is none, so nothing shows what was removed or changed"
            mend = MANIFEST_MEND if had_some else "none is needed: the next fetch lists all that is there"
            self._fault(FaultKind.MANIFEST, "manifests", said, mend, is_damage=had_some)

    def _say_unlisted(self, name: str) -> None:
        if name.startswith("blobs/"):
            said = "no manifest names it; its bytes are those that its name says"
            mend = "none is needed: a stop came before it was listed"
            return self._fault(FaultKind.UNLISTED, name, said, mend, is_damage=False)
        said = "no manifest names it, so nothing shows that Factdesk wrote it"
        mend = "look at it and move it away, or run factdesk verify --note-losses to take it over as it is"
        return self._fault(FaultKind.UNLISTED, name, said, mend)

    def _is_young(self, name: str) -> bool:
        try:
            return time.time() - (self._archive / name).stat().st_mtime < BEING_WRITTEN_SECONDS
        except OSError:
            return False


def needs_of_fetch(read: ArchivedFetch) -> list[Need]:
    """Return the blobs that a fetch file names."""
    by = f"the fetch of {read.source.url} at {read.fetch.fetched_at:%Y-%m-%d %H:%M:%S} UTC"
    fetch, snapshot = read.fetch, read.snapshot
    named = [fetch.blob_sha256, fetch.text_sha256, fetch.full_text_sha256]
    if snapshot is not None:
        named.append(snapshot.text_sha256)
    return [Need(blob_name(sha), by) for sha in named if sha]


def _hashes_to(path: Path, expected: str) -> bool:
    try:
        return file_sha256(path) == expected
    except OSError:
        return False
