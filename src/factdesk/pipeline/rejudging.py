"""Judging again: the claims whose sources are no longer what their verdicts looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import FactdeskError, WarehouseError
from factdesk.essays.attempts import Journal
from factdesk.model import Claim, Essay, Judgement, Mention, SourceOutcome
from factdesk.pipeline.essay_notes import StoredNotes, with_notes
from factdesk.pipeline.judging import has_readable, judge_cited
from factdesk.pipeline.records import Progress, silent
from factdesk.pipeline.source_texts import mark_own_essay, recall_gathered, source_text
from factdesk.pipeline.stale_claims import OUTCOMES, StaleClaim
from factdesk.pipeline.suggesting import Further, OtherSources
from factdesk.pipeline.walls import count_tries, describe_claim_set_aside
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.verdicts.judge import Judged, SourceText
from factdesk.verdicts.method import method_id
from factdesk.verdicts.muting import check_muted
from factdesk.verdicts.reading import SourceReader

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known

JudgeCited = Callable[
    [Claim, Mention, Essay, Mapping[UUID, SourceText], "Known", SourceReader, Sequence[Further]],
    tuple[Judged, Judgement | None],
]
"""Judges one claim, as `judge_cited`; a test gives one that breaks."""


@dataclass(frozen=True, slots=True)
class ClaimRejudged:
    """A claim with the verdict just reached, which is not the one that was current.

    ``baseline`` is what the present method and reader make of the pages as they were (see
    `StaleClaim.as_before`); it never becomes the current verdict. With it the warehouse tells what a changed
    page did from what we did.
    """

    essay: Essay
    claim: Claim
    mention: Mention
    judged: Judged
    judgement: Judgement
    further: tuple[Gathered, ...] = ()
    baseline: Judged | None = None


@dataclass(frozen=True, slots=True)
class ClaimFault:
    """A claim that was not judged again, and one sentence why. Its verdict stays as it was."""

    claim_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What judging again made of a batch. ``unchanged`` claims have the current verdict still."""

    judged: tuple[ClaimRejudged, ...] = ()
    faults: tuple[ClaimFault, ...] = ()
    unchanged: int = 0

    def __add__(self, other: Rejudged) -> Rejudged:
        """Return both batches as one."""
        return Rejudged(
            (*self.judged, *other.judged), (*self.faults, *other.faults), self.unchanged + other.unchanged
        )


def rejudge_batch(
    stale: Sequence[StaleClaim],
    gathered: Iterable[Gathered],
    home: Home,
    known: Known,
    *,
    progress: Progress = silent,
    judge: JudgeCited | None = None,
) -> Rejudged:
    """Judge claims again, with the gathered sources and the archive's texts of their other sources.

    Nothing is fetched. A fault in one claim is told in `Rejudged.faults` and stops no other. A claim that
    broke ``flow.poison_after`` tries, the kill of the process and the end of its time included, is told there
    too and not judged as long as its sources say the same. Raises ConfigError for a muted rule that there is
    not.
    """
    judge = judge or partial(judge_cited, muted=check_muted(home.settings.rules.muted))
    with OtherSources(home, known, (), gathered := tuple(gathered)) as others:
        return _rejudge_all(stale, _Desk(stale, gathered, home, known, judge, others), progress)


def _rejudge_all(stale: Sequence[StaleClaim], desk: _Desk, progress: Progress) -> Rejudged:
    judged: list[ClaimRejudged] = []
    faults: list[ClaimFault] = []
    for done, claim in enumerate(stale):
        progress("judging", done, len(stale))
        try:
            judged.extend(desk.judge(claim))
        except Exception as error:  # the wall around one claim: it must not stop the others
            faults.append(ClaimFault(claim.claim_id, _reason(error)))
    progress("judging", len(stale), len(stale))
    return Rejudged(tuple(judged), tuple(faults), len(stale) - len(judged) - len(faults))


def _reason(error: Exception) -> str:
    if isinstance(error, FactdeskError):
        return str(error)
    return f"judging it failed in a way that was not foreseen ({type(error).__name__})"


class _Desk:
    """What judging a batch needs: the stored records of its claims, and each source's text once."""

    def __init__(
        self,
        stale: Sequence[StaleClaim],
        gathered: Iterable[Gathered],
        home: Home,
        known: Known,
        judge: JudgeCited,
        others: OtherSources,
    ) -> None:
        from factdesk.warehouse.loading import load_rows
        from factdesk.warehouse.source_texts import load_snapshots

        self._known = known
        self._judge_cited = judge
        self._others = others
        self._attached = others.attached([one.claim_id for one in stale])
        self._journal = Journal(home.warehouse)
        self._method = method_id(home.settings.rules.muted)
        self._poison_after = home.settings.flow.poison_after
        self._archive = Archive(home.warehouse / "snapshots")
        self._notes = StoredNotes(known, self._archive)
        self._gathered = {one.source.id: one for one in gathered}
        self._texts: dict[UUID, SourceText | None] = {}
        self._essay_texts: dict[UUID, str] = {}
        self._reader = SourceReader()
        self._claims = load_rows(known, Claim, [one.claim_id for one in stale])
        self._mentions = load_rows(known, Mention, [one.mention_id for one in stale])
        self._essays = load_rows(known, Essay, {one.essay_id for one in stale})
        before = {key for one in stale for key in one.as_before if key[1] not in OUTCOMES}
        self._snapshots = load_snapshots(known, before) if before else {}

    def judge(self, stale: StaleClaim) -> tuple[ClaimRejudged, ...]:
        """Return the claim with its new verdict, or nothing when the verdict is the current one.

        Raises FactdeskError, also when the claim is set aside, and whatever judging raises.
        """
        from factdesk.warehouse.loading import read_stored

        claim = read_stored(Claim, self._claims, stale.claim_id)
        mention = read_stored(Mention, self._mentions, stale.mention_id)
        essay = read_stored(Essay, self._essays, stale.essay_id)
        texts = mark_own_essay(
            self._texts_of(mention),
            essay,
            self._essay_text(essay.id),
            [one.source_id for one in mention.citations],
        )
        further = self._further(claim, mention, essay, texts, stale.texts_used)
        compared = {**{one.text.source_id: one.text for one in further}, **texts}
        attempt = self._journal.look_at_claim(claim.id, _content_of(claim.id, compared), self._method)
        if attempt.tries >= self._poison_after:
            self._journal.settle(attempt)  # a kill is counted, so that doctor lists it
            raise FactdeskError(describe_claim_set_aside(attempt))

        def work() -> tuple[ClaimRejudged, ...]:
            _check_texts(stale, mention, texts)
            judged, judgement = self._judge_cited(
                claim, mention, essay, texts, self._known, self._reader, further
            )
            if judgement is None:
                return ()
            notes = self._notes.of(mention, essay)
            baseline = None
            before = self._as_before(stale, texts, further)
            if before is not None:
                then, further_then = before
                past, _ = self._judge_cited(
                    claim, mention, essay, then, self._known, self._reader, further_then
                )
                baseline = with_notes(past, notes)
            gathered = tuple(one.gathered for one in further)
            noted = with_notes(judged, notes)
            return (ClaimRejudged(essay, claim, mention, noted, judgement, gathered, baseline),)

        return count_tries(self._journal, attempt, work)

    def _further(
        self,
        claim: Claim,
        mention: Mention,
        essay: Essay,
        texts: Mapping[UUID, SourceText],
        texts_used: Collection[UUID],
    ) -> list[Further]:
        """Return what people attached, and where nothing else has a text, what is found for the claim.

        Nothing is looked for in the place of an own text that the archive has lost: that is a fault to mend.
        """
        attached = self._attached.get(claim.id, [])
        if any(one.source_id in texts_used for one in mention.citations):
            return attached
        text = self._essay_text(essay.id)
        if has_readable(mention, texts, attached) or not text:
            return attached
        return [*attached, *self._others.suggest(claim, mention, essay, text)]

    def _essay_text(self, essay_id: UUID) -> str:
        """Return the text of an essay's last reading; "" where there is none, or it is lost."""
        if essay_id not in self._essay_texts:
            last = self._known.last_reading(essay_id)
            sha256 = last.text_sha256 if last is not None else None
            try:
                self._essay_texts[essay_id] = self._archive.get_text(sha256) if sha256 else ""
            except WarehouseError:
                self._essay_texts[essay_id] = ""
        return self._essay_texts[essay_id]

    def _as_before(
        self, stale: StaleClaim, texts: Mapping[UUID, SourceText], further: Sequence[Further]
    ) -> tuple[dict[UUID, SourceText], list[Further]] | None:
        """Return the texts with those that changed as they were; None where that is not asked or cannot be.

        Without it a claim may be reopened by what our own method did. A text that is lost has been told by
        ``factdesk verify``; a person looks once too often then, never too seldom.
        """
        if not stale.as_before:
            return None
        now = {**{one.text.source_id: one.text for one in further}, **texts}
        try:
            then = {one: self._text_before(now[one], seen) for one, seen in stale.as_before}
        except (WarehouseError, KeyError):
            return None
        return (
            {source_id: then.get(source_id, text) for source_id, text in texts.items()},
            [replace(one, text=then.get(one.text.source_id, one.text)) for one in further],
        )

    def _text_before(self, now: SourceText, seen: str) -> SourceText:
        """Raises WarehouseError for a text that is lost, KeyError for one whose snapshot is not published."""
        if seen in OUTCOMES:
            return replace(
                now, outcome=seen, text=None, text_sha256=None, snapshot_id=None, first_fetched_at=None
            )
        snapshot = self._snapshots[now.source_id, seen]
        return replace(
            now,
            outcome=SourceOutcome.FETCHED.value,
            text=self._archive.get_text(seen),
            text_sha256=seen,
            snapshot_id=snapshot.id,
            title=snapshot.title,
            published_on=snapshot.published_on,
            blocks=snapshot.blocks,
            first_fetched_at=self._known.first_fetched(now.source_id, seen),
        )

    def _texts_of(self, mention: Mention) -> dict[UUID, SourceText]:
        found = {one.source_id: self._text(one.source_id) for one in mention.citations}
        return {source_id: text for source_id, text in found.items() if text is not None}

    def _text(self, source_id: UUID) -> SourceText | None:
        if source_id not in self._texts:
            one = self._gathered.get(source_id) or recall_gathered(self._archive, source_id)
            self._texts[source_id] = None if one is None else source_text(one, self._known)
        return self._texts[source_id]


def _content_of(claim_id: UUID, texts: Mapping[UUID, SourceText]) -> str:
    """Return a hash of what a claim is judged by; a text that is lost, and one restored, make another."""
    seen = sorted(
        (str(one), text.outcome if text.text is None else text.text_sha256) for one, text in texts.items()
    )
    return hashlib.sha256(json.dumps([str(claim_id), seen]).encode("ascii")).hexdigest()


def _check_texts(stale: StaleClaim, mention: Mention, texts: Mapping[UUID, SourceText]) -> None:
    """No verdict is made on less than the last one had."""
    for citation in mention.citations:
        text = texts.get(citation.source_id)
        if citation.source_id in stale.texts_used and (text is None or text.text is None):
            raise WarehouseError(
                f"the archive lacks the text of the source {citation.source_id} that the claim's verdict"
                " used; restore the snapshots from a backup"
            )
