"""What is said of a price, and how what is told by relation joins the price that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from factdesk.claims.clauses import clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_any
from factdesk.claims.price_words import TABLE
from factdesk.model import Span, Value

UP = compile_any(TABLE["up"], TABLE)
DOWN = compile_any(TABLE["down"], TABLE)
PRICE_WORD = compile_any(TABLE["price_word"], TABLE)
_NOT_MOVED = compile_any(["{not_moved}"], TABLE)
_OF = re.compile(
    r"\s*(?:of\s+|than\s+|as\s+\w+\s+as\s+|more\s+than\s+|what\s+)?(?P<of>[^,;:.()–—]{2,80})",
    re.IGNORECASE,
)
_NO_OF = compile_any(TABLE["no_reference"], TABLE)
_OWN_STEP = re.compile(
    r"(?:\s*[\w/'’-]++){0,6}?[\s,(–—-]*(?:which\s+(?:is|was)\s+)?(?:up|down)\s+(?:by\s+)?|\s+"
    r"|(?:\s*[\w/'’-]++){0,9}?,\s+an?\s+(?:rise|increase|jump|fall|drop|cut|reduction)\s+of\s+(?:about\s+|some\s+)?",
    re.IGNORECASE,
)
"""What may stand between a price and its own change: "€3.90 a dozen, up 60c"."""
_OWN_DIFFERENCE = re.compile(
    r"(?:\s*[^\W\d][\w/'’-]*+){0,6}?\s*(?:,|\s[–—-]|\()\s*(?:about|some|around|nearly|just|only)?\s*",
    re.IGNORECASE,
)
"""What may stand between a price and by how much it differs: "R410 each, R90 more than the first"."""
_OWN_TIMES = re.compile(r"[\s,()–—-]{1,4}")
"""What may stand between a price and how many times another it is: "€410, twice the June fare"."""
_MEASURE = compile_any(["{price_noun}", "{wage}"], TABLE)
"""What a price is measured by beside its amount; "€300, ten times as much" makes two claims."""
_THAN = re.compile(r"[^,;:]*?\b(?:than|(?:up|down|more|less)\s+on)\b", re.IGNORECASE)
_MAKING = re.compile(
    r"\b(?:making|taking|bringing|putting|leaving|pushing|to|sending)\s+(?:it|them|that|the\s+\w+)\s+(?:up\s+|down\s+)?"
    r"(?:to\s+|at\s+)?\Z",
    re.IGNORECASE,
)
"""What joins a change to the price that comes of it: "up by £1.50 per hour, making it £13.50"."""
_FRONTED = re.compile(r"\s*(?:dearer|cheaper|pricier|costlier|up|down|higher|lower)\b", re.IGNORECASE)
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


def is_unpriced(left: str) -> bool:
    """Whether the words before a figure speak of sales, pay or numbers, and of no price after that.

    "Council tax" is a price, though "tax" by itself is none.
    """
    against = [Span(*match.span()) for match in _NOT_MOVED.finditer(left)]
    if not against:
        return False
    last = against[-1]
    return not any(
        match.start() >= last.end or (match.start() < last.start and match.end() >= last.end)
        for match in PRICE_WORD.finditer(left)
    )


def reference(text: str, start: int, end: int) -> str | None:
    """Return what a difference or multiple is told of, right after it: "than last year" gives "last year"."""
    match = _OF.match(text, start, end)
    if match is None or (match.start("of") == _first_word(text, start, end) and _NO_OF.match(match["of"])):
        return None
    return match["of"].strip()


def _first_word(text: str, start: int, end: int) -> int:
    return end - len(text[start:end].lstrip())


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
        if max(ends) <= relation.anchor.start and _is_own(context, relation, gap):
            return index
        if relation.anchor.end <= amount.anchor.start:
            same = clause_start(text, sentence, amount.anchor.start) <= relation.anchor.start
            between = text[relation.anchor.end : amount.anchor.start]
            if (same and _TO.search(between)) or _MAKING.search(between):
                return index
            if index == 0 and "," in between and _FRONTED.match(text, sentence.start, sentence.end):
                return index
    return None


def _is_own(context: SentenceContext, relation: Said, gap: str) -> bool:
    """Whether a relation belongs to the price before it, ``gap`` being what stands between them."""
    if _OWN_STEP.fullmatch(gap):
        return True
    if relation.role == "diff":
        is_compared = _THAN.match(context.text, relation.anchor.start, context.sentence.end) is not None
        return is_compared and _OWN_DIFFERENCE.fullmatch(gap) is not None
    return _MEASURE.search(relation.values[0].of or "") is not None and _OWN_TIMES.fullmatch(gap) is not None


def _apart(said: list[Said]) -> list[Said]:
    """Drop a figure that overlaps the one before it."""
    kept: list[Said] = []
    for one in said:
        if not kept or kept[-1].anchor.end <= one.anchor.start:
            kept.append(one)
    return kept
