"""A made-up source with its fetches and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from factdesk.model import (
    Fetch,
    Record,
    Snapshot,
    Source,
    SourceOutcome,
    text_sha256,
)


def make_source(url: str) -> Source:
    """Return the source at an address that is its own key."""
    return Source(url, url)


@dataclass
class Page:
    """A source with its fetches and texts; ``passages`` are the sentences that bear on claims."""

    source: Source
    fetched_at: datetime
    lead: str
    passages: list[str] = field(default_factory=list)
    changes: bool = False
    dies: bool = False

    def text(self, later: bool = False) -> str:
        """Return the main text, as it was at first or after its amendment."""
        body = " ".join([self.lead, *self.passages, "The office did not answer further questions."])
        return f"{body} This page was amended." if later else body

    def snapshot(self, later: bool = False) -> Snapshot:
        """Return the snapshot of the text."""
        text = self.text(later)
        return Snapshot(
            self.source.id,
            text_sha256(text),
            "trafilatura 2.0 (made up)",
            len(text),
            (),
            self.lead,
            "A. Clerk",
            self.fetched_at.date() - timedelta(days=3),
            "meta",
            "en",
            None,
            (),
            words_sha256=text_sha256(text.lower()),
        )

    def fetch(self, at: datetime, later: bool, outcome: SourceOutcome = SourceOutcome.FETCHED) -> Fetch:
        """Return one attempt to fetch the page at a moment; what was not fetched is gone (410)."""
        read = outcome is SourceOutcome.FETCHED
        text = self.text(later) if read else ""
        return Fetch(
            source_id=self.source.id,
            fetched_at=at,
            outcome=outcome,
            detail=None,
            status=200 if read else 410,
            final_url=self.source.url,
            hops=(),
            headers=(("content-type", "text/html"), ("server", "press/1.1")),
            elapsed_ms=180,
            wire_bytes=9000 if read else None,
            decoded_bytes=41000 if read else None,
            wire_sha256=None,
            decoded_sha256=None,
            text_sha256=text_sha256(text) if read else None,
            blob_sha256=None,
            media_type="text/html",
            charset="utf-8",
            tools=(("trafilatura", "2.0"),),
        )

    def records(self) -> list[Record]:
        """Return the source, its fetches and its snapshots, in the order in which they were made."""
        made: list[Record] = [self.source, self.fetch(self.fetched_at, later=False), self.snapshot()]
        if self.changes:
            made += [self.fetch(self.changed_at, later=True), self.snapshot(later=True)]
        if self.dies:
            made.append(self.fetch(self.changed_at, later=False, outcome=SourceOutcome.GONE))
        return made

    @property
    def changed_at(self) -> datetime:
        """Return when the page had changed or died: two days after it was first fetched."""
        return self.fetched_at + timedelta(days=2)
