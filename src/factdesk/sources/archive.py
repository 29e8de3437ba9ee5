"""The archive: what sources sent us, under the sha256 of itself, and a record of every fetch.

``blobs/ab/<sha256>`` holds wire bytes and texts, ``fetches/<source id>/<time>.json`` one fetch with the
text that was the latest known when it ended, ``manifests/`` the names of both by the day on which they were
written (see `manifests`). All are written to a temporary file, synced, renamed and their folder synced, so
that after a crash a file is whole or not there. The archive alone, without any database, is enough to know
what was fetched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from factdesk.errors import ArchiveError, WarehouseError
from factdesk.model import Fetch, Snapshot, Source, canonical_json, from_json
from factdesk.sources.archive_files import UNFINISHED, blob_name, fetch_name, is_sha256
from factdesk.sources.manifests import Manifests, blob_entry, fetch_entry
from factdesk.sources.whole_files import Draft, flush_folders, written_drafts


@dataclass(frozen=True, slots=True)
class ArchivedFetch:
    """A fetch, the latest text known when it ended (None if there never was one), and its source."""

    fetch: Fetch
    snapshot: Snapshot | None
    source: Source


def _utc_today() -> date:
    return datetime.now(UTC).date()


class Archive:
    """The content-addressed store in one folder. Threads and processes may share it.

    ``today`` is the clock that the manifests go by.
    """

    def __init__(self, folder: Path, *, today: Callable[[], date] = _utc_today) -> None:
        self.folder = folder
        self._manifests = Manifests(folder, today)

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256; bytes that are there already are left alone.

        A blob that is there but damaged is mended. Raises ArchiveError when it cannot be written.
        """
        (sha256,) = self._store([content])
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

    def has_whole(self, sha256: str) -> bool:
        """Whether a blob is there and its bytes are those that its name says."""
        try:
            self.get(sha256)
        except WarehouseError:
            return False
        return True

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
        self, fetch: Fetch, snapshot: Snapshot | None, source: Source, *, blobs: Sequence[bytes] = ()
    ) -> None:
        """Store a fetch with the blobs that it brought, its source, and the latest snapshot known of that.

        The fetch is not there before all of its blobs are, and on disk when this returns. Raises ArchiveError
        when it cannot be written.
        """
        body = {"fetch": fetch, "snapshot": snapshot, "source": source}
        path = self.folder / fetch_name(fetch.source_id, fetch.fetched_at)
        self._store(blobs, Draft(path, canonical_json(body).encode("utf-8")))

    def latest_fetch(self, source_id: UUID) -> ArchivedFetch | None:
        """Return the newest readable fetch of a source, or None when there is none."""
        return next(self.fetches(source_id), None)

    def fetches(self, source_id: UUID) -> Iterator[ArchivedFetch]:
        """Yield the readable fetches of a source, newest first."""
        folder = self.folder / "fetches" / str(source_id)
        for name in sorted((path.name for path in folder.glob("*.json")), reverse=True):
            found = _read_fetch(folder / name)
            if found is not None:
                yield found

    def list_in_manifest(self, lines: Sequence[bytes]) -> None:
        """Append lines to the manifest of today. Raises ArchiveError when that cannot be."""
        with self._translated():
            self._manifests.append(lines)

    def _blob_path(self, sha256: str) -> Path:
        if not is_sha256(sha256):
            raise WarehouseError(f"{sha256[:80]!r} is no sha256; give 64 hexadecimal digits")
        return self.folder / blob_name(sha256)

    def _store(self, blobs: Sequence[bytes], record: Draft | None = None) -> list[str]:
        named = {hashlib.sha256(content).hexdigest(): content for content in blobs}
        drafts = [Draft(self._blob_path(sha256), content) for sha256, content in named.items()]
        with self._translated():
            self._write(drafts, [blob_entry(sha256) for sha256 in named], record)
        return list(named)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(
                f"the archive {self.folder} cannot be written ({error.strerror}); "
                "make room or mend its permissions"
            ) from error

    def _write(self, blobs: Sequence[Draft], listed: Sequence[bytes], record: Draft | None) -> None:
        """Place the blobs, then list all in the manifest, then place the record.

        A blob's name proves its bytes, so it may be there before it is listed; a fetch proves itself by the
        manifest alone, so it is listed first. A crash in between leaves it in the folder of unfinished files.
        """
        new = [draft for draft in blobs if not _holds(draft)]
        last = () if record is None else (record,)
        with written_drafts([*new, *last], self.folder / UNFINISHED) as paths:
            for draft in new:
                paths[0].replace(draft.path)
                del paths[0]
            lines = [*listed, *(fetch_entry(draft) for draft in last)]
            unplaced = paths.pop() if paths else None
            # The folders of blobs that were there already, too: who put them may not have come so far.
            flush_folders((draft.path.parent for draft in blobs), partial(self._manifests.append, lines))
            if record is not None and unplaced is not None:
                unplaced.replace(record.path)
                flush_folders([record.path.parent])


def _holds(draft: Draft) -> bool:
    try:
        return draft.path.read_bytes() == draft.content
    except OSError:
        return False


def _read_fetch(path: Path) -> ArchivedFetch | None:
    """A file that a hand has damaged counts as not there: the source is then fetched again."""
    try:
        return read_fetch_body(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_fetch_body(content: bytes) -> ArchivedFetch:
    """Return what the bytes of a fetch file say. Raises ValueError, KeyError or TypeError for others."""
    body = json.loads(content)
    snapshot = body["snapshot"]
    return ArchivedFetch(
        fetch=from_json(Fetch, body["fetch"]),
        snapshot=None if snapshot is None else from_json(Snapshot, snapshot),
        source=from_json(Source, body["source"]),
    )
