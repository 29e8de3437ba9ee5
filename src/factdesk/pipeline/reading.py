"""The first stage: read essays, find their claims, pair them with those of the last reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from factdesk.claims.find import count_set_aside, find_claims
from factdesk.claims.method import find_method_id
from factdesk.claims.pairing import OldClaim, pair_claims
from factdesk.claims.records import make_claims, make_mentions
from factdesk.config import Home, Settings
from factdesk.essays.attempts import Attempt, EssayStage, Journal
from factdesk.essays.inputs import EssayInput
from factdesk.essays.read import ReadEssay, read_essay, set_repeats_aside, unread_essay
from factdesk.model import Claim, EssayOutcome, Mention, Pair
from factdesk.pipeline.known_in_run import KnownInRun
from factdesk.pipeline.missed import with_missed
from factdesk.pipeline.readings import broken_essay, make_reading, settle, without_claims
from factdesk.pipeline.records import EssayRead, Progress, silent
from factdesk.pipeline.suggesting import attached_requests
from factdesk.pipeline.walls import Fault, within_wall
from factdesk.sources.archive import Archive
from factdesk.sources.gather import SourceRequest, source_of
from factdesk.text.sentences import split_sentences
from factdesk.web.workers import ReadingPool

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known
    from factdesk.web.fetch import Fetcher
    from factdesk.web.robots import RobotsRules


Find = Callable[["ReadEssay", "Known", Sequence[SourceRequest], Settings], EssayRead]
"""Finds the claims of one essay that was read; a test gives one that breaks."""


def read_batch(
    essays: Sequence[EssayInput],
    home: Home,
    known: Known,
    *,
    given: Sequence[SourceRequest] = (),
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
    pool: ReadingPool | None = None,
    fetcher: Fetcher | None = None,
    robots: RobotsRules | None = None,
    find: Find | None = None,
) -> tuple[EssayRead, ...]:
    """Read essays, find their claims and pair them with those of the last reading.

    ``given`` are sources that a person named for all of these essays; ``allow_hosts`` holds for essays that
    are read by URL; ``robots`` is asked about pages that feeds name. Texts go to the blob store. A ``pool``
    and a ``fetcher`` that are given stay open. An essay in which something breaks has the outcome
    ``parser_killed``; every try stands in the journal of attempts. Raises WarehouseError when the archive,
    the journal or the published copy cannot be used.
    """
    settings = home.settings.allowing(allow_hosts)
    reads = []
    with nullcontext(pool) if pool is not None else ReadingPool(home.settings.reading) as open_pool:
        desk = _ReadingDesk(home, known, open_pool, fetcher, robots, given, settings, find or find_in)
        for done, essay in enumerate(essays):
            progress("reading", done, len(essays))
            reads.append(desk.read(essay))
    progress("reading", len(essays), len(essays))
    return drop_repeats(reads, known)


class _ReadingDesk:
    """What reading one essay after the other needs."""

    def __init__(
        self,
        home: Home,
        known: Known,
        pool: ReadingPool,
        fetcher: Fetcher | None,
        robots: RobotsRules | None,
        given: Sequence[SourceRequest],
        settings: Settings,
        find: Find,
    ) -> None:
        self._known = known
        self._archive = Archive(home.warehouse / "snapshots")
        self._in_run = KnownInRun(known, self._archive)
        self._pool = pool
        self._fetcher = fetcher
        self._may_fetch = robots.ask if robots is not None else None
        self._given = given
        self._settings = settings
        self._find = find
        self._method = find_method_id(settings.claims.kinds)
        self._journal = Journal(home.warehouse)

    def read(self, essay: EssayInput) -> EssayRead:
        """Read one essay inside its wall and find its claims."""
        attempt = self._journal.look(essay, self._method, self._settings.essays.max_bytes)
        read = within_wall(self._journal, attempt, EssayStage.READING, lambda: self._open(essay))
        if isinstance(read, Fault):
            unread = unread_essay(essay, EssayOutcome.PARSER_KILLED, read.detail, self._known)
            return broken_essay(unread, read, self._known)
        if read.version is None or read.outcome is not EssayOutcome.READ:
            return without_claims(read, self._known, self._count_death(attempt, read))
        found = within_wall(self._journal, attempt, EssayStage.FINDING, partial(self._find_in, read))
        if isinstance(found, Fault):
            return broken_essay(read, found, self._known)
        self._in_run.remember(read)
        return replace(settle(found, self._known), attempt=attempt)

    def _open(self, essay: EssayInput) -> ReadEssay:
        read = read_essay(essay, self._in_run, self._pool, self._settings, self._fetcher, self._may_fetch)
        if read.version is not None:
            self._archive.put_text(read.text)
        return read

    def _find_in(self, read: ReadEssay) -> EssayRead:
        return self._find(read, self._known, self._given, self._settings)

    def _count_death(self, attempt: Attempt, read: ReadEssay) -> Attempt:
        """A reading worker that died of the essay is one more try; one that never came to it is not."""
        if read.outcome is not EssayOutcome.PARSER_KILLED or not read.reader_began:
            return attempt
        counted = attempt.failed(EssayStage.READING, read.detail or "the reading worker died")
        self._journal.write(counted)
        return counted


def drop_repeats(reads: Sequence[EssayRead], known: Known) -> tuple[EssayRead, ...]:
    """Make an essay whose text another essay of these has a duplicate, without claims."""
    marked = set_repeats_aside([read.read for read in reads])
    return tuple(
        old if old.read is new else _repeat(old, new, known) for old, new in zip(reads, marked, strict=True)
    )


def _repeat(old: EssayRead, new: ReadEssay, known: Known) -> EssayRead:
    return settle(
        EssayRead(new, make_reading(new, old.reading.method), is_news=old.is_news, attempt=old.attempt), known
    )


def find_in(read: ReadEssay, known: Known, given: Sequence[SourceRequest], settings: Settings) -> EssayRead:
    """Find the claims of an essay that was read, and pair them with those of its last reading."""
    assert read.version is not None
    kinds = settings.claims.kinds
    findings = find_claims(read.text, published_on=read.essay.published_on, kinds=kinds)
    claims = make_claims(findings, read.text, read.essay.id)
    sources = [source_of(request, settings) for request in (*given, *_front_requests(read))]
    mentions = make_mentions(claims, findings, read.text, read.version, sources, read.locators)
    claims, mentions = with_missed(known, read.essay, read.text, read.version, sources, claims, mentions)
    claim_ids = tuple(claim.id for claim in claims)
    pairs = _pair_with_last(read, claims, mentions, known)
    reading = make_reading(
        read,
        find_method_id(kinds),
        claim_ids,
        pairs,
        len(split_sentences(read.text)),
        count_set_aside(findings),
    )
    return EssayRead(
        read,
        reading,
        claims,
        mentions,
        (*given, *sources_of(read), *attached_requests(known, claim_ids, pairs)),
    )


def sources_of(read: ReadEssay) -> tuple[SourceRequest, ...]:
    """Return what an essay asks to gather: the sources of its front matter, then its links; each once."""
    links = read.version.links if read.version is not None else ()
    return tuple(dict.fromkeys((*_front_requests(read), *(SourceRequest(link.url) for link in links))))


def _front_requests(read: ReadEssay) -> tuple[SourceRequest, ...]:
    return tuple(_front_request(one) for one in read.front_sources)


def _front_request(place: str) -> SourceRequest:
    if place.startswith(("http://", "https://")):
        return SourceRequest(place)
    return SourceRequest(place, Path(place))


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
