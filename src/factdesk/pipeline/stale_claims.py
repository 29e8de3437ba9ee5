"""Which claims have to be judged again: those whose verdict saw their sources otherwise than they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.model import SourceOutcome
from factdesk.pipeline.changed_sources import SamePages
from factdesk.sources.gather import Gathered
from factdesk.verdicts.method import method_id

if TYPE_CHECKING:
    from factdesk.warehouse.due import CitingClaim
    from factdesk.warehouse.known import Known

OUTCOMES = frozenset(one.value for one in SourceOutcome)
"""What a verdict saw of a source without a text."""


@dataclass(frozen=True, slots=True)
class StaleClaim:
    """A current claim whose verdict no longer says what its sources say; ids only.

    ``changed`` are its gathered sources that its verdict saw otherwise; none when what its verdict saw is
    not known yet. ``texts_used`` are the sources whose texts the verdict used. ``as_before`` says, of a claim
    that a person decided, what its verdict saw of the sources whose page changed, where besides another
    method or a newer reader is at work: only then must both effects be told apart.
    """

    claim_id: UUID
    mention_id: UUID
    essay_id: UUID
    changed: tuple[UUID, ...]
    texts_used: frozenset[UUID]
    as_before: tuple[tuple[UUID, str], ...] = ()


def claims_to_rejudge(
    gathered: Iterable[Gathered],
    known: Known,
    same_pages: Iterable[tuple[UUID, str, str]] = (),
    *,
    muted: Collection[str] = (),
) -> tuple[StaleClaim, ...]:
    """Return the current claims whose verdict saw a gathered source otherwise than it is now.

    What a verdict sees of a source is the latest text, or where it never had one its outcome: a source
    that is gone changes nothing as long as its text is known. ``same_pages`` as in `ChangesNoted`; ``muted``
    are the rules that are muted now.
    """
    from factdesk.warehouse.due import list_citing_claims

    now = {one.source.id: _seen(one) for one in gathered}
    pages, method = SamePages(same_pages), method_id(muted)
    found = (_stale(claim, now, pages, method) for claim in list_citing_claims(known, now))
    return tuple(one for one in found if one is not None)


def _seen(one: Gathered) -> str:
    return one.snapshot.text_sha256 if one.snapshot is not None else one.fetch.outcome.value


def _stale(claim: CitingClaim, now: Mapping[UUID, str], pages: SamePages, method: str) -> StaleClaim | None:
    seen = claim.seen or {}
    changed = tuple(one for one in claim.source_ids if seen.get(one) != now[one])
    if claim.seen is None:
        return StaleClaim(claim.claim_id, claim.mention_id, claim.essay_id, (), frozenset())
    if not changed:
        return None
    used = frozenset(one for one, what in seen.items() if what not in OUTCOMES)
    as_before = _as_before(claim, changed, now, pages, method)
    return StaleClaim(claim.claim_id, claim.mention_id, claim.essay_id, changed, used, as_before)


def _as_before(
    claim: CitingClaim, changed: Sequence[UUID], now: Mapping[UUID, str], pages: SamePages, method: str
) -> tuple[tuple[UUID, str], ...]:
    seen = claim.seen or {}
    moved = [one for one in changed if one in seen and not pages.are_same(one, seen[one], now[one])]
    is_read_anew = claim.method != method or len(moved) < sum(one in seen for one in changed)
    if not (claim.is_decided and moved and is_read_anew):
        return ()
    return tuple((one, seen[one]) for one in moved)
