"""A source parsed once: its sentences with exact spans, their paragraphs, and what the kinds find there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial

from factdesk.claims.alike import Terms, read_terms
from factdesk.claims.contexts import Document, SentenceContext
from factdesk.claims.findings import Finding
from factdesk.evidence.editions import same_sentence
from factdesk.evidence.figures import figures_by_sentence
from factdesk.evidence.said_index import SaidIndex
from factdesk.evidence.sentence_findings import SentenceFindings, is_supposing, may_deny, read_sentence
from factdesk.evidence.sentence_index import SentenceIndex
from factdesk.evidence.share_entries import read_shares
from factdesk.evidence.share_entry import ShareEntry, Shares
from factdesk.model import Block, Span, Value
from factdesk.text.places import find_places, lies_in

TOPIC_MENTIONS = 3
"""A name that a source says so often is what the source is about."""

LONGEST_SOURCE = 300_000
"""Code points of a source that are looked at; a longer text is cut there and the verdict says so."""


_SO_MANY_IN = re.compile(
    r"\b(?:in|out\s+of)\s+(?:(?:every|each)\s+)?(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|\d{1,3})\b"
    r"|\b\d{1,2}\s?(?:to|[-–])\s?\d{1,2}\b",
    re.IGNORECASE,
)


def _at_its_figure(value: Value, figures: Sequence[Value]) -> Value:
    """Return a share with the span of its own figure where the kind gives that of a pair ("51 to 40")."""
    spans = [
        one.span
        for one in figures
        if one.span
        and one.unit == "count"
        and one.low == value.low
        and value.span
        and value.span.covers(one.span)
    ]
    return replace(value, span=spans[0]) if spans and value.unit == "percent" else value


def _overlap(one: Value, other: Value) -> bool:
    return bool(one.span and other.span and one.span.overlaps(other.span))


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a source. ``near`` is the sentence with its neighbours in the same paragraph.

    ``form`` is the form of the block it stands in: main, table, caption or note.
    """

    number: int
    span: Span
    near: Span
    paragraph: Span
    form: str


class ParsedSource:
    """A source's text with everything that several claims need of it, each looked up at most once."""

    def __init__(
        self,
        text: str,
        *,
        title: str | None = None,
        published_on: date | None = None,
        blocks: Sequence[Block] = (),
        like: ParsedSource | None = None,
    ) -> None:
        """Take a text; what was read of ``like``, another edition of it, holds where both say the same."""
        self.is_cut = len(text) > LONGEST_SOURCE
        self.text = text[:LONGEST_SOURCE]
        self.title = title or ""
        self.published_on = published_on
        self._title = read_terms(self.title)
        self._like = like if like is not None and like.published_on == published_on else None
        known = None if self._like is None else self._like._document
        self._document: Document = Document(self.text, published_on, like=known)
        self.blocks = tuple(blocks)
        self._read: dict[tuple[str, int], SentenceFindings] = {}

    @cached_property
    def contexts(self) -> tuple[SentenceContext, ...]:
        """One context a sentence, in reading order."""
        return tuple(self._document.contexts())

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The sentences of the source, each with its paragraph and its neighbours there."""
        return tuple(self._passage(number) for number in range(len(self.contexts)))

    def _passage(self, number: int) -> Passage:
        here = self.contexts[number]
        near = [
            other.sentence
            for other in self.contexts[max(0, number - 1) : number + 2]
            if other.paragraph == here.paragraph
        ]
        return Passage(
            number=number,
            span=here.sentence,
            near=Span(near[0].start, near[-1].end),
            paragraph=here.paragraph,
            form=self._form_at(here.sentence.start),
        )

    def findings(self, kind: str, number: int) -> tuple[Finding, ...]:
        """Return what one kind finds in one sentence; those set aside assert nothing and are left out."""
        return self._sentence(kind, number).findings

    def is_silent(self, kind: str, number: int) -> bool:
        """Whether one kind finds nothing at all in a sentence, not even what it sets aside."""
        return self._sentence(kind, number).is_silent

    def _sentence(self, kind: str, number: int) -> SentenceFindings:
        key = (kind, number)
        if key not in self._read:
            self._read[key] = self._same(kind, number) or read_sentence(kind, self.contexts[number])
        return self._read[key]

    def _same(self, kind: str, number: int) -> SentenceFindings | None:
        """Return what a kind finds in the other edition where it says the same, with all around it."""
        if self._like is None:
            return None
        same = same_sentence(self._document, number, self._like._document)
        return None if same is None else self._like._sentence(kind, same)

    def figures_near(self, kind: str, passage: Passage) -> tuple[Value, ...]:
        """Return every figure of a sentence and of its neighbours in the paragraph.

        A figure that the source denies, asks for or supposes ("it is not true that ... £6.20") is none.
        """
        first = max(0, passage.number - 1)
        return tuple(
            value
            for number in range(first, min(passage.number + 2, len(self.contexts)))
            if self.contexts[number].paragraph == passage.paragraph
            for value in self.figures[number]
            if not self.is_denied(kind, number, value)
        )

    def is_denied(self, kind: str, number: int, value: Value) -> bool:
        """Whether the source denies, asks for or supposes a figure of one sentence."""
        if value.span is None or not may_deny(kind, self.contexts[number].sentence.cut(self.text)):
            return False
        return any(value.span.overlaps(one) for one in self._sentence(kind, number).denied)

    @cached_property
    def figures(self) -> tuple[tuple[Value, ...], ...]:
        """The figures of every sentence."""
        return figures_by_sentence(self.contexts)

    @cached_property
    def shares(self) -> Shares:
        """The shares of people that the source gives, each with whom, on which side and when."""
        figures = [self._with_people_counted(number) for number in range(len(self.contexts))]
        read = read_shares(self.text, self.title, self.contexts, figures)
        said = [self._typed(one) for one in read.entries]
        return replace(read, entries=tuple(one for one in said if one is not None))

    def _with_people_counted(self, number: int) -> tuple[Value, ...]:
        """Return the figures of a sentence with shares that only the kind reads ("two voters in five")."""
        figures = self.figures[number]
        if not _SO_MANY_IN.search(self.contexts[number].sentence.cut(self.text)):
            return figures
        counted = [
            _at_its_figure(value, figures)
            for one in self.findings("poll", number)
            for value in one.values
            if value.span
        ]
        return (
            *figures,
            *(
                one
                for one in counted
                if not any(_overlap(one, other) and other.unit == one.unit for other in figures)
            ),
        )

    def _typed(self, entry: ShareEntry) -> ShareEntry | None:
        """Return the entry with what tells whether the kind "poll" reads its figure as a share of people too.

        None where the source takes the figure back; one that holds under a condition is marked.
        """
        if self.is_denied("poll", entry.number, entry.value):
            is_supposed = is_supposing(self.contexts[entry.number].sentence.cut(self.text))
            return replace(entry, is_supposed=True) if is_supposed else None
        return replace(entry, typed=partial(self._reads_as_poll, entry.number, entry.value))

    def _reads_as_poll(self, number: int, value: Value) -> bool:
        found = (other for one in self.findings("poll", number) for other in one.values)
        return any(_overlap(value, other) for other in found)

    def terms(self, number: int) -> Terms:
        """Return the terms of one sentence."""
        return self._terms[number]

    @cached_property
    def index(self) -> SentenceIndex:
        """Which sentences hold a term."""
        return SentenceIndex(self._terms)

    @cached_property
    def said(self) -> SaidIndex:
        """Which numbers, days and measures the source says, and where."""
        return SaidIndex(self.text, self.contexts)

    @cached_property
    def _terms(self) -> tuple[Terms, ...]:
        return tuple(read_terms(context.sentence.cut(self.text)) for context in self.contexts)

    def is_about(self, name: str, passage: Passage, also: Iterable[str] = ()) -> bool:
        """Whether the source is about a name, and the passage names no place but it and those in ``also``."""
        terms = read_terms(name).terms
        is_in_title = bool(terms) and all(self._title.holds(term) for term in terms)
        if not is_in_title and self.text.count(name) < TOPIC_MENTIONS:
            return False
        named = find_places(passage.near.cut(self.text))
        known = [name, *also]
        return all(
            any(lies_in(place.name, one) or lies_in(one, place.name) for one in known) for place in named
        )

    def sentence_at(self, offset: int) -> int:
        """Return the number of the sentence that holds an offset, or of the one before it."""
        starts = [passage.span.start for passage in self.passages]
        return max(0, bisect_right(starts, offset) - 1)

    def _form_at(self, offset: int) -> str:
        inside = (block.form for block in self.blocks if block.span.start <= offset < block.span.end)
        return next(inside, "main")
