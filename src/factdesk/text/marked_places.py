"""The place of words that a person marks in a text."""

from __future__ import annotations

import re

from factdesk.errors import UsageError
from factdesk.model import Span
from factdesk.text.sentences import split_sentences

LONGEST_MARKED = 1_000
"""Code points of a claim that a person marks: a long sentence."""


def find_words(words: str, text: str, within: Span) -> list[Span]:
    r"""Return where words stand in a part of a text; white space between them may differ.

    >>> find_words("a dog", "We saw a\ndog, and a dog.", Span(0, 25))
    [Span(start=7, end=12), Span(start=18, end=23)]
    """
    pattern = r"\s+".join(re.escape(one) for one in words.split())
    return [Span(*one.span()) for one in re.compile(pattern).finditer(text, within.start, within.end)]


def sentences_around(text: str, span: Span) -> Span:
    """Return the sentences that marked words lie in, as one span; the words alone where there is none."""
    touched = [one for one in split_sentences(text) if one.overlaps(span)]
    if not touched:
        return span
    return Span(min(touched[0].start, span.start), max(touched[-1].end, span.end))


def trim_span(text: str, span: Span) -> Span:
    """Return a span without white space at its ends.

    Raises UsageError for one that is not in the text, marks nothing or marks more than `LONGEST_MARKED`.
    """
    if not 0 <= span.start < span.end <= len(text):
        raise UsageError("the marked place is not in the essay; mark it again")
    cut = span.cut(text)
    start = span.start + len(cut) - len(cut.lstrip())
    end = span.end - (len(cut) - len(cut.rstrip()))
    if end <= start:
        raise UsageError("nothing but white space is marked; mark the words of the claim")
    if end - start > LONGEST_MARKED:
        raise UsageError(
            f"{end - start} characters are marked; mark the sentence of the claim, at most {LONGEST_MARKED}"
        )
    return Span(start, end)
