"""The third stage: compare every claim with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.model import Basis, Claim, Essay, Judgement, Mention
from factdesk.pipeline.records import ClaimJudged, EssayRead, Progress, silent
from factdesk.sources.gather import Gathered
from factdesk.verdicts.judge import Judged, SourceText, judge_claim
from factdesk.verdicts.reading import SourceReader

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


def judge_batch(
    reads: Sequence[EssayRead],
    gathered: Iterable[Gathered],
    known: Known,
    *,
    progress: Progress = silent,
) -> tuple[ClaimJudged, ...]:
    """Compare every claim with its sources. A judgement is made only where the verdict is new."""
    texts = {one.source.id: source_text(one, known) for one in gathered}
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
        _with_basis(texts[one.source_id], one.basis) for one in mention.citations if one.source_id in texts
    ]
    judged = judge_claim(
        claim, mention, sources, essay_title=essay.title, published_on=essay.published_on, reader=reader
    )
    verdict = judged.verdict
    if known.current_verdict(claim.id) == verdict.id:
        return judged, None
    return judged, Judgement(claim.id, datetime.now(UTC), verdict.id)


def _with_basis(text: SourceText, basis: Basis) -> SourceText:
    return text if text.basis is basis else replace(text, basis=basis)


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
