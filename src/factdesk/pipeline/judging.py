"""The third stage: compare every claim with its sources."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.essays.attempts import EssayStage, Journal
from factdesk.model import Basis, Citation, Claim, Distance, Essay, Judgement, Mention
from factdesk.pipeline.essay_notes import notes_on_claims, with_notes
from factdesk.pipeline.readings import broken_essay
from factdesk.pipeline.records import ClaimJudged, EssayRead, JudgedBatch, Progress, silent
from factdesk.pipeline.source_texts import mark_own_essay, source_text
from factdesk.pipeline.suggesting import Further, OtherSources
from factdesk.pipeline.walls import Fault, within_wall
from factdesk.sources.gather import Gathered
from factdesk.verdicts.judge import Judged, SourceText, judge_claim
from factdesk.verdicts.muting import check_muted
from factdesk.verdicts.reading import SourceReader

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


JudgeOne = Callable[
    [EssayRead, Claim, Mention, Mapping[UUID, SourceText], "Known", SourceReader, Sequence[Further]],
    ClaimJudged,
]
"""Judges one claim; a test gives one that breaks."""


def judge_batch(
    reads: Sequence[EssayRead],
    gathered: Iterable[Gathered],
    home: Home,
    known: Known,
    *,
    run_reads: Sequence[EssayRead] | None = None,
    progress: Progress = silent,
    judge: JudgeOne | None = None,
) -> JudgedBatch:
    """Compare every claim with its sources. A judgement is made only where the verdict is new.

    ``run_reads`` are all essays of the run where ``reads`` are a part of them: where none of a claim's own
    sources could be read, the others are looked through for what bears on it, with all that is archived.
    An essay in which something breaks comes back without claims, as ``parser_killed``; each essay in work
    stands in the journal of attempts. Raises WarehouseError when the journal or the published copy cannot
    be used, ConfigError for a muted rule that there is not.
    """
    judge = judge or partial(judge_one, muted=check_muted(home.settings.rules.muted))
    gathered = tuple(gathered)
    texts = {one.source.id: source_text(one, known) for one in gathered}
    total = sum(len(read.claims) for read in reads)
    begun = count()
    after: list[EssayRead] = []
    judged: list[ClaimJudged] = []
    run_reads = reads if run_reads is None else run_reads
    with OtherSources(home, known, run_reads, gathered, progress) as others:
        desk = _JudgingDesk(
            home, known, texts, others, judge, lambda: progress("judging", next(begun), total)
        )
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
        others: OtherSources,
        judge: JudgeOne,
        tick: Callable[[], None],
    ) -> None:
        self._journal = Journal(home.warehouse)
        self._known = known
        self._texts = texts
        self._others = others
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
        earlier = {one.new_claim_id: one.old_claim_id for one in read.reading.pairs}
        attached = self._others.attached([claim.id for claim in read.claims], earlier)
        cited = {one.source_id for mention in read.mentions for one in mention.citations}
        texts = mark_own_essay(self._texts, read.read.essay, read.read.text, cited)
        judged = []
        essay, text = read.read.essay, read.read.text
        notes = notes_on_claims(read.claims, read.mentions, text, essay.published_on)
        for claim, mention in zip(read.claims, read.mentions, strict=True):
            self._tick()
            further = attached.get(claim.id, [])
            if not has_readable(mention, texts, further):
                suggested = self._others.suggest(claim, mention, essay, text)
                further = [*further, *suggested]
            one = self._judge_one(read, claim, mention, texts, self._known, self._reader, further)
            noted = with_notes(one.judged, notes.get(claim.id, ()))
            judged.append(replace(one, judged=noted, further=tuple(other.gathered for other in further)))
        return tuple(judged)


def has_readable(mention: Mention, texts: Mapping[UUID, SourceText], attached: Sequence[Further]) -> bool:
    """Whether any source that is linked or given for a claim has a text."""
    linked = [texts[one.source_id] for one in mention.citations if one.source_id in texts]
    return any(one.is_readable for one in (*linked, *(other.text for other in attached)))


def judge_one(
    read: EssayRead,
    claim: Claim,
    mention: Mention,
    texts: Mapping[UUID, SourceText],
    known: Known,
    reader: SourceReader,
    further: Sequence[Further] = (),
    muted: Collection[str] = (),
) -> ClaimJudged:
    """Judge one claim of an essay; ``texts`` are the gathered sources by their id."""
    judged, judgement = judge_cited(claim, mention, read.read.essay, texts, known, reader, further, muted)
    return ClaimJudged(read.read, claim, mention, judged, judgement)


def judge_cited(
    claim: Claim,
    mention: Mention,
    essay: Essay,
    texts: Mapping[UUID, SourceText],
    known: Known,
    reader: SourceReader,
    further: Sequence[Further] = (),
    muted: Collection[str] = (),
) -> tuple[Judged, Judgement | None]:
    """Compare a claim with those of its cited sources that have a text or an outcome in ``texts``.

    ``further`` are its sources besides those: attached by people, or suggested. One that is also cited is
    compared once. The judgement is there only where the verdict is not the claim's current one.
    """
    sources = order_sources(mention, texts, [one.text for one in further])
    judged = judge_claim(claim, mention, sources, published_on=essay.published_on, reader=reader, muted=muted)
    verdict = judged.verdict
    if known.current_verdict(claim.id) == verdict.id:
        return judged, None
    return judged, Judgement(claim.id, datetime.now(UTC), verdict.id)


def order_sources(
    mention: Mention, texts: Mapping[UUID, SourceText], further: Sequence[SourceText]
) -> list[SourceText]:
    """Return the sources of a claim as it is compared with them: those it cites first, in their order."""
    cited = [
        replace(texts[one.source_id], basis=_basis(one), distance=one.distance)
        for one in mention.citations
        if one.source_id in texts
    ]
    ids = {one.source_id for one in cited}
    return [*cited, *(one for one in further if one.source_id not in ids)]


def _basis(citation: Citation) -> Basis:
    """A mention stored by an earlier Factdesk calls a link of the paragraph suggested; it is the essay's."""
    return Basis.GIVEN if citation.distance is Distance.GIVEN else Basis.CITED
