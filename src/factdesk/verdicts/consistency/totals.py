"""Totals of amounts that a sentence lists: "€500, €100 and €20: €720 in all"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from factdesk.model import Bound
from factdesk.text.figures import Quantity
from factdesk.verdicts.consistency.sayings import Fault, Saying, half_step, listed, plain, single

FEWEST_PARTS = 2
"""A total of one amount is no sum."""


def find_totals(saying: Saying) -> Iterator[Fault]:
    """Yield the total of a list of amounts that the listed ones do not add up to.

    All amounts of the sentence must be in the list, in one currency, and its words leave no room for more.
    """
    amounts = [one for one in saying.figures if one.form == "money"]
    if len(amounts) <= FEWEST_PARTS or len({one.unit for one in amounts}) > 1 or not _all_exact(amounts):
        return
    if len(amounts) < len(saying.figures) or _open().search(saying.text):
        return
    total, parts = amounts[-1], amounts[:-1]
    if not _is_total(saying, parts[-1], total):
        return
    whole, listed_parts = single(total), [single(one) for one in parts]
    added = sum((one for one in listed_parts if one is not None), Decimal(0))
    slack = sum(half_step(one) for one in amounts)
    if whole is None or abs(added - whole) <= max(slack - half_step(total), half_step(total)):
        return
    said = saying.said(*parts)
    words = f"{', '.join(said[:-1])} and {said[-1]}"
    spans = tuple(one.span for one in amounts)
    yield Fault("total_differs", f"{words} make {plain(added, 2)}, not {total.span.cut(saying.text)}.", spans)


def _all_exact(amounts: list[Quantity]) -> bool:
    return all(one.bound is Bound.EXACT and single(one) is not None for one in amounts)


@cache
def _open() -> re.Pattern[str]:
    return re.compile(rf"\b{listed('total', 'open')}\b", re.IGNORECASE)


@cache
def _after_total() -> re.Pattern[str]:
    return re.compile(rf"\s*{listed('total', 'after')}\b", re.IGNORECASE)


@cache
def _before_total() -> re.Pattern[str]:
    return re.compile(rf"[\s\w'’]*[,:;–—(-]?\s*(?:{listed('total', 'before')}\s+)+\Z", re.IGNORECASE)


_SUMMED = re.compile(r"[\s\w'’]{0,40}[:;–—(]\s*\Z")


def _is_total(saying: Saying, last_part: Quantity, total: Quantity) -> bool:
    """Whether the last amount is called the total of those before it."""
    gap = saying.gap(last_part, total)
    if _before_total().fullmatch(gap):
        return True
    # In ", £365 in total" the amount has no name, so that it is no further thing of the list.
    is_apart = _SUMMED.fullmatch(gap) or gap.strip() == ","
    return bool(is_apart) and _after_total().match(saying.text, total.span.end) is not None
