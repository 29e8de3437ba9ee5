"""How a claimed value looks at a source's figures: which are of another mood, time, side or group."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from factdesk.claims.aligning import Aligned, Window
from factdesk.claims.alike import Term
from factdesk.claims.stands import GROUP_AXES, is_supposed, read_stands
from factdesk.model import Span, Value


@dataclass(frozen=True, slots=True)
class View:
    """What a claimed value is compared with, and in which light."""

    text: str
    quote: str
    restated: tuple[Value, ...]
    also_said: frozenset[Decimal]
    terms: tuple[Term, ...]
    aligned: tuple[Aligned, ...]
    all_values: tuple[Value, ...]
    window: Window
    keeps_mood: bool

    def is_supposed(self, segment: Span) -> bool:
        """Whether a figure is wanted or supposed while the claim's is a fact."""
        return self.keeps_mood and is_supposed(segment.cut(self.window.text)) and not is_supposed(self.quote)

    def differs_in_mood(self, segment: Span) -> bool:
        """Whether only one of claim and figure is wanted or supposed."""
        return self.keeps_mood and is_supposed(segment.cut(self.window.text)) is not is_supposed(self.quote)

    def is_later(self, segment: Span) -> bool:
        """Whether a figure is one of the future and the claim's is not."""
        return bool(_FUTURE.search(segment.cut(self.window.text))) and not _FUTURE.search(self.quote)

    def is_former(self, one: Aligned) -> bool:
        """Whether the claim tells what was before something moved, and the figure is what it is now."""
        if not _WAS_BEFORE.search(self.quote) or one.value.span is None:
            return False
        return not TELLS_PAST.search(one.segment.cut(self.window.text))

    def lacks_stance(self, segment: Span) -> bool:
        """Whether the claim takes a side ("against") of which the figure's stretch says nothing."""
        ours = {stand.axis for stand in read_stands(self.quote)} & {"stance"}
        return not ours <= {stand.axis for stand in read_stands(segment.cut(self.window.text))}

    def lacks_group(self, segment: Span) -> bool:
        """Whether the claim is of one age or sex of which the figure's stretch says nothing."""
        ours = {stand.axis for stand in read_stands(self.quote)} & GROUP_AXES
        return not ours <= {stand.axis for stand in read_stands(segment.cut(self.window.text))}

    def is_earlier_end(self, one: Aligned) -> bool:
        """Whether a figure is where a change began ("from 3 to 4"), and the claim does not say so."""
        if one.value.span is None or TELLS_PAST.search(self.quote):
            return False
        return _begins_change(self.window.text, one.value.span)

    def is_other_end(self, value: Value, one: Aligned) -> bool:
        """Whether the claim's change begins with a figure with which the source's change ends."""
        if value.span is None or one.value.span is None or not _begins_change(self.text, value.span):
            return False
        others = [other.value.span for other in self.aligned if other.segment == one.segment]
        begins = any(
            span and span != one.value.span and _begins_change(self.window.text, span) for span in others
        )
        return begins and not _begins_change(self.window.text, one.value.span)


def _begins_change(text: str, span: Span) -> bool:
    """Whether a figure stands between "from" and "to"."""
    before = text[max(0, span.start - 16) : span.start]
    if _MOVED_FROM.search(before):
        return True
    return bool(_FROM.search(before) and _TO.match(text[span.end : span.end + 5]))


_FUTURE = re.compile(r"\b(?:will|would|shall|is\s+to|are\s+to|going\s+to)\b", re.IGNORECASE)
_MOVED_FROM = re.compile(
    r"\b(?:up\s+from|down\s+from|instead\s+of|rather\s+than|used\s+to\s+(?:be|cost))\s+\Z", re.IGNORECASE
)
_FROM = re.compile(r"\bfrom\s+\Z", re.IGNORECASE)
_TO = re.compile(r"\s+to\s", re.IGNORECASE)
_WAS_BEFORE = re.compile(
    r"\b(?:had|used\s+to|before|earlier|previous(?:ly)?|ago|former(?:ly)?)\b", re.IGNORECASE
)
TELLS_PAST = re.compile(
    r"\b(?:from|was|were|had|before|used\s+to|until|ago|earlier|previous(?:ly)?|last|began|started)\b",
    re.IGNORECASE,
)


_MORE_AFTER = re.compile(
    r"\s*(?:an?\s+\w+\s+)?(?:(?P<more>more|higher|dearer|above|over)|(?P<less>less|lower|cheaper|fewer|below|under))\b"
    r"(?!\s+or\b)",
    re.IGNORECASE,
)


def as_difference(value: Value, text: str) -> Value:
    """Return an amount that tells how much more or less something is ("150 pounds a year more") as that."""
    said = _MORE_AFTER.match(text, value.span.end) if value.span and value.role == "amount" else None
    if said is None or value.low is None or value.high is None:
        return value
    if said.group("more"):
        return replace(value, role="diff")
    return replace(value, role="diff", low=-value.high, high=-value.low)
