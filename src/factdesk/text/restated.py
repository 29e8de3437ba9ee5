"""Takes an amount that is told again in another currency into the first: "300,000 roubles (£4300)"."""

from __future__ import annotations

from factdesk.model import Bound
from factdesk.text.figures import Figure
from factdesk.text.tokens import Tokens

_MOST_FILLER = 4
_MOST_BETWEEN_RESTATED = 8
_MOST_BETWEEN_TOLD = 16
_MOST_RESTATED = 4
"""Currencies that one amount is told in again; a longer list is a table of rates."""


def join_restated(tokens: Tokens, figures: list[Figure]) -> list[Figure]:
    """Return bounded figures with amounts in other currencies taken into the amount that they restate."""
    joined: list[Figure] = []
    for figure in figures:
        after = _restated_until(tokens, joined[-1], figure) if joined else None
        if after is None:
            joined.append(figure)
        else:
            kept = joined[-1]
            joined[-1] = kept._replace(restated=(*kept.restated, figure), whole_after=after)
    return joined


def _restated_until(tokens: Tokens, kept: Figure, figure: Figure) -> int | None:
    """Return the token after a restated amount, or None when ``figure`` restates nothing."""
    if (
        kept.form != "money"
        or figure.form != "money"
        or kept.unit == figure.unit
        or kept.whole_after > figure.whole_first
        or len(kept.restated) >= _MOST_RESTATED
    ):
        return None
    if not 0 < figure.whole_first - kept.whole_after <= _MOST_BETWEEN_TOLD:
        return None
    words = tokens.lowered[kept.whole_after : figure.whole_first]
    if _opens_bracket(words):
        return _closing_after(tokens, figure)
    is_bounded = figure.bound in (Bound.ABOUT, Bound.MORE_THAN, Bound.LESS_THAN)
    if words in (["/"], ["="], ["or"], [",", "or"], ["–"], ["—"]) or (words == [","] and is_bounded):
        return figure.whole_after
    tail = [word for word in words[-5:] if word not in (",", ".", "(")]
    return figure.whole_after if tail[-2:] in _TOLD_BY_TWO or tail[-1:] in _TOLD_BY_ONE else None


_TOLD_BY_TWO = (["i", "e"], ["that", "is"], ["equivalent", "to"], ["equal", "to"])
_TOLD_BY_ONE = (["ie"], ["worth"])


def _opens_bracket(words: list[str]) -> bool:
    """Whether a bracket opens at once or after "a month", and stays open."""
    for at, word in enumerate(words[: _MOST_FILLER + 1]):
        if word in ("(", "["):
            return all(later not in (")", "]") for later in words[at:])
        if not word[0].isalpha():
            break
    return False


def _closing_after(tokens: Tokens, figure: Figure) -> int | None:
    """Return the index after the bracket that closes a restated amount ("(£4300 then)")."""
    for at in range(figure.whole_after, min(len(tokens), figure.whole_after + _MOST_BETWEEN_RESTATED)):
        if tokens.lowered[at] in (")", "]"):
            return at + 1
        if tokens.lowered[at] in (";", "("):
            break
    return figure.whole_after
