"""What people have attached to claims, asked of the published copy and of the headers that wait.

A source that is attached to a claim bears on every later wording of it as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from factdesk.model import Act
from factdesk.warehouse.known import Known

# The tables alone, so that a copy that an earlier Factdesk published answers too.
ATTACHED = """
    WITH RECURSIVE worded(claim_id, from_claim_id) AS (
        SELECT DISTINCT claim_id, claim_id FROM records.review_events WHERE act = 'attach'
        UNION
        SELECT p.new_claim_id, w.from_claim_id FROM worded AS w
        JOIN derived.pairs AS p ON p.old_claim_id = w.claim_id
    )
    SELECT w.claim_id, CAST(e.target AS UUID) AS source_id, e.event_id FROM worded AS w
    JOIN records.review_events AS e ON e.claim_id = w.from_claim_id
    WHERE e.act = 'attach' AND e.target IS NOT NULL
"""
"""A claim and a source that is attached to it or to an earlier wording of it."""

_ANY = "SELECT 1 FROM records.review_events WHERE act = 'attach' LIMIT 1"
_OF_CLAIMS = f"""
    SELECT claim_id, source_id FROM ({ATTACHED})
    WHERE claim_id IN (SELECT unnest($1::UUID[])) ORDER BY event_id
"""


def attached_sources(
    known: Known, claim_ids: Collection[UUID], earlier: Mapping[UUID, UUID] | None = None
) -> dict[UUID, tuple[UUID, ...]]:
    """Return claim -> the sources that people attached to it, the first attached first.

    ``earlier`` names the claim that a claim of a reading that is not stored yet takes the place of. A claim
    to which nothing is attached is left out.
    """
    earlier = earlier or {}
    waiting = [
        (one.claim_id, one.target) for one in known.waiting.events if one.act is Act.ATTACH and one.target
    ]
    if not waiting and not known.ask(_ANY):
        return {}
    asked = {*claim_ids, *(earlier[one] for one in claim_ids if one in earlier)}
    of_claim: dict[UUID, list[UUID]] = {}
    for claim_id, source_id in known.ask(_OF_CLAIMS, [[str(one) for one in asked]]):
        of_claim.setdefault(claim_id, []).append(source_id)
    for claim_id, target in waiting:
        of_claim.setdefault(claim_id, []).append(UUID(target))
    found: dict[UUID, tuple[UUID, ...]] = {}
    for claim_id in claim_ids:
        before = of_claim.get(earlier[claim_id], []) if claim_id in earlier else []
        sources = tuple(dict.fromkeys([*before, *of_claim.get(claim_id, [])]))
        if sources:
            found[claim_id] = sources
    return found
