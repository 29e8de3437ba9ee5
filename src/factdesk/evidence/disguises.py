"""Finds figures that people see otherwise than they are written: hidden, turned round, struck out.

"14 euros" with a zero-width space (U+200B) inside is read as 14 and is two figures for a program; a
right-to-left override shows 41 as 14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from factdesk.model import Span

CODE = "disguised_figure"

_HIDDEN = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_TURNING = "\u202b\u202d\u202e\u2067"
_LOOK_ALIKES = "ОоΟοОЗзІіӀƖꓲƐΘІ"
"""Cyrillic, Greek and other letters that look like 0, 1 and 3."""

_DISGUISED = re.compile(
    rf"\d[{_HIDDEN}]+[.,]?\d|\d[.,][{_HIDDEN}]+\d"
    rf"|\d[{_LOOK_ALIKES}]|[{_LOOK_ALIKES}][.,]?\d|\d[OolI]\d"
    rf"|[{_TURNING}][^\n]{{0,40}}\d|\d[^\n]{{0,40}}[{_TURNING}]"
)
_STRUCK_OUT = re.compile(r"(?:[^\s\u0335-\u0338][\u0335-\u0338]\s?){2,}")
"""Letters each with a stroke through it (U+0335 to U+0338): what the writer took back."""


def find_disguises(text: str, sentences: Sequence[Span]) -> Iterator[tuple[Span, str]]:
    """Yield each sentence with a disguised figure, and every stretch that is struck out, with its code."""
    for match in _STRUCK_OUT.finditer(text):
        yield Span(*match.span()), "struck_out"
    if _DISGUISED.search(text) is None:
        return
    for sentence in sentences:
        if _DISGUISED.search(text, sentence.start, sentence.end):
            yield sentence, CODE
