"""Judging again: the claims whose sources are no longer what their verdicts looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import FactdeskError, WarehouseError
from factdesk.essays.attempts import Journal
from factdesk.model import Claim, Essay, Judgement, Mention, SourceOutcome
from factdesk.pipeline.judging import has_readable, judge_cited
from factdesk.pipeline.records import Progress, silent
from factdesk.pipeline.source_texts import source_text
from factdesk.pipeline.suggesting import Further, OtherSources
from factdesk.pipeline.walls import count_tries, describe_claim_set_aside
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.sources.known import recall
from factdesk.verdicts.judge import Judged, SourceText
from factdesk.verdicts.method import method_id
from factdesk.verdicts.reading import SourceReader

if TYPE_CHECKING:
    from factdesk.warehouse.due import CitingClaim
    from factdesk.warehouse.known import Known

JudgeCited = Callable[
    [Claim, Mention, Essay, Mapping[UUID, SourceText], "Known", SourceReader, Sequence[Further]],
    tuple[Judged, Judgement | None],
]
"""Judges one claim, as `judge_cited`; a test gives one that breaks."""

_OUTCOMES = frozenset(one.value for one in SourceOutcome)


@dataclass(frozen=True, slots=True)
class StaleClaim:
    """A current claim whose verdict no longer says what its sources say; ids only.

    ``changed`` are its gathered sources that its verdict saw otherwise; none when what its verdict saw is
    not known yet. ``texts_used`` are the sources whose texts the verdict used.
    """

    claim_id: UUID
    mention_id: UUID
    essay_id: UUID
    changed: tuple[UUID, ...]
    texts_used: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class ClaimRejudged:
    """A claim with the verdict just reached, which is not the one that was current."""

    essay: Essay
    claim: Claim
    mention: Mention
    judged: Judged
    judgement: Judgement
    further: tuple[Gathered, ...] = ()


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


def claims_to_rejudge(gathered: Iterable[Gathered], known: Known) -> tuple[StaleClaim, ...]:
    """Return the current claims whose verdict saw a gathered source otherwise than it is now.

    What a verdict sees of a source is the latest text, or where it never had one its outcome: a source
    that is gone changes nothing as long as its text is known.
    """
    from factdesk.warehouse.due import list_citing_claims

    now = {one.source.id: _seen(one) for one in gathered}
    found = (_stale(claim, now) for claim in list_citing_claims(known, now))
    return tuple(one for one in found if one is not None)


def _seen(one: Gathered) -> str:
    return one.snapshot.text_sha256 if one.snapshot is not None else one.fetch.outcome.value


def _stale(claim: CitingClaim, now: Mapping[UUID, str]) -> StaleClaim | None:
    seen = claim.seen or {}
    changed = tuple(one for one in claim.source_ids if seen.get(one) != now[one])
    if claim.seen is None:
        return StaleClaim(claim.claim_id, claim.mention_id, claim.essay_id, (), frozenset())
    if not changed:
        return None
    used = frozenset(one for one, what in seen.items() if what not in _OUTCOMES)
    return StaleClaim(claim.claim_id, claim.mention_id, claim.essay_id, changed, used)


def rejudge_batch(
    stale: Sequence[StaleClaim],
    gathered: Iterable[Gathered],
    home: Home,
    known: Known,
    *,
    progress: Progress = silent,
    judge: JudgeCited = judge_cited,
) -> Rejudged:
    """Judge claims again, with the gathered sources and the archive's texts of their other sources.

    Nothing is fetched. A fault in one claim is told in `Rejudged.faults` and stops no other. A claim that
    broke ``flow.poison_after`` tries, the kill of the process and the end of its time included, is told there
    too and not judged as long as its sources say the same.
    """
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

        self._known = known
        self._judge_cited = judge
        self._others = others
        self._attached = others.attached([one.claim_id for one in stale])
        self._journal = Journal(home.warehouse)
        self._poison_after = home.settings.flow.poison_after
        self._archive = Archive(home.warehouse / "snapshots")
        self._gathered = {one.source.id: one for one in gathered}
        self._texts: dict[UUID, SourceText | None] = {}
        self._reader = SourceReader()
        self._claims = load_rows(known, Claim, [one.claim_id for one in stale])
        self._mentions = load_rows(known, Mention, [one.mention_id for one in stale])
        self._essays = load_rows(known, Essay, {one.essay_id for one in stale})

    def judge(self, stale: StaleClaim) -> tuple[ClaimRejudged, ...]:
        """Return the claim with its new verdict, or nothing when the verdict is the current one.

        Raises FactdeskError, also when the claim is set aside, and whatever judging raises.
        """
        claim = _record(Claim, self._claims, stale.claim_id)
        mention = _record(Mention, self._mentions, stale.mention_id)
        essay = _record(Essay, self._essays, stale.essay_id)
        texts = self._texts_of(mention)
        further = self._further(claim, mention, essay, texts)
        compared = {**{one.text.source_id: one.text for one in further}, **texts}
        attempt = self._journal.look_at_claim(claim.id, _content_of(claim.id, compared), method_id())
        if attempt.tries >= self._poison_after:
            self._journal.settle(attempt)  # a kill is counted, so that doctor lists it
            raise FactdeskError(describe_claim_set_aside(attempt))

        def work() -> tuple[Judged, Judgement | None]:
            _check_texts(stale, mention, texts)
            return self._judge_cited(claim, mention, essay, texts, self._known, self._reader, further)

        judged, judgement = count_tries(self._journal, attempt, work)
        if judgement is None:
            return ()
        gathered = tuple(one.gathered for one in further)
        return (ClaimRejudged(essay, claim, mention, judged, judgement, gathered),)

    def _further(
        self, claim: Claim, mention: Mention, essay: Essay, texts: Mapping[UUID, SourceText]
    ) -> list[Further]:
        """Return what people attached, and where nothing else has a text, what is found for the claim."""
        attached = self._attached.get(claim.id, [])
        last = self._known.last_reading(essay.id)
        if has_readable(mention, texts, attached) or last is None or last.text_sha256 is None:
            return attached
        text = self._archive.get_text(last.text_sha256)
        return [*attached, *self._others.suggest(claim, mention, essay, text)]

    def _texts_of(self, mention: Mention) -> dict[UUID, SourceText]:
        found = {one.source_id: self._text(one.source_id) for one in mention.citations}
        return {source_id: text for source_id, text in found.items() if text is not None}

    def _text(self, source_id: UUID) -> SourceText | None:
        if source_id not in self._texts:
            one = self._gathered.get(source_id) or _recall(self._archive, source_id)
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


def _recall(archive: Archive, source_id: UUID) -> Gathered | None:
    kept = recall(archive, source_id)
    return None if kept is None else Gathered(kept.source, kept.fetch, kept.snapshot, kept.text, reused=True)


def _record(record: Any, rows: Mapping[UUID, tuple[Any, ...]], record_id: UUID) -> Any:
    from factdesk.warehouse.columns import read_row

    if record_id not in rows:
        raise WarehouseError(f"the {record.__name__} {record_id} is not published; run factdesk publish")
    try:
        return read_row(record, rows[record_id])
    except ValueError as error:
        raise WarehouseError(
            f"the {record.__name__} {record_id} is damaged ({error}); restore the warehouse from a backup"
        ) from error
