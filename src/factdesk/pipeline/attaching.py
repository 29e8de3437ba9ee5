"""Attaching a source to a claim by hand: gather it, and judge the claim again with all that bears on it.

Whoever attaches makes the event; here is what the claim is, what became of the source, and the new verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import UsageError, WarehouseError
from factdesk.model import (
    Claim,
    Essay,
    EssayVersion,
    Judgement,
    Mention,
    Record,
    SourceOutcome,
)
from factdesk.pipeline.essay_notes import StoredNotes, with_notes
from factdesk.pipeline.gathering import gather_batch
from factdesk.pipeline.judging import has_readable, judge_cited
from factdesk.pipeline.records import source_records
from factdesk.pipeline.source_texts import has_own_words, mark_own_essay, recall_gathered, source_text
from factdesk.pipeline.suggesting import OtherSources, as_given
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest
from factdesk.verdicts.judge import Judged
from factdesk.verdicts.reading import SourceReader

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known

_PLACE = """
    SELECT s.claim_status, s.replaced_by, s.essay_id, p.id, p.version_id
    FROM derived.claim_status AS s LEFT JOIN derived.claim_places AS p ON p.claim_id = s.claim_id
    WHERE s.claim_id = ?
"""


class BlockedSourceError(UsageError):
    """The guard refuses the address of a source that a person gives."""


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A current claim as it is stored: where it stands, its essay, and the version's text."""

    claim: Claim
    mention: Mention
    essay: Essay
    text: str


@dataclass(frozen=True, slots=True)
class Attached:
    """What attaching came to. ``sources`` are all that the claim was compared with.

    ``is_new`` is false where the source was attached before; ``judgement`` is there where the verdict is new.
    """

    stored: StoredClaim
    source: Gathered
    is_new: bool
    judged: Judged
    judgement: Judgement | None
    sources: tuple[Gathered, ...]

    def records(self) -> Iterable[Record]:
        """Yield what is to be stored but the event, each record after those that it names."""
        for one in {source.source.id: source for source in self.sources}.values():
            yield from source_records(one)
        yield from self.judged.evidence
        yield self.judged.verdict
        if self.judgement is not None:
            yield self.judgement


def load_claim(home: Home, known: Known, claim_id: UUID) -> StoredClaim:
    """Return a stored claim that stands in its essay now.

    Raises UsageError for one that does not, and WarehouseError when it is not published or its text is lost.
    """
    from factdesk.warehouse.loading import load_records

    rows = known.ask(_PLACE, [claim_id])
    if not rows or (rows[0][0] == "current" and rows[0][3] is None):
        raise WarehouseError(f"the claim {claim_id} is not published yet; run factdesk publish")
    status, replaced_by, essay_id, mention_id, version_id = rows[0]
    if status != "current":
        instead = (
            f"it is now {replaced_by}, attach to that" if replaced_by else "take one from factdesk queue"
        )
        raise UsageError(f"the claim {claim_id} does not stand in its essay any more; {instead}")
    version = load_records(known, EssayVersion, [version_id])[version_id]
    return StoredClaim(
        load_records(known, Claim, [claim_id])[claim_id],
        load_records(known, Mention, [mention_id])[mention_id],
        load_records(known, Essay, [essay_id])[essay_id],
        Archive(home.warehouse / "snapshots").get_text(version.text_sha256),
    )


def attach_source(
    home: Home,
    known: Known,
    stored: StoredClaim,
    request: SourceRequest,
    *,
    allow_hosts: Collection[str] = (),
) -> Attached:
    """Gather a source and judge a claim with it, with its own sources and with those attached before.

    Only the source is fetched; the others are what the archive has. A source that gives no text is attached
    with its outcome. Raises UsageError where the guard refuses the address or the text is that of the essay
    itself, and WarehouseError.
    """
    (gathered,) = gather_batch([request], home, allow_hosts=allow_hosts)
    if gathered.fetch.outcome is SourceOutcome.BLOCKED_BY_GUARD:
        raise BlockedSourceError(
            f"the address {request.url} is refused ({gathered.fetch.detail}); give a public page, or allow "
            "a host of yours with --allow-host HOST:PORT"
        )
    if gathered.text is not None and has_own_words(gathered.source.url, gathered.text, stored.text):
        raise UsageError(
            f"{gathered.source.url} is the essay that makes the claim, and no essay is a source for itself; "
            "give the page or file that it has its words from"
        )
    judged = judge_stored(home, known, stored, gathered)
    sources = (gathered, *judged.sources)
    return Attached(stored, gathered, judged.is_new, judged.judged, judged.judgement, sources)


@dataclass(frozen=True, slots=True)
class StoredJudged:
    """A stored claim judged again: ``is_new`` says that the source given was not attached before."""

    judged: Judged
    judgement: Judgement | None
    sources: tuple[Gathered, ...]
    is_new: bool


def judge_stored(home: Home, known: Known, stored: StoredClaim, given: Gathered | None) -> StoredJudged:
    """Judge a claim with its own sources and those attached to it, as the archive has them.

    ``given`` is a source that a person gives now. Raises WarehouseError.
    """
    claim, mention = stored.claim, stored.mention
    archive = Archive(home.warehouse / "snapshots")
    linked = {one.source_id: recall_gathered(archive, one.source_id) for one in mention.citations}
    there = {source_id: one for source_id, one in linked.items() if one is not None}
    if given is not None and given.source.id in linked:
        there[given.source.id] = given
    seen = {source_id: source_text(one, known) for source_id, one in there.items()}
    texts = mark_own_essay(seen, stored.essay, stored.text, seen)
    with OtherSources(home, known, (), [] if given is None else [given]) as others:
        further = others.attached([claim.id]).get(claim.id, [])
        is_new = given is not None and all(one.gathered.source.id != given.source.id for one in further)
        if given is not None and is_new:
            further = [*further, as_given(given, known)]
        if not has_readable(mention, texts, further):
            further = [*further, *others.suggest(claim, mention, stored.essay, stored.text)]
    muted = home.settings.rules.muted
    judged, judgement = judge_cited(
        claim, mention, stored.essay, texts, known, SourceReader(), further, muted
    )
    judged = with_notes(judged, StoredNotes(known, archive).of(mention, stored.essay))
    sources = (*there.values(), *(one.gathered for one in further))
    return StoredJudged(judged, judgement, sources, is_new)
