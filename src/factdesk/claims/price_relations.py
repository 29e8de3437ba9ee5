"""Prices told by relation: figures without a currency, differences ("£12 less") and multiples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from factdesk.claims.clauses import clause_end, clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases
from factdesk.claims.price_words import TABLE
from factdesk.model import Bound, Span, Value
from factdesk.text.quantities import Quantity

_BARE = tuple(compile_phrase(phrase, TABLE) for phrase in TABLE["bare"])
_NOT_BARE_AFTER = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["not_bare_after"]) + ")", TABLE)
_MORE = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["more_after"]) + ")", TABLE)
_LESS = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["less_after"]) + ")", TABLE)
_BY = re.compile(
    r"\bby\s+(?:about\s+|around\s+|some\s+|up\s+to\s+|as\s+much\s+as\s+|an?\s+)?\Z", re.IGNORECASE
)
_UP = compile_phrases(TABLE["up"], TABLE)
_DOWN = compile_phrases(TABLE["down"], TABLE)
_PRICE_WORD = compile_phrases(TABLE["price_word"], TABLE)
_WAGE_MULTIPLE = compile_phrases(TABLE["wage_multiple"], TABLE)
_OF_PRICE = compile_phrase(r"\s*(?:" + "|".join(TABLE["of_price"]) + ")", TABLE)
_THAN_PRICE = compile_phrases(TABLE["than_price"], TABLE)
_REBATE = re.compile(r"\s*(?:off|discount|cashback|deposit|interest)\b", re.IGNORECASE)
_MAKES_UP = re.compile(r"\bma(?:ke|kes|de|king)\s+up\b", re.IGNORECASE)
_RATIO_PLACES = Decimal("0.0001")
_OF = re.compile(
    r"\s*(?:of\s+|than\s+|as\s+\w+\s+as\s+|more\s+than\s+|what\s+)?(?P<of>[^,;:.()–—]{2,80})", re.IGNORECASE
)
_PLAIN_NUMBER = re.compile(r"\d{1,3}(?:[,   ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LIKE_SIZE = 15
"""A bare figure more than so many times larger or smaller than the price beside it is something else."""
_CLOSE_CHARS = 6
"""A relation that starts so near after an amount, past a comma or bracket, belongs to it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A figure with the words around it that bind it, and the values it gives."""

    anchor: Span
    values: tuple[Value, ...]

    @property
    def role(self) -> str:
        """The role of its first value."""
        return self.values[0].role


def bare_amounts(context: SentenceContext, priced: Sequence[Said]) -> list[Said]:
    """Return figures that take the currency of the price before them ("up from 780", "the farm asks 9")."""
    text, sentence = context.text, context.sentence
    taken = [one.whole for one in context.quantities if one.form != "number"] + [one.anchor for one in priced]
    found = []
    for match in (one for bare in _BARE for one in bare.finditer(text, sentence.start, sentence.end)):
        number = _PLAIN_NUMBER.match(text, match.end() - len(match.group("n")), sentence.end)
        if number is None or _NOT_BARE_AFTER.match(text[number.end() : sentence.end]):
            continue
        span = Span(*number.span())
        model = next((one.values[0] for one in reversed(priced) if one.anchor.start < span.start), None)
        if (
            model is None
            or any(span.overlaps(other) for other in taken)
            or not _is_alike(number.group(), model)
        ):
            continue
        found.append(Said(span, (_bare_value(number.group(), model.unit, span),)))
    return found


def _is_alike(figure: str, model: Value) -> bool:
    """Whether a bare figure may be an amount beside ``model``: no year, and of a like size."""
    if _YEAR.fullmatch(figure):
        return False
    amount = Decimal(re.sub(r"[^\d.]", "", figure))
    other = model.low if model.low is not None else model.high
    return other is not None and other > 0 and 1 / _LIKE_SIZE <= amount / other <= _LIKE_SIZE


def _bare_value(figure: str, unit: str, span: Span) -> Value:
    amount = Decimal(re.sub(r"[^\d.]", "", figure))
    exponent = amount.as_tuple().exponent
    precision = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else None
    return Value("amount", unit, amount, amount, Bound.EXACT, precision, span)


def difference(context: SentenceContext, amount: Quantity, *, has_price: bool) -> Said | None:
    """Return what an amount says as a difference: "£12,000 less than that", "up by two dollars"."""
    text, sentence = context.text, context.sentence
    after = text[amount.whole.end : sentence.end]
    for sign, pattern in ((1, _MORE), (-1, _LESS)):
        match = pattern.match(after)
        if match and (has_price or _PRICE_WORD.search(text, sentence.start, sentence.end)):
            anchor = Span(amount.whole.start, amount.whole.end + match.end())
            return Said(
                anchor, (_difference_value(amount, sign, _reference(text, anchor.end, sentence.end)),)
            )
    before = text[clause_start(text, sentence, amount.whole.start) : amount.whole.start]
    if not _BY.search(before):
        return None
    for sign, pattern in ((1, _UP), (-1, _DOWN)):
        if pattern.search(before):
            return Said(amount.whole, (_difference_value(amount, sign, None),))
    return None


def _difference_value(amount: Quantity, sign: int, of: str | None) -> Value:
    ends = sorted(sign * end for end in (amount.low, amount.high) if end is not None)
    low, high = (ends[0], ends[-1]) if ends else (None, None)
    return Value("diff", amount.unit, low, high, amount.bound, amount.precision, amount.span, of)


def ratios(context: SentenceContext, *, has_price: bool) -> list[Said]:
    """Return the multiples and percentage changes that a sentence says of a price."""
    text, sentence = context.text, context.sentence
    if not has_price and not _PRICE_WORD.search(text, sentence.start, sentence.end):
        return []
    found = [
        _wage_multiple(text, match) for match in _WAGE_MULTIPLE.finditer(text, sentence.start, sentence.end)
    ]
    found += [_than_price(text, match) for match in _THAN_PRICE.finditer(text, sentence.start, sentence.end)]
    for quantity in context.quantities:
        if quantity.form == "multiple" and _speaks_of_price(context, quantity):
            found.append(_multiple(text, sentence, quantity))
        elif quantity.unit == "percent" and (share := _share_of_price(text, sentence, quantity)):
            found.append(share)
        elif quantity.form == "percent" and (value := _change(context, quantity)):
            found.append(Said(quantity.whole, (value,)))
    return found


def _share_of_price(text: str, sentence: Span, quantity: Quantity) -> Said | None:
    """Read "A third of what a rescue costs" is the ratio 0.33 of that cost."""
    match = _OF_PRICE.match(text[quantity.whole.end : sentence.end])
    if match is None or quantity.low is None or quantity.high is None:
        return None
    value = Value(
        "ratio",
        "ratio",
        (quantity.low / 100).quantize(_RATIO_PLACES),
        (quantity.high / 100).quantize(_RATIO_PLACES),
        quantity.bound,
        None,
        quantity.span,
        match.group("of").strip(),
    )
    return Said(Span(quantity.whole.start, quantity.whole.end + match.end()), (value,))


def _than_price(text: str, match: re.Match[str]) -> Said:
    """Read "Less than the rent on two rooms": below one time that rent."""
    span = Span(*match.span())
    is_less = match.group("way").lower() in {"less", "cheaper", "lower"}
    bound = Bound.LESS_THAN if is_less else Bound.MORE_THAN
    return Said(
        span, (Value("ratio", "ratio", Decimal(1), Decimal(1), bound, None, span, match.group("of")),)
    )


def _speaks_of_price(context: SentenceContext, quantity: Quantity) -> bool:
    """Whether a price, a cost or an amount stands in the clause of a multiple or close before it."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, quantity.whole.start)
    end = clause_end(text, sentence, quantity.whole.end)
    if _PRICE_WORD.search(text, start, end):
        return True
    return any(
        one.form == "money" and -1 <= quantity.whole.start - one.whole.end <= _CLOSE_CHARS
        for one in context.quantities
    )


def _multiple(text: str, sentence: Span, quantity: Quantity) -> Said:
    of = _reference(text, quantity.whole.end, sentence.end)
    value = Value(
        "ratio", "ratio", quantity.low, quantity.high, quantity.bound, quantity.precision, quantity.span, of
    )
    return Said(quantity.whole, (value,))


def _reference(text: str, start: int, end: int) -> str | None:
    match = _OF.match(text, start, end)
    return match.group("of").strip() if match else None


def _wage_multiple(text: str, match: re.Match[str]) -> Said:
    """Read "A whole month's salary" is one time a month's salary."""
    span = Span(*match.span())
    value = Value("ratio", "ratio", Decimal(1), Decimal(1), Bound.EXACT, None, span, match.group("of"))
    return Said(span, (value,))


def _change(context: SentenceContext, percent: Quantity) -> Value | None:
    """Return a rise of 9% as the ratio 1.09, where the clause speaks of a price that rose."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, percent.whole.start)
    left = text[start : percent.whole.start]
    right = text[percent.whole.end : clause_end(text, sentence, percent.whole.end)]
    if not _PRICE_WORD.search(left) or percent.low is None or percent.high is None:
        return None
    if _REBATE.match(right) or _MAKES_UP.search(left):
        return None
    for sign, verb, after in ((1, _UP, _MORE), (-1, _DOWN, _LESS)):
        if (verb.search(left) and not re.search(r"\b(?:to|at)\s*\Z", left)) or after.match(right):
            ends = sorted(1 + sign * end / 100 for end in (percent.low, percent.high))
            precision = None if percent.precision is None else percent.precision / 100
            return Value("ratio", "ratio", ends[0], ends[1], percent.bound, precision, percent.span)
    return None


def with_relations(context: SentenceContext, priced: Sequence[Said], relations: Sequence[Said]) -> list[Said]:
    """Give each relation to the price that it follows or that shares its clause; else it stands alone."""
    kept = list(priced)
    alone: list[Said] = []
    for relation in sorted(relations, key=lambda one: one.anchor.start):
        index = _owner(context, kept, relation)
        if index is None:
            alone.append(relation)
        else:
            owner = kept[index]
            kept[index] = replace(owner, values=owner.values + relation.values)
    alone = [one for one in alone if not any(one.anchor.overlaps(other.anchor) for other in kept)]
    return _apart(sorted(kept + alone, key=lambda one: one.anchor.start))


def _owner(context: SentenceContext, priced: Sequence[Said], relation: Said) -> int | None:
    text, sentence = context.text, context.sentence
    for index in reversed(range(len(priced))):
        amount = priced[index]
        ends = [value.span.end for value in amount.values if value.span] + [amount.anchor.end]
        gap = text[max(ends) : relation.anchor.start]
        is_close = 0 <= len(gap) <= _CLOSE_CHARS and re.fullmatch(r"[\s,(–—)-]*(?:or\s+)?", gap)
        if is_close and relation.role == "ratio":
            return index
        if relation.anchor.end <= amount.anchor.start and relation.role in {"diff", "ratio"}:
            same = clause_start(text, sentence, amount.anchor.start) <= relation.anchor.start
            if same and re.search(r"\bto\s*\Z", text[relation.anchor.end : amount.anchor.start]):
                return index
    return None


def _apart(said: list[Said]) -> list[Said]:
    """Drop a figure that overlaps the one before it."""
    kept: list[Said] = []
    for one in said:
        if not kept or kept[-1].anchor.end <= one.anchor.start:
            kept.append(one)
    return kept
