"""One sentence of an essay with its figures, and what a check finds in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from factdesk.model import Bound, Span
from factdesk.text.figures import Quantity

CONSISTENCY_TABLE = Path(__file__).resolve().parent / "consistency.toml"


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence and its figures in reading order; all spans are offsets into the sentence."""

    text: str
    figures: tuple[Quantity, ...]

    def gap(self, one: Quantity, other: Quantity) -> str:
        """Return the words between two figures, the first of them first."""
        return self.text[one.span.end : other.span.start]

    def said(self, *figures: Quantity) -> tuple[str, ...]:
        """Return the words of figures."""
        return tuple(one.span.cut(self.text) for one in figures)


@dataclass(frozen=True, slots=True)
class Fault:
    """Two statements of a sentence that do not agree; the deciding words, the wrong-looking ones last."""

    code: str
    sentence: str
    spans: tuple[Span, ...]


@cache
def table() -> dict[str, Any]:
    """Return the words of ``consistency.toml``."""
    with CONSISTENCY_TABLE.open("rb") as file:
        return tomllib.load(file)


def listed(group: str, key: str) -> str:
    """Return a list of the table as a pattern, any of its entries."""
    entries = str(table()[group][key]).replace(" ", r"\s+")
    return f"(?:{entries})"


@cache
def restating_gap() -> re.Pattern[str]:
    """Match the words between two figures of which the second says the first again: ", or about"."""
    hedge, restating = listed("gap", "hedge"), listed("gap", "restating")
    return re.compile(
        rf"(?:\s+[\w'’-]+){{0,5}}?(?P<mark>\s*,?\s+{restating}|\s*[(–—]|\s*,)\s*(?:{hedge}\s+){{0,2}}",
        re.IGNORECASE,
    )


_CLOSED = {"(": re.compile(r"\s*\)"), ",": re.compile(r"\s*,")}
_DASHED = re.compile(r"\s*[–—,.;)]|\s*$")


def restates(saying: Saying, one: Quantity, other: Quantity) -> bool:
    """Whether the second figure says the first again: "a third (36%)", "312 of 1,000, or 41%".

    What stands in brackets or between commas must be the figure alone: "(36% of women" says another thing.
    """
    match = restating_gap().fullmatch(saying.gap(one, other))
    if match is None:
        return False
    mark = match.group("mark").strip()
    closing = _CLOSED.get(mark, _DASHED if mark in ("–", "—") else None)
    return closing is None or closing.match(saying.text, other.span.end) is not None


def single(figure: Quantity) -> Decimal | None:
    """Return the value of a figure that is one value, whatever its bound; None for a range."""
    return figure.low if figure.low is not None and figure.low == figure.high else None


def half_step(figure: Quantity) -> Decimal:
    """Return half the worth of the last digit said: so far the true value may lie from the figure."""
    return (figure.precision or Decimal(0)) / 2


def departs(
    claimed: Decimal, actual: Decimal, bound: Bound, slack: Decimal, about_slack: Decimal | None = None
) -> bool:
    """Whether a figure said with a bound cannot be the actual one, with ``slack`` on either side."""
    near = slack if about_slack is None else about_slack
    if bound in (Bound.MORE_THAN, Bound.AT_LEAST):
        return actual < claimed - slack
    if bound in (Bound.LESS_THAN, Bound.AT_MOST):
        return actual > claimed + slack
    if bound is Bound.ABOUT:
        return abs(actual - claimed) > near
    return abs(actual - claimed) > slack


def plain(number: Decimal, places: int = 1) -> str:
    """Return a number for a sentence: rounded, with thousands separators, without trailing zeros."""
    text = f"{round(number, places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def neighbours(figures: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Return each figure with the next one."""
    return list(pairwise(figures))
