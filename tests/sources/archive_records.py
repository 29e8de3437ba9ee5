"""A source, a fetch and a snapshot for tests of the archive, and where its files lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from factdesk.model import Block, Fetch, Hop, Snapshot, Source, SourceOutcome, Span, text_sha256
from factdesk.sources.archive import Archive

SOURCE = Source(url="https://example.com/A?b=c#d", url_key="https://example.com/A?b=c")
FETCH = Fetch(
    source_id=SOURCE.id,
    fetched_at=datetime(2026, 3, 4, 5, 6, 7, 891234, tzinfo=UTC),
    outcome=SourceOutcome.FETCHED,
    detail=None,
    status=200,
    final_url=SOURCE.url,
    hops=(Hop(SOURCE.url, "93.184.216.34", 200),),
    headers=(("etag", '"x"'), ("x-odd", "\u00fc\x85")),
    elapsed_ms=12,
    wire_bytes=3,
    decoded_bytes=3,
    wire_sha256="a" * 64,
    decoded_sha256="b" * 64,
    text_sha256="c" * 64,
    blob_sha256="a" * 64,
    media_type="text/html",
    charset="utf-8",
    tools=(("factdesk", "1"),),
    full_text_sha256="d" * 64,
)
SNAPSHOT = Snapshot(
    source_id=SOURCE.id,
    text_sha256="c" * 64,
    extractor="test 1",
    length=3,
    blocks=(Block("main", Span(0, 3)),),
    title="T",
    author=None,
    published_on=FETCH.fetched_at.date(),
    published_rule="meta",
    language="en",
    canonical_url=None,
    notes=(),
)


def blobs(archive: Archive) -> list[Path]:
    return sorted(path for path in (archive.folder / "blobs").rglob("*") if path.is_file())


def fetch_files(archive: Archive) -> list[Path]:
    return sorted((archive.folder / "fetches").rglob("*.json"))


def keep(archive: Archive, text: str, hours: int = 0, more: Sequence[bytes] = ()) -> Fetch:
    """Keep a fetch whose bytes and texts are the same text."""
    sha256 = text_sha256(text)
    fetch = replace(
        FETCH,
        fetched_at=FETCH.fetched_at + timedelta(hours=hours),
        wire_sha256=sha256,
        text_sha256=sha256,
        full_text_sha256=sha256,
        blob_sha256=sha256,
    )
    snapshot = replace(SNAPSHOT, text_sha256=sha256)
    archive.put_fetch(fetch, snapshot, SOURCE, blobs=[text.encode(), *more])
    return fetch


def spoil(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)
