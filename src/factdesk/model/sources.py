"""Records of what was linked: sources, attempts to get them, their texts, and how a text changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from factdesk.model.identity import identify
from factdesk.model.parts import Block, Hop, PassageChange, PublishedReview
from factdesk.model.vocabularies import ChangeKind, SourceOutcome


@dataclass(frozen=True, slots=True)
class Source:
    """A linked page or a file that a person gave. ``url`` is fetched as written."""

    url: str
    url_key: str

    def key(self) -> tuple[Any, ...]:
        """Return the url key."""
        return (self.url_key,)

    @property
    def id(self) -> UUID:
        """Return the source's id."""
        return identify("Source", *self.key())


@dataclass(frozen=True, slots=True)
class Fetch:
    """One attempt to get a source. Sizes are in bytes, times in UTC, hashes are sha256 in hex.

    ``charset`` is the one that was used, ``charset_declared`` the one that the header named. A server that
    asked for patience is left alone until ``not_before``. ``options`` are the caps it was fetched under.
    """

    source_id: UUID
    fetched_at: datetime
    outcome: SourceOutcome
    detail: str | None
    status: int | None
    final_url: str | None
    hops: tuple[Hop, ...]
    headers: tuple[tuple[str, str], ...]
    elapsed_ms: int
    wire_bytes: int | None
    decoded_bytes: int | None
    wire_sha256: str | None
    decoded_sha256: str | None
    text_sha256: str | None
    blob_sha256: str | None
    media_type: str | None
    charset: str | None
    tools: tuple[tuple[str, str], ...]
    full_text_sha256: str | None = None
    charset_declared: str | None = None
    tls_version: str | None = None
    certificate_sha256: str | None = None
    not_before: datetime | None = None
    options: tuple[tuple[str, str], ...] | None = None

    def key(self) -> tuple[Any, ...]:
        """Return source and time."""
        return (self.source_id, self.fetched_at)

    @property
    def id(self) -> UUID:
        """Return the fetch's id."""
        return identify("Fetch", *self.key())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The text of a source: main text first, then marked table and caption blocks outside it.

    ``words_sha256`` is the hash of its words alone, by which copies of one text on other hosts are known;
    ``reviews`` are fact checks that the page publishes.
    """

    source_id: UUID
    text_sha256: str
    extractor: str
    length: int
    blocks: tuple[Block, ...]
    title: str | None
    author: str | None
    published_on: date | None
    published_rule: str | None
    language: str | None
    canonical_url: str | None
    notes: tuple[str, ...]
    words_sha256: str | None = None
    reviews: tuple[PublishedReview, ...] | None = None

    def key(self) -> tuple[Any, ...]:
        """Return source, text hash and extractor version."""
        return (self.source_id, self.text_sha256, self.extractor)

    @property
    def id(self) -> UUID:
        """Return the snapshot's id."""
        return identify("Snapshot", *self.key())


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source whose text is no longer what it was, and what became of the passages that verdicts rest on.

    ``noticed_at`` is the time of the fetch that brought the later text; ``added`` and ``removed`` are words.
    """

    source_id: UUID
    noticed_at: datetime
    before_snapshot_id: UUID
    after_snapshot_id: UUID
    kind: ChangeKind
    added: int
    removed: int
    passages: tuple[PassageChange, ...]

    def key(self) -> tuple[Any, ...]:
        """Return source and time."""
        return (self.source_id, self.noticed_at)

    @property
    def id(self) -> UUID:
        """Return the change's id."""
        return identify("SourceChange", *self.key())
