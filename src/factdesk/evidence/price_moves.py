"""What a price was before it moved, where a source says by how much it did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from factdesk.claims.aligning import quantities_in
from factdesk.claims.derived import direction_of
from factdesk.evidence.price_entry import Entry
from factdesk.model import Bound, Span, Value

_IN_TIME = re.compile(
    r"\s*(?:more|less|higher|lower|cheaper|dearer|up|down|fewer)\b"
    r"(?:\s+than\s+(?:in|last|a|an|the|it|they|before|now|usual|this)\b|\s+on\s+(?:last|the|a)\b|[.,;]|\Z)",
    re.IGNORECASE,
)


def before_moves(text: str, sentence: Span, here: Sequence[Entry], moves: Sequence[Value]) -> Iterator[Entry]:
    """Yield what something was before it moved: "£7.20, £1.40 more than last summer" was £5.80."""
    if len(here) == 1 and here[0].value.span and (bare := _bare_move(text, sentence, here[0].value.span)):
        yield from _earlier(here[0], bare)
    for move in moves:
        assert move.span is not None
        assert move.low is not None
        bases = [one for one in here if one.unit == move.unit and one.when != "past" and one.value.low]
        sign = direction_of(move, text)
        beside = text[move.span.end : move.span.end + 24]
        is_told = _IN_TIME.match(beside) is not None or sign != direction_of(move, text[: move.span.end])
        if len(bases) != 1 or bases[0].value.low is None:
            continue
        if not is_told and re.match(r"\s*(?:above|over|below|under)\b", beside):
            continue
        yield from _earlier(bases[0], sign * abs(move.low))


def _earlier(entry: Entry, moved: Decimal) -> Iterator[Entry]:
    assert entry.value.low is not None
    was = entry.value.low - moved
    if was > 0:
        value = replace(entry.value, low=was, high=was, bound=Bound.EXACT)
        yield replace(entry, value=value, when="past", times=frozenset())


_BARE_MOVE = re.compile(
    r"[^.;]{0,20}?,\s+(?P<figure>[\d.,]*\d|\w+)\s+(?:(?P<more>more|up|higher|dearer)|less|down|lower|cheaper)\s+"
    r"(?:than\s+(?:in|on|last|a|an|the|before)|on\s+(?:last|the|a))\b",
    re.IGNORECASE,
)


def _bare_move(text: str, sentence: Span, span: Span) -> Decimal | None:
    """Return by how much a price has moved where no currency says it ("..., 300 less than on Monday")."""
    match = _BARE_MOVE.match(text, span.end, sentence.end)
    read = quantities_in(f"{match['figure']} euros") if match else ()  # "one" alone is no figure
    if match is None or not read or read[0].low is None or read[0].form != "money":
        return None
    return read[0].low if match["more"] else -read[0].low
