"""Reads what makes one price another than the next: for whom, which way, for how long, which end, whose.

The axes and their words stand in ``tables/price_traits.toml``. A return ticket says nothing of a single
one, the price of alcohol-free beer nothing of beer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from factdesk.claims.facets import SOLD_BY, scope_facets
from factdesk.claims.phrases import compile_phrases, load_phrases, word_set
from factdesk.model import Span
from factdesk.text.words import stem

TABLE = load_phrases("price_traits")
UNMARKED = word_set(TABLE, "unmarked")
CARRYING = frozenset(stem(word) for word in word_set(TABLE, "carrying"))
"""Stems of words that carry a price and do not say of what."""

_AXES = {
    axis: tuple((value, compile_phrases(phrases, TABLE)) for value, phrases in values.items())
    for axis, values in TABLE["axes"].items()
}
_ANY = compile_phrases(
    (phrase for values in TABLE["axes"].values() for phrases in values.values() for phrase in phrases), TABLE
)
_SOLD_BY = "sold_by"
LOOSE = frozenset({"period", "channel", "ring", "pack", _SOLD_BY})
"""Axes of which a claim need not speak although the source does."""

OWN_ONLY = frozenset({"figure", "end", "buyer", "market", "channel", "trip", "make", "cabin", "trade"})
"""Axes of which the words of a figure itself must speak, where the claim does: its paragraph will not do."""

BOTH_ONLY = frozenset({"size"})
"""Axes that tell two prices apart only where both are told."""

_MAY_STAND_FOR_ALL = frozenset({"average", "median"})
"""What a claim may leave out: the average price is what a thing costs."""

UNIVERSAL = compile_phrases(TABLE["universal"], TABLE)

PAST = compile_phrases(TABLE["past"], TABLE)
PRESENT = compile_phrases(TABLE["present"], TABLE)
FUTURE = compile_phrases(TABLE["future"], TABLE)
HALF_PRICE = compile_phrases(TABLE["half_price"], TABLE)
WAS = re.compile(
    rf"{compile_phrases(TABLE['was'], TABLE).pattern}\s+(?:only\s+|just\s+|about\s+)?\Z", re.IGNORECASE
)
MOVED_UP = compile_phrases(TABLE["moved_up"], TABLE)
MOVED_DOWN = compile_phrases(TABLE["moved_down"], TABLE)
MOVED_NOT = compile_phrases(TABLE["moved_not"], TABLE)


@dataclass(frozen=True, slots=True)
class Traits:
    """The values on each axis that a stretch of text names, and where their words stand in it."""

    values: Mapping[str, frozenset[str]]
    spans: tuple[Span, ...] = ()

    def on(self, axis: str) -> frozenset[str]:
        """Return the values named on one axis."""
        return self.values.get(axis, frozenset())

    def joined(self, other: Traits) -> Traits:
        """Return the traits of both stretches; where both speak of an axis, those of this one."""
        return Traits({**other.values, **self.values})


NO_TRAITS = Traits({})


_PER = re.compile(
    r"[\s,]*(?:an?|per|each|every|for\s+(?:an?|each|every|one)|/|monthly|weekly|yearly|annually|daily|nightly)\b"
)
_UNIT_CHARACTERS = 28


def with_unit_behind(traits: Traits, text: str, end: int) -> Traits:
    """Return the traits with the unit right behind a figure ("225 naira a month") as the only one."""
    behind = text[end : end + _UNIT_CHARACTERS]
    if not _PER.match(behind):
        return traits
    first = re.split(r"[,.;:]\s|\s(?:for|and|in|at|on|from)\s", behind.lstrip(" ,"), maxsplit=1)[0]
    told = read_traits(first)
    units = {axis: told.on(axis) for axis in ("period", _SOLD_BY) if told.on(axis)}
    if not units:
        return traits
    kept = {axis: values for axis, values in traits.values.items() if axis not in ("period", _SOLD_BY)}
    return Traits({**kept, **units}, traits.spans)


@lru_cache(maxsize=4096)
def read_traits(text: str) -> Traits:
    """Return the traits of a stretch of text; spans are offsets into it."""
    values: dict[str, frozenset[str]] = {}
    spans: list[Span] = []
    if _ANY.search(text):
        for axis, choices in _AXES.items():
            found = [(value, match) for value, pattern in choices for match in pattern.finditer(text)]
            if found:
                values[axis] = frozenset(value for value, _ in found)
                spans.extend(Span(*match.span()) for _, match in found)
    sold = frozenset(
        one.norm for one in scope_facets(text, Span(0, len(text)), is_price=True) if one.norm in SOLD_BY
    )
    sold = frozenset(one for one in sold if one not in values.get("period", frozenset()))
    if sold:
        values[_SOLD_BY] = sold
    return Traits(values, tuple(spans))


def differing_axes(
    claimed: Traits, own: Traits, around: Traits, loose: frozenset[str] = LOOSE
) -> tuple[str, ...]:
    """Return the axes that make a found price another than the claimed one.

    ``own`` are the traits of the words of the found figure, ``around`` those of its paragraph, which may
    say what the claim says but never keep a price from being the claim's. Of ``loose`` axes the claim
    need not speak.
    """
    units = claimed.on("period") | claimed.on(_SOLD_BY), own.on("period") | own.on(_SOLD_BY)
    if units[0] and units[1] and not units[0] & units[1]:
        return ("period",)
    axes = dict.fromkeys((*claimed.values, *own.values))
    return tuple(axis for axis in axes if _differ(axis, claimed, own, around, loose))


def _differ(axis: str, claimed: Traits, own: Traits, around: Traits, loose: frozenset[str]) -> bool:
    ours, theirs = claimed.on(axis), own.on(axis)
    if ours and theirs:
        return not ours & theirs
    if axis in BOTH_ONLY:
        return False
    if ours:
        marked = ours - UNMARKED - (_MAY_STAND_FOR_ALL & around.on(axis))
        return bool(marked) and (axis in OWN_ONLY or not marked & around.on(axis))
    return axis not in loose and not theirs <= UNMARKED | _MAY_STAND_FOR_ALL
