"""Claims that say the same and rest on the same passage, so that one look decides all of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from factdesk.desk.claim_page import why_not
from factdesk.desk.visits import Person
from factdesk.desk.waiting_claims import WaitingClaim
from factdesk.desk.waiting_queue import WaitingClaims
from factdesk.model import Stage, fold_space
from factdesk.warehouse.known import Known

MOST_ALIKE = 100
"""So many claims are decided at once: a person has to see the sentence of each."""

_PASSAGES = """
    SELECT c.claim_id, n.text_sha256, e.span_start, e.span_end
    FROM standing.claims AS c
    JOIN records.evidence AS e ON e.fold_sequence = c.evidence_row
    JOIN records.snapshots AS n ON n.id = e.snapshot_id
    WHERE c.claim_id IN (SELECT unnest(?::UUID[]))
"""

_SENTENCES = """
    SELECT c.claim_id, m.sentence FROM standing.claims AS c
    JOIN records.mentions AS m ON m.fold_sequence = c.mention_row
    WHERE c.claim_id IN (SELECT unnest(?::UUID[]))
"""

_LAST_ACTS = """
    SELECT p.claim_id, arg_max(e.id, c.position)
    FROM (SELECT unnest($1::UUID[]) AS claim_id, unnest($2::UUID[]) AS made_on) AS p
    JOIN records.review_events AS e ON e.claim_id = p.made_on
    JOIN keeper.event_chain AS c ON c.event_id = e.id
    WHERE e.act <> 'lease'
    GROUP BY p.claim_id
"""

Passage = tuple[str, int, int]
"""Hash of a source's text, and where in it the words stand."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Claims that can be decided together, essay by essay in reading order.

    ``key`` is the hash of what they have in common; a form gives it back.
    """

    key: str
    claims: tuple[WaitingClaim, ...]

    @property
    def first(self) -> WaitingClaim:
        """The claim whose page is shown for all."""
        return self.claims[0]


def why_alone(one: WaitingClaim, person: Person, now: datetime) -> str | None:
    """Say why a claim cannot be decided together with others by this person, None when it can be."""
    if one.is_blind:
        return "It is decided blind, by itself."
    if one.stage not in (Stage.TO_REVIEW, Stage.FIRST_CHECK):
        return "It has been decided before; look at it by itself."
    if one.old_claim_id is not None:
        return "Its words have changed; look at it by itself."
    if one.rests(now):
        return "It is put off."
    if one.assigned_to not in (None, person.reviewer):
        return "It was given to a colleague."
    return why_not(person, one, one.stage, now)


def find_alike(
    known: Known,
    claims: Iterable[WaitingClaim],
    person: Person,
    now: datetime,
    wanted: Collection[UUID] = (),
) -> list[Alike]:
    """Return the groups of claims that can be decided together, the largest first.

    ``wanted`` are claims of which one must be in a group; any when it is empty.
    """
    by_words: dict[object, list[WaitingClaim]] = defaultdict(list)
    for one in claims:
        if why_alone(one, person, now) is None:
            by_words[_words(one)].append(one)
    several = [
        group
        for group in by_words.values()
        if len(group) > 1 and (not wanted or any(one.claim_id in wanted for one in group))
    ]
    passages = _read_passages(known, [one.claim_id for group in several for one in group])
    found = [
        Alike(_key(part[0], passages[part[0].claim_id]), tuple(sorted(part, key=_place)))
        for group in several
        for part in _parts(group, passages)
        if len(part) > 1
    ]
    if wanted:
        found = [group for group in found if any(one.claim_id in wanted for one in group.claims)]
    return sorted(found, key=lambda group: (-len(group.claims), group.first.claim_id))


def _words(one: WaitingClaim) -> tuple[str, str, str | None]:
    """What must be the same: the kind, the words without case and white space, and what the machine says."""
    return one.kind, fold_space(one.claim).casefold().rstrip("."), one.machine_rating


def _place(one: WaitingClaim) -> tuple[str, int, UUID]:
    return one.essay_uri, one.claim_start or 0, one.claim_id


def _parts(group: Collection[WaitingClaim], passages: Mapping[UUID, Passage]) -> Iterable[list[WaitingClaim]]:
    """Part claims of the same words by the passage that they rest on; what rests on none is left out."""
    parts: dict[Passage, list[WaitingClaim]] = defaultdict(list)
    for one in group:
        if one.claim_id in passages:
            parts[passages[one.claim_id]].append(one)
    return parts.values()


def _read_passages(known: Known, claim_ids: Collection[UUID]) -> dict[UUID, Passage]:
    if not claim_ids:
        return {}
    rows = known.ask(_PASSAGES, [[str(one) for one in claim_ids]])
    return {claim_id: (sha256, start, end) for claim_id, sha256, start, end in rows}


def are_alike(known: Known, claims: Collection[WaitingClaim], key: str) -> set[UUID]:
    """Return those of the claims that belong to the group with this key, as they are now."""
    passages = _read_passages(known, [one.claim_id for one in claims])
    return {
        one.claim_id
        for one in claims
        if one.claim_id in passages and _key(one, passages[one.claim_id]) == key
    }


def _key(one: WaitingClaim, passage: Passage) -> str:
    return hashlib.sha256(repr((_words(one), passage)).encode("utf-8")).hexdigest()


def read_sentences(known: Known, claim_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the sentence in which each claim stands now."""
    return dict(known.ask(_SENTENCES, [[str(one) for one in claim_ids]]))


def seen_tokens(known: Known, waiting: WaitingClaims, claims: Iterable[WaitingClaim]) -> dict[UUID, str]:
    """Return for each claim what a decision on it rests on; another value later means that it is stale."""
    claims = list(claims)
    pairs = [(one.claim_id, made_on) for one in claims for made_on in waiting.with_carried(one.claim_id)]
    rows = known.ask(_LAST_ACTS, [[str(one) for one, _ in pairs], [str(one) for _, one in pairs]])
    last = dict(rows)
    return {one.claim_id: f"{last.get(one.claim_id, '-')}.{one.verdict_id or '-'}" for one in claims}
