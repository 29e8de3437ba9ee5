"""Says whether a clause about stock speaks of what a claim speaks of: no other part, no wider whole.

"The boat has room" says nothing of the plane, though both stand in one paragraph. What a clause speaks of is
therefore read in the clause itself, in what it refers back to, and in the sentences around that say nothing
of stock themselves: those are about the scene, the others about other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from factdesk.claims.aligning import Window, window_around
from factdesk.claims.alike import EMPTY, LIGHT_WEIGHT, Term, Terms, coverage, read_terms, stems_of
from factdesk.claims.findings import Finding
from factdesk.claims.names import TIME_NAME
from factdesk.claims.stock_reading import read_stock, stock_pattern, stock_table, stock_words, turned_clauses
from factdesk.claims.surroundings import topic_of
from factdesk.model import FacetName, Span
from factdesk.text.words import stem, words

TICKET_GROUPS = frozenset({"ticket", "flight", "train", "bus", "ship", "room", "departure"})
"""Groups of nouns that name stock and not what it is stock of: a word before one narrows it."""

_BELONGS = re.compile(r"\W*(?:those|they|these|it|all|both|which|some)\b", re.IGNORECASE)
"""A clause that begins so and says nothing of stock itself goes on about the same stock."""

_TIME_BEFORE = re.compile(
    r"\b(?:by|until|till|since|before|after|in|during|from|on|within|that|this|every)\s+(?:the\s+)?(?:\w+\s+)?\Z",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"\b(?:in|at|to|on|for|from|of|between|near)\b", re.IGNORECASE)
_TIME_AFTER = re.compile(
    r"\s*(?:\Z|[^\w\s]|(?:of|on|in|at|and|the|was|were|is|are|by|for|to|before|after)\b)"
)
_SENTENCE = re.compile(r"(?<=[.!?])[”\"’)]?\s+|\n")
_REFERS_BACK = re.compile(
    r"""\A\W*(?:(?:the\s)?(?:\w+\s)?(?:for|of|to|on|in)\s+)?
        (?:it|they|them|these|those|that|this|there|some|none|any|all\sof\s(?:them|it)|both|most|only|one|nothing
        |everything|her|his|their|its|the\s(?:rest|last|others?|remaining|first|second|third))\b
    |\b(?:of|for|to|on)\s(?:it|them|these|those|that)\b
    |\b(?:had|has|have)\s(?:some|none|plenty|any)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""A clause that leaves to the one before it what it speaks of ("Places for that can still be reserved")."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a clause about stock speaks of: its own words, those it refers back to, and the scene."""

    clause: Span
    said: str
    own: Terms
    before: Terms
    scene: Terms

    def holds(self, term: Term) -> bool:
        """Whether the clause speaks of a thing, itself or by what stands around it."""
        return self.own.holds(term) or self.before.holds(term) or self.scene.holds(term)


def spoken_in(found: Finding, text: str) -> Spoken:
    """Return what a found clause speaks of; offsets are those of the source."""
    return _spoken(text, found.sentence, _state_span(found))


def _state_span(found: Finding) -> Span:
    state = found.facet(FacetName.STATE)
    return state.span if state is not None and state.span is not None else found.quote


@lru_cache(maxsize=1024)
def _spoken(text: str, sentence: Span, state: Span) -> Spoken:
    said = sentence.cut(text)
    clauses = [one.shifted(sentence.start) for one in turned_clauses(said)]
    clause = next((one for one in clauses if one.start <= state.start < one.end), sentence)
    stated = [one.clause.shifted(sentence.start) for one in read_stock(said)]
    scene = [one for one in clauses if one != clause and one not in stated]
    own = read_terms(clause.cut(text))
    near = window_around(text, sentence).near
    before = _sentences(text, Span(near.start, sentence.start))
    after = _sentences(text, Span(sentence.end, near.end))
    scene += [one for one in (*before, *after) if not read_stock(one.cut(text))]
    earlier = [one for one in clauses if one.end <= clause.start] or before[-1:]
    later = [one for one in (*clauses, *after[:1]) if one.start >= clause.end and one not in stated]
    if later and _BELONGS.match(text, later[0].start, later[0].end) and later[0] in scene:
        own = own.joined(read_terms(later[0].cut(text)))
    is_back = _REFERS_BACK.search(clause.cut(text)) is not None
    is_short = clause.start > sentence.start and not _PREPOSITION.search(clause.cut(text))
    referred = earlier[-1:] if is_back or is_short else []
    return Spoken(
        clause,
        clause.cut(text),
        own,
        _joined(text, before if _is_bare(text, clause, state) else referred),
        _joined(text, scene).joined(topic_of(text)),
    )


def _is_bare(text: str, clause: Span, state: Span) -> bool:
    """Whether a clause names nothing but stock, times and places ("in Lagos there were places in August")."""
    return not any(
        term.form == "word"
        and term.weight > LIGHT_WEIGHT
        and not term.groups & TICKET_GROUPS
        and term.stem not in _stems("times")
        and not state.overlaps(term.span.shifted(clause.start))
        for term in read_terms(clause.cut(text)).terms
    )


def _sentences(text: str, span: Span) -> list[Span]:
    starts = [span.start, *(match.end() for match in _SENTENCE.finditer(text, span.start, span.end))]
    ends = [*starts[1:], span.end]
    pieces = (Span(start, end) for start, end in zip(starts, ends, strict=True) if end > start)
    return [one for one in pieces if one.cut(text).strip()]


def _joined(text: str, spans: Iterable[Span]) -> Terms:
    terms = EMPTY
    for span in spans:
        terms = terms.joined(read_terms(span.cut(text)))
    return terms


def with_spoken(window: Window, spoken: Spoken) -> Window:
    """Return a window in which only what the clause speaks of counts as near."""
    near = spoken.own.joined(spoken.before).joined(spoken.scene)
    return Window(
        window.text,
        spoken.clause,
        window.near,
        spoken.own,
        near,
        window.is_closed,
        window.around,
    )


def telling_words(claimed: Finding, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Return the words of a claim that say which part of a stock it speaks of.

    Those before the noun that is sold, and the words of ``restrictors`` wherever they stand.
    """
    item = claimed.facet(FacetName.ITEM)
    before = read_terms(item.text).terms[:-1] if item else ()
    stems = {term.stem for term in before if term.weight > LIGHT_WEIGHT and term.form != "number"}
    return tuple(
        term
        for term in terms
        if (term.stem in stems and term.stem not in _stems("plain")) or term.stem in _stems("restrictors")
    )


@lru_cache(maxsize=8)
def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in stock_words(name))


def narrowing_words(claimed: Finding, found: Finding, text: str, spoken: Spoken) -> tuple[Term, ...]:
    """Return the words by which a found clause speaks of a part of what the claim speaks of.

    "VIP tickets for the festival" are a part of the tickets for it; so are those "in the stalls".
    """
    claim = read_terms(claimed.text)
    said = Span(max(spoken.clause.start, found.quote.start), min(spoken.clause.end, found.quote.end))
    quote, state = said.shifted(-spoken.clause.start), _state_span(found).shifted(-spoken.clause.start)
    own = [term for term in spoken.own.terms if quote.covers(term.span) and not state.overlaps(term.span)]
    is_of_all = stock_pattern("universal").search(claimed.text) is not None
    clause = spoken.clause.cut(text)
    restricting = [
        *(term for term in own if _is_restricting(term, clause, is_of_all)),
        *_before_stock(found),
    ]
    return (*(term for term in restricting if not claim.holds(term)), *_in_phrases(own, claim))


def _is_restricting(term: Term, clause: str, is_of_all: bool) -> bool:
    """Whether a word narrows a stock; "sold out by the evening" says when, not which."""
    if term.form == "number" or not (
        term.stem in _stems("restrictors") or (is_of_all and term.stem in _stems("loose"))
    ):
        return False
    is_time = term.stem in _stems("times_of_day") and _TIME_AFTER.match(clause, term.span.end)
    return not (is_time and _TIME_BEFORE.search(clause, 0, term.span.start))


def _in_phrases(terms: Sequence[Term], claim: Terms) -> Iterable[Term]:
    """Return the first words of restricting phrases ("short-stay") that a claim does not say."""
    said = set(_phrases_of(claim.terms))
    return (one for phrase, one in _phrases_of(terms).items() if phrase not in said)


def _phrases_of(terms: Sequence[Term]) -> dict[tuple[str, ...], Term]:
    beside = ((one.stem, following.stem, one) for one, following in pairwise(terms))
    return {(first, second): one for first, second, one in beside if (first, second) in _phrases()}


@lru_cache(maxsize=1)
def _phrases() -> frozenset[tuple[str, ...]]:
    return frozenset(stems_of(phrase) for phrase in stock_table()["restricting_phrases"])


def _before_stock(found: Finding) -> Iterable[Term]:
    """Return the words before a noun that only says "ticket": it is a ticket of that sort."""
    item = found.facet(FacetName.ITEM)
    parts = read_terms(item.text).terms if item else ()
    if not parts or not parts[-1].groups & TICKET_GROUPS:
        return ()
    harmless = _stems("plain") | _stems("loose")
    return (
        term
        for term in parts[:-1]
        if term.weight > LIGHT_WEIGHT and term.form == "word" and term.stem not in harmless
    )


def share_spoken(terms: Sequence[Term], spoken: Spoken) -> float:
    """Return which share of a claim's words the clause speaks of, itself or by what stands around it."""
    return coverage(terms, spoken.own.joined(spoken.before).joined(spoken.scene))


def share_own(terms: Sequence[Term], spoken: Spoken) -> float:
    """Return which share of a claim's words stands in the clause or in what it refers back to."""
    return coverage(terms, spoken.own.joined(spoken.before))


def all_told(terms: Iterable[Term], claimed: Finding, spoken: Spoken) -> bool:
    """Whether the clause, or what it refers back to, says every telling word and phrase."""
    held = spoken.own.joined(spoken.before)
    phrases = set(_phrases_of(read_terms(claimed.text).terms))
    return all(held.holds(term) for term in terms) and phrases <= set(_phrases_of(held.terms))


def is_time_noun(term: Term) -> bool:
    """Whether a word only says when ("by the end of summer")."""
    return term.stem in _stems("times")


def is_plain(term: Term) -> bool:
    """Whether a word before a noun narrows nothing ("special", "annual")."""
    return term.stem in _stems("plain")


_OTHERS = frozenset({"other", "others", "another", "elsewhere", "else"})


def is_of_the_others(claimed: Finding, spoken: Spoken) -> bool:
    """Whether a clause speaks of the other ones ("there are plenty for the other days") than the claim."""
    said = {word for word, _ in words(spoken.said)}
    return bool(said & _OTHERS) and not {word for word, _ in words(claimed.text)} & _OTHERS


_SLOT = re.compile(
    r"\b(?P<link>at|in|on|for|of|from|with)\s+(?P<rest>[^,.;:()–—]*?)(?=\s+(?:at|in|on|for|of|from|with|to|by|is|are|was"
    r"|were|has|have|had|will|who|which|that|and|but|before|after|until|since|within|during|sold|than)\b|[,.;:()–—]|\Z)",
    re.IGNORECASE,
)


def other_slots(claimed: Finding, spoken: Spoken, text: str) -> tuple[str, ...]:
    """Return what a claim says behind a preposition where a clause says another thing behind the same one.

    Masks that are sold out at supermarkets are not sold out "at pharmacies".
    """
    ours, theirs = _slots(claimed.text), _slots(spoken.clause.cut(text))
    claim = read_terms(claimed.text)
    return tuple(
        phrase
        for link, phrases in ours.items()
        for phrase, terms in phrases
        if link in theirs
        and not any(spoken.holds(term) for term in terms)
        and not any(claim.holds(term) for _, others in theirs[link] for term in others)
    )


@lru_cache(maxsize=2048)
def _slots(text: str) -> dict[str, list[tuple[str, tuple[Term, ...]]]]:
    slots: dict[str, list[tuple[str, tuple[Term, ...]]]] = {}
    said = read_terms(text).terms
    for match in _SLOT.finditer(text):
        stretch = Span(*match.span("rest"))
        inside = [term for term in said if stretch.covers(term.span)]
        terms = tuple(term for term in inside if term.form == "word" and _is_thing(term))
        if terms and terms[-1] is inside[-1]:
            slots.setdefault(match["link"].lower(), []).append((match["rest"], terms))
    return slots


def _is_thing(term: Term) -> bool:
    return term.weight > LIGHT_WEIGHT and not is_time_noun(term) and not TIME_NAME.fullmatch(term.word)
