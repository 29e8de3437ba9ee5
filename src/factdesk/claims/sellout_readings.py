"""Reads sell-outs by how English says them: who or what, how much of it, a predicate, and what turns it.

Each reader looks at one kind of predicate. What it finds is weighed: the predicate's own strength, the
noun, the amount, and the market around it; only what weighs enough is a reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from factdesk.claims.contexts import SentenceContext
from factdesk.claims.sellout_found import EVIDENCE, Found
from factdesk.claims.sellout_full import read_back, read_full, read_out, read_scarce, read_yet_to_fill
from factdesk.claims.sellout_getting import read_get, read_not_taking, read_take_in, read_turned_away
from factdesk.claims.sellout_gone import read_gone, read_went
from factdesk.claims.sellout_held import read_exist, read_own, read_run_out
from factdesk.claims.sellout_left import read_available, read_left
from factdesk.claims.sellout_notices import read_fragment, read_heading, read_label, read_notice
from factdesk.claims.sellout_phrases import Noun
from factdesk.claims.sellout_tokens import LEXICON, Tokens, key_words, phrase_words, read_tokens
from factdesk.model import Span

THRESHOLD = 2.0
"""What a reading must weigh; the weights stand in the lexicon."""


_KEYS = key_words(*LEXICON["keys"]["classes"].split())
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
    if _KEYS.isdisjoint(context.words):
        return
    tokens = read_tokens(context.text, context.sentence)
    weighed = [
        (found, found.score + _surroundings(context, tokens, found))
        for at in range(len(tokens))
        if not tokens.is_name(at)
        for reader in _READERS
        if (found := reader(tokens, at)) is not None
    ]
    sure = [found for found, score in weighed if score >= THRESHOLD]
    for found, score in weighed:
        is_beside = any(one.end <= found.start or found.end <= one.start for one in sure)
        raised = score + (EVIDENCE["beside"] if is_beside else 0.0)
        if raised >= THRESHOLD:
            yield _reading(tokens, found, raised)


def _reading(tokens: Tokens, found: Found, score: float) -> Reading:
    noun = found.noun
    span = tokens.span(noun.start, max(noun.end, noun.start + 1)) if noun else None
    head = tokens.span(noun.head, noun.head + 1) if noun else None
    return Reading(
        found.state, tokens.span(found.start, found.end), span, head, noun.sort if noun else "none", score
    )


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


_READERS = (
    read_out,
    read_gone,
    read_went,
    read_full,
    read_scarce,
    read_left,
    read_available,
    read_run_out,
    read_own,
    read_exist,
    read_get,
    read_take_in,
    read_label,
    read_notice,
    read_heading,
    read_turned_away,
    read_back,
    read_not_taking,
    read_yet_to_fill,
    read_fragment,
)
