"""The first stage: read essays, find their claims, pair them with those of the last reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.claims.find import count_set_aside, find_claims
from factdesk.claims.method import find_method_id
from factdesk.claims.pairing import OldClaim, pair_claims
from factdesk.claims.records import make_claims, make_mentions
from factdesk.config import Home, Settings
from factdesk.essays.identity import KnownEssay
from factdesk.essays.inputs import EssayInput
from factdesk.essays.read import ReadEssay, read_essay, set_repeats_aside
from factdesk.model import Claim, EssayOutcome, EssayVersion, Mention, Pair, Reading
from factdesk.pipeline.records import EssayRead, Progress, silent
from factdesk.sources.archive import Archive
from factdesk.sources.gather import SourceRequest, source_of
from factdesk.text.sentences import split_sentences
from factdesk.web.workers import ReadingPool

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


class KnownInRun:
    """What the warehouse knows plus what this run has read so far (for duplicates in one batch)."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._seen: list[KnownEssay] = []

    def essay_at(self, inbox: str, path: str) -> KnownEssay | None:
        """Return the essay last read from this place."""
        for one in reversed(self._seen):
            if (one.inbox, one.path) == (inbox, path):
                return one
        return self._known.essay_at(inbox, path)

    def essays_with_text(self, text_sha256: str) -> Sequence[KnownEssay]:
        """Return the essays whose last version has this text."""
        seen = [one for one in self._seen if one.text_sha256 == text_sha256]
        ids = {one.essay_id for one in self._seen}
        older = [one for one in self._known.essays_with_text(text_sha256) if one.essay_id not in ids]
        return [*seen, *older]

    def remember(self, read: ReadEssay) -> None:
        """Take note of an essay that this run has read."""
        if read.outcome is not EssayOutcome.READ or read.version is None:
            return
        essay = read.essay
        sha256 = read.version.text_sha256
        self._seen.append(KnownEssay(essay.id, essay.essay_key, essay.inbox, essay.path, sha256))


def read_batch(
    essays: Sequence[EssayInput],
    home: Home,
    known: Known,
    *,
    given: Sequence[SourceRequest] = (),
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
) -> tuple[EssayRead, ...]:
    """Read essays, find their claims and pair them with those of the last reading.

    ``given`` are sources that a person named for all of these essays; ``allow_hosts`` holds for essays
    that are read by URL. Texts go to the blob store.
    """
    archive = Archive(home.warehouse / "snapshots")
    settings = home.settings.allowing(allow_hosts)
    in_run = KnownInRun(known)
    reads = []
    with ReadingPool(home.settings.reading) as pool:
        for done, essay in enumerate(essays):
            progress("reading", done, len(essays))
            read = read_essay(essay, in_run, pool, settings)
            in_run.remember(read)
            if read.version is not None:
                archive.put_text(read.text)
            reads.append(_find_in(read, known, given, settings))
    progress("reading", len(essays), len(essays))
    return drop_repeats(reads)


def drop_repeats(reads: Sequence[EssayRead]) -> tuple[EssayRead, ...]:
    """Make an essay whose text another essay of these has a duplicate, without claims."""
    marked = set_repeats_aside([read.read for read in reads])
    return tuple(
        old if old.read is new else EssayRead(new, _make_reading(new), is_news=old.is_news)
        for old, new in zip(reads, marked, strict=True)
    )


def _find_in(read: ReadEssay, known: Known, given: Sequence[SourceRequest], settings: Settings) -> EssayRead:
    if read.version is None or read.outcome is not EssayOutcome.READ:
        return EssayRead(read, _make_reading(read), is_news=not known.has(read.essay.id))
    findings = find_claims(read.text, published_on=read.essay.published_on)
    claims = make_claims(findings, read.text, read.essay.id)
    own = (*given, *(_front_request(one) for one in read.front_sources))
    sources = [source_of(request, settings) for request in own]
    mentions = make_mentions(claims, findings, read.text, read.version, sources)
    reading = _make_reading(
        read,
        tuple(claim.id for claim in claims),
        _pair_with_last(read, claims, mentions, known),
        len(split_sentences(read.text)),
        count_set_aside(findings),
    )
    return EssayRead(read, reading, claims, mentions, _requests_of(read.version, own))


def _front_request(place: str) -> SourceRequest:
    if place.startswith(("http://", "https://")):
        return SourceRequest(place)
    return SourceRequest(place, Path(place))


def _requests_of(version: EssayVersion, own: Sequence[SourceRequest]) -> tuple[SourceRequest, ...]:
    return (*own, *(SourceRequest(link.url) for link in version.links))


def _make_reading(
    read: ReadEssay,
    claim_ids: tuple[UUID, ...] = (),
    pairs: tuple[Pair, ...] = (),
    sentences: int = 0,
    set_aside: tuple[tuple[str, int], ...] = (),
) -> Reading:
    return Reading(
        essay_id=read.essay.id,
        read_at=datetime.now(UTC),
        outcome=read.outcome,
        detail=read.detail,
        version_id=read.version.id if read.version else None,
        method=find_method_id(),
        claim_ids=claim_ids,
        pairs=pairs,
        sentences=sentences,
        set_aside=set_aside,
    )


def _pair_with_last(
    read: ReadEssay, claims: Sequence[Claim], mentions: Sequence[Mention], known: Known
) -> tuple[Pair, ...]:
    last = known.last_reading(read.essay.id)
    if last is None:
        return ()
    here = {claim.id for claim in claims}
    before = {old.claim_id for old in last.claims}
    gone = [old for old in last.claims if old.claim_id not in here]
    new = [
        OldClaim(claim.id, claim.kind, claim.quote, mention.sentence)
        for claim, mention in zip(claims, mentions, strict=True)
        if claim.id not in before
    ]
    return pair_claims(gone, new)


def requests_in(reads: Iterable[EssayRead]) -> list[SourceRequest]:
    """Return every source to gather, in reading order; the same address twice is one request."""
    return list(dict.fromkeys(request for read in reads for request in read.requests))
