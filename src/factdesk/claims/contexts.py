"""What a kind may look at when it reads one sentence: the sentence and its surroundings.

Quantities, places, dates and quotations are looked up only when a kind asks for them, so that the many
sentences without a trigger cost next to nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from factdesk.claims.long_sentences import short_sentences
from factdesk.model import Span
from factdesk.text.dates import DateMention, find_dates
from factdesk.text.places import Place, find_places
from factdesk.text.quantities import Change, Quantity, find_changes, find_quantities
from factdesk.text.sentences import split_paragraphs, split_sentences

_WORD = re.compile(r"[a-z]+|\d+|[%£$€¥₦₹₽₴]")
_QUOTE = re.compile(r"“[^”\n]{1,600}”|\"[^\"\n]{1,600}\"|«[^»\n]{1,600}»|(?<!\w)‘[^‘\n]{1,600}?’(?!\w)")
_LOOK_BACK = 3
"""So many earlier sentences are looked at for what "it", "a third" or "the fare" refers to."""

_QUANTITIES_MAX = 50
"""A sentence of more figures is a table or no text at all: what each of them is about cannot be told."""


class Document:
    """One text with what was found in all of it, each looked up at most once.

    ``like`` is another edition of the text: the quantities of a sentence that both have are read once.
    """

    def __init__(self, text: str, published_on: date | None = None, *, like: Document | None = None) -> None:
        self.text = text
        self.published_on = published_on
        self.paragraphs = split_paragraphs(text)
        self.sentences = short_sentences(text, split_sentences(text))
        self._quantities: dict[tuple[str, str | None], list[Quantity]] = (
            {} if like is None else like._quantities
        )

    def quantities_in(self, said: str, country: str | None) -> list[Quantity]:
        """Return the quantities of one of the sentences, as offsets into it, by the money of a country."""
        key = (said, country)
        if key not in self._quantities:
            self._quantities[key] = find_quantities(said, country=country)
        return self._quantities[key]

    @cached_property
    def places(self) -> list[Place]:
        """All places of the text, in reading order."""
        return find_places(self.text)

    @cached_property
    def quotes(self) -> list[Span]:
        """All quotations of the text, with their marks."""
        return [Span(match.start(), match.end()) for match in _QUOTE.finditer(self.text)]

    def contexts(self) -> Iterator[SentenceContext]:
        """Yield one context a sentence, in reading order."""
        starts = [paragraph.start for paragraph in self.paragraphs]
        for index, sentence in enumerate(self.sentences):
            at = bisect_right(starts, sentence.start) - 1
            yield SentenceContext(self, index, self.paragraphs[max(at, 0)])

    def country_near(self, offset: int, *, after: int) -> Iterator[str]:
        """Yield the countries spoken of, the nearest before ``after`` first, then the later ones."""
        at = bisect_left(self.places, after, key=lambda place: place.span.start)
        nearby = sorted(self.places[max(0, at - 12) : at], key=lambda one: abs(one.span.start - offset))
        for place in (*nearby, *self.places[at : at + 3]):
            if place.country:
                yield place.country


@dataclass(frozen=True)
class SentenceContext:
    """One sentence of a document. All spans are offsets into the whole text."""

    document: Document
    index: int
    paragraph: Span

    @property
    def text(self) -> str:
        """The whole text."""
        return self.document.text

    @property
    def sentence(self) -> Span:
        """Where the sentence stands."""
        return self.document.sentences[self.index]

    @cached_property
    def words(self) -> frozenset[str]:
        """The lower-case ASCII words, figures and currency signs of the sentence."""
        return frozenset(_WORD.findall(self.sentence.cut(self.text).lower()))

    @property
    def previous(self) -> tuple[Span, ...]:
        """The sentences just before this one, nearest first."""
        return tuple(reversed(self.document.sentences[max(0, self.index - _LOOK_BACK) : self.index]))

    @property
    def following(self) -> Span | None:
        """The sentence just after this one."""
        later = self.document.sentences[self.index + 1 : self.index + 2]
        return later[0] if later else None

    @cached_property
    def before(self) -> str:
        """The words of the earlier sentences that this one may refer to, in reading order."""
        if not self.previous:
            return ""
        return self.text[self.previous[-1].start : self.sentence.start]

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantities of the sentence; "$" and "pesos" are read by the nearest place that fits.

        Empty for a sentence of more figures than people write.
        """
        found = self._read_quantities(None)
        if len(found) > _QUANTITIES_MAX:
            return ()
        if not any(one.ambiguous for one in found):
            return found
        where = next(one.span.start for one in found if one.ambiguous)
        tried: set[str] = set()
        for country in self.document.country_near(where, after=self.sentence.end):
            if country not in tried:
                tried.add(country)
                read = self._read_quantities(country)
                if not any(one.ambiguous for one in read):
                    return read
        return found

    def _read_quantities(self, country: str | None) -> tuple[Quantity, ...]:
        found = self.document.quantities_in(self.sentence.cut(self.text), country)
        return tuple(shift_quantity(one, self.sentence.start) for one in found)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes ("rose from X to Y") of the sentence."""
        local = [shift_quantity(one, -self.sentence.start) for one in self.quantities]
        by = self.sentence.start
        return tuple(
            Change(
                before=None if one.before is None else shift_quantity(one.before, by),
                after=None if one.after is None else shift_quantity(one.after, by),
                by=None if one.by is None else shift_quantity(one.by, by),
                span=one.span.shifted(by),
                direction=one.direction,
            )
            for one in find_changes(self.sentence.cut(self.text), local)
        )

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places that the sentence names."""
        inside = find_places(self.sentence.cut(self.text))
        by = self.sentence.start
        return tuple(Place(one.span.shifted(by), one.name, one.form, one.country) for one in inside)

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """The dates that the sentence names."""
        by = self.sentence.start
        return tuple(
            replace(one, span=one.span.shifted(by))
            for one in find_dates(self.sentence.cut(self.text), self.document.published_on)
        )

    def is_quoted(self, span: Span) -> bool:
        """Whether the span lies inside quotation marks."""
        quotes = self.document.quotes
        at = bisect_right(quotes, span.start, key=_start_of) - 1
        return at >= 0 and quotes[at].covers(span)


def _start_of(span: Span) -> int:
    return span.start


def shift_quantity(quantity: Quantity, by: int) -> Quantity:
    """Return the quantity with all its spans moved right by ``by`` code points."""
    return quantity._replace(
        span=quantity.span.shifted(by),
        whole=quantity.whole.shifted(by),
        restated=tuple(shift_quantity(one, by) for one in quantity.restated),
    )
