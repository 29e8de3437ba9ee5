"""Puts a verdict together: the rule that applies, its reasons in words, what is missing, what shows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factdesk.claims.aligning import clauses_of, figure_spans, window_around
from factdesk.claims.alike import coverage, read_terms
from factdesk.claims.findings import Finding
from factdesk.claims.stock_lists import with_listed_stock
from factdesk.claims.surroundings import refers_back
from factdesk.evidence.compare import claim_terms, compare_with_source
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.retrieve import choose_from
from factdesk.model import FacetComparison, FacetOutcome, Rating, Reason, Span
from factdesk.sources.outcomes import say_outcome
from factdesk.text.quantities import find_quantities
from factdesk.verdicts.near_copies import find_alteration
from factdesk.verdicts.price_weighing import weigh_prices
from factdesk.verdicts.reading import find_verbatim
from factdesk.verdicts.rivals import weigh_rivals
from factdesk.verdicts.rules import ALTERED_COPY, SEVERAL_FIGURES, Case, Rule, first_rule
from factdesk.verdicts.value_notes import OVERSTATED, UNDERSTATED
from factdesk.verdicts.weighing import Weighed, weigh
from factdesk.verdicts.wording import CLAUSE_SHOWN

MOST_EVIDENCE = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage to show: the number of its source, its span there, and its facets."""

    source: int
    span: Span
    quote: str
    facets: tuple[FacetComparison, ...]


@dataclass(frozen=True, slots=True)
class Assembled:
    """A rating with its reasons; the first passage shown is the deciding one."""

    rating: Rating
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    facets: tuple[FacetComparison, ...]
    shown: tuple[Shown, ...]
    share: float
    """The largest share of the claim's weight that a compared passage holds."""
    is_decided: bool


@dataclass(frozen=True, slots=True)
class _Of:
    """A weighed passage and the number of its source."""

    source: int
    weighed: Weighed


def assemble(
    claimed: Finding,
    text: str,
    sources: Sequence[ParsedSource],
    *,
    verbatim: tuple[int, Span] | None = None,
    outcomes: Sequence[str] = (),
) -> Assembled:
    """Judge one claim against parsed sources. ``outcomes`` names those that gave no text."""
    claimed = with_listed_stock(claimed, text)
    found = [
        _Of(number, weighed)
        for number, source in enumerate(sources)
        for weighed in _weigh_source(claimed, text, source)
    ]
    if verbatim is not None:
        found = [one for one in found if not _is_in_itself(one, verbatim)]
    else:
        found += _rivals(claimed, text, sources, found)
    case = Case(
        kind=claimed.kind,
        parts=tuple(part.text for part in claimed.parts),
        weighed=tuple(one.weighed for one in found),
        has_sources=bool(sources or outcomes),
        has_text=bool(sources),
        is_verbatim=verbatim is not None,
        is_read=True,
        of_other_sources=_of_other_sources(text, sources, found) if verbatim else frozenset(),
        gives_several_figures=_gives_several_figures(claimed, text),
        altered=None if verbatim else _altered(claimed, text, sources, found),
    )
    rule = first_rule(case)
    deciding = _deciding(rule, case, found)
    missing = _missing(rule, case, deciding)
    facets = deciding[0].weighed.compared.facets if deciding else ()
    shown = _shown(claimed, text, sources, deciding, verbatim)
    share = max((one.weighed.compared.share for one in found), default=0.0)
    reason = _reason(rule, case, missing, outcomes)
    is_decided = (bool(deciding) and rule.code not in _FOR_A_PERSON) or rule.code == "verbatim"
    return Assembled(
        rule.rating,
        (reason,),
        missing,
        facets,
        shown,
        share,
        is_decided,
    )


def _weigh_source(claimed: Finding, text: str, source: ParsedSource) -> list[Weighed]:
    weighed = weigh(claimed, text, compare_with_source(claimed, text, source), source.text)
    return weigh_prices(claimed, text, source, weighed)


def _rivals(claimed: Finding, text: str, sources: Sequence[ParsedSource], found: Sequence[_Of]) -> list[_Of]:
    """Return what second accounts in the sources say against a claim that they back."""
    return [
        _Of(number, rival)
        for number, source in enumerate(sources)
        for rival in weigh_rivals(
            claimed, text, source, [one.weighed for one in found if one.source == number]
        )
    ]


_FOR_A_PERSON = frozenset({ALTERED_COPY, SEVERAL_FIGURES})
"""Rules that show a passage and leave to a person what it says."""


def _gives_several_figures(claimed: Finding, text: str) -> bool:
    """Whether a sentence gives more amounts or shares than one, but for an amount in another currency."""
    if claimed.kind == "sellout":
        return False
    own = [one for one in claimed.values if one.role != "also"]
    said = [one for one in find_quantities(text) if one.unit != "count" and one.form != "duration"]
    return max(len(own), len(said)) > 1


def _altered(
    claimed: Finding, text: str, sources: Sequence[ParsedSource], found: Sequence[_Of]
) -> tuple[str, str] | None:
    """Return what the claim has changed in a sentence that it repeats, and what the source has there."""
    for number, source in enumerate(sources):
        sentences = [one.weighed.compared.finding.sentence for one in found if one.source == number]
        figures = figure_spans(claimed, text)
        altered = find_alteration(text, figures, sentences, source.text)
        if altered is not None:
            return altered.claimed.cut(text), altered.found.cut(source.text)
    return None


def _of_other_sources(text: str, sources: Sequence[ParsedSource], found: Sequence[_Of]) -> frozenset[int]:
    """Return the places in ``found`` of what sources say that have not the claim's sentence word for word."""
    others = {number for number, one in enumerate(sources) if find_verbatim(text, one.text) is None}
    return frozenset(place for place, one in enumerate(found) if one.source in others)


def _is_in_itself(one: _Of, verbatim: tuple[int, Span]) -> bool:
    """Whether a passage that denies is the very sentence that the claim repeats."""
    number, span = verbatim
    return (
        one.source == number
        and one.weighed.stance == "denies"
        and span.overlaps(one.weighed.compared.passage.span)
    )


def unread(
    text: str,
    sources: Sequence[ParsedSource],
    verbatim: tuple[int, Span] | None,
    outcomes: Sequence[str] = (),
) -> Assembled:
    """Judge a sentence that no kind reads: it is supported where it stands word for word."""
    case = Case("", (), (), bool(sources or outcomes), bool(sources), verbatim is not None, is_read=False)
    rule = first_rule(case)
    shown = _shown(None, text, sources, [], verbatim)
    reason = _reason(rule, case, (), outcomes)
    return Assembled(rule.rating, (reason,), (), (), shown, 0.0, bool(shown))


def _deciding(rule: Rule, case: Case, found: Sequence[_Of]) -> list[_Of]:
    """Return the passages that decided, the closest first."""
    chosen: tuple[Weighed, ...] = ()
    if rule.rating is Rating.REFUTED:
        chosen = case.denying
    elif rule.rating is Rating.CONFLICTING:
        chosen = (*case.backing[:1], *case.denying)
    elif rule.code in (UNDERSTATED, "all_facets_match", "parts_missing"):
        chosen = case.backing
    elif rule.code == SEVERAL_FIGURES:
        chosen = case.denying
    elif rule.code == ALTERED_COPY:
        chosen = (*case.backing, *case.having("partly"))
    elif rule.code == "facets_missing":
        chosen = tuple(sorted(case.having("partly"), key=lambda one: len(one.missing)))
    return [next(one for one in found if one.weighed is weighed) for weighed in chosen]


def _missing(rule: Rule, case: Case, deciding: Sequence[_Of]) -> tuple[str, ...]:
    if rule.rating is not Rating.PARTIALLY_SUPPORTED:
        return ()
    own = deciding[0].weighed.missing if rule.code == "facets_missing" else ()
    return tuple(dict.fromkeys((*case.parts_missing, *own)))


def _reason(rule: Rule, case: Case, missing: Sequence[str], outcomes: Sequence[str]) -> Reason:
    claimed = found = ""
    if case.denying:
        conflict = next(
            one for one in case.denying[0].compared.facets if one.outcome is FacetOutcome.CONFLICT
        )
        said = conflict.found
        if said.lower() == conflict.claimed.lower():  # one word of two things: the passage tells them apart
            said = " ".join(case.denying[0].compared.finding.text.split())
        claimed, found = f"“{conflict.claimed}”", f"“{said}”"
    elif case.altered is not None:
        claimed, found = (f"“{one}”" if one else "nothing" for one in case.altered)
    stance = {UNDERSTATED: "backs", OVERSTATED: "silent"}.get(rule.code, "")
    if note := case.note_of(stance, rule.code):
        claimed, found = f"“{note.claimed}”", f"“{note.found}”"
    sentence = rule.sentence.format(
        missing=_listed(missing),
        claimed=claimed,
        found=found,
        unread=say_unread(outcomes),
    )
    return Reason(rule.code, sentence)


def say_unread(outcomes: Sequence[str]) -> str:
    """Return in words why sources gave no text, each outcome once with its count."""
    counts = Counter(outcomes)
    said = [_as_clause(say_outcome(outcome)) for outcome in counts]
    if len(outcomes) == 1:
        return f"The linked source gave no text: {said[0]}."
    if len(counts) == 1:
        return f"None of the {len(outcomes)} linked sources gave a text: {said[0]}."
    counted = [f"{clause} ({count})" for clause, count in zip(said, counts.values(), strict=True)]
    return f"None of the {len(outcomes)} linked sources gave a text: {', '.join(counted)}."


def _as_clause(sentence: str) -> str:
    """Return a sentence as a clause within another: lower-case first letter, no full stop."""
    first = re.split(r"[;,:] ", sentence.rstrip("."), maxsplit=1)[0]
    return first[:1].lower() + first[1:]


def _listed(words: Sequence[str]) -> str:
    said = [f"“{word}”" for word in words]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1] if said else ""


def _shown(
    claimed: Finding | None,
    text: str,
    sources: Sequence[ParsedSource],
    deciding: Sequence[_Of],
    verbatim: tuple[int, Span] | None,
) -> tuple[Shown, ...]:
    shown = []
    if verbatim is not None:
        number, span = verbatim
        shown.append(Shown(number, span, span.cut(sources[number].text), ()))
    for one in deciding:
        span = one.weighed.compared.passage.span
        quote = span.cut(sources[one.source].text)
        shown.append(Shown(one.source, span, quote, one.weighed.compared.facets))
    if deciding:
        shown.extend(_antecedent(deciding[0], sources))
    if not shown and claimed is not None:
        shown = _nearest(claimed, text, sources)
    unique = {(one.source, one.span): one for one in reversed(shown)}
    return tuple(dict.fromkeys(unique[(one.source, one.span)] for one in shown))[:MOST_EVIDENCE]


def _antecedent(one: _Of, sources: Sequence[ParsedSource]) -> Iterator[Shown]:
    """Yield the sentence before a passage that refers back: it says what "it" is in "It costs 9 euros"."""
    source, passage = sources[one.source], one.weighed.compared.passage
    before = source.passages[passage.number - 1] if passage.number else None
    is_near = before is not None and before.paragraph == passage.paragraph
    if before is not None and is_near and refers_back(passage.span.cut(source.text)):
        yield Shown(one.source, before.span, before.span.cut(source.text), ())


def _nearest(claimed: Finding, text: str, sources: Sequence[ParsedSource]) -> list[Shown]:
    """Return the passages that come nearest, so that a reviewer sees why nothing is settled."""
    chosen = choose_from(claim_terms(claimed, text), sources)
    return [
        Shown(one.source, one.passage.span, one.passage.span.cut(sources[one.source].text), ())
        for one in chosen
    ]


def conjoin(ratings: Sequence[Rating]) -> Rating:
    """Return the rating of a sentence that makes several claims (their conjunction)."""
    for rating in (Rating.REFUTED, Rating.CONFLICTING):
        if rating in ratings:
            return rating
    for rating in (Rating.SUPPORTED, Rating.NOT_ENOUGH_EVIDENCE):
        if all(one is rating for one in ratings):
            return rating
    return Rating.PARTIALLY_SUPPORTED


def uncovered_rest(
    text: str, findings: Sequence[Finding], sources: Sequence[ParsedSource], shown: Sequence[Shown]
) -> tuple[str, ...]:
    """Return the clauses of a sentence outside all its claims that the shown passages do not hold."""
    near = read_terms("")
    for one in shown:
        near = near.joined(window_around(sources[one.source].text, one.span).near_terms)
    missing = []
    for clause in clauses_of(text, Span(0, len(text))):
        if any(one.quote.overlaps(clause) for one in findings):
            continue
        terms = read_terms(clause.cut(text)).terms
        named = [term for term in terms if term.form in ("name", "number") and term.weight >= 1]
        is_shown = coverage(terms, near) >= CLAUSE_SHOWN and all(near.holds(term) for term in named)
        if any(term.weight >= 1 for term in terms) and not is_shown:
            missing.append(clause.cut(text))
    return tuple(missing)
