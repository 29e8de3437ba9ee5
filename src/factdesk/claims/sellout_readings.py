"""Reads sell-outs by how English says them: who or what, how much of it, a predicate, and what turns it.

Each reader looks at one kind of predicate. What it finds is weighed: the predicate's own strength, the
noun, the amount, and the market around it; only what weighs enough is a reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.sellout_found import EVIDENCE, Found
from factdesk.claims.sellout_full import read_back, read_full, read_out, read_scarce, read_yet_to_fill
from factdesk.claims.sellout_getting import read_get, read_not_taking, read_take_in, read_turned_away
from factdesk.claims.sellout_gone import read_gone, read_went
from factdesk.claims.sellout_held import read_exist, read_own, read_run_out
from factdesk.claims.sellout_left import read_available, read_left
from factdesk.claims.sellout_notices import read_fragment, read_heading, read_label, read_notice
from factdesk.claims.sellout_phrases import Noun
from factdesk.claims.sellout_tokens import (
    LEXICON,
    Tokens,
    key_words,
    phrase_words,
    read_tokens,
    single_words,
    word_list,
)
from factdesk.model import Span

THRESHOLD = 2.0
"""What a reading must weigh; the weights stand in the lexicon."""


_PREDICATES = frozenset(LEXICON["keys"]["classes"].split())
_MARKS = frozenset({":", "–", "—", "-", "(", ",", "*"})
_VERBS = word_list("also_read")
_COMMON = word_list("common")
_AMOUNTS = word_list("telling_amounts")
_KEYS_OF_MANY = word_list("keys_of_many")
_WEAK_KEYS = word_list("weak_keys")
_ALL_KEYS = (key_words(*_PREDICATES, common=_COMMON) | word_list("also_telling")) - _COMMON
_KEYS = _ALL_KEYS - _WEAK_KEYS
_TELLING = (key_words(*LEXICON["keys"]["telling"].split(), common=_COMMON) | word_list("also_telling")) - (
    _COMMON | _KEYS_OF_MANY | _WEAK_KEYS
)
_LOOSE_UNITS = word_list("loose_units")
_UNITS = single_words("unit") - _LOOSE_UNITS
_SURE_AMOUNTS = word_list("sure_amounts")
_NOUNS = single_words("unit", "goods", "event")
_PAIRS, _PAIRS_OF_NOUNS = (
    tuple(frozenset(pair.split()) for pair in LEXICON["keys"][name].split(","))
    for name in ("pairs", "pairs_of_nouns")
)
_SHORT_WORDS_MAX = 6
_MARKET = phrase_words("market")


@dataclass(frozen=True, slots=True)
class Reading:
    """A state that a clause says: the predicate, the noun it is said of, and how much speaks for it.

    ``sort``: the word class of the noun's head, "none" where only an amount is said.
    """

    state: str
    anchor: Span
    noun: Span | None
    head: Span | None
    sort: str
    score: float

    @property
    def said(self) -> Span:
        """The stretch from the noun to the predicate, whichever stands first."""
        if self.noun is None:
            return self.anchor
        return Span(min(self.noun.start, self.anchor.start), max(self.noun.end, self.anchor.end))


def find_readings(context: SentenceContext) -> Iterator[Reading]:
    """Yield what the clauses of a sentence say of stock, in reading order; readings may overlap."""
    if not _may_speak_of_stock(context):
        return
    tokens = read_tokens(context.text, context.sentence)
    weighed = [
        (found, found.score + _surroundings(context, tokens, found))
        for at in range(len(tokens))
        if not tokens.is_name(at)
        for reader in _readers_at(tokens, at)
        if (found := reader(tokens, at)) is not None
    ]
    sure = [found for found, score in weighed if score >= THRESHOLD]
    for found, score in weighed:
        is_beside = any(one.end <= found.start or found.end <= one.start for one in sure)
        raised = score + (EVIDENCE["beside"] if is_beside else 0.0)
        if raised >= THRESHOLD:
            yield _reading(tokens, found, raised)


def _may_speak_of_stock(context: SentenceContext) -> bool:
    """Whether the words of a sentence, taken one by one, can say that stock is out or to be had (cheap).

    A common word ("has", "no") tells only beside a thing for sale and a word for how much.
    """
    words = context.words
    if not _TELLING.isdisjoint(words) or any(pair <= words for pair in _PAIRS):
        return True
    is_sure = not _SURE_AMOUNTS.isdisjoint(words)
    is_short = len(words) <= _SHORT_WORDS_MAX
    tells_how_much = is_short or not _AMOUNTS.isdisjoint(words)
    if _NOUNS.isdisjoint(words):
        return (tells_how_much and not _KEYS.isdisjoint(words)) or (is_sure and is_short)
    if is_sure or not _KEYS.isdisjoint(words):
        return True
    is_weak = not _WEAK_KEYS.isdisjoint(words)
    has_unit = not _UNITS.isdisjoint(words)
    if (tells_how_much or has_unit) and is_weak:
        return True
    if tells_how_much and (has_unit or not _LOOSE_UNITS.isdisjoint(words)):
        return True
    return any(pair <= words for pair in _PAIRS_OF_NOUNS)


def _reading(tokens: Tokens, found: Found, score: float) -> Reading:
    """Return a finding in offsets; the noun is part of what says the state in "no seats were left"."""
    noun = found.noun
    anchor = tokens.span(found.start, found.end)
    if noun is None:
        return Reading(found.state, anchor, None, None, "none", score)
    span = tokens.span(noun.start, max(noun.end, noun.start + 1))
    if noun.amount == "zero":
        anchor = Span(min(anchor.start, span.start), max(anchor.end, span.end))
    return Reading(found.state, anchor, span, tokens.span(noun.head, noun.head + 1), noun.sort, score)


def _surroundings(context: SentenceContext, tokens: Tokens, found: Found) -> float:
    """Weigh what stands around: a market in the sentence or before it, stock that a pronoun stands for."""
    score = 0.0
    said = {token.word for index, token in enumerate(tokens.all) if not found.start <= index < found.end}
    if not _MARKET.isdisjoint(said):
        score += EVIDENCE["market"]
    elif context.following and not _MARKET.isdisjoint(context.following.cut(context.text).lower().split()):
        score += EVIDENCE["market_after"]
    elif tokens.holds(0, found.start, "out_strong", "run_out"):
        score += EVIDENCE["topic"]
    if found.noun is None or found.noun.sort in {"unit", "event", "goods", "other", "person", "abstract"}:
        return score
    earlier = read_tokens(
        context.text, Span(context.sentence.start - len(context.before), context.sentence.start)
    )
    if earlier.holds(0, len(earlier), "unit", "goods", "out_strong", "run_out"):
        return score + EVIDENCE["stock_before"]
    others = (index for index in range(len(tokens)) if not found.noun.start <= index < found.noun.end)
    if any(tokens.end_of(index, "unit", "event", "goods", "out_strong") is not None for index in others):
        return score + EVIDENCE["stock_beside"]
    return score if _stands_alone(found.noun) else score + EVIDENCE["stands_for_nothing"]


def _stands_alone(noun: Noun) -> bool:
    """Whether a name or a time may be full without stock being spoken of; "it" and "six" may not."""
    return noun.sort not in {"pronoun", "none"}


_Reader = Callable[[Tokens, int], Found | None]
_READERS: tuple[tuple[_Reader, frozenset[str]], ...] = (
    (read_out, frozenset({"out_strong"})),
    (read_gone, frozenset({"gone", "gone_firm"})),
    (read_went, frozenset({"gone_past"})),
    (read_full, frozenset({"full"})),
    (read_scarce, frozenset({"scarce", "scarce_strong", "near_out"})),
    (read_left, frozenset({"left", "left_weak"})),
    (read_available, frozenset({"available", "be"})),
    (read_run_out, frozenset({"run_out"})),
    (read_own, frozenset({"own", "found"})),
    (read_exist, frozenset({"exist"})),
    (read_get, frozenset({"get_it", "get_done"})),
    (read_take_in, frozenset({"take_in"})),
    (read_yet_to_fill, frozenset({"gone_base"})),
    (read_fragment, frozenset({"zero", "many"})),
)
"""The readers of predicates, each with the classes of the words that it starts from."""
_READERS_OF_MARKS: tuple[_Reader, ...] = (read_label, read_notice)
_READERS_OF_VERBS: tuple[_Reader, ...] = (read_turned_away, read_back, read_not_taking)


def _readers_at(tokens: Tokens, at: int) -> Iterator[_Reader]:
    """Yield the readers that may find something from a token on."""
    word = tokens.word(at)
    if word in _MARKS:
        yield from _READERS_OF_MARKS
        return
    if at == 0:
        yield read_heading
    if word in _VERBS:
        yield from _READERS_OF_VERBS
    if classes := tokens.classes_at(at):
        yield from _readers_of(tuple(classes))


@lru_cache(maxsize=4096)
def _readers_of(classes: tuple[str, ...]) -> tuple[_Reader, ...]:
    """Return the readers that start from a phrase of one of the classes."""
    return tuple(reader for reader, starts in _READERS if not starts.isdisjoint(classes))
