"""Prices told by a ratio: multiples, shares of another price, and changes in per cent."""

from __future__ import annotations

import re
from decimal import Decimal

from factdesk.claims.clauses import clause_end, clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_any, compile_phrase, compile_phrases
from factdesk.claims.price_relations import DOWN, PRICE_WORD, UP, Said, is_unpriced, reference
from factdesk.claims.price_words import GOODS, TABLE
from factdesk.model import Bound, Span, Value
from factdesk.text.quantities import Quantity

_WAGE_MULTIPLE = compile_phrases(TABLE["wage_multiple"], TABLE)
_HALF_PRICE = tuple(compile_phrase(phrase, TABLE) for phrase in TABLE["half_price"])
_FOR_ONE = compile_phrases(TABLE["for_one"], TABLE)
_THAN_PRICE = tuple(compile_phrase(phrase, TABLE) for phrase in TABLE["than_price"])
_FOR_PRICE = tuple(compile_phrase(phrase, TABLE) for phrase in TABLE["for_price"])
_COUNTS: dict[str, float] = TABLE["count_words"]
_OF_PRICE = tuple(compile_phrase(rf"\s*(?:{phrase})", TABLE) for phrase in TABLE["of_price"])
_OF_VALUE = compile_phrase(r"\s*(?:" + "|".join(TABLE["of_value"]) + ")", TABLE)
_MORE_BY = compile_phrase(r"\s*(?:" + "|".join(TABLE["more_by"]) + ")", TABLE)
_LESS_BY = compile_phrase(r"\s*(?:" + "|".join(TABLE["less_by"]) + ")", TABLE)
_MOVED = compile_any(["{moved}"], TABLE)
_REBATE = re.compile(r"\s*(?:off|discount|cashback|deposit|interest|tax|VAT)\b", re.IGNORECASE)
_OFF = re.compile(r"\s*off\b", re.IGNORECASE)
_OFF_PRICE = compile_phrase(r"\s*(?:" + "|".join(TABLE["off_price"]) + ")", TABLE)
_IS_OFF = compile_phrase(r"(?:" + "|".join(TABLE["is_off"]) + r")\s*\Z", TABLE)
_AS_LONG = re.compile(
    r"\s+(?:(?:as|so)\s+)?(?:long|longer|many|big|bigger|large|larger|old|older|fast|faster|far|farther|often|good|well|tall|taller|heavy"
    r"|heavier|wide|wider|likely|strong|stronger|hard|quick|quickly|high|hot|busy|full|deep)\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\s+(?:that|this|as\s+much)(?=\s*(?:[.,;:!?)–—]|\Z))", re.IGNORECASE)
"""What a multiple is of, where a price stands before: "adults £12, children half that"."""
_DEARER = re.compile(r"\b(?:dearer|cheaper|pricier|costlier)\b", re.IGNORECASE)
_OF_THE = re.compile(
    r"\s+(?:of\s+)?(?:the|their|its|that|his|her)\s+(?:original\s+|usual\s+|initial\s+)?", re.IGNORECASE
)
_NOUN_AFTER = compile_phrase(
    r"\s*(?:rise|increase|hike|jump|surge|uplift|leap|mark-?up|premium|cut|fall|drop|reduction|decrease|dip"
    r"|decline)s? (?:in|on|to|for|off) (?:[\w'’-]+ ){0,4}(?:{moved}|{goods})"
    r"|\s*(?:fare|price|rent|fee|toll|tuition)s? \w+",
    TABLE,
)
_PRONOUNS = frozenset({"it", "they", "this", "these", "those", "both"})
_JOINED = frozenset({"and", "but", "then", "or", "up", "down", "which", "it", "they", "having", "after"})
_AGAIN = re.compile(r"\s*(?:as\s+\w+\s+)?again\b", re.IGNORECASE)
"""Half as much again is one and a half times."""
_TO = re.compile(r"\s+to\s+(?:\w+\s+)?", re.IGNORECASE)
_MAKES_UP = re.compile(r"\bma(?:ke|kes|de|king)\s+up\b", re.IGNORECASE)
_NO_CHANGE = re.compile(r"\b(?:to|at|from|than|of)\s*\Z", re.IGNORECASE)
_CHANGE_OF = re.compile(
    r"\b(?:rises?|falls?|drops?|jumps?|hikes?|increases?|decreases?|cuts?|premiums?|discounts?|uplifts?|reductions?)\b"
    r"[^,;]{0,50}\bof\s*\Z",
    re.IGNORECASE,
)
_TO_MORE = re.compile(r"\s*(?:to|and|[-–])\s*\d[\d.,]*\s*(?:%|per\s?cent)", re.IGNORECASE)
_FACTOR = re.compile(r"a\s+factor\s+of\b", re.IGNORECASE)
_PLACES = Decimal("0.0001")
_HUNDRED = Decimal(100)
_CLOSE_CHARACTERS = 6
_NEAR_CHARACTERS = 48
"""So near before its figure a word of change must end."""
_BORNE = re.compile(
    r"\b(?:sav\w+|(?P<covers>cover(?:s|ed|ing)?)|pay(?:s|ing)?|paid|meets?|met|funds?|funded|subsidi\w+"
    r"|recoup\w*|refund\w*|accounts? for)\b[^,;]{0,40}\Z",
    re.IGNORECASE,
)
"""A share of a cost that is saved, borne or given back is no price."""


def ratios(context: SentenceContext, *, has_price: bool) -> list[Said]:
    """Return the multiples and percentage changes that a sentence says of a price."""
    text, sentence = context.text, context.sentence
    speaks = has_price or PRICE_WORD.search(text, sentence.start, sentence.end) is not None
    found = _phrases(text, sentence) if speaks else []
    for quantity in context.quantities:
        said = _said_of(context, quantity, has_price=has_price)
        if said is not None:
            found.append(said)
    return found


def _phrases(text: str, sentence: Span) -> list[Said]:
    """Return what phrases say of a price by themselves: "half price", "less than the rent"."""
    ends = (sentence.start, sentence.end)
    found = [
        _counted(match, match.group("of") or "the usual price")
        for pattern in (_WAGE_MULTIPLE, *_HALF_PRICE)
        for match in pattern.finditer(text, *ends)
    ]
    found += [_for_one(match) for match in _FOR_ONE.finditer(text, *ends)]
    found += [_than_price(match) for pattern in _THAN_PRICE for match in pattern.finditer(text, *ends)]
    return found + [_for_price(match) for pattern in _FOR_PRICE for match in pattern.finditer(text, *ends)]


def is_multiplied(context: SentenceContext, amount: Quantity) -> bool:
    """Whether an amount only tells what another price is a multiple of: "twice the £3m first announced"."""
    text = context.text
    return any(
        one.form == "multiple" and _OF_THE.fullmatch(text, one.whole.end, amount.whole.start) is not None
        for one in context.quantities
    )


def _said_of(context: SentenceContext, quantity: Quantity, *, has_price: bool) -> Said | None:
    if quantity.form == "multiple" and _AS_LONG.match(context.text, quantity.whole.end, context.sentence.end):
        return None
    if quantity.form == "multiple" and (
        _speaks_of_price(context, quantity)
        or (has_price and _THAT.match(context.text, quantity.whole.end, context.sentence.end))
    ):
        return _multiple(context, quantity)
    if quantity.unit == "percent" and quantity.low is not None and quantity.high is not None:
        return (
            _discount(context, quantity)
            or _share_of_price(context, quantity, has_price=has_price)
            or change_of(context, quantity)
        )
    return None


def _discount(context: SentenceContext, quantity: Quantity) -> Said | None:
    """Read "20 per cent off all coats" and "coats are 20 per cent off" as 0.8 of the price."""
    text, sentence = context.text, context.sentence
    if not _OFF.match(text, quantity.whole.end, sentence.end):
        return None
    left = text[clause_start(text, sentence, quantity.whole.start) : quantity.whole.start]
    if not (_OFF_PRICE.match(text[quantity.whole.end : sentence.end]) or _IS_OFF.search(left)):
        return None
    low, high = (1 - end / _HUNDRED for end in _ends(quantity))
    return Said(quantity.whole, (_ratio(low, high, quantity.bound, quantity.span, "the usual price"),))


def _ratio(low: Decimal, high: Decimal, bound: Bound, span: Span, of: str | None) -> Value:
    ends = sorted((low.quantize(_PLACES), high.quantize(_PLACES)))
    return Value("ratio", "ratio", ends[0], ends[1], bound, None, span, of)


def _than_price(match: re.Match[str]) -> Said:
    """Read "Less than the rent on two rooms": below one time that rent."""
    span = Span(*match.span())
    is_less = match.group("way").lower() in {"less", "cheaper", "lower"}
    bound = Bound.LESS_THAN if is_less else Bound.MORE_THAN
    return Said(span, (_ratio(Decimal(1), Decimal(1), bound, span, match.group("of")),))


def _for_price(match: re.Match[str]) -> Said:
    """Read "For the price of two coffees": two times the price of a coffee."""
    return _counted(match, f"the price of {match.group('of').strip()}")


def _counted(match: re.Match[str], of: str) -> Said:
    """Read "three weeks' wages" and "the price of two coffees": so many times what is named."""
    span = Span(*match.span())
    count = _count(match.group("count"))
    return Said(span, (_ratio(count, count, Bound.EXACT, span, of),))


def _for_one(match: re.Match[str]) -> Said:
    """Read "Two for the price of one": half the price."""
    span = Span(*match.span())
    ratio = _count(match.group("m")) / _count(match.group("n"))
    return Said(span, (_ratio(ratio, ratio, Bound.EXACT, span, "the price of each"),))


def _count(said: str) -> Decimal:
    words = " ".join(said.lower().split())
    return Decimal(words) if words.isdigit() else Decimal(str(_COUNTS.get(words, 1)))


def _share_of_price(context: SentenceContext, quantity: Quantity, *, has_price: bool) -> Said | None:
    """Read "A third of what a rescue costs" and "half that" as ratios of another price."""
    text, sentence = context.text, context.sentence
    if _is_borne(text[sentence.start : quantity.whole.start], has_price=has_price):
        return None
    for pattern in _OF_PRICE:
        match = pattern.match(text[quantity.whole.end : sentence.end])
        if match is None:
            continue
        named = {name: said.strip() for name, said in match.groupdict().items() if said}
        if not _fits(context, quantity, named, has_price=has_price):
            continue
        low, high = (end / _HUNDRED for end in _ends(quantity))
        value = _ratio(low, high, quantity.bound, quantity.span, " ".join(named.values()))
        return Said(Span(quantity.whole.start, quantity.whole.end + match.end()), (value,))
    return None


def _fits(context: SentenceContext, quantity: Quantity, named: dict[str, str], *, has_price: bool) -> bool:
    """Whether what a share is of is a price: by its name, or by what the sentence is about."""
    text, sentence = context.text, context.sentence
    if "of" in named:
        return True
    if "was" in named:
        return _is_of_things(text[sentence.start : quantity.whole.start])
    return has_price or PRICE_WORD.search(text, sentence.start, sentence.end) is not None


def _ends(quantity: Quantity) -> tuple[Decimal, Decimal]:
    """Return both ends of a quantity; one that is not said is the other."""
    low = quantity.low if quantity.low is not None else quantity.high
    high = quantity.high if quantity.high is not None else quantity.low
    return low or Decimal(0), high or Decimal(0)


def _is_of_things(left: str) -> bool:
    """Whether a clause's opening speaks of a thing for sale or a price, and of no number, pay or sales."""
    is_priced = GOODS.search(left) is not None or PRICE_WORD.search(left) is not None
    return is_priced and not is_unpriced(left)


def _is_borne(left: str, *, has_price: bool) -> bool:
    borne = _BORNE.search(left)
    return borne is not None and not (has_price and borne.group("covers"))


def _speaks_of_price(context: SentenceContext, quantity: Quantity) -> bool:
    """Whether a price, a cost or an amount stands in the clause of a multiple or close before it."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, quantity.whole.start)
    end = clause_end(text, sentence, quantity.whole.end)
    if PRICE_WORD.search(text, start, end):
        return not is_unpriced(text[start : quantity.whole.start])
    left = text[start : quantity.whole.start]
    if _is_moved(left) or _has_moved_before(context, start):
        return True
    if GOODS.search(left) and not is_unpriced(left) and _is_about_prices(context):
        return True
    return not is_unpriced(left) and any(
        one.form == "money"
        and (
            -1 <= quantity.whole.start - one.whole.end <= _CLOSE_CHARACTERS
            or _TO.fullmatch(text, quantity.whole.end, one.whole.start) is not None
        )
        for one in context.quantities
    )


def _is_moved(left: str) -> bool:
    """Whether a clause's opening speaks of a thing whose price moves, and of no number, pay or sales."""
    return _MOVED.search(left) is not None and not is_unpriced(left)


def _multiple(context: SentenceContext, quantity: Quantity) -> Said:
    of = reference(context.text, quantity.whole.end, context.sentence.end)
    more = 1 if _AGAIN.match(context.text, quantity.whole.end, context.sentence.end) else 0
    low, high = (None if end is None else end + more for end in (quantity.low, quantity.high))
    if _is_factor_of_fall(context, quantity) and quantity.low and quantity.high:
        ratio = _ratio(1 / quantity.high, 1 / quantity.low, quantity.bound, quantity.span, None)
        return Said(quantity.whole, (ratio,))
    value = Value("ratio", "ratio", low, high, quantity.bound, quantity.precision, quantity.span, of)
    return Said(quantity.whole, (value,))


def _is_factor_of_fall(context: SentenceContext, quantity: Quantity) -> bool:
    """Whether a price fell by a factor: "fell by a factor of two" is half of it."""
    left = context.text[context.sentence.start : quantity.whole.start]
    return _FACTOR.match(quantity.span.cut(context.text)) is not None and _sign(left, "") < 0


def change_of(context: SentenceContext, quantity: Quantity, *, of_pay: bool = False) -> Said | None:
    """Read "Fares rose 9%" as the ratio 1.09, and "shares lost a tenth of their value" as 0.9."""
    text, sentence = context.text, context.sentence
    start = clause_start(text, sentence, quantity.whole.start)
    left = text[start : quantity.whole.start]
    right = text[quantity.whole.end : clause_end(text, sentence, quantity.whole.end)]
    if (
        (_NO_CHANGE.search(left) and not _CHANGE_OF.search(left))
        or _TO_MORE.match(right)
        or _REBATE.match(right)
        or _MAKES_UP.search(left)
    ):
        return None
    sign = _sign(left, right)
    of_value = _OF_VALUE.match(right)
    if sign == 0 or (is_unpriced(left) and not of_pay):
        return None
    if not (of_pay or of_value or _tells_of_price(context, start, left, right)):
        return None
    low, high = (1 + sign * end / _HUNDRED for end in _ends(quantity))
    end = quantity.whole.end + (of_value.end() if of_value else 0)
    return Said(Span(quantity.whole.start, end), (_ratio(low, high, quantity.bound, quantity.span, None),))


def _tells_of_price(context: SentenceContext, start: int, left: str, right: str) -> bool:
    """Whether a change in per cent is one of a price, by its subject or by what follows it."""
    if _DEARER.search(left) or _DEARER.match(right.lstrip()) or _is_moved(left) or _NOUN_AFTER.match(right):
        return True
    if (_MORE_BY.match(right) or _LESS_BY.match(right)) and PRICE_WORD.search(left):
        return True
    if GOODS.search(left) and _is_about_prices(context):
        return True
    return _has_moved_before(context, start)


def _is_about_prices(context: SentenceContext) -> bool:
    """Whether the sentence or the one before it speaks of prices at all."""
    text = context.text
    return any(
        PRICE_WORD.search(text, one.start, one.end) for one in (context.sentence, *context.previous[:1])
    )


def _has_moved_before(context: SentenceContext, start: int) -> bool:
    """Whether a clause without a noun for subject ("and then fell 5%") goes on about a price."""
    text, sentence = context.text, context.sentence
    head = text[start : start + 24].lower().split()
    if not head:
        return False
    if head[0] in _PRONOUNS and context.previous and _is_moved(context.previous[0].cut(text)):
        return True
    is_joined = start > sentence.start and head[0] in _JOINED
    return is_joined and _is_moved(text[sentence.start : start])


def _sign(left: str, right: str) -> int:
    """Return 1 for a rise, -1 for a fall, by the word of change after the figure, else the last before it."""
    if _MORE_BY.match(right):
        return 1
    if _LESS_BY.match(right):
        return -1
    near = left[-_NEAR_CHARACTERS:]
    ends = {
        sign: max((match.end() for match in pattern.finditer(near)), default=-1)
        for sign, pattern in ((1, UP), (-1, DOWN))
    }
    if ends[1] == ends[-1]:
        return 0
    return max(ends, key=lambda sign: ends[sign])
