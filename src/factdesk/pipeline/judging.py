"""The third stage: compare every claim with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.essays.attempts import EssayStage, Journal
from factdesk.model import Basis, Citation, Claim, Distance, Essay, Judgement, Mention
from factdesk.pipeline.readings import broken_essay
from factdesk.pipeline.records import ClaimJudged, EssayRead, JudgedBatch, Progress, silent
from factdesk.pipeline.walls import Fault, within_wall
from factdesk.sources.gather import Gathered
from factdesk.verdicts.judge import Judged, SourceText, judge_claim
from factdesk.verdicts.reading import SourceReader

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


JudgeOne = Callable[
    [EssayRead, Claim, Mention, Mapping[UUID, SourceText], "Known", SourceReader], ClaimJudged
]
"""Judges one claim; a test gives one that breaks."""


def judge_batch(
    reads: Sequence[EssayRead],
    gathered: Iterable[Gathered],
    home: Home,
    known: Known,
    *,
    progress: Progress = silent,
    judge: JudgeOne | None = None,
) -> JudgedBatch:
    """Compare every claim with its sources. A judgement is made only where the verdict is new.

    An essay in which something breaks comes back without claims, as ``parser_killed``; each essay in work
    stands in the journal of attempts. Raises WarehouseError when the journal or the published copy cannot
    be used.
    """
    texts = {one.source.id: source_text(one, known) for one in gathered}
    total = sum(len(read.claims) for read in reads)
    begun = count()
    desk = _JudgingDesk(
        home, known, texts, judge or judge_one, lambda: progress("judging", next(begun), total)
    )
    after: list[EssayRead] = []
    judged: list[ClaimJudged] = []
    for read in reads:
        found = desk.judge(read)
        if isinstance(found, Fault):
            after.append(broken_essay(read.read, found, known))
        else:
            after.append(read)
            judged += found
    progress("judging", total, total)
    return JudgedBatch(tuple(after), tuple(judged))


class _JudgingDesk:
    """What judging one essay after the other needs; ``tick`` is called before each claim."""

    def __init__(
        self,
        home: Home,
        known: Known,
        texts: Mapping[UUID, SourceText],
        judge: JudgeOne,
        tick: Callable[[], None],
    ) -> None:
        self._journal = Journal(home.warehouse)
        self._known = known
        self._texts = texts
        self._judge_one = judge
        self._tick = tick
        self._reader = SourceReader()

    def judge(self, read: EssayRead) -> tuple[ClaimJudged, ...] | Fault:
        """Judge the claims of one essay inside its wall."""
        if not read.claims:
            return ()
        if read.attempt is None:
            return self._judge_claims(read)
        return within_wall(self._journal, read.attempt, EssayStage.JUDGING, lambda: self._judge_claims(read))

    def _judge_claims(self, read: EssayRead) -> tuple[ClaimJudged, ...]:
        judged = []
        for claim, mention in zip(read.claims, read.mentions, strict=True):
            self._tick()
            judged.append(self._judge_one(read, claim, mention, self._texts, self._known, self._reader))
        return tuple(judged)


def judge_one(
    read: EssayRead,
    claim: Claim,
    mention: Mention,
    texts: Mapping[UUID, SourceText],
    known: Known,
    reader: SourceReader,
) -> ClaimJudged:
    """Judge one claim of an essay; ``texts`` are the gathered sources by their id."""
    judged, judgement = judge_cited(claim, mention, read.read.essay, texts, known, reader)
    return ClaimJudged(read.read, claim, mention, judged, judgement)


def judge_cited(
    claim: Claim,
    mention: Mention,
    essay: Essay,
    texts: Mapping[UUID, SourceText],
    known: Known,
    reader: SourceReader,
) -> tuple[Judged, Judgement | None]:
    """Compare a claim with those of its cited sources that have a text or an outcome in ``texts``.

    The judgement is there only where the verdict is not the claim's current one.
    """
    sources = [
        replace(texts[one.source_id], basis=_basis(one), distance=one.distance)
        for one in mention.citations
        if one.source_id in texts
    ]
    judged = judge_claim(
        claim, mention, sources, essay_title=essay.title, published_on=essay.published_on, reader=reader
    )
    verdict = judged.verdict
    if known.current_verdict(claim.id) == verdict.id:
        return judged, None
    return judged, Judgement(claim.id, datetime.now(UTC), verdict.id)


def _basis(citation: Citation) -> Basis:
    """A mention stored by an earlier Factdesk calls a link of the paragraph suggested; it is the essay's."""
    return Basis.GIVEN if citation.distance is Distance.GIVEN else Basis.CITED


def source_text(one: Gathered, known: Known) -> SourceText:
    """Return a gathered source as a verdict sees it."""
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
