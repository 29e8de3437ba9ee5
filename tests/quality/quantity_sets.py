"""Scores quantities on two public sets of amounts: Recognizers-Text's English cases and price-parser's.

A case is found when a quantity over the same characters has the same value and unit. Recognizers-Text
says ``Dollar`` for US dollars and an ISO code for the others; its half-open and closed ranges are told
apart by convention only, so that brackets are not compared. The table of our own cases scores the bounds
and whether spans are exact.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from quality.scoring import Part, Row, Scored, part_of, parts_measure, read_rows, share

if TYPE_CHECKING:
    from factdesk.text.quantities import Quantity

Find = Callable[[str], "list[Quantity]"]

MONEY_NAMES: dict[str, tuple[frozenset[str], Decimal]] = {
    "Dollar": (frozenset({"USD"}), Decimal(1)),
    "Cent": (frozenset({"USD", "EUR"}), Decimal("0.01")),
    "Franc": (frozenset({"CHF", "FRF", "BEF"}), Decimal(1)),
    "Peseta": (frozenset({"ESP"}), Decimal(1)),
    "Netherlands guilder": (frozenset({"NLG"}), Decimal(1)),
    "Penny": (frozenset({"GBP", "USD"}), Decimal("0.01")),
    "Pence": (frozenset({"GBP"}), Decimal("0.01")),
    "Pound": (frozenset({"GBP"}), Decimal(1)),
    "Rupee": (frozenset({"INR"}), Decimal(1)),
    "Bitcoin": (frozenset({"BTC", "XBT"}), Decimal(1)),
    "Satoshi": (frozenset({"BTC", "XBT"}), Decimal("0.00000001")),
}
"""ISO codes and the worth of one, for the units that the set names without an ISO code."""

SYMBOLS: dict[str, frozenset[str]] = {
    "$": frozenset({"USD"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "руб.": frozenset({"RUB"}),
    "руб": frozenset({"RUB"}),
    "Р": frozenset({"RUB"}),
    "Kč": frozenset({"CZK"}),
    "zł": frozenset({"PLN"}),
    "грн.": frozenset({"UAH"}),
    "R$": frozenset({"BRL"}),
    "₹": frozenset({"INR"}),
    "C$": frozenset({"CAD"}),
}
"""What a symbol of price-parser's set means."""

ISO_CODES = frozenset(
    ["AED", "AUD", "CHF", "DKK", "EUR", "GBP", "GEL", "HUF", "NOK", "NZD", "OMR", "PLN", "RON", "SGD", "USD"]
)
"""Codes of the set that mean themselves; other symbols need only be covered by the quantity."""

FLOAT_NOISE = Decimal("1e-9")


def score_recognizers(folder: Path) -> Scored:
    """Find currencies, percentages and number ranges in Recognizers-Text's cases."""
    from factdesk.text.quantities import find_quantities

    rows = read_rows(folder / "data" / "recognizers_dev.jsonl")
    measures, errors = [], []
    for name, form, test in (
        ("currency", "currency", money_is_right),
        ("percentage", "percentage", percent_is_right),
        ("range", "numberrange", range_is_right),
    ):
        cases = [(row, one) for row in rows for one in row["entities"] if one["type"] == form]
        asked = [(row, one) for row, one in cases if one["span_ok"] and _has_value(one)]
        outcome = [(row, one, _is_found(row["input"], one, find_quantities, test)) for row, one in asked]
        measures.append(parts_measure(f"quantities.{name}", _share_right(outcome)))
        errors += [
            f"{row['id']} {one['text']!r} is {one['resolution']}: {row['input'][:120]}"
            for row, one, right in outcome
            if not right and part_of(row["id"]) == "tune"
        ]
    return Scored(tuple(measures), tuple(errors))


def _has_value(entity: Row) -> bool:
    return entity["resolution"].get("value") not in (None, "null")


def _share_right(
    outcome: list[tuple[Row, Row, bool]],
) -> Callable[[Iterable[Part]], tuple[float | None, int]]:
    def figure(names: Iterable[Part]) -> tuple[float | None, int]:
        wanted = set(names)
        counts = Counter(right for row, _, right in outcome if part_of(row["id"]) in wanted)
        return share(counts[True], counts.total()), counts.total()

    return figure


def _is_found(text: str, entity: Row, find: Find, test: Callable[[Row, Quantity], bool]) -> bool:
    quantities = [one for found in find(text) for one in (found, *found.restated)]
    return any(
        one.whole.start < entity["end"]
        and entity["start"] < one.whole.end
        and test(entity["resolution"], one)
        for one in quantities
    )


def money_is_right(resolution: Row, quantity: Quantity) -> bool:
    """Whether a quantity is the amount of money that the set says."""
    iso = resolution.get("isoCurrency")
    units, worth = (frozenset({iso}), Decimal(1)) if iso else MONEY_NAMES.get(resolution["unit"], (None, 0))
    if units is None or quantity.unit not in units:
        return False
    return is_same(quantity.low, Decimal(resolution["value"]) * worth)


def percent_is_right(resolution: Row, quantity: Quantity) -> bool:
    """Whether a quantity is the percentage that the set says ("25%" for one in four too)."""
    return quantity.unit == "percent" and is_same(
        quantity.low, Decimal(resolution["value"].removesuffix("%").replace(",", ""))
    )


_RANGE = re.compile(r"[\[(](?P<low>[^,]*),(?P<high>[^,]*)[\])]")


def range_is_right(resolution: Row, quantity: Quantity) -> bool:
    """Whether a quantity has the range's ends; an open end is told by the bound."""
    match = _RANGE.fullmatch(resolution["value"])
    if match is None:
        return False
    low, high = (Decimal(end) if end else None for end in (match["low"], match["high"]))
    ends = _ends(quantity)
    scaled = tuple(None if end is None else end / 100 for end in ends)
    candidates = (ends, scaled) if quantity.unit == "percent" else (ends,)
    return any(is_same(one[0], low) and is_same(one[1], high) for one in candidates)


def _ends(quantity: Quantity) -> tuple[Decimal | None, Decimal | None]:
    if quantity.bound in ("more_than", "at_least"):
        return quantity.low, None
    if quantity.bound in ("less_than", "at_most"):
        return None, quantity.high
    return quantity.low, quantity.high


def is_same(found: Decimal | None, gold: Decimal | None) -> bool:
    """Whether two ends are equal, or both open."""
    if found is None or gold is None:
        return found is None and gold is None
    return abs(found - gold) <= max(FLOAT_NOISE, abs(gold) * FLOAT_NOISE)


def score_price_strings(folder: Path) -> Scored:
    """Find amount and currency in price-parser's strings, where the string names a currency."""
    from factdesk.text.quantities import find_quantities

    outcome = []
    for number, row in enumerate(read_rows(folder / "data" / "price_parser.jsonl")):
        if row["currency"] and row["amount"] and _says_both(row):
            row["id"] = f"{number}:{row['price_raw']}"
            outcome.append((row, row, _price_is_found(row, find_quantities)))
    errors = [
        f"price string {row['price_raw']!r} is {row['amount']} {row['currency']}"
        for row, _, right in outcome
        if not right and part_of(row["id"]) == "tune"
    ]
    return Scored((parts_measure("quantities.price_strings", _share_right(outcome)),), tuple(errors))


def _says_both(row: Row) -> bool:
    """Whether the string itself names the currency and holds a figure; a few rows of the set have none."""
    text: str = row["price_raw"]
    return row["currency"] in text and any(character.isdigit() for character in text)


def _price_is_found(row: Row, find: Find) -> bool:
    symbol, text = row["currency"], row["price_raw"]
    meant = frozenset({symbol}) if symbol in ISO_CODES else SYMBOLS.get(symbol)
    return any(
        one.form == "money"
        and is_same(one.low, Decimal(row["amount"]))
        and symbol in one.whole.cut(text)
        and (meant is None or one.unit in meant)
        for one in find(text)
    )


def line_of(text: str, quantity: Quantity) -> str:
    """Return a quantity as the table of cases writes it: "whole words | unit low..high bound"."""
    value = f"{quantity.low}" if quantity.low == quantity.high else f"{quantity.low}..{quantity.high}"
    bound = "" if quantity.bound == "exact" else f" {quantity.bound}"
    again = "".join(f" = {one.unit} {one.low}" for one in quantity.restated)
    return f"{quantity.whole.cut(text)} | {quantity.unit} {value}{bound}{again}"


def score_quantity_cases(cases: Path) -> Scored:
    """Compare the bounds of our own cases, known misses too, and cut every span out of its text."""
    from factdesk.text.quantities import find_quantities

    table = tomllib.loads((cases / "quantities.toml").read_text(encoding="utf-8"))
    bounds: list[tuple[Row, Row, bool]] = []
    errors = []
    for case in (*table["case"], *table["known_miss"]):
        row = {**case, "id": case["text"]}
        read = [line_of(case["text"], one) for one in find_quantities(case["text"])]
        for line in case["read"]:
            right = _bound_of(line) in [_bound_of(one) for one in read]
            bounds.append((row, row, right))
            if not right and part_of(row["id"]) == "tune":
                errors.append(f"bound of {line!r}, not {read}")
    return Scored((parts_measure("quantities.bound", _share_right(bounds)),), tuple(errors))


_BOUND_LINE = re.compile(r"\| (?P<unit>\S+) (?P<ends>\S+?)(?: (?P<bound>[a-z_]+))?(?: = .*)?$")


def _bound_of(line: str) -> tuple[str | None, ...]:
    """Return unit, value and bound of a line of the cases."""
    match = _BOUND_LINE.search(line)
    return match.groups() if match is not None else (line,)


def score_offsets(cases: Path) -> Scored:
    """Check that sentences and quantities of all committed texts are cut out of them exactly."""
    from factdesk.text.quantities import find_quantities
    from factdesk.text.sentences import split_sentences

    sentences: list[tuple[Row, Row, bool]] = []
    spans: list[tuple[Row, Row, bool]] = []
    articles = ({"id": row["article"], "text": row["source"]} for row in read_rows(cases / "articles.jsonl"))
    for row in (*read_rows(cases / "extraction.jsonl"), *articles):
        text: str = row["text"]
        cuts = [(one.start, one.end) for one in split_sentences(text)]
        sentences.append((row, row, covers_exactly(text, cuts)))
        wholes = [(one.whole.start, one.whole.end) for one in find_quantities(text)]
        spans.append((row, row, all(text[a:b].strip() == text[a:b] != "" for a, b in wholes)))
    return Scored(
        (
            parts_measure("text.sentence_offsets", _share_right(sentences)),
            parts_measure("quantities.offsets", _share_right(spans)),
        )
    )


def covers_exactly(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether spans are in order, apart, without space at their ends, and leave out nothing but space."""
    end = 0
    for start, after in spans:
        piece = text[start:after]
        if start < end or not piece or piece != piece.strip() or text[end:start].strip():
            return False
        end = after
    return not text[end:].strip()
