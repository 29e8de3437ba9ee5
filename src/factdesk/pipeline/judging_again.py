"""Judging every claim again by the present method, on the texts that its verdict saw.

The new verdict stands beside the old one. No decision is touched: what the machine now says otherwise than a
person fills a report, and only who asks for it has such claims stand in the queue again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.config import Home
from factdesk.errors import FactdeskError
from factdesk.model import Judgement, Rating, Record, Stage
from factdesk.pipeline.past_verdicts import CLAIMS_AT_ONCE, LostTextError, PastDesk, PastVerdict
from factdesk.pipeline.records import Progress, silent
from factdesk.verdicts.judge import Judged
from factdesk.verdicts.method import method_id

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known
    from factdesk.warehouse.past import Decided, JudgedClaim

NO_RATING_OF_A_MACHINE = frozenset({Rating.NOT_CHECKABLE, Rating.NOT_A_CLAIM})
"""A person who says this is not contradicted by anything that the machine may say."""

Write = Callable[[Sequence[Record]], object]
"""Acknowledges records: writes them to the spool."""


@dataclass(frozen=True, slots=True)
class NewVerdict:
    """A claim whose verdict by the present method is not the one that is stored.

    ``decided`` is the decision that holds on it, if there is one.
    """

    past: PastVerdict
    now: Judged
    decided: Decided | None

    @property
    def is_rating_changed(self) -> bool:
        """Whether the machine rates the claim otherwise than it did."""
        return self.now.verdict.rating is not self.past.verdict.rating

    def records(self, at: datetime) -> Iterator[Record]:
        """Yield what is to be stored; an old verdict of the same id is mended and stays the current one."""
        yield from self.now.evidence
        yield self.now.verdict
        if self.now.verdict.id != self.past.verdict.id:
            yield Judgement(self.past.claim.id, at, self.now.verdict.id)


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A claim that keeps its verdict, and one sentence why."""

    claim: JudgedClaim
    reason: str
    is_lost_text: bool


@dataclass(slots=True)
class JudgedAgain:
    """What judging again found. ``claims`` were looked at; ``waiting`` ones were left because a newer verdict
    of theirs is not published yet, or was stored while this went on; ``unjudged`` claims never had a verdict.

    ``disagreeing`` are the decided claims of which the machine now says otherwise than the person, those
    among them that it said so of before; ``to_reopen`` those of them that stand as decided, and whose rating
    is another than the one that the person saw.
    """

    method: str
    claims: int = 0
    unchanged: int = 0
    waiting: int = 0
    unjudged: int = 0
    new: list[NewVerdict] = field(default_factory=list)
    faults: list[NotJudged] = field(default_factory=list)
    disagreeing: list[UUID] = field(default_factory=list)
    to_reopen: list[UUID] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return what a Run says of it."""
        found = {
            "claims": self.claims,
            "unchanged": self.unchanged,
            "waiting": self.waiting,
            "disagreeing": len(self.disagreeing),
            "fault": len(self.faults),
        }
        for one in self.new:
            name = one.now.counted_as
            found[name] = found.get(name, 0) + 1
        return found

    def rating_changes(self) -> dict[tuple[Rating, Rating], int]:
        """Return (rating before, rating now) -> how many claims."""
        found: dict[tuple[Rating, Rating], int] = {}
        for one in self.new:
            if one.is_rating_changed:
                step = (one.past.verdict.rating, one.now.verdict.rating)
                found[step] = found.get(step, 0) + 1
        return dict(sorted(found.items()))


def judge_again(
    home: Home,
    known: Known,
    *,
    write: Write | None = None,
    batch_size: int = CLAIMS_AT_ONCE,
    progress: Progress = silent,
) -> JudgedAgain:
    """Judge every current claim by the present method, and ``write`` what is new, batch by batch of claims.

    Without ``write`` nothing is stored. What was written stays when this is stopped: the next run goes on
    with what is left. Raises ConfigError for a muted rule that there is not, and WarehouseError.
    """
    from factdesk.warehouse.past import count_unjudged, list_decided, list_judged_claims

    current = [one for one in list_judged_claims(known) if one.claim_status == "current"]
    claims = [one for one in current if one.claim_id not in known.waiting.judgements]
    decided = list_decided(known)
    found = JudgedAgain(method_id(home.settings.rules.muted), len(current))
    found.waiting = len(current) - len(claims)
    found.unjudged = count_unjudged(known)
    desk = PastDesk(home, known)
    for start in range(0, len(claims), batch_size):
        new = []
        for done, opened in enumerate(desk.open(claims[start : start + batch_size]), start=start):
            progress("judging", done, len(claims))
            one = _judge(desk, *opened, decided)
            if isinstance(one, NotJudged):
                found.faults.append(one)
            elif one is None:
                found.unchanged += 1
            else:
                new.append(one)
        kept = _write(new, home, write) if write is not None else new
        found.waiting += len(new) - len(kept)
        found.new += kept
    progress("judging", len(claims), len(claims))
    _compare(found, claims, decided)
    return found


def _judge(
    desk: PastDesk, claim: JudgedClaim, past: PastVerdict | FactdeskError, decided: Mapping[UUID, Decided]
) -> NewVerdict | NotJudged | None:
    """Return the new verdict, None where it is the stored one, or why there is none."""
    if not isinstance(past, PastVerdict):
        return NotJudged(claim, str(past), isinstance(past, LostTextError))
    try:
        now = desk.judge(past)
    except Exception as error:  # the wall around one claim: it must not stop the others
        reason = f"judging it failed in a way that was not foreseen ({type(error).__name__}: {error})"
        return NotJudged(claim, reason, False)
    return None if past.is_same(now) else NewVerdict(past, now, decided.get(claim.claim_id))


def _write(new: Sequence[NewVerdict], home: Home, write: Write) -> list[NewVerdict]:
    """Write those whose claim was not judged meanwhile: a recheck may have seen a newer page."""
    from factdesk.warehouse.known import open_known

    if not new:
        return []
    with open_known(home.warehouse) as now:
        kept = [one for one in new if now.current_verdict(one.past.claim.id) == one.past.verdict.id]
    at = datetime.now(UTC)
    records = [record for one in kept for record in one.records(at)]
    if records:
        write(records)
    return kept


def _compare(found: JudgedAgain, claims: Collection[JudgedClaim], decided: Mapping[UUID, Decided]) -> None:
    """Hold the decisions against what the machine says now."""
    new = {one.past.claim.id: one.now.verdict for one in found.new}
    for claim in claims:
        decision = decided.get(claim.claim_id)
        if decision is None:
            continue
        verdict = new.get(claim.claim_id)
        verdict_id, rating = (verdict.id, verdict.rating) if verdict else (claim.verdict_id, decision.now)
        if rating is decision.rating or verdict_id == decision.verdict_id:
            continue
        found.disagreeing.append(claim.claim_id)
        may_reopen = decision.rating not in NO_RATING_OF_A_MACHINE and claim.stage == Stage.DECIDED
        if may_reopen and rating is not decision.seen:
            found.to_reopen.append(claim.claim_id)
