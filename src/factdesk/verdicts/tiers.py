"""The sources of a claim by how near they stand to it: a farther tier is asked where no nearer one tells.

What the essay links is cited, whatever its distance; what a person gave stands with the nearest of it. A
suggested source, which the essay does not link, comes last, and only where nothing else could be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from factdesk.model import Basis, Block, Claim, Distance, FacetName, FacetOutcome, Rating, Reason, Span
from factdesk.verdicts.assembling import Assembled

_NEAREST_FIRST = (Distance.SENTENCE, Distance.PARAGRAPH, Distance.ESSAY)

LONGEST_URL = 120
"""So many characters of an address stand in a reason; the whole of it stands beside the verdict."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source as a verdict sees it: its outcome, and its text where it has one.

    ``distance`` is how far from the claim the essay links it; it says nothing of a suggested source. No essay
    is a witness for itself: where ``is_own_essay``, the source has the words of the claim's own essay, and
    ``repeats`` are the stretches of its text that only repeat that.
    """

    source_id: UUID
    outcome: str
    text: str | None
    text_sha256: str | None
    snapshot_id: UUID | None
    title: str | None
    published_on: date | None
    blocks: tuple[Block, ...]
    basis: Basis
    first_fetched_at: datetime | None
    url: str | None
    distance: Distance = Distance.SENTENCE
    is_own_essay: bool = False
    repeats: tuple[Span, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether its text may give evidence."""
        return bool(self.text) and self.snapshot_id is not None and not self.is_own_essay


@dataclass(frozen=True, slots=True)
class Tier:
    """Sources that are compared together. ``reason`` is what a verdict says that rests on them."""

    sources: tuple[SourceText, ...]
    reason: Reason | None = None
    is_suggested: bool = False


_FARTHER = {
    Distance.PARAGRAPH: Reason(
        "paragraph_source",
        "The sources linked in the claim's own sentence do not settle it; "
        "one linked in its paragraph was used.",
    ),
    Distance.ESSAY: Reason(
        "essay_source",
        "The sources linked nearer to the claim do not settle it; "
        "one linked elsewhere in the essay was used.",
    ),
}


def split_tiers(sources: Sequence[SourceText]) -> list[Tier]:
    """Return the tiers, the nearest first; there is at least one, which may be empty.

    Suggested sources are left out where one of the others has a text.
    """
    own = own_sources(sources)
    cited = [distance for distance in _NEAREST_FIRST if any(_is_linked_at(distance, one) for one in own)]
    nearest, farther = cited[:1], cited[1:]
    first = [one for one in own if one.basis is Basis.GIVEN or one.distance in nearest]
    tiers = [Tier(tuple(first))]
    tiers += [
        Tier(tuple(one for one in own if _is_linked_at(distance, one)), _FARTHER[distance])
        for distance in farther
    ]
    suggested = tuple(one for one in sources if one.basis is Basis.SUGGESTED)
    if suggested and not any(one.is_readable for one in own):
        tiers.append(Tier(suggested, is_suggested=True))
    return tiers


def own_sources(sources: Sequence[SourceText]) -> list[SourceText]:
    """Return the sources that the essay links or that a person gave."""
    return [one for one in sources if one.basis is not Basis.SUGGESTED]


def _is_linked_at(distance: Distance, source: SourceText) -> bool:
    return source.basis is Basis.CITED and source.distance is distance


def rest_on(tier: Tier, found: Assembled, readable: Sequence[SourceText], has_own: bool) -> Assembled:
    """Return what a farther tier settles, with the reason that says where it comes from.

    ``readable`` are its sources with a text; ``has_own`` whether the claim has sources of its own.
    """
    if not tier.is_suggested:
        return replace(found, reasons=(*found.reasons, *([tier.reason] if tier.reason else [])))
    deciding = readable[found.shown[0].source]
    return replace(_without_denial(found), reasons=(*_without_denial(found).reasons, _say(deciding, has_own)))


def _say(source: SourceText, has_own: bool) -> Reason:
    """Name the suggested source: nobody has said yet that the claim comes from there."""
    place = (source.url or "")[:LONGEST_URL]
    name = f"“{source.title}” ({place})" if source.title else place
    lacking = "None of its own sources could be read" if has_own else "No source is linked for this claim"
    said = f"{lacking}; {name}, which the essay does not link, was compared instead."
    return Reason("suggested_source", said)


def _without_denial(found: Assembled) -> Assembled:
    """Return what suggested sources may say: nothing is refuted by a text that the writer never named.

    It may speak of another day, another shop or another poll, and no link says that it is the one meant. So a
    conflict is shown to a person and settles nothing.
    """
    if found.rating not in (Rating.REFUTED, Rating.CONFLICTING):
        return found
    facets = (one for shown in found.shown for one in shown.facets)
    conflict = next((one for one in facets if one.outcome is FacetOutcome.CONFLICT), None)
    if conflict is None:  # one passage says both, and it is shown as the one that backs the claim
        sentence = "A passage of a text that the essay does not link both backs the claim and contradicts it."
        reason = Reason("suggested_disagree", sentence)
        return replace(found, rating=Rating.NOT_ENOUGH_EVIDENCE, reasons=(reason,))
    said = f"says “{conflict.found}”, not “{conflict.claimed}”"
    if found.rating is Rating.CONFLICTING:
        sentence = f"Of the texts that the essay does not link, one backs the claim and another {said}."
        reason = Reason("suggested_disagree", sentence)
    else:
        sentence = f"A text that the essay does not link {said}; a person must say whether that settles it."
        reason = Reason("suggested_conflict", sentence)
    return replace(found, rating=Rating.NOT_ENOUGH_EVIDENCE, reasons=(reason,))


def own_essay_reasons(sources: Sequence[SourceText]) -> tuple[Reason, ...]:
    """Return the reason that says that a source is the essay itself, if one is."""
    if not any(one.is_own_essay for one in sources):
        return ()
    said = "A source here has the essay's own text; no essay is a source for itself, so it was not used."
    return (Reason("own_essay", said),)


def named_not_linked(claim: Claim, sources: Sequence[SourceText]) -> tuple[Reason, ...]:
    """Return the reason that names whom the essay names for a claim without linking anything for it."""
    named = [facet.text for facet in claim.facets if facet.name is FacetName.ATTRIBUTION]
    if not named or any(one.basis is Basis.CITED for one in sources):
        return ()
    who = " ".join(named[0].split())
    said = f"Named, not linked: the essay gives “{who}” as its source without a link."
    return (Reason("named_not_linked", said),)
