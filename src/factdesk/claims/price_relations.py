"""Prices told by relation: figures without a currency, differences ("£12 less") and multiples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from factdesk.claims.clauses import clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases
from factdesk.claims.price_words import GOODS, TABLE
from factdesk.model import Span, Value
from factdesk.text.quantities import Quantity

_MORE = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["more_after"]) + ")", TABLE)
_LESS = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["less_after"]) + ")", TABLE)
_BY = re.compile(
    r"\bby\s+(?:about\s+|around\s+|some\s+|up\s+to\s+|as\s+much\s+as\s+|an?\s+)?\Z", re.IGNORECASE
)
UP = compile_phrases(TABLE["up"], TABLE)
DOWN = compile_phrases(TABLE["down"], TABLE)
PRICE_WORD = compile_phrases(TABLE["price_word"], TABLE)
_DEARER = re.compile(r"dearer|cheaper|pricier|costlier", re.IGNORECASE)
_COPULA = re.compile(
    r"(?:\b(?:is|are|was|were|works? out|worked out|come[s]? out|came out)|['’]s)(?:\s+(?:now|still|only|just|even|some|about|around))*\s+\Z",
    re.IGNORECASE,
)
_NOT_MOVED = compile_phrase("{not_moved}", TABLE)
_STEP = r"(?:\A|[,;(–—-]|\b(?:is|are|was|were|went|go|goes|gone|now|crept|just))\s*(?:{way})(?:\s+by)?\s+(?:an?\s+|another\s+)?\Z"
_STEP_UP = re.compile(_STEP.format(way="up|dearer by|higher by"), re.IGNORECASE)
_STEP_DOWN = re.compile(_STEP.format(way="down|cheaper by|lower by"), re.IGNORECASE)
_OF = re.compile(
    r"\s*(?:of\s+|than\s+|as\s+\w+\s+as\s+|more\s+than\s+|what\s+)?(?P<of>[^,;:.()–—]{2,80})", re.IGNORECASE
)
_OWN_STEP = re.compile(
    r"(?:\s*[\w/]+){0,3}[\s,(–—-]*(?:which\s+(?:is|was)\s+)?(?:up|down)\s+(?:by\s+)?|\s+", re.IGNORECASE
)
"""What may stand between a price and its own change: "€3.90 a dozen, up 60c"."""
_OWN_TIMES = re.compile(r"[\s,()–—-]{1,4}")
"""What may stand between a price and how many times another it is: "€410, twice the June fare"."""
_TO = re.compile(r"\bto(?:\s+[\w-]+){0,4}\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A figure with the words around it that bind it, and the values it gives."""

    anchor: Span
    values: tuple[Value, ...]

    @property
    def role(self) -> str:
        """The role of its first value."""
        return self.values[0].role


def difference(context: SentenceContext, amount: Quantity, *, has_price: bool) -> Said | None:
    """Return what an amount says as a difference: "£12,000 less than that", "up by two dollars"."""
    text, sentence = context.text, context.sentence
    before = text[clause_start(text, sentence, amount.whole.start) : amount.whole.start]
    if _NOT_MOVED.search(before):
        return None
    after = text[amount.whole.end : sentence.end]
    for sign, pattern in ((1, _MORE), (-1, _LESS)):
        match = pattern.match(after)
        if match and (
            has_price
            or _is_of_goods(before, match.group())
            or PRICE_WORD.search(text, sentence.start, sentence.end)
        ):
            anchor = Span(amount.whole.start, amount.whole.end + match.end())
            of = reference(text, anchor.end, sentence.end)
            return Said(anchor, (_difference_value(amount, sign, of),))
    sign = _step(context, amount, before)
    return Said(amount.whole, (_difference_value(amount, sign, None),)) if sign else None


def _is_of_goods(before: str, way: str) -> bool:
    """Whether a thing is so much "less" or "dearer": "the same ticket was £5 less"."""
    return _DEARER.search(way) is not None or (
        _COPULA.search(before) is not None and GOODS.search(before) is not None
    )


def _step(context: SentenceContext, amount: Quantity, before: str) -> int:
    """Return 1 or -1 for an amount by which a price rose or fell ("by £3", "up 60c", "climbed £5 to £30"); else 0."""
    for change in context.changes:
        if change.by is not None and change.by.whole == amount.whole and change.after is not None:
            return {"up": 1, "down": -1}.get(change.direction, 0)
    is_by = _BY.search(before) is not None
    for sign, verb, step in ((1, UP, _STEP_UP), (-1, DOWN, _STEP_DOWN)):
        if step.search(before) or (is_by and verb.search(before)):
            return sign
    return 0


def reference(text: str, start: int, end: int) -> str | None:
    """Return what a difference or multiple is told of, right after it: "than last year" gives "last year"."""
    match = _OF.match(text, start, end)
    return match.group("of").strip() if match else None


def _difference_value(amount: Quantity, sign: int, of: str | None) -> Value:
    ends = sorted(sign * end for end in (amount.low, amount.high) if end is not None)
    low, high = (ends[0], ends[-1]) if ends else (None, None)
    return Value("diff", amount.unit, low, high, amount.bound, amount.precision, amount.span, of)


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
        own = _OWN_TIMES if relation.role == "ratio" else _OWN_STEP
        if max(ends) <= relation.anchor.start and (own.fullmatch(gap) or _OWN_STEP.fullmatch(gap)):
            return index
        if relation.anchor.end <= amount.anchor.start:
            same = clause_start(text, sentence, amount.anchor.start) <= relation.anchor.start
            if same and _TO.search(text[relation.anchor.end : amount.anchor.start]):
                return index
    return None


def _apart(said: list[Said]) -> list[Said]:
    """Drop a figure that overlaps the one before it."""
    kept: list[Said] = []
    for one in said:
        if not kept or kept[-1].anchor.end <= one.anchor.start:
            kept.append(one)
    return kept
