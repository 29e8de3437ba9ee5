"""Finds where a sentence says that something is sold out, and turns each pattern's state by its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from factdesk.claims.clauses import clause_start
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, word_set
from factdesk.claims.sellout_evidence import has_what_it_needs
from factdesk.claims.sellout_readings import Reading, find_readings
from factdesk.claims.sellout_shares import find_stock_shares, has_share_words
from factdesk.claims.sellout_words import TABLE
from factdesk.model import Span

_SHARE_RANK = -1
"""A counted share ("19,500 of its 20,000 passes") says more than any phrase that it overlaps."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A predicate and the state that it says; ``is_beside`` when its noun stands in another clause."""

    anchor: Span
    state: str
    rank: float
    is_beside: bool
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class _Pattern:
    state: str
    keys: frozenset[str]
    phrase: re.Pattern[str]
    needs: str
    has_modifier: bool
    keeps_state: bool
    rank: int


_PATTERNS = tuple(
    _Pattern(
        state=one["state"],
        keys=word_set(one, "keys"),
        phrase=compile_phrase(one["phrase"], TABLE),
        needs=one["needs"],
        has_modifier=bool(one.get("inside")),
        keeps_state=bool(one.get("keeps")),
        rank=one.get("rank", rank),
    )
    for rank, one in enumerate(TABLE["pattern"])
)
_KEYS = frozenset[str]().union(*(pattern.keys for pattern in _PATTERNS))
_BY_KEY = {key: [at for at, one in enumerate(_PATTERNS) if key in one.keys] for key in _KEYS}
_NEARLY = compile_phrases(TABLE["nearly"], TABLE)
_PARTLY = compile_phrases(TABLE["partly"], TABLE)
_DENIED = compile_phrases(TABLE["denied"], TABLE)
_NOT_DENIED = compile_phrases(TABLE["not_denied"], TABLE)
_DENIED_BEFORE = compile_phrase("(?:" + "|".join(TABLE["denied_before"]) + r")\.", TABLE)
_DENIED_AFTER = compile_phrase(r"\A\s*(?:" + "|".join(TABLE["denied_after"]) + ")", TABLE)
_ELLIPTIC = frozenset({"same", "opposite"})
_NEGATION = compile_phrases(TABLE["negation"], TABLE)
_TAKES_NEGATION = compile_phrases(TABLE["takes_negation"], TABLE)
_BEFORE_CHARS = 60
"""How far before a predicate its "not a single" may stand."""
_SKIP = compile_phrases(TABLE["idioms"], TABLE)


def find_hits(context: SentenceContext) -> list[Hit]:
    """Return the predicates of a sentence in reading order; none overlaps another."""
    has_words = not _KEYS.isdisjoint(context.words)
    readings = list(find_readings(context))
    if not has_words and not readings and not has_share_words(context):
        return []
    hits = [Hit(one.anchor, one.state, _SHARE_RANK, False) for one in find_stock_shares(context)]
    hits += [_hit(context, one) for one in readings if not _is_idiom(context, one.said)]
    if has_words:
        hits.extend(_pattern_hits(context, has_hit=bool(hits)))
    return _resolved(context.text, _settle(hits))


def _hit(context: SentenceContext, reading: Reading) -> Hit:
    """Return a reading as a hit; the sentence may deny it as a whole ("the shop denied that...")."""
    state = reading.state
    if state == "sold_out" and _is_denied_report(context.text, context.sentence, reading.anchor):
        state = "available"
    return Hit(reading.anchor, state, -reading.score / 10, False, reading)


def _resolved(text: str, hits: list[Hit]) -> list[Hit]:
    """Give "eleven did" and "the other did not" the state that the predicate before them makes of them."""
    kept: list[Hit] = []
    for hit in hits:
        if hit.state not in _ELLIPTIC:
            kept.append(hit)
        elif kept and not kept[-1].is_beside:
            kept.append(replace(hit, state=_elliptic_state(text, kept[-1], hit)))
    return kept


def _elliptic_state(text: str, first: Hit, hit: Hit) -> str:
    """Return the state of "did (not)": "sold out" is taken up as said, "had no room" without its "no"."""
    is_gone = first.state == "sold_out"
    said = first.reading.said if first.reading else first.anchor
    start = min(first.anchor.start - _BEFORE_CHARS, said.start)
    words = text[max(0, start) : first.anchor.end]
    if hit.state == "same":
        takes_negation = _TAKES_NEGATION.search(hit.anchor.cut(text)) is not None
        turned = _NEGATION.search(words) is not None and not takes_negation
    else:
        turned = _NEGATION.search(words) is None
    return ("available" if is_gone else "sold_out") if turned else first.state


def _pattern_hits(context: SentenceContext, *, has_hit: bool) -> Iterator[Hit]:
    text, sentence = context.text, context.sentence
    wanted = {at for word in _KEYS.intersection(context.words) for at in _BY_KEY[word]}
    for pattern in (_PATTERNS[at] for at in sorted(wanted)):
        if pattern.needs == "beside" and not has_hit:
            continue
        for match in pattern.phrase.finditer(text, sentence.start, sentence.end):
            anchor = Span(*match.span())
            if has_what_it_needs(context, pattern.needs, anchor) and not _is_idiom(context, anchor):
                has_hit = True
                state = pattern.state if pattern.keeps_state else _state(text, sentence, anchor, pattern)
                yield Hit(anchor, state, pattern.rank, pattern.needs == "beside")


def _is_idiom(context: SentenceContext, anchor: Span) -> bool:
    return any(anchor.overlaps(idiom) for idiom in _idioms(context.text, context.sentence))


@lru_cache(maxsize=64)
def _idioms(text: str, sentence: Span) -> tuple[Span, ...]:
    return tuple(Span(*idiom.span()) for idiom in _SKIP.finditer(text, sentence.start, sentence.end))


def _settle(hits: list[Hit]) -> list[Hit]:
    """Of hits that overlap, keep the one whose pattern stands first in the table."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.rank, one.anchor.start)):
        if not any(hit.anchor.overlaps(other.anchor) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda one: one.anchor.start)


def _state(text: str, sentence: Span, anchor: Span, pattern: _Pattern) -> str:
    """Turn the pattern's state by "nearly", "partly" or "not" before it in the same clause."""
    before = text[clause_start(text, sentence, anchor.start) : anchor.start]
    saids = [before + " ."]
    if pattern.has_modifier:
        saids.append(before + anchor.cut(text).rsplit(None, 1)[0] + " .")
    if any(_DENIED.search(said) and not _NOT_DENIED.search(said) for said in saids):
        return {"sold_out": "available", "available": "sold_out"}.get(pattern.state, pattern.state)
    if pattern.state == "sold_out" and _is_denied_report(text, sentence, anchor):
        return "available"
    if pattern.state == "sold_out" and any(_NEARLY.search(said) for said in saids):
        return "nearly_sold_out"
    if pattern.state == "sold_out" and any(_PARTLY.search(said) for said in saids):
        return "limited"
    return pattern.state


def _is_denied_report(text: str, sentence: Span, anchor: Span) -> bool:
    """Whether it is denied: "it is not true that...", "reports that it was sold out are false"."""
    if _DENIED_BEFORE.search(text[sentence.start : anchor.start] + " ."):
        return True
    return _DENIED_AFTER.match(text[anchor.end : sentence.end]) is not None
