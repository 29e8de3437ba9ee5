"""The archive's writes alone, beside loops that write the same bytes with as much care and with less.

As careful as the archive is a loop that writes each blob under another name, flushes it to the disk, renames
it and flushes its folder; it keeps no manifest. The others promise less: after a power cut what was flushed
may have lost its name, and what was not flushed may be gone or cut short.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, wall_seconds_of_both

from factdesk.model import Fetch, Snapshot, Source, SourceOutcome, canonical_json
from factdesk.sources.archive import Archive

PAGES, QUICK_PAGES = 200, 40
FETCHES, QUICK_FETCHES = 50, 10
BLOB_BYTES, FULL_TEXT_BYTES, TEXT_BYTES = 60_000, 9_000, 6_000
THREADS = 8
"""As many as gather at once by default (``web.hosts_at_once``)."""

ON_DISK = Path(__file__).parent
"""Not the folder for temporary files, which may lie in memory, where a flush costs nothing."""

Write = Callable[[bytes], object]


def measure_archiving(repeats: int) -> list[Figure]:
    """Put new pages one by one and from threads, then fetches with all that they bring."""
    with tempfile.TemporaryDirectory(dir=ON_DISK) as name, ThreadPoolExecutor(THREADS) as threads:
        archive, loops = Archive(Path(name) / "archive"), Loops(Path(name) / "loops")
        pages, fetches = (QUICK_PAGES, QUICK_FETCHES) if repeats == 1 else (PAGES, FETCHES)

        def one_by_one(write: Write) -> Callable[[], object]:
            return lambda: [write(page) for page in _pages(pages)]

        def at_once(write: Write) -> Callable[[], object]:
            return lambda: list(threads.map(write, _pages(pages)))

        def rate(name: str, count: int, peer: str, *works: Callable[[], object]) -> Figure:
            ours, theirs = (count / seconds for seconds in wall_seconds_of_both(*works, repeats))
            return Figure(name, "writes/s", ours, peer, theirs)

        ours, page = one_by_one(archive.put), "archive a page of 60 kB"
        return [
            rate(page, pages, "as careful a loop", ours, one_by_one(loops.write_carefully)),
            rate(page, pages, "hash, write and fsync", ours, one_by_one(loops.write_flushed)),
            rate(page, pages, "hash and write", ours, one_by_one(loops.write)),
            rate(
                f"pages from {THREADS} threads",
                pages,
                "as careful a loop in each",
                at_once(archive.put),
                at_once(loops.write_carefully),
            ),
            rate(
                "archive a fetch with 3 blobs",
                fetches,
                "as careful a loop",
                lambda: [archive.put_fetch(*told, blobs=blobs) for told, blobs in _fetches(fetches)],
                lambda: [loops.write_fetch(told[0], blobs) for told, blobs in _fetches(fetches)],
            ),
        ]


class Loops:
    """What the archive is compared with: bare loops into one folder a first two digits of the hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for number in range(256):
            (folder / f"{number:02x}").mkdir(parents=True)

    def write(self, blob: bytes) -> None:
        """Hash and write."""
        self._place(blob).write_bytes(blob)

    def write_flushed(self, blob: bytes) -> None:
        """Hash, write and flush the file, but not its name."""
        _write_flushed(self._place(blob), blob)

    def write_carefully(self, blob: bytes) -> None:
        """Hash, write under another name, flush, rename, flush the folder."""
        place = self._place(blob)
        part = place.with_suffix(".part")
        _write_flushed(part, blob)
        part.rename(place)
        descriptor = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(descriptor)
        os.close(descriptor)

    def write_fetch(self, fetch: Fetch, blobs: Iterable[bytes]) -> None:
        """Write blobs and then the record that names them, each carefully."""
        for blob in (*blobs, canonical_json(fetch).encode("utf-8")):
            self.write_carefully(blob)

    def _place(self, blob: bytes) -> Path:
        sha256 = hashlib.sha256(blob).hexdigest()
        return self._folder / sha256[:2] / sha256


def _write_flushed(path: Path, blob: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(blob)
        stream.flush()
        os.fsync(stream.fileno())


_numbers = itertools.count()


def _new_bytes(size: int) -> bytes:
    return b"%020d" % next(_numbers) * (size // 20)


def _pages(count: int) -> list[bytes]:
    return [_new_bytes(BLOB_BYTES) for _ in range(count)]


Told = tuple[Fetch, Snapshot | None, Source]


def _fetches(count: int) -> list[tuple[Told, list[bytes]]]:
    """Fetches, each with its bytes, the text of the whole page and its main text."""
    sizes = (BLOB_BYTES, FULL_TEXT_BYTES, TEXT_BYTES)
    return [_fetch([_new_bytes(size) for size in sizes]) for _ in range(count)]


def _fetch(blobs: list[bytes]) -> tuple[Told, list[bytes]]:
    wire, full_text, text = (hashlib.sha256(blob).hexdigest() for blob in blobs)
    url = f"http://example.com/{wire}"
    source = Source(url=url, url_key=url)
    fetch = Fetch(
        source_id=source.id,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
        outcome=SourceOutcome.FETCHED,
        detail=None,
        status=200,
        final_url=url,
        hops=(),
        headers=(),
        elapsed_ms=1,
        wire_bytes=BLOB_BYTES,
        decoded_bytes=BLOB_BYTES,
        wire_sha256=wire,
        decoded_sha256=wire,
        text_sha256=text,
        blob_sha256=wire,
        media_type="text/html",
        charset="utf-8",
        tools=(),
        full_text_sha256=full_text,
    )
    return (fetch, None, source), blobs
