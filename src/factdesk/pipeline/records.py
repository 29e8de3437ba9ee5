"""What the stages hand on to each other: records of one run, frozen and picklable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk import __version__
from factdesk.essays.attempts import Attempt
from factdesk.essays.read import ReadEssay
from factdesk.model import Claim, Judgement, Mention, Reading, Record, Run, SourceChange, uuid7
from factdesk.sources.gather import Gathered, SourceRequest
from factdesk.verdicts.judge import Judged

if TYPE_CHECKING:
    from factdesk.warehouse.keeper import FoldReport

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how many are done and how many there are."""


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class EssayRead:
    """One essay after reading: its records, its claims and the links to gather.

    ``is_news`` is false where an essay gave no text this time and the warehouse knows it better. ``repeats``
    is the stored reading that said the same, if the last one did: then ``reading`` is not stored again.
    ``attempt`` is the journal's line of these bytes.
    """

    read: ReadEssay
    reading: Reading
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()
    requests: tuple[SourceRequest, ...] = ()
    is_news: bool = True
    repeats: UUID | None = None
    attempt: Attempt | None = None

    @property
    def stored_reading_id(self) -> UUID:
        """The reading that the warehouse has once this one is stored."""
        return self.repeats or self.reading.id

    def records(self) -> Iterable[Record]:
        """Yield the records of this essay but its reading."""
        if self.is_news:
            yield self.read.essay
        if self.read.version is not None:
            yield self.read.version
        yield from self.claims
        yield from self.mentions


@dataclass(frozen=True, slots=True)
class ClaimJudged:
    """A claim with the verdict just reached, for display and for the flow's tables.

    ``further`` are the sources besides the essay's links that it was compared with.
    """

    essay: ReadEssay
    claim: Claim
    mention: Mention
    judged: Judged
    judgement: Judgement | None
    further: tuple[Gathered, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """What judging made of a batch: its essays, a broken one as its recorded outcome, and the verdicts."""

    reads: tuple[EssayRead, ...]
    judged: tuple[ClaimJudged, ...]


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What storing did: the acknowledged batches and what the keeper made of them."""

    batch_ids: tuple[str, ...]
    fold: FoldReport


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that one check saw; ``notes`` are sentences about what was not read."""

    reads: tuple[EssayRead, ...]
    gathered: tuple[Gathered, ...]
    judged: tuple[ClaimJudged, ...]
    store: StoreReport
    notes: tuple[str, ...] = ()


def records_of(
    reads: Iterable[EssayRead],
    gathered: Iterable[Gathered],
    judged: Iterable[ClaimJudged],
    changes: Iterable[SourceChange] = (),
) -> Iterable[Record]:
    """Yield every record of a run, each after those that it names.

    The reading of an essay comes last of all that the essay needs, its claims' verdicts among it: a crash
    between two batches never leaves a reading that says an essay is done when it is not.
    """
    by_claim = {one.claim.id: one for one in judged}
    known: set[UUID] = set()
    for source in (*gathered, *(other for one in by_claim.values() for other in one.further)):
        if source.source.id not in known:
            known.add(source.source.id)
            yield from source_records(source)
    yield from changes
    for read in reads:
        yield from read.records()
        for claim in read.claims:
            if claim.id in by_claim:
                yield from _judged_records(by_claim.pop(claim.id))
        if read.repeats is None:
            yield read.reading
    for rest in by_claim.values():
        yield from _judged_records(rest)


def source_records(one: Gathered) -> Iterable[Record]:
    """Yield the records of one source: itself, its latest fetch and the text that it has."""
    yield one.source
    yield one.fetch
    if one.snapshot is not None:
        yield one.snapshot


def _judged_records(one: ClaimJudged) -> Iterable[Record]:
    yield from one.judged.evidence
    yield one.judged.verdict
    if one.judgement is not None:
        yield one.judgement


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
    """Return how many essays, sources and verdicts of each outcome a run saw ("essay.read": 8).

    Verdicts that rest on a suggested source are counted apart ("suggested.supported": 2).
    """
    counts: dict[str, int] = {}
    for name in (
        *(f"essay.{read.read.outcome.value}" for read in reads),
        *(f"source.{one.fetch.outcome.value}" for one in gathered),
        *(claim.judged.counted_as for claim in judged),
    ):
        counts[name] = counts.get(name, 0) + 1
    return counts
