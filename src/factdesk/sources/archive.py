"""The archive: every byte that a source ever sent us, under the sha256 of itself.

``blobs/ab/<sha256>`` holds wire bytes and texts, ``fetches/<source id>/<time>.json`` one fetch with the
text that was the latest known when it ended. Both are written to a temporary file, synced, renamed and
their folder synced, so that after a crash a file is whole or not there. The archive alone, without any
database, is enough to know what was fetched.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from factdesk.errors import ArchiveError, WarehouseError
from factdesk.model import Fetch, Snapshot, Source, canonical_json, from_json

_READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class ArchivedFetch:
    """A fetch, the latest text known when it ended (None if there never was one), and its source."""

    fetch: Fetch
    snapshot: Snapshot | None
    source: Source


class Archive:
    """The content-addressed store in one folder. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256; bytes that are there already are left alone.

        A blob that is there but damaged is mended. Raises ArchiveError when it cannot be written.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._blob_path(sha256)
        if not _holds(path, content):
            self._write(path, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a sha256. Raises WarehouseError when they are missing or damaged."""
        path = self._blob_path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise WarehouseError(f"the archive lacks the blob {sha256}; gather its source again") from error
        except OSError as error:
            raise WarehouseError(
                f"the blob {path} cannot be read ({error.strerror}); mend its permissions"
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise WarehouseError(f"the blob {path} is damaged; restore it from a backup or remove it")
        return content

    def has(self, sha256: str) -> bool:
        """Whether a blob is there (it is not read)."""
        return self._blob_path(sha256).is_file()

    def put_text(self, text: str) -> str:
        """Store a text as UTF-8 and return its sha256, which is `factdesk.model.text_sha256`."""
        return self.put(text.encode("utf-8"))

    def get_text(self, sha256: str) -> str:
        """Return a text. Raises WarehouseError when it is missing, damaged or not UTF-8."""
        try:
            return self.get(sha256).decode("utf-8")
        except UnicodeDecodeError as error:
            raise WarehouseError(f"the blob {sha256} is no text; ask for it as bytes") from error

    def put_fetch(
        self, fetch: Fetch, snapshot: Snapshot | None, source: Source, *, full_text_sha256: str | None = None
    ) -> None:
        """Store a fetch, with the snapshot that is the latest known of its source.

        ``full_text_sha256`` is the blob of the page's whole text, beside the main text of the snapshot.
        """
        body = {
            "fetch": fetch,
            "snapshot": snapshot,
            "source": source,
            "full_text_sha256": full_text_sha256,
        }
        name = fetch.fetched_at.strftime("%Y%m%dT%H%M%S.%fZ.json")
        path = self._fetch_folder(fetch.source_id) / name
        self._write(path, canonical_json(body).encode("utf-8"))

    def latest_fetch(self, source_id: UUID) -> ArchivedFetch | None:
        """Return the newest readable fetch of a source, or None when there is none."""
        return next(self.fetches(source_id), None)

    def fetches(self, source_id: UUID) -> Iterator[ArchivedFetch]:
        """Yield the readable fetches of a source, newest first."""
        folder = self._fetch_folder(source_id)
        for name in sorted((path.name for path in folder.glob("*.json")), reverse=True):
            found = _read_fetch(folder / name)
            if found is not None:
                yield found

    def _blob_path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise WarehouseError(f"{sha256[:80]!r} is no sha256; give 64 hexadecimal digits")
        return self.folder / "blobs" / sha256[:2] / sha256

    def _fetch_folder(self, source_id: UUID) -> Path:
        return self.folder / "fetches" / str(source_id)

    def _write(self, path: Path, content: bytes) -> None:
        temporary = self.folder / "unfinished" / f"{path.name}.{uuid4().hex}"
        try:
            for folder in (temporary.parent, path.parent):
                _make_folder(folder)
            _write_synced(temporary, content)
            temporary.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise ArchiveError(
                f"the archive {self.folder} cannot be written ({error.strerror}); "
                "make room or mend its permissions"
            ) from error


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents, each synced into the folder that holds it."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), _READ_ONLY)
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_fetch(path: Path) -> ArchivedFetch | None:
    """A file that a hand has damaged counts as not there: the source is then fetched again."""
    try:
        body = json.loads(path.read_bytes())
        snapshot = body["snapshot"]
        return ArchivedFetch(
            fetch=from_json(Fetch, body["fetch"]),
            snapshot=None if snapshot is None else from_json(Snapshot, snapshot),
            source=from_json(Source, body["source"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
