"""What the archive already knows of a source, and whether that is young enough to be used again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from factdesk.errors import WarehouseError
from factdesk.model import Fetch, Snapshot, Source, SourceOutcome
from factdesk.sources.archive import Archive

FLEETING_OUTCOMES = frozenset(
    {
        SourceOutcome.RATE_LIMITED,
        SourceOutcome.SERVER_ERROR,
        SourceOutcome.TIMED_OUT,
        SourceOutcome.CONNECTION_FAILED,
        SourceOutcome.DNS_ERROR,
        SourceOutcome.TLS_ERROR,
        SourceOutcome.TRUNCATED,
        SourceOutcome.PARSER_KILLED,
        SourceOutcome.BLOCKED_BY_GUARD,
    }
)
"""Outcomes that are never used again: the network may be back, the allow list may have grown. A rerun
after an hour without network must not believe for a day that every source is dead."""


@dataclass(frozen=True, slots=True)
class Known:
    """The latest fetch of a source; the latest text; and the fetch that brought or confirmed it.

    ``last_snapshot`` is that text's record even where the text itself is lost: it may be put back.
    """

    source: Source
    fetch: Fetch
    snapshot: Snapshot | None
    text: str | None
    text_fetch: Fetch | None
    last_snapshot: Snapshot | None

    def may_be_reused(self, now: datetime, refetch_after_hours: float) -> bool:
        """Whether the latest fetch is young and its outcome one that lasts."""
        age = now - self.fetch.fetched_at
        is_young = timedelta(0) <= age < timedelta(hours=refetch_after_hours)
        is_cut = self.fetch.outcome is SourceOutcome.TRUNCATED and self.is_cut_by_us
        return is_young and (self.fetch.outcome not in FLEETING_OUTCOMES or is_cut)

    @property
    def is_cut_by_us(self) -> bool:
        """Whether a `truncated` page came whole and is longer than what is read of any.

        Asking for it again is of no use.
        """
        return self.snapshot is not None and "text_cut" in self.snapshot.notes


def recall(archive: Archive, source_id: UUID) -> Known | None:
    """Return what the archive knows of a source; a text whose blob is damaged counts as not known."""
    latest = archive.latest_fetch(source_id)
    if latest is None:
        return None
    snapshot, text, text_fetch = latest.snapshot, None, None
    if snapshot is not None:
        try:
            text = archive.get_text(snapshot.text_sha256)
        except WarehouseError:
            snapshot = None
    if snapshot is not None:
        hashes = (snapshot.text_sha256,)
        text_fetch = next(
            (one.fetch for one in archive.fetches(source_id) if one.fetch.text_sha256 in hashes), None
        )
    return Known(latest.source, latest.fetch, snapshot, text, text_fetch, latest.snapshot)
