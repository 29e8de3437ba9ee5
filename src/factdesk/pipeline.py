"""The four stages over batches: records in, records out, picklable.

``read_batch`` -> ``gather_batch`` -> ``judge_batch`` -> ``store_batch``; `check_once` composes them in
this process. A flow wraps each of them in one task.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk import __version__
from factdesk.claims.find import count_set_aside, find_claims
from factdesk.claims.method import find_method_id
from factdesk.claims.pairing import OldClaim, pair_claims
from factdesk.claims.records import make_claims, make_mentions
from factdesk.config import Home, Settings
from factdesk.essays.identity import KnownEssay
from factdesk.essays.inputs import EssayInput, list_essays
from factdesk.essays.read import ReadEssay, read_essay, set_repeats_aside
from factdesk.model import (
    Basis,
    Claim,
    EssayOutcome,
    EssayVersion,
    Judgement,
    Mention,
    Pair,
    Reading,
    Record,
    Run,
    uuid7,
)
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest, gather, source_of
from factdesk.text.sentences import split_sentences
from factdesk.verdicts.judge import Judged, SourceText, judge_claim
from factdesk.verdicts.reading import SourceReader
from factdesk.web.workers import ReadingPool

if TYPE_CHECKING:
    from factdesk.warehouse.keeper import FoldReport
    from factdesk.warehouse.known import Known

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how many are done and how many there are."""


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class EssayRead:
    """One essay after reading: its records, its claims and the links to gather.

    ``is_news`` is false where an essay gave no text this time and the warehouse knows it better.
    """

    read: ReadEssay
    reading: Reading
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()
    requests: tuple[SourceRequest, ...] = ()
    is_news: bool = True

    def records(self) -> Iterable[Record]:
        """Yield the records of this reading."""
        if self.is_news:
            yield self.read.essay
        if self.read.version is not None:
            yield self.read.version
        yield from self.claims
        yield from self.mentions
        yield self.reading


@dataclass(frozen=True, slots=True)
class ClaimJudged:
    """A claim with the verdict just reached, for display and for the flow's tables."""

    essay: ReadEssay
    claim: Claim
    mention: Mention
    judged: Judged
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What storing did: the acknowledged batches and what the keeper made of them."""

    batch_ids: tuple[str, ...]
    fold: FoldReport


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that one check saw."""

    reads: tuple[EssayRead, ...]
    gathered: tuple[Gathered, ...]
    judged: tuple[ClaimJudged, ...]
    store: StoreReport


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
    settings = allow_in(home.settings, allow_hosts)
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


def allow_in(settings: Settings, allow_hosts: Collection[str]) -> Settings:
    """Return settings in which these hosts may be reached too."""
    allowed = (*settings.web.allow_hosts, *allow_hosts)
    return settings.model_copy(update={"web": settings.web.model_copy(update={"allow_hosts": allowed})})


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


def gather_batch(
    requests: Sequence[SourceRequest],
    home: Home,
    *,
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
) -> tuple[Gathered, ...]:
    """Fetch, archive and read sources; each ends in exactly one outcome."""
    done = 0

    def count(_: Gathered) -> None:
        nonlocal done
        done += 1
        progress("gathering", done, len(requests))

    progress("gathering", 0, len(requests))
    archive = Archive(home.warehouse / "snapshots")
    settings = allow_in(home.settings, allow_hosts)
    with ReadingPool(settings.reading) as pool:
        found = gather(requests, archive, pool, settings, allow_hosts=settings.web.allow_hosts, on_done=count)
    return tuple(found)


def judge_batch(
    reads: Sequence[EssayRead],
    gathered: Iterable[Gathered],
    known: Known,
    *,
    progress: Progress = silent,
) -> tuple[ClaimJudged, ...]:
    """Compare every claim with its sources. A judgement is made only where the verdict is new."""
    texts = {one.source.id: _source_text(one, known) for one in gathered}
    total = sum(len(read.claims) for read in reads)
    judged: list[ClaimJudged] = []
    reader = SourceReader()
    for read in reads:
        for claim, mention in zip(read.claims, read.mentions, strict=True):
            progress("judging", len(judged), total)
            judged.append(_judge_one(read, claim, mention, texts, known, reader))
    progress("judging", total, total)
    return tuple(judged)


def _judge_one(
    read: EssayRead,
    claim: Claim,
    mention: Mention,
    texts: Mapping[UUID, SourceText],
    known: Known,
    reader: SourceReader,
) -> ClaimJudged:
    sources = [
        _with_basis(texts[one.source_id], one.basis) for one in mention.citations if one.source_id in texts
    ]
    essay = read.read.essay
    judged = judge_claim(
        claim, mention, sources, essay_title=essay.title, published_on=essay.published_on, reader=reader
    )
    verdict = judged.verdict
    judgement = None
    if known.current_verdict(claim.id) != verdict.id:
        judgement = Judgement(claim.id, datetime.now(UTC), verdict.id)
    return ClaimJudged(read.read, claim, mention, judged, judgement)


def _with_basis(text: SourceText, basis: Basis) -> SourceText:
    return text if text.basis is basis else replace(text, basis=basis)


def _source_text(one: Gathered, known: Known) -> SourceText:
    snapshot = one.snapshot
    sha256 = snapshot.text_sha256 if snapshot else None
    first = known.first_fetched(one.source.id, sha256) if sha256 else None
    return SourceText(
        source_id=one.source.id,
        outcome=one.fetch.outcome.value,
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


def records_of(
    reads: Iterable[EssayRead], gathered: Iterable[Gathered], judged: Iterable[ClaimJudged]
) -> Iterable[Record]:
    """Yield every record of a run, each after those that it names."""
    for read in reads:
        yield from read.records()
    for one in gathered:
        yield one.source
        yield one.fetch
        if one.snapshot is not None:
            yield one.snapshot
    for claim in judged:
        yield from claim.judged.evidence
        yield claim.judged.verdict
        if claim.judgement is not None:
            yield claim.judgement


def store_batch(records: Iterable[Record], home: Home) -> StoreReport:
    """Write records to the spool (that acknowledges them) and fold them if the keeper's lock is free."""
    from factdesk.warehouse.keeper import fold_and_publish
    from factdesk.warehouse.spool import write_batches

    ids = write_batches(records, home.warehouse, home.settings.warehouse.max_batch_bytes)
    fold = fold_and_publish(home.warehouse, second_check=home.settings.review.second_check)
    return StoreReport(tuple(ids), fold)


@dataclass(slots=True)
class RunClock:
    """Makes the Run record of one run: started now, finished when asked for."""

    flow: str
    parameters: Mapping[str, str]
    run_id: UUID = field(default_factory=uuid7)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def finish(self, counts: Mapping[str, int]) -> Run:
        """Return the Run record with its counts."""
        return Run(
            run_id=self.run_id,
            flow=self.flow,
            parameters=tuple(sorted(self.parameters.items())),
            counts=tuple(sorted(counts.items())),
            code_version=__version__,
            started_at=self.started_at,
            finished_at=datetime.now(UTC),
        )


def count_outcomes(
    reads: Iterable[EssayRead], gathered: Iterable[Gathered], judged: Iterable[ClaimJudged]
) -> dict[str, int]:
    """Return how many essays, sources and verdicts of each outcome a run saw ("essay.read": 8)."""
    counts: dict[str, int] = {}
    for name in (
        *(f"essay.{read.read.outcome.value}" for read in reads),
        *(f"source.{one.fetch.outcome.value}" for one in gathered),
        *(f"verdict.{claim.judged.verdict.rating.value}" for claim in judged),
    ):
        counts[name] = counts.get(name, 0) + 1
    return counts


def check_once(
    places: Sequence[str],
    home: Home,
    *,
    given: Sequence[SourceRequest] = (),
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
) -> CheckReport:
    """Run the whole pipeline once in this process, without Prefect, and store what it found."""
    from factdesk.warehouse.known import open_known

    clock = RunClock("check", {"places": str(len(places)), "given": str(len(given))})
    known = open_known(home.warehouse)
    essays = list_essays(places, home)
    reads = read_batch(essays, home, known, given=given, allow_hosts=allow_hosts, progress=progress)
    gathered = gather_batch(requests_in(reads), home, allow_hosts=allow_hosts, progress=progress)
    judged = judge_batch(reads, gathered, known, progress=progress)
    run = clock.finish(count_outcomes(reads, gathered, judged))
    progress("storing", 0, 1)
    store = store_batch([*records_of(reads, gathered, judged), run], home)
    progress("storing", 1, 1)
    return CheckReport(reads, gathered, judged, store)
