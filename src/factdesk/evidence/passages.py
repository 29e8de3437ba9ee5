"""A source parsed once: its sentences with exact spans, their paragraphs, and what the kinds find there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from factdesk.claims import KINDS
from factdesk.claims.contexts import Document, SentenceContext
from factdesk.claims.findings import Finding
from factdesk.model import Block, Span

LONGEST_SOURCE = 300_000
"""Code points of a source that are looked at; a longer text is cut there and the verdict says so."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a source. ``near`` is the sentence with its neighbours in the same paragraph.

    ``form`` is the form of the block it stands in: main, table or caption.
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
    ) -> None:
        self.is_cut = len(text) > LONGEST_SOURCE
        self.text = text[:LONGEST_SOURCE]
        self.title = title or ""
        self.published_on = published_on
        self._document = Document(self.text, published_on)
        self._blocks = tuple(blocks)
        self._findings: dict[tuple[str, int], tuple[Finding, ...]] = {}

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
        key = (kind, number)
        if key not in self._findings:
            module = next(one for one in KINDS if one.NAME == kind)
            found = module.find(self.contexts[number])
            self._findings[key] = tuple(one for one in found if not one.is_set_aside)
        return self._findings[key]

    def sentence_at(self, offset: int) -> int:
        """Return the number of the sentence that holds an offset, or of the one before it."""
        starts = [passage.span.start for passage in self.passages]
        return max(0, bisect_right(starts, offset) - 1)

    def _form_at(self, offset: int) -> str:
        inside = (block.form for block in self._blocks if block.span.start <= offset < block.span.end)
        return next(inside, "main")
