"""What a fact-checker must know of the sources that a verdict rests on, besides what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from factdesk.evidence.passages import LONGEST_SOURCE, ParsedSource
from factdesk.model import Block, FacetComparison, FacetName, FacetOutcome, Rating, Reason, Span
from factdesk.reading.language import guess_language
from factdesk.sources.copies import HostedText, group_copies, main_words_sha256
from factdesk.verdicts.assembling import Assembled

_OUTSIDE = {
    "table": "The passage stands in a table, outside the main text of its page.",
    "caption": "The passage stands in the caption of a picture, outside the main text of its page.",
}


class MarkedSource(Protocol):
    """What is asked of a source here."""

    @property
    def source_id(self) -> UUID:
        """Its id."""

    @property
    def url(self) -> str | None:
        """Its address, as it is linked."""

    @property
    def text(self) -> str | None:
        """Its text: the main text, then blocks outside it."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The form and span of each block of the text."""


def outside_reasons(blocks: Sequence[Block], span: Span) -> tuple[Reason, ...]:
    """Say that the deciding passage stands outside the main text of its page, where it does."""
    form = next((one.form for one in blocks if one.span.covers(span)), "main")
    return (Reason(f"from_{form}", _OUTSIDE[form]),) if form in _OUTSIDE else ()


@lru_cache(maxsize=32)
def _language_of(text: str) -> str | None:
    return guess_language(text)


def limit_reasons(rating: Rating, texts: Sequence[str]) -> tuple[Reason, ...]:
    """Say what kept sources from telling anything: no text, another language, or more text than is read."""
    found = []
    if rating is Rating.NOT_ENOUGH_EVIDENCE and texts:
        if not any(text.strip() for text in texts):
            found.append(Reason("source_empty", "The source has no text."))
        elif all(_language_of(text) not in (None, "en") for text in texts):
            found.append(Reason("source_language", "The source is not in English, and nothing else is read."))
    if any(len(text) > LONGEST_SOURCE for text in texts):
        said = f"Only the first {LONGEST_SOURCE:,} characters of a source were looked at."
        found.append(Reason("source_cut", said))
    return tuple(found)


def copy_reasons(readable: Sequence[MarkedSource]) -> tuple[Reason, ...]:
    """Say that several of a claim's sources are one text, where they are: they do not back one another."""
    if len(readable) < 2:
        return ()
    texts = [
        HostedText(one.source_id, one.url, main_words_sha256(one.text or "", one.blocks)) for one in readable
    ]
    if not group_copies(texts):
        return ()
    return (Reason("copies_of_one_text", "Sources of this claim are copies of one text; they count as one."),)


def quoted_reasons(source: ParsedSource, facets: Sequence[FacetComparison]) -> tuple[Reason, ...]:
    """Say that the deciding figure or state stands in quotation marks, where it does."""
    core = (FacetName.VALUE, FacetName.STATE)
    spans = [
        one.span for one in facets if one.facet in core and one.span and one.outcome is FacetOutcome.MATCH
    ]
    if not any(source.contexts[source.sentence_at(span.start)].is_quoted(span) for span in spans):
        return ()
    return (Reason("from_quote", "The deciding words are someone's whom the source quotes."),)


def later_reasons(sources: Sequence[date | None], published_on: date | None) -> tuple[Reason, ...]:
    """Say that a source was published after the essay, where one was."""
    if published_on is None or not any(one and one > published_on for one in sources):
        return ()
    return (Reason("source_is_later", "A source used here was published after the essay."),)


def deciding_quotation(assembled: Assembled, sources: Sequence[ParsedSource]) -> tuple[Reason, ...]:
    """Say that the deciding words are a quotation, where they are."""
    first = next(iter(assembled.shown), None)
    return quoted_reasons(sources[first.source], first.facets) if first and assembled.is_decided else ()
