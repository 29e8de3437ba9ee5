"""The comparison that all kinds share; each kind adds what is its own (a state, a population).

A claimed finding is compared with one finding of a source: first what the kind is about (its values or
its state), then for whom and where (names, population), then the other words, stance, scope and time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from factdesk.claims.aligning import Window
from factdesk.claims.facet_comparisons import (
    WORDS_MATCH,
    WORDS_NAMED,
    compare_names,
    compare_parts,
    compare_stance,
    compare_times,
    compare_words,
    plain_words,
)
from factdesk.claims.facets import SOLD_BY, scope_facets
from factdesk.claims.findings import Finding
from factdesk.claims.names import Name, names_in
from factdesk.claims.stands import opposed_axes
from factdesk.model import Facet, FacetComparison, FacetName, FacetOutcome, Span
from factdesk.text.places import Place, find_places, lies_in, place_norm

TICKET_GROUP = "ticket"
"""Group of words that a sell-out implies: a show that is sold out has no tickets left."""

SOLD_GROUPS = frozenset(
    {"sold_out", "available", "buy", "sell", "seller", "soon", "box_office", "none_of", "all_of", "launch"}
)
"""Groups of words that only say again that something was or was not to be had, and where it is sold."""

EXCLUSIVE_SCOPES: tuple[frozenset[str], ...] = (
    frozenset({"cheapest", "top", "average"}),
    frozenset({"resale", "face_value"}),
    frozenset({"one_way", "return"}),
    frozenset({"economy", "business"}),
    frozenset({"per_hour", "per_day", "per_week", "per_month", "per_year"}),
    SOLD_BY,
    frozenset({"wholesale", "retail"}),
    frozenset({"adult", "child", "senior", "concession"}),
    frozenset({"peak", "off_peak"}),
    frozenset({"member", "non_member"}),
    frozenset({"weekend", "midweek"}),
    frozenset({"local", "imported"}),
    frozenset({"voted", "eligible"}),
)
"""Scopes of which a figure has one: the cheapest fare is not the average fare."""

_PARTIAL_SCOPES = frozenset({"most", "some", "only", "cheapest", "top", "direct", "one_way", "return"})


def names_of(claimed: Finding, text: str) -> list[Name]:
    """Return the proper names of a claim's quote that are not among its listed things."""
    parts = [part.span.shifted(-claimed.quote.start) for part in claimed.parts]
    names = names_in(claimed.quote.cut(text))
    return [name for name in names if not any(part.overlaps(name.span) for part in parts)]


def compare_surroundings(
    claimed: Finding,
    text: str,
    window: Window,
    segment: Span | None = None,
    whole: Finding | None = None,
    *,
    is_marked: bool = False,
) -> list[FacetComparison]:
    """Compare names, plain words, stance, scope and time of a claim's quote with a window of a source.

    ``segment`` is the stretch of the sentence that speaks of the matched value, where there is one;
    ``whole`` the claim with its sentence, for words that a short quote leans on; ``is_marked`` says that
    the matched figure is one that nobody says by chance.
    """
    quote = claimed.quote.cut(text)
    own = segment or window.sentence
    turned = [ours.span.shifted(claimed.quote.start) for ours, _ in opposed_axes(quote, own.cut(window.text))]
    state = claimed.facet(FacetName.STATE)
    without = [*turned, state.span] if state and state.span else turned
    terms = plain_words(whole or claimed, text, without)
    if not claimed.values:
        others = tuple(term for term in terms if TICKET_GROUP not in term.groups)
        terms = others if any(term.weight >= 1 for term in others) else terms
        terms = tuple(term for term in terms if not term.groups & SOLD_GROUPS)
    standing = _standing(claimed, quote)
    comparisons = compare_parts(claimed.parts, window, standing)
    comparisons.extend(
        compare_names(
            names_of(claimed, text), window, standing, segment, also=[part.text for part in claimed.parts]
        )
    )
    if terms:
        is_sure = is_marked or any(one.outcome is FacetOutcome.MATCH for one in comparisons)
        needed = WORDS_NAMED if is_sure else WORDS_MATCH
        said = (whole or claimed).quote.cut(text)
        comparisons.append(compare_words(terms, window, said, needed=needed))
    comparisons.extend(compare_stance(quote, own, window))
    comparisons.extend(compare_scopes(claimed, text, window, own))
    comparisons.extend(compare_times(quote, window, own))
    return comparisons


def _standing(claimed: Finding, quote: str) -> Callable[[Place, str], bool]:
    """Return whether a found place may stand for a claimed one.

    Flights to Istanbul are flights to Turkey, but a price or a share in Istanbul is none of Turkey. A place
    that the claim names itself, as where the flights start, stands only for itself.
    """
    own = {place_norm(place.name) for place in find_places(quote)}

    def stands_for(place: Place, name: str) -> bool:
        return not claimed.values and place_norm(place.name) not in own and lies_in(place.name, name)

    return stands_for


def compare_scopes(claimed: Finding, text: str, window: Window, own: Span) -> list[FacetComparison]:
    """Compare how much, and which of several, is claimed with what is shown."""
    is_price = claimed.kind == "price"
    theirs = {facet.norm: facet for facet in _scopes(window.text, own, is_price)}
    near = {facet.norm: facet for facet in _scopes(window.text, window.near, is_price)}
    state = claimed.facet(FacetName.STATE)
    ours = [
        facet
        for facet in _scopes(text, claimed.quote, is_price)
        if facet.norm != "all"
        or (
            not _is_counted(facet, text)
            and (facet.text.lower() in ("all", "every", "each") or not _is_inside(facet, state))
        )
    ]
    compared = [
        _compare_scope(facet, theirs, near, own, window.sentence, is_counted=not claimed.values)
        for facet in ours
    ]
    return [one for one in compared if one is not None]


_COUNT = re.compile(r"\s+(?:(?:of\s+)?(?:the|its|their)\s+)?\d")


def _is_counted(facet: Facet, text: str) -> bool:
    """Whether "all" is of a number that is said with it ("all 5,000 cards") and goes no further."""
    return facet.span is not None and _COUNT.match(text, facet.span.end) is not None


_SPAN_OF_TIME = re.compile(
    r"\b(?:within|in|over|than|for|after|half|once|every|last|this)\s+\Z", re.IGNORECASE
)
_AGO = re.compile(r"\s+(?:ago|earlier|before|later|old)\b", re.IGNORECASE)


def _scopes(text: str, within: Span, is_price: bool) -> list[Facet]:
    """Return the scopes of a stretch; "within a year" and "a year ago" are no periods of a price."""
    return [
        replace(facet, span=facet.span.shifted(within.start)) if facet.span else facet
        for facet in _scopes_of(within.cut(text), is_price)
    ]


@lru_cache(maxsize=4096)
def _scopes_of(text: str, is_price: bool) -> tuple[Facet, ...]:
    within = Span(0, len(text))
    return tuple(
        facet
        for facet in scope_facets(text, within, is_price=is_price)
        if (not facet.norm.startswith("per_") and not _is_one(facet, text))
        or (
            is_price
            and facet.norm.startswith("per_")
            and facet.span is not None
            and not _SPAN_OF_TIME.search(text, 0, facet.span.start)
            and not _AGO.match(text, facet.span.end)
        )
    )


def _is_inside(facet: Facet, state: Facet | None) -> bool:
    """Whether a scope is a word of the state itself ("fully booked")."""
    return bool(state and state.span and facet.span and state.span.overlaps(facet.span))


def _is_one(facet: Facet, text: str) -> bool:
    """Whether "single" only counts ("not a single ticket") and names no kind of trip."""
    if facet.norm != "one_way" or facet.span is None or facet.text.lower() != "single":
        return False
    return text[: facet.span.start].rstrip().lower().endswith((" a", "every", "one", "each", "no"))


def _stands_after(shown: Facet, own: Span, sentence: Span) -> bool:
    """Whether a scope stands behind the stretch of the matched figure, with the next figure."""
    return shown.span is not None and own.end <= shown.span.start < sentence.end


def _shown_near(norm: str, near: dict[str, Facet]) -> Facet | None:
    """Return a scope that the surroundings give to a sentence that says none itself.

    Not where they name its opposite too, as one-way and return; nor "all", which holds of its own sentence.
    """
    others = [group - {norm} for group in EXCLUSIVE_SCOPES if norm in group]
    if norm == "all" or any(one in near for group in others for one in group):
        return None
    return near.get(norm)


def _compare_scope(
    claimed: Facet,
    theirs: dict[str, Facet],
    near: dict[str, Facet],
    own: Span,
    sentence: Span,
    *,
    is_counted: bool,
) -> FacetComparison | None:
    if claimed.norm == "resale" and (face := theirs.get("face_value")) is not None:
        return FacetComparison(FacetName.SCOPE, claimed.text, face.text, FacetOutcome.INCOMPARABLE, face.span)
    shown = theirs.get(claimed.norm) or _shown_near(claimed.norm, near)
    is_others = shown is not None and claimed.norm not in theirs and _stands_after(shown, own, sentence)
    if shown is not None and is_others and any(claimed.norm in group for group in EXCLUSIVE_SCOPES):
        return FacetComparison(
            FacetName.SCOPE, claimed.text, shown.text, FacetOutcome.INCOMPARABLE, shown.span
        )
    if shown is not None:
        return FacetComparison(FacetName.SCOPE, claimed.text, shown.text, FacetOutcome.MATCH, shown.span)
    for group in EXCLUSIVE_SCOPES:
        if claimed.norm in group:
            other = next((theirs[norm] for norm in sorted(group) if norm in theirs), None)
            is_other = other is not None or claimed.norm == "resale"
            outcome = FacetOutcome.INCOMPARABLE if is_other else FacetOutcome.ABSENT
            found, span = (other.text, other.span) if other else ("", None)
            return FacetComparison(FacetName.SCOPE, claimed.text, found, outcome, span)
    if claimed.norm == "all" and is_counted:
        part = next((theirs[norm] for norm in sorted(_PARTIAL_SCOPES) if norm in theirs), None)
        found, span = (part.text, part.span) if part else ("", None)
        return FacetComparison(FacetName.SCOPE, claimed.text, found, FacetOutcome.WEAKER, span)
    return None
