"""The prices of a source, each with what its own words say of it and what it takes from those before.

"A day ticket was £48 at the gate. Online it had been £36." are two prices of a day ticket: the second
takes over what the first is of, and has a channel and a time of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from factdesk.claims.aligning import times_in, value_segments
from factdesk.claims.alike import EMPTY, LIGHT_WEIGHT, Term, Terms, gather_terms, read_terms
from factdesk.claims.derived import direction_of
from factdesk.claims.price_traits import (
    CARRYING,
    HALF_PRICE,
    NO_TRAITS,
    Traits,
    read_traits,
    with_unit_behind,
)
from factdesk.claims.surroundings import topic_of
from factdesk.evidence.passages import ParsedSource
from factdesk.evidence.price_entry import Entry
from factdesk.evidence.price_moves import before_moves
from factdesk.evidence.price_stretches import nearest_words, stretch_end, when_told, with_year
from factdesk.model import Bound, Span, Value

MOST_ENTRIES = 160
"""A source with more prices is a price list, which these rules do not read."""


@dataclass(frozen=True, slots=True)
class PriceLedger:
    """All prices of a source, in reading order; ``paragraphs`` are the terms around each sentence."""

    source: ParsedSource
    entries: tuple[Entry, ...]
    topic: Terms

    def setting(self, entry: Entry) -> Terms:
        """Return the terms of the paragraph of a price up to its sentence: what comes later is of others."""
        context = self.source.contexts[entry.number]
        return read_terms(self.source.text[context.paragraph.start : context.sentence.end])

    def sequel(self, entry: Entry) -> Terms:
        """Return the terms of the rest of the paragraph."""
        context = self.source.contexts[entry.number]
        return read_terms(self.source.text[context.sentence.end : context.paragraph.end])


@lru_cache(maxsize=32)
def ledger_of(source: ParsedSource) -> PriceLedger:
    """Return the prices of a source; they are read once."""
    topic = topic_of(source.text).joined(read_terms(source.title))
    topic = topic.joined(_names_of(source))
    entries: list[Entry] = []
    for number, values in enumerate(source.figures):
        money = [
            one for one in values if one.span and is_money(one) and not source.is_denied("price", number, one)
        ]
        moves = [one for one in money if direction_of(one, source.text)]
        stated = [one for one in money if one not in moves and not _is_denied(one, source.text)]
        if stated:
            here = list(_of_sentence(source, number, stated, entries[-1] if entries else None))
            entries.extend(here)
            entries.extend(before_moves(source.text, source.contexts[number].sentence, here, moves))
        entries.extend(_half_prices(source, number, entries))
        if len(entries) > MOST_ENTRIES:
            return PriceLedger(source, (), topic)
    return PriceLedger(source, tuple(entries), topic)


NAME_SENTENCES = 2
"""A name that so many sentences hold is one of the whole text."""


def _names_of(source: ParsedSource) -> Terms:
    """Return the names that more than one sentence of a source holds."""
    names: dict[str, Term] = {}
    counts: Counter[str] = Counter()
    for number in range(len(source.contexts)):
        here = {term.stem: term for term in source.terms(number).terms if term.form == "name"}
        counts.update(here.keys())
        names.update(here)
    return gather_terms([term for stem, term in names.items() if counts[stem] >= NAME_SENTENCES])


def is_money(value: Value) -> bool:
    """Whether a value is an amount in some currency."""
    return len(value.unit) == 3 and value.unit.isupper() and value.low is not None


def _of_sentence(
    source: ParsedSource, number: int, money: Sequence[Value], last: Entry | None
) -> Iterator[Entry]:
    text, sentence = source.text, source.contexts[number].sentence
    segments = value_segments(text, sentence, money)
    spans = sorted((one.span for one in money if one.span), key=lambda one: one.start)
    lead = read_terms(text[sentence.start : spans[0].start])
    short_lead = read_terms(_clauses_before(text, sentence, spans[0]))
    around = read_traits(source.contexts[number].paragraph.cut(text))
    before = last if last and _is_near(source, last, number) else None
    for value in money:
        assert value.span is not None
        clause = _with_bracket(text, segments.get(value.span, sentence), spans)
        own = read_terms(text[clause.start : stretch_end(text, clause, value.span, spans)])
        is_first = clause.covers(spans[0])
        whole = own if is_first else own.joined(short_lead if _names_a_thing(own) else lead)
        taken, traits = EMPTY, _own_traits(text, clause, value.span, spans)
        traits = _with_end(text, clause, value.span, traits)
        if _leans_back(text, sentence, clause, whole):
            taken = _taken(source, number, before)
            traits = traits.joined(_lasting(before)) if before else traits
        times = times_in(nearest_words(text, clause, value.span, spans)) or times_in(
            text[sentence.start : spans[0].start]
        )
        times = with_year(times, nearest_words(text, clause, value.span, spans), source.published_on)
        when = when_told(text, sentence, clause, value.span, spans)
        entry = Entry(number, value, clause, whole, taken, traits, around, when, times)
        yield entry
        if value.role != "also":
            before = entry


def _clauses_before(text: str, sentence: Span, first: Span) -> str:
    """Return the clauses before that of the first figure: they speak of all figures of a sentence."""
    cuts = [match.start() for match in _CLAUSE_END.finditer(text, sentence.start, first.start)]
    return text[sentence.start : cuts[-1]] if cuts else ""


_CLAUSE_END = re.compile(r"[;:]\s|\s[–—-]\s|,\s")


def _names_a_thing(terms: Terms) -> bool:
    """Whether a stretch says itself of what its figure is."""
    return any(
        term.form == "word" and term.weight > LIGHT_WEIGHT and term.stem not in CARRYING
        for term in terms.terms
    )


def _with_bracket(text: str, clause: Span, spans: Sequence[Span]) -> Span:
    """Return a clause that starts behind a bracket with the words of the bracket and those before it.

    "Child (under 16) $4.70" is one entry of a list.
    """
    if not text.startswith(")", clause.start):
        return clause
    least = max([0, *(one.end for one in spans if one.end <= clause.start)])
    opened = text.rfind("(", least, clause.start)
    if opened < 0:
        return clause
    cuts = [text.rfind(mark, least, opened) + 1 for mark in (",", ";", ":", ".", "\n")]
    return Span(max(least, *cuts), clause.end)


def _own_traits(text: str, clause: Span, span: Span, spans: Sequence[Span]) -> Traits:
    """Return the traits of a figure: those beside it, then those of the subject of its clause."""
    beside = read_traits(nearest_words(text, clause, span, spans))
    first = min((one for one in spans if clause.covers(one)), key=lambda one: one.start, default=span)
    if first != span:
        beside = beside.joined(read_traits(text[clause.start : first.start]))
    return with_unit_behind(beside, text, span.end)


_LOW_END = re.compile(
    r"\b(?:between|(?:ran|runs?|ranged?|ranging|var(?:y|ied|ies))\s+from)\s+(?:about\s+)?\Z", re.IGNORECASE
)
_HIGH_END = re.compile(
    r"\b(?:between\s[^.;]*\sand|(?:ran|runs?|ranged?|ranging|var(?:y|ied|ies))\s+from\s[^.;]*\sto)\s+(?:about\s+)?\Z",
    re.IGNORECASE,
)


def _with_end(text: str, clause: Span, span: Span, traits: Traits) -> Traits:
    """Return the traits with the end of a range that a figure is ("between £22 ... and £130")."""
    before = text[max(0, span.start - 80) : span.start]
    end = "low" if _LOW_END.search(before) else "high" if _HIGH_END.search(before) else ""
    del clause
    return Traits({**traits.values, "end": frozenset({end})}) if end else traits


_BACK = re.compile(
    r"\A[“\"(]?\s*(?:(?:and|but|yes|no|well|so|then|still|of\s+these),?\s+)?"
    r"(?:that|it|this|they|these|those|he|she|both|its|their|there|one|at\s+the\s+(?:old|new|official)|now|then|today|online|in\s+\w+,?\s+it"
    r"|a\s+(?:year|month|week)\s+(?:ago|earlier|before)|\w+\s+years?\s+(?:ago|earlier|before)|last\s+\w+|the\s+(?:same|price|fare|window|face\s+value|official\s+price|estimate|fee|cost|rate|other))\b"
    r"|\bthe\s+same\b|\b(?:it|they)\s+(?:was|were|had|is|are|cost|costs|will|would|has)\b|\bthat\s+it\b|\bof\s+(?:it|them|these|those)\b",
    re.IGNORECASE,
)


def _leans_back(text: str, sentence: Span, clause: Span, own: Terms) -> bool:
    """Whether a price does not say itself of what it is, or its sentence refers back."""
    if _BACK.search(sentence.cut(text)) or _BACK.match(clause.cut(text).lstrip(" ,;:–—-")):
        return True
    return not _names_a_thing(own)


_NOT = re.compile(r"\b(?:not|never|isn['’]t|wasn['’]t)\s+\Z", re.IGNORECASE)


def _is_denied(value: Value, text: str) -> bool:
    assert value.span is not None
    return _NOT.search(text[max(0, value.span.start - 12) : value.span.start]) is not None


def _is_near(source: ParsedSource, last: Entry, number: int) -> bool:
    """Whether a price stands in the same paragraph: no other order of paragraphs changes what is meant."""
    return source.contexts[last.number].paragraph == source.contexts[number].paragraph


def _taken(source: ParsedSource, number: int, before: Entry | None) -> Terms:
    """Return what a price takes over: the words of the sentences before it, and of the price before."""
    terms = list(before.own.terms) + list(before.taken.terms) if before else []
    paragraph = source.contexts[number].paragraph
    for earlier in range(number - 1, max(number - 3, -1), -1):
        if source.contexts[earlier].paragraph != paragraph or (before and earlier < before.number):
            break
        terms += source.terms(earlier).terms
    return gather_terms([term for term in terms if term.form != "number"])


_PASSING = ("end", "market", "channel", "figure", "ring", "period", "sold_by")


def _lasting(before: Entry) -> Traits:
    """Return the traits that go over to a price that refers back: of whom and what, not which of them."""
    kept = {axis: values for axis, values in before.traits.values.items() if axis not in _PASSING}
    return Traits(kept)


def _half_prices(source: ParsedSource, number: int, entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the prices of those who pay half of what the sentence, or the one before, says."""
    sentence = source.contexts[number].sentence
    for match in HALF_PRICE.finditer(source.text, sentence.start, sentence.end):
        start = max(
            (source.text.rfind(mark, sentence.start, match.start()) + 1 for mark in ",;(–"),
            default=sentence.start,
        )
        clause = Span(max(start, sentence.start), match.end())
        whose = read_traits(clause.cut(source.text)).on("buyer")
        if not whose:
            continue
        bases = [
            one
            for one in entries
            if one.number == number and one.value.span and one.value.span.end <= match.start()
        ]
        bases = bases or [one for one in entries if one.number == number - 1]
        for base in bases:
            yield _halved(base, clause, whose, number)


def _halved(base: Entry, clause: Span, whose: frozenset[str], number: int) -> Entry:
    low, high = base.value.low, base.value.high
    assert low is not None
    half = replace(
        base.value,
        low=low / 2,
        high=(high if high is not None else low) / 2,
        bound=Bound.EXACT,
        precision=Decimal("0.01"),
    )
    traits = Traits({**base.traits.values, "buyer": whose})
    return replace(base, number=number, value=half, clause=clause, traits=traits, around=NO_TRAITS)
