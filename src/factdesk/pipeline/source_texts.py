"""Sources as verdicts see them, and as the archive remembers them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.model import Basis, SourceOutcome
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.sources.known import recall
from factdesk.verdicts.judge import SourceText

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


def source_text(one: Gathered, known: Known) -> SourceText:
    """Return a gathered source as a verdict sees it.

    A page that was only confirmed is what it was when it was read: behind a paywall, for instance.
    """
    snapshot, outcome = one.snapshot, one.fetch.outcome
    sha256 = snapshot.text_sha256 if snapshot else None
    if sha256 and outcome is SourceOutcome.NOT_MODIFIED:
        outcome = known.read_as(one.source.id, sha256) or outcome
    first = known.first_fetched(one.source.id, sha256) if sha256 else None
    return SourceText(
        source_id=one.source.id,
        outcome=outcome.value,
        text=one.text,
        text_sha256=sha256,
        snapshot_id=snapshot.id if snapshot else None,
        title=snapshot.title if snapshot else None,
        published_on=snapshot.published_on if snapshot else None,
        blocks=snapshot.blocks if snapshot else (),
        basis=Basis.CITED,
        first_fetched_at=(first or one.fetch.fetched_at) if sha256 else None,
        url=one.source.url,
    )


def recall_gathered(archive: Archive, source_id: UUID) -> Gathered | None:
    """Return a source as the archive has it, or None when it was never gathered."""
    kept = recall(archive, source_id)
    return None if kept is None else Gathered(kept.source, kept.fetch, kept.snapshot, kept.text, reused=True)
