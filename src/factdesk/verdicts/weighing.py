"""Weighs all passages that were compared with a claim: which back it, which deny it, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from factdesk.claims.aligning import clauses_of, window_around
from factdesk.claims.findings import Finding
from factdesk.claims.names import names_in
from factdesk.evidence.compare import Compared
from factdesk.model import FacetComparison, FacetName, FacetOutcome, Span
from factdesk.verdicts.value_notes import ValueNote, note_backing, note_silent
from factdesk.verdicts.wording import absent_words, is_own_figure, subject_of, uncovered_clauses, words_share

DENYING_WORDS = 0.6
"""Share of a claim's plain words that must stand near a passage that contradicts it."""

LONGEST_PARAPHRASE = 3
"""So many absent words in a row are a part of the claim; fewer are another way to say what is shown."""

MOST_PARAPHRASED = 1
"""More absent stretches are too many for a paraphrase."""

_CORE = frozenset({FacetName.VALUE, FacetName.STATE})
_BLOCKING = frozenset({FacetOutcome.INCOMPARABLE, FacetOutcome.WEAKER})


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one passage is worth for a claim.

    ``stance`` is backs, denies, partly or silent. ``missing`` holds what it does not show of the claim.
    """

    compared: Compared
    stance: str
    missing: tuple[str, ...] = ()
    parts_shown: frozenset[str] = field(default_factory=frozenset)
    note: ValueNote | None = None


def weigh(claimed: Finding, text: str, found: Iterable[Compared], source_text: str) -> list[Weighed]:
    """Weigh every compared passage of one source, in the order given."""
    return [with_note(_weigh_one(claimed, text, one, source_text), claimed, text) for one in found]


def with_note(one: Weighed, claimed: Finding, text: str) -> Weighed:
    """Return a weighed passage with a note where the claim's figure goes less far or further than its own."""
    if one.stance == "backs":
        return replace(one, note=note_backing(claimed, text, one.compared))
    if one.stance == "silent":
        return replace(one, note=note_silent(claimed, text, one.compared))
    return one


def _weigh_one(claimed: Finding, text: str, one: Compared, source_text: str) -> Weighed:
    if one.ruling is not None:
        return Weighed(one, one.ruling.stance, one.ruling.missing)
    sides = Sides.of(claimed, one.facets)
    shown = frozenset(facet.claimed for facet in sides.parts if facet.outcome is FacetOutcome.MATCH)
    if claimed.parts and not shown:
        return Weighed(one, "silent")
    if (
        sides.denies
        and (sides.names_stand_in(one.finding.sentence) or not names_in(one.finding.text))
        and words_share(claimed, text, one, source_text) >= DENYING_WORDS
    ):
        return Weighed(one, "denies", parts_shown=shown)
    sides, coordinate = sides.without_coordinate(claimed, text)
    if not sides.has_core_match or sides.is_of_another or _any(sides.scope, FacetOutcome.WEAKER):
        return Weighed(one, "silent")
    missing = (
        *sides.missing,
        *coordinate,
        *uncovered_clauses(claimed, text, window_around(source_text, one.finding.sentence).near_terms),
    )
    if sides.backs and not missing:
        return Weighed(one, "backs", parts_shown=shown)
    if not missing and not _all(sides.words, FacetOutcome.MATCH):
        lacking = absent_words(claimed, text, source_text, one)
        if any(word in subject_of(claimed, text) for word in lacking):
            return Weighed(one, "silent")
        is_placed = sides.is_placed or bool(claimed.facets_named(FacetName.ITEM))
        if is_placed and sides.backs_but_for_words and is_own_figure(claimed, text, one, source_text):
            missing = tuple(word for word in lacking if len(word.split()) >= LONGEST_PARAPHRASE)
            if len(lacking) > MOST_PARAPHRASED:
                missing = lacking
            if not missing:
                return Weighed(one, "backs", parts_shown=shown)
        else:
            missing = lacking
    if missing and sides.backs_in_part:
        return Weighed(one, "partly", tuple(dict.fromkeys(missing)), shown)
    return Weighed(one, "silent")


@dataclass(frozen=True, slots=True)
class Sides:
    """The facets of one comparison, sorted by what they are about."""

    core: tuple[FacetComparison, ...]
    parts: tuple[FacetComparison, ...]
    names: tuple[FacetComparison, ...]
    words: tuple[FacetComparison, ...]
    stance: tuple[FacetComparison, ...]
    scope: tuple[FacetComparison, ...]
    time: tuple[FacetComparison, ...]
    population: tuple[FacetComparison, ...]

    @classmethod
    def of(cls, claimed: Finding, facets: Sequence[FacetComparison]) -> Sides:
        """Sort the facets of a comparison."""
        listed = {part.text for part in claimed.parts}

        def named(*names: FacetName) -> tuple[FacetComparison, ...]:
            return tuple(facet for facet in facets if facet.facet in names)

        entities = named(FacetName.ENTITY)
        return cls(
            core=named(*_CORE),
            parts=tuple(facet for facet in entities if facet.claimed in listed),
            names=tuple(facet for facet in entities if facet.claimed not in listed),
            words=named(FacetName.ITEM),
            stance=named(FacetName.ANSWER),
            scope=named(FacetName.SCOPE),
            time=named(FacetName.TIME),
            population=named(FacetName.POPULATION),
        )

    @property
    def has_core_match(self) -> bool:
        """Whether some asserted value or the state is matched."""
        return any(facet.outcome is FacetOutcome.MATCH for facet in self.core)

    @property
    def is_aligned(self) -> bool:
        """Whether the passage speaks of the same thing, people, place and time."""
        return (
            _all(self.names, FacetOutcome.MATCH)
            and _all(self.words, FacetOutcome.MATCH)
            and _all(self.population, FacetOutcome.MATCH)
            and not self.is_of_another
        )

    def names_stand_in(self, sentence: Span) -> bool:
        """Whether every name stands in the sentence itself, or is what the whole source is about."""
        return all(one.span is None or sentence.covers(one.span) for one in (*self.names, *self.parts))

    @property
    def is_of_another(self) -> bool:
        """Whether the passage's figure is of another scope, time or people."""
        return (
            _any(self.scope, FacetOutcome.INCOMPARABLE)
            or _any(self.time, FacetOutcome.INCOMPARABLE)
            or _any(self.population, FacetOutcome.ABSENT, FacetOutcome.INCOMPARABLE)
            or _any(self.names, FacetOutcome.ABSENT)
            or _any(self.stance, FacetOutcome.INCOMPARABLE)
        )

    @property
    def denies(self) -> bool:
        """Whether a typed conflict stands on aligned facets."""
        if self.is_of_another or not _all(self.names, FacetOutcome.MATCH):
            return False
        if _any(self.core, FacetOutcome.CONFLICT) or (
            self.has_core_match and _any(self.time, FacetOutcome.CONFLICT)
        ):
            return True
        return self.has_core_match and _any(self.stance, FacetOutcome.CONFLICT)

    @property
    def backs(self) -> bool:
        """Whether every required facet matches."""
        return (
            _all(self.core, FacetOutcome.MATCH)
            and self.is_aligned
            and not self.stance
            and not _any(self.scope, *_BLOCKING)
            and not _any(self.time, FacetOutcome.CONFLICT)
        )

    @property
    def backs_but_for_words(self) -> bool:
        """Whether all but some plain words of the claim are matched, most of the words too."""
        return replace(self, words=()).backs and not _any(self.words, FacetOutcome.ABSENT)

    @property
    def is_placed(self) -> bool:
        """Whether the claim says of whom, where or when it speaks."""
        return bool(self.names or self.population or self.time)

    @property
    def backs_in_part(self) -> bool:
        """Whether what it shows is of the same thing, though not all is shown."""
        return (
            not self.stance
            and not _any(self.core, FacetOutcome.CONFLICT)
            and not _any(self.words, FacetOutcome.ABSENT)
        )

    def without_coordinate(self, claimed: Finding, text: str) -> tuple[Sides, tuple[str, ...]]:
        """Take out the absent names that stand beside a matched one ("in Lagos ... and in Kano").

        They are a part of the claim that is not shown; returned with the words that follow them.
        """
        quote = claimed.quote.cut(text)
        shown = {_link_before(quote, one.claimed) for one in self.names if one.outcome is FacetOutcome.MATCH}
        absent = [
            one
            for one in self.names
            if one.outcome is FacetOutcome.ABSENT and _link_before(quote, one.claimed) in shown - {""}
        ]
        if not absent:
            return self, ()
        kept = tuple(one for one in self.names if one not in absent)
        return replace(self, names=kept), tuple(_with_rest(quote, one.claimed) for one in absent)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the claim's words for what is not shown, but for listed parts."""
        lacking = (FacetOutcome.ABSENT, FacetOutcome.INCOMPARABLE, FacetOutcome.WEAKER)
        return tuple(
            facet.claimed for facet in (*self.core, *self.scope, *self.time) if facet.outcome in lacking
        )


_LINK = re.compile(r"\b(in|to|from|at|for|of|on|with|between)\s+(?:the\s+)?\Z", re.IGNORECASE)
_JOINED = re.compile(r"(?:\band|,|\bor|\bbut)\s+(?:\w+\s+){0,3}\Z", re.IGNORECASE)


def _link_before(quote: str, name: str) -> str:
    """Return the preposition before a name; for a listed name that of its list."""
    at = quote.find(name)
    before = quote[:at]
    link = _LINK.search(before)
    if link:
        return link.group(1).lower()
    listed = _JOINED.search(before)
    return _link_of_list(before[: listed.start()]) if listed else ""


def _link_of_list(before: str) -> str:
    found = re.findall(r"\b(in|to|from|at|for|of|on|with|between)\s+(?:the\s+)?[A-Z]", before)
    return found[-1].lower() if found else ""


def _with_rest(quote: str, name: str) -> str:
    """Return a name with the words after it, up to the end of its clause."""
    at = quote.find(name)
    clause = next((one for one in clauses_of(quote, Span(at, len(quote)))), Span(at, len(quote)))
    return clause.cut(quote)


def _all(facets: Sequence[FacetComparison], outcome: FacetOutcome) -> bool:
    return all(facet.outcome is outcome for facet in facets)


def _any(facets: Sequence[FacetComparison], *outcomes: FacetOutcome) -> bool:
    return any(facet.outcome in outcomes for facet in facets)
