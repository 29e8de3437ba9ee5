"""Judges by what sources assert: without what they deny, joke or corrected, and says what that left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from factdesk.evidence.corrections import Correction, as_corrected, as_first_said, find_corrections
from factdesk.evidence.doubts import Doubt, blank, find_doubts
from factdesk.evidence.passages import ParsedSource
from factdesk.model import FacetComparison, Rating, Reason, Span
from factdesk.verdicts.assembling import Assembled, Shown
from factdesk.verdicts.reading import SourceReader

CIRCULAR = "circular_source"

NEGATION_READERS = frozenset({"sellout"})
"""Kinds whose finder reads "denied that it was sold out" as a statement of its own."""

DOUBT_SENTENCES = {
    CIRCULAR: "The source only repeats this essay there, and no essay is a source for itself.",
    "denied_near": "The source denies what stands there, so it was not counted.",
    "reported_as_false": "The source reports this as false, so it was not counted.",
    "only_rumoured": "The source gives this as a rumour only, so it was not counted.",
    "satire": "The source is marked as satire or a joke, so it was not counted.",
    "fiction": "The source tells this in an invented story, so it was not counted.",
    "example_text": "The source gives this as an example or sample text, so it was not counted.",
    "quiz": "The source asks this in a quiz, so it was not counted.",
    "supposed": "The source only supposes this, so it was not counted.",
    "comment_section": "This stands among the comments of readers, so it was not counted.",
    "addressed_to_machines": "The passage speaks to programs that read the page; it was not counted.",
    "disguised_figure": "A figure there is written so that people and programs read it differently; "
    "it was not counted.",
    "struck_out": "The words are struck out in the source, so they were not counted.",
}
"""What a verdict says of a passage that a source holds and does not assert, by code."""

Judge = Callable[[Sequence[ParsedSource]], Assembled]


@dataclass(frozen=True)
class StandingSource:
    """A source as it is written, and as what it asserts. Offsets into both are the same."""

    written: ParsedSource
    reader: SourceReader
    reads_negation: bool
    """Whether the claim is of a kind whose finder reads a denial itself ("denied that it was sold out")."""

    repeats: tuple[Span, ...] = ()
    """What only repeats the claim's own essay."""

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What the source does not assert."""
        found = find_doubts(self.written.text, self.written.title)
        kept = [one for one in found if not (self.reads_negation and one.is_negation)]
        return (*(Doubt(one, CIRCULAR) for one in self.repeats), *kept)

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """The corrections that it tells of itself."""
        return find_corrections(self.written.text)

    @cached_property
    def asserted(self) -> ParsedSource:
        """The source without what it does not assert and what it corrected."""
        text = self.written.text
        gone = [one.span for one in self.doubts] + [*as_corrected(text, self.corrections)]
        return self.written if not gone else self._parse(blank(text, gone), is_moved=False)

    @cached_property
    def first_said(self) -> tuple[ParsedSource, ...]:
        """The source as it may have stood before its corrections."""
        ways = as_first_said(self.written.text, self.corrections) if self.corrections else ()
        return tuple(self._parse(one, is_moved=True) for one in ways)

    def _parse(self, text: str, *, is_moved: bool) -> ParsedSource:
        one = self.written
        blocks = () if is_moved else one.blocks
        return self.reader.parse(
            text, title=one.title, published_on=one.published_on, blocks=blocks, like=one
        )


def judge_standing(sources: Sequence[StandingSource], judge: Judge) -> Assembled:
    """Judge by what the sources assert; say so where what they only hold would have said another thing."""
    written = [one.written for one in sources]
    asserted = [one.asserted for one in sources]
    if all(one is other for one, other in zip(asserted, written, strict=True)):
        return judge(written)
    found = _as_written(judge(asserted), written)
    if found.rating is not Rating.SUPPORTED and (corrected := _corrected(sources, judge, found)):
        return corrected
    if found.rating is Rating.SUPPORTED:
        return found
    whole = judge(written)
    reasons = _doubt_reasons(sources, whole, is_told=whole.rating is not found.rating)
    if not reasons:
        return found
    shown = found.shown if found.is_decided else whole.shown
    return replace(found, reasons=(*found.reasons, *reasons), shown=shown)


def _as_written(found: Assembled, written: Sequence[ParsedSource]) -> Assembled:
    """Return what was found with the quotes as the sources have them, and no gaps in the words."""
    shown = tuple(replace(one, quote=one.span.cut(written[one.source].text)) for one in found.shown)
    return replace(found, shown=shown, facets=tuple(_without_gaps(one) for one in found.facets))


def _without_gaps(facet: FacetComparison) -> FacetComparison:
    return replace(facet, found=" ".join(facet.found.split()))


def _doubt_reasons(
    sources: Sequence[StandingSource], whole: Assembled, *, is_told: bool
) -> tuple[Reason, ...]:
    """Return why the nearest passage was not counted; where it told (``is_told``), there is a reason."""
    near = {
        doubt.code: None
        for shown in whole.shown[:1]
        for doubt in sources[shown.source].doubts
        if doubt.span.overlaps(shown.span)
    }
    codes = near or (
        dict.fromkeys(one.code for source in sources for one in source.doubts) if is_told else {}
    )
    return tuple(Reason(code, DOUBT_SENTENCES[code]) for code in codes)


def _corrected(sources: Sequence[StandingSource], judge: Judge, found: Assembled) -> Assembled | None:
    """Return the verdict on a claim that says what a source said first, or None where it says otherwise."""
    for way in range(max((len(one.first_said) for one in sources), default=0)):
        first = judge([one.first_said[way] if way < len(one.first_said) else one.asserted for one in sources])
        if first.rating is Rating.SUPPORTED:
            return _conflict(sources, first, found)
    return None


def _conflict(sources: Sequence[StandingSource], first: Assembled, found: Assembled) -> Assembled:
    notices = tuple(_notice(number, one) for number, one in enumerate(sources) if one.corrections)
    old = next(one.corrections[0].old.cut(one.written.text) for one in sources if one.corrections)
    said = f"The claim has what a source said first and then corrected: “{' '.join(old.split())}”."
    facets = found.facets or tuple(replace(one, span=None) for one in first.facets)
    rest = tuple(one for one in found.shown if one.span not in {notice.span for notice in notices})
    return replace(
        found,
        rating=Rating.CONFLICTING,
        reasons=(Reason("source_corrected_later", said),),
        missing=(),
        facets=facets,
        shown=(*notices, *rest),
        is_decided=True,
    )


def _notice(number: int, source: StandingSource) -> Shown:
    span: Span = source.corrections[0].notice
    return Shown(number, span, span.cut(source.written.text), ())
