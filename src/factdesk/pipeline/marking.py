"""A person marks a claim in a stored essay: it is made, and judged against what the essay links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from factdesk.claims import kinds_on
from factdesk.config import Home
from factdesk.errors import UsageError, WarehouseError
from factdesk.model import Claim, Essay, EssayVersion, Mention, Record, Source, Span
from factdesk.pipeline.attaching import StoredClaim, judge_stored
from factdesk.pipeline.missed import find_missed, make_missed
from factdesk.pipeline.records import source_records
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered
from factdesk.text.marked_places import trim_span
from factdesk.verdicts.judge import Judged

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known

_VERSION = """
    SELECT v.id, v.text_sha256 FROM standing.essays AS x
    JOIN records.essay_versions AS v ON v.id = x.version_id WHERE x.essay_id = ? LIMIT 1
"""

_GIVEN = """
    SELECT DISTINCT c.source_id FROM standing.claim_sources AS c
    WHERE c.essay_id = ? AND c.distance = 'given' AND c.attached_by IS NULL ORDER BY c.source_id
"""

_STANDING = """
    SELECT c.claim_id, p.quote_start, p.quote_end FROM standing.claims AS c
    JOIN records.mentions AS p ON p.fold_sequence = c.mention_row
    WHERE c.essay_id = ? AND c.claim_status = 'current'
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """A claim that a person marked, with its verdict and the sources that it was compared with."""

    claim: Claim
    mention: Mention
    judged: Judged
    sources: tuple[Gathered, ...]

    @property
    def claim_id(self) -> UUID:
        """The claim."""
        return self.claim.id

    def records(self) -> Iterable[Record]:
        """Yield what is to be stored but the judgement and the event, each record after those that it names.

        Whether the verdict is news is seen when they are stored.
        """
        for one in {source.source.id: source for source in self.sources}.values():
            yield from source_records(one)
        yield self.claim
        yield self.mention
        yield from self.judged.evidence
        yield self.judged.verdict


def mark_claim(
    home: Home, known: Known, essay_id: UUID, text_sha256: str, place: tuple[int, int], kind: str
) -> Marked:
    """Make a claim of the characters ``place`` of an essay's last text, and judge it.

    Raises UsageError when the text is another by now, the place or the kind cannot be, or the claim is there
    already; WarehouseError when the text is lost.
    """
    kinds_on((kind,))
    essay, version, text = _load_essay(home, known, essay_id, text_sha256)
    span = trim_span(text, Span(*place))
    finding = find_missed(text, span, kind, essay)
    given = _given_sources(known, essay_id)
    standing = {row[0]: Span(row[1], row[2]) for row in known.ask(_STANDING, [essay_id])}
    ordinal = 0
    claim, mention = make_missed(finding, text, essay_id, version, given)
    while claim.id in standing:
        if standing[claim.id].overlaps(finding.quote):
            raise UsageError(f"this claim is on the list already: {str(claim.id)[:8]}")
        ordinal += 1
        claim, mention = make_missed(finding, text, essay_id, version, given, ordinal)
    done = judge_stored(home, known, StoredClaim(claim, mention, essay, text), None)
    return Marked(claim, mention, done.judged, done.sources)


def _load_essay(
    home: Home, known: Known, essay_id: UUID, text_sha256: str
) -> tuple[Essay, EssayVersion, str]:
    from factdesk.warehouse.loading import load_records

    rows = known.ask(_VERSION, [essay_id])
    essay = load_records(known, Essay, [essay_id]).get(essay_id)
    if not rows or essay is None:
        raise WarehouseError(f"the essay {essay_id} is not published yet; try again in a minute")
    version_id, last = rows[0]
    if last != text_sha256:
        raise UsageError("the essay has been read anew since you opened it; open it again and mark the claim")
    version = load_records(known, EssayVersion, [version_id])[version_id]
    return essay, version, Archive(home.warehouse / "snapshots").get_text(last)


def _given_sources(known: Known, essay_id: UUID) -> list[Source]:
    """Return the sources that were given for the whole essay, by hand or in its front matter."""
    from factdesk.warehouse.loading import load_records

    ids = [one for (one,) in known.ask(_GIVEN, [essay_id])]
    return [*load_records(known, Source, ids).values()] if ids else []
