"""Reads a text that is nothing but a price tag: "1 Ks", "35€ 99", "1.837, 32 €".

What would be too bold in prose is certain where nothing else stands: a mark of two letters is money, two
digits after the sign are its hundredths, and a space after the decimal sign is a slip.
"""

from __future__ import annotations

import re
from decimal import Decimal

from factdesk.text.currencies import AFTER, BEFORE, TAGS, Mark, resolve
from factdesk.text.figures import Figure
from factdesk.text.numbers import read_figure_text
from factdesk.text.tokens import Tokens

_MOST_TOKENS = 9
_MOST_CHARACTERS = 48
_FIGURE = r"\d[\d.,'’\u00a0\u2009\u202f ]*"
_TAG = re.compile(
    rf"""
    (?P<before>[^\d\s.,-][^\d\s,-]*?)?\s?
    (?P<figure>\.?{_FIGURE}(?<![\s,.]))\s?
    (?P<after>[^\d\s,-][^\d\s,-]{{0,9}})?\s?
    (?P<cents>\d\d)?
    """,
    re.VERBOSE,
)


def read_price_tag(tokens: Tokens, country: str | None) -> Figure | None:
    """Return the amount that a whole text is where the grammar of prose would not read it, else None."""
    if not 1 < len(tokens) <= _MOST_TOKENS or len(tokens.text) > _MOST_CHARACTERS:
        return None
    match = _TAG.fullmatch(tokens.text.strip())
    if match is None or bool(match["before"]) == bool(match["after"]):
        return None
    mark = _short_mark(match) or (_known_mark(match) if _is_loose(match) else None)
    figure = match["figure"].removeprefix("." if (match["before"] or "").isalpha() else "")
    amount = _amount(figure, match["cents"])
    if mark is None or amount is None:
        return None
    unit, ambiguous = resolve(mark, country)
    return Figure(
        "money", unit, amount[0], amount[0], amount[1],
        0, len(tokens), 0, len(tokens), ambiguous=ambiguous, is_prefixed=bool(match["before"]),
    )  # fmt: skip


def _short_mark(match: re.Match[str]) -> Mark | None:
    """Return what a mark too short for prose says; before a figure only one written as an amount."""
    if match["before"] and not set(match["figure"]) & set(".,"):
        return None
    written = match["before"] or match["after"]
    return TAGS.get(written) or TAGS.get(written.removesuffix("."))


def _known_mark(match: re.Match[str]) -> Mark | None:
    written = match["before"] or match["after"]
    mark = (BEFORE if match["before"] else AFTER).meaning(written)
    is_cased = mark is not None and (written.isupper() or not (mark.is_code or mark.is_capital))
    return mark if is_cased and mark is not None and mark.worth == 1 else None


def _is_loose(match: re.Match[str]) -> bool:
    """Whether the figure is written as only a tag writes it: "35€ 99", "$119. 95", "$.750.30"."""
    figure = match["figure"]
    if match["cents"]:
        return bool(match["after"]) and match.end("figure") == match.start("after")
    return re.search(r"[.,]\s", figure) is not None or (figure[0] == "." and "." in figure[1:])


def _amount(figure: str, cents: str | None) -> tuple[Decimal, Decimal] | None:
    """Return the amount and the worth of its last digit; single spaces within it mean nothing."""
    figure = re.sub(r"\s", "", figure)
    if figure.startswith(".") and "." in figure[1:]:
        figure = figure[1:]
    if cents is not None:
        figure = f"{figure}.{cents}" if figure.isdecimal() else ""
    reading = read_figure_text(figure)
    if reading is None:
        return None
    value, precision, grouped = reading
    return (value, precision) if grouped is None else (grouped, Decimal(1))
