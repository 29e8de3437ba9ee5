"""Weighs what speaks for and against an amount of money being a price.

The words and weights stand in ``tables/price_evidence.toml``; how they add up is said there too.
"""

from __future__ import annotations

import math
import re

from factdesk.claims.clauses import clause_start, figure_clause
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.cues import group_cues, holds_any, read_cues, weigh
from factdesk.claims.phrases import compile_hint, compile_phrase, word_set
from factdesk.claims.price_governors import MAY_GOVERN, Governor, nearest_governor
from factdesk.claims.price_words import GOODS, PRICE_NOUN, SUM_NOUN, TABLE
from factdesk.model import Span
from factdesk.text.quantities import Quantity

THRESHOLD = float(TABLE["threshold"])
VOUCHED_THRESHOLD = float(TABLE["vouched_threshold"])
"""An amount beside a sure price of the same sentence needs no more than this."""

_SIZES: list[tuple[float, float]] = [(float(most), float(weight)) for most, weight in TABLE["sizes"]]
_UNITS_A_DOLLAR: dict[str, int] = TABLE["units_a_dollar"]
_CUES = read_cues(TABLE)
_SENTENCE_CUES = group_cues((cue for cue in _CUES if cue.side == "sentence"), TABLE)
_CUES_AGAINST = group_cues((cue for cue in _CUES if cue.side != "sentence" and cue.weight < 0), TABLE)
_ANY_AGAINST = compile_hint(
    (one["phrase"] for one in TABLE["cue"] if one["weight"] < 0 and one["side"] not in {"before", "after"}),
    TABLE,
)
_BESIDE_AGAINST = group_cues((cue for cue in _CUES_AGAINST.each if cue.side in {"before", "after"}), TABLE)
_CUES_FOR = group_cues((cue for cue in _CUES if cue.side != "sentence" and cue.weight > 0), TABLE)
_HOPELESS = float(TABLE["hopeless"])
"""What has this much against it is weighed no further."""
_LABEL_FLOOR = float(TABLE["label_floor"])
"""A label ("Adult: £12") makes a price of an amount unless the words around it speak this much against."""
_LABEL = re.compile(r"\s*(?:[-–—•*·#]\s*)*[^.!?:\n]{2,80}:\s*(?:from\s+|about\s+)?\Z", re.IGNORECASE)
_DETERMINER = compile_phrase(rf"(?:{'|'.join(TABLE['determiner'])})\s+\Z", TABLE)
_MARK = re.compile(r"(?:mark|barrier|threshold|level)\b", re.IGNORECASE)
"""What a price passes: "broke the $200 barrier"."""
_ENTRY = re.compile(
    r"(?:\A|[;.]\s+|.*;\s+)(?P<name>[^\W\d_][^.!?:;\n£$€]{1,60}?)(?:,|\s\(|\s[–—-])\s*\Z", re.DOTALL
)
"""A verbless entry of a list, up to its amount: "bolster, 1s. 3d."."""
_ENTRY_END = re.compile(r"\s*(?:[.;)]|\Z)")
_ENTRY_STOP = word_set(TABLE, "entry_stop")
_ENTRY_WORDS_MAX = 6
_HEAD = compile_phrase(rf"(?:{'|'.join(TABLE['qualified_head'])})\Z", TABLE)
_INSET = re.compile(
    r"\b(?:is|are|was|were|costs?|cost|paid|pays?|charge[sd]?|charging|for|at|fetched|asks|now)"
    r"(?P<inset>,\s[^,;:£$€\d]{2,40},\s)\Z",
    re.IGNORECASE,
)
"""What a pair of commas puts between a verb and its amount: "is, since April, £1.70"."""
_VERB_HEAD = re.compile(
    r"\s*(?:[^,;:\d]{2,30},\s+)?(?:is|was|are|were|costs?|comes?\s+to|came\s+to|runs?\s+to|ran\s+to)\s",
    re.IGNORECASE,
)
"""A clause without its subject, which stands before a cut: "the premium, so to speak, is €2,760"."""
_ANSWERS = re.compile(
    r"[\W_]*(?:(?:it|that|they)['’]?\s?(?:s|is|was|are|were|cost)\s+)?(?:only|just|about|around|a mere)?"
    r"[\W_]*",
    re.IGNORECASE,
)
_ASKS_PRICE = compile_phrase("(?:how much|what|the price|{price_noun}|{goods}|cost|pay|charge|go for)", TABLE)
_RUN_STOP = word_set(TABLE, "run_stop")
_RUN_WORD = re.compile(r"(?:[ -]|\s[“\"'‘])?(?P<word>[^\W\d_][\w'’-]*)[”\"'’]?")
_RUN_WORDS_MAX = 5
_UNITS = rf"(?:{'|'.join(sorted(word_set(TABLE, 'unit'), key=len, reverse=True))})s?"
_TIMES = rf"(?:{'|'.join(sorted(word_set(TABLE, 'time_unit'), key=len, reverse=True))})"
_PER = r"\A[\s,(]*(?:(?:an?|per|the|each|every)\s+|/\s?)(?:[\w-]+\s)?"
_PER_UNIT = compile_phrase(_PER + _UNITS, {})
_PER_TIME = compile_phrase(
    rf"\A[\s,(]*(?:(?:an?|per|each|every)\s+|/\s?)(?:calendar\s+)?{_TIMES}(?!\s+(?:ago|earlier|later|before|after|old)\b)"
    r"|\A[\s,]*(?:monthly|weekly|nightly|yearly|annually|daily|pcm|pw)",
    {},
)
_EACH = compile_phrase(r"\A[\s,(]*(?:" + "|".join(TABLE["each"]) + ")", TABLE)
_TURN = re.compile(r"[:;]\s|\bbut\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\s*(?:which|who|whose|that)\b", re.IGNORECASE)
_FROM = re.compile(r"from\b", re.IGNORECASE)
_WINDOW_CHARACTERS = 220


def price_score(context: SentenceContext, amount: Quantity) -> float:
    """Return how much speaks for an amount being a price; `THRESHOLD` is enough, no more is weighed then."""
    text, sentence = context.text, context.sentence
    clause = _with_antecedent(text, sentence, figure_clause(text, sentence, amount.whole))
    inset = _INSET.search(text, sentence.start, amount.whole.start)
    if inset:
        clause = Span(clause_start(text, sentence, inset.start("inset")), clause.end)
    elif _VERB_HEAD.match(text, clause.start, amount.whole.start) and clause.start > sentence.start:
        clause = Span(clause_start(text, sentence, clause.start - 2), clause.end)
    left_end = inset.start("inset") if inset else amount.whole.start
    left = text[max(clause.start, amount.whole.start - _WINDOW_CHARACTERS) : left_end]
    right = text[amount.whole.end : min(clause.end, amount.whole.end + _WINDOW_CHARACTERS)]
    is_from = amount.whole.start < amount.span.start and _FROM.match(text, amount.whole.start) is not None
    is_governed = holds_any(sentence.cut(text), MAY_GOVERN)
    governor = nearest_governor(left, right, is_from=is_from) if is_governed else None
    qualified = _qualified_weight(left, right, governor)
    is_large = (governor is not None and governor.large) or qualified > 1
    score = _size_weight(amount, is_large=is_large) + qualified + _per_weight(left, right, governor)
    if score <= _HOPELESS:
        return score
    if holds_any(sentence.cut(text), _ANY_AGAINST):
        score += weigh(text, sentence, _statement(text, sentence, amount.whole), amount.whole, _SENTENCE_CUES)
        score += weigh(text, sentence, clause, amount.whole, _CUES_AGAINST)
    else:
        score += weigh(text, sentence, clause, amount.whole, _BESIDE_AGAINST)
    if score >= THRESHOLD or score <= _HOPELESS:
        return score
    score += weigh(text, sentence, clause, amount.whole, _CUES_FOR) + _answer_weight(context, amount)
    label = text[sentence.start : amount.whole.start]
    if score < THRESHOLD and ":" in label and _names_price(label):
        score += float(TABLE["headed"])
    if _LABEL_FLOOR < score < THRESHOLD and _is_labelled(context, amount, label):
        return THRESHOLD
    return score


def _names_price(label: str) -> bool:
    """Whether what stands before a colon names a price."""
    return PRICE_NOUN.search(label.rpartition(":")[0]) is not None


def _is_labelled(context: SentenceContext, amount: Quantity, label: str) -> bool:
    """Whether an amount stands behind a label ("Adult: £12") or ends an entry ("Extra meat, N700.")."""
    if _LABEL.match(label):
        return not _speaks_against(label)
    entry = _ENTRY.match(label)
    if entry is None or not _ENTRY_END.match(context.text, amount.whole.end, context.sentence.end):
        return False
    named = entry.group("name").lower().replace(",", " ").split()
    is_short = len(named) <= _ENTRY_WORDS_MAX and _ENTRY_STOP.isdisjoint(named)
    return is_short and not _speaks_against(entry.group("name"))


def _answer_weight(context: SentenceContext, amount: Quantity) -> float:
    """Weigh the question before an amount that answers it: "What did it go for? Twelve hundred dollars"."""
    text = context.text
    opening = text[context.sentence.start : amount.whole.start]
    asked = context.previous[0].cut(text).rstrip("\"”’') ") if context.previous else ""
    if not asked.endswith("?") or not _ANSWERS.fullmatch(opening):
        return 0.0
    return float(TABLE["answer"]) if _ASKS_PRICE.search(asked) else 0.0


def _speaks_against(label: str) -> bool:
    """Whether what stands before the colon names a sum that is no price: "Winners of League D: €500,000"."""
    governor = nearest_governor(label, "")
    return SUM_NOUN.search(label) is not None or (governor is not None and governor.weight < 0)


def _statement(text: str, sentence: Span, figure: Span) -> Span:
    """Return what a sentence says around a figure up to a colon, a semicolon or "but" on either side."""
    start = max(
        (one.end() for one in _TURN.finditer(text, sentence.start, figure.start)), default=sentence.start
    )
    turn = _TURN.search(text, figure.end, sentence.end)
    return Span(start, turn.start() if turn else sentence.end)


def _with_antecedent(text: str, sentence: Span, clause: Span) -> Span:
    """Take what a relative clause is about into it: "donations, which averaged £70"."""
    if not _RELATIVE.match(text, clause.start, clause.end) or clause.start <= sentence.start:
        return clause
    return Span(clause_start(text, sentence, clause.start - 1), clause.end)


def _qualified_weight(left: str, right: str, governor: Governor | None) -> float:
    """Weigh the noun that an amount qualifies: "the $7 cash fare", "a $40 million renovation"."""
    run = _noun_run(right)
    if not run:
        return 0.0
    if governor is not None and governor.name == "moved" and _MARK.match(run):
        return 0.0
    if SUM_NOUN.search(run) and not _HEAD.search(run):
        return float(TABLE["qualified_sum"])
    is_determined = _DETERMINER.search(left) is not None
    if GOODS.search(run):
        return float(TABLE["qualified_goods" if is_determined else "bare_goods"])
    return float(TABLE["qualified_other"]) if is_determined else 0.0


def _noun_run(right: str) -> str:
    """Return the words right after an amount that may be the noun it qualifies; "" where there are none."""
    words: list[str] = []
    at = 0
    while len(words) < _RUN_WORDS_MAX and (match := _RUN_WORD.match(right, at)):
        if match.group("word").lower() in _RUN_STOP:
            break
        words.append(match.group("word"))
        at = match.end()
    return " ".join(words)


def _per_weight(left: str, right: str, governor: Governor | None) -> float:
    """Weigh the governor together with what the amount is told per."""
    is_timed = _PER_TIME.match(right) is not None
    weight = 0.0
    if governor is not None:
        weight = governor.timed if is_timed else governor.weight
    if _PER_UNIT.match(right) or _EACH.match(right):
        return weight + float(TABLE["per_unit"])
    return weight + (float(TABLE["per_time"]) if is_timed else 0.0)


def _size_weight(amount: Quantity, *, is_large: bool) -> float:
    """Millions are seldom a price: what a company makes, a state spends or a film brings in."""
    highest = amount.high if amount.high is not None else amount.low
    dollars = float(highest or 0) / _UNITS_A_DOLLAR.get(amount.unit, 1)
    weight = next((weight for most, weight in _SIZES if dollars < most), float(TABLE["size_above"]))
    if is_large:
        return max(weight, 0.0)
    over = max(0.0, math.log10(max(dollars, 1) / float(TABLE["large_dollars"])))
    return weight - float(TABLE["large_weight"]) * over
