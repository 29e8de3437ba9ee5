"""The verb or noun that an amount of money depends on: of those before it the nearest counts.

The groups and their weights stand in ``tables/price_evidence.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from factdesk.claims.phrases import compile_any, compile_hint, compile_phrase, compile_phrases
from factdesk.claims.price_words import GOODS, PRICE_NOUN, TABLE

_WORD = re.compile(r"[\w'’]+")


@dataclass(frozen=True, slots=True)
class Governor:
    """A group of verbs or nouns that an amount may depend on; see the table for the fields."""

    name: str
    weight: float
    timed: float
    large: bool
    most_words: int
    pattern: re.Pattern[str]
    linked: bool
    never: re.Pattern[str] | None
    after: re.Pattern[str] | None


def _governor(entry: Mapping[str, Any]) -> Governor:
    return Governor(
        name=entry["name"],
        weight=float(entry["weight"]),
        timed=float(entry.get("timed", entry["weight"])),
        large=bool(entry.get("large", False)),
        most_words=int(entry["span"]),
        pattern=compile_phrases(entry["words"], TABLE),
        linked=bool(entry.get("linked", False)),
        never=_linked(entry["never"]) if "never" in entry else None,
        after=compile_phrase(rf"\s*(?:{entry['after']})\b", TABLE) if "after" in entry else None,
    )


def _linked(words: str) -> re.Pattern[str]:
    """Compile "for|at": one of the words, with what may stand between it and an amount."""
    between = rf"(?:\s+(?:{'|'.join(TABLE['between'])}))*"
    return re.compile(rf"\b(?:{words}){between}\s*\Z", re.IGNORECASE)


_PLACED = re.compile(r"\b(?:on|of|for|in|at|from|to|by|with)\s+(?:[\w'’-]+\s*){1,3}", re.IGNORECASE)
_LINK = _linked(TABLE["link"])
_LINK_CHARACTERS = 80
_WORDS = tuple(word for entry in TABLE["governor"] for word in entry["words"])
_ANY_WORD = compile_any(_WORDS, TABLE)
MAY_GOVERN = compile_hint(_WORDS, TABLE)
"""Stands in a sentence where a word of any group may govern one of its amounts."""
_ANY_GOVERNOR = re.compile(
    rf"(?<!\w)(?={_ANY_WORD.pattern})",
    re.IGNORECASE,
)
"""Where a word of any group starts; the groups are tried only there."""
_WEAK = frozenset({"moved", "stood"})
_SUBJECTS = frozenset({"given", "gained", "owed", "budgeted"})
"""Groups that say as the subject of a weak verb ("hit", "stands at") what an amount is."""
_GOVERNORS = tuple(_governor(entry) for entry in TABLE["governor"])


def nearest_governor(left: str, right: str, *, is_from: bool = False) -> Governor | None:
    """Return the group whose word stands nearest before an amount and may govern it; of two, the surer.

    ``is_from`` says that the amount is one "from £44", which links as "for" and "at" before an amount do.
    """
    ends = _governor_ends(left, right, is_from=is_from)
    if not ends:
        return None
    nearest = max(ends, key=lambda number: (ends[number], abs(_GOVERNORS[number].weight), number))
    governor = _GOVERNORS[nearest]
    return _subject(left, ends, ends[nearest]) or governor if governor.name in _WEAK else governor


def _subject(left: str, ends: Mapping[int, int], end: int) -> Governor | None:
    """Return what the subject of a weak verb says, where that is no price: "the overspend hit £1m"."""
    found = [(at, number) for number, at in ends.items() if _GOVERNORS[number].name in _SUBJECTS and at < end]
    if not found:
        return None
    subject = _PLACED.sub(" ", left[max(found)[0] : end].rpartition(" ")[0])
    is_priced = "," in subject or GOODS.search(subject) is not None or PRICE_NOUN.search(subject) is not None
    return None if is_priced else _GOVERNORS[max(found)[1]]


def _governor_ends(left: str, right: str, *, is_from: bool) -> dict[int, int]:
    """Return where the last word of each group that may govern ends, by the number of the group."""
    starts = [match.start() for match in _ANY_GOVERNOR.finditer(left)]
    if not starts:
        return {}
    is_linked = is_from or _LINK.search(left[-_LINK_CHARACTERS:]) is not None
    ends = {}
    for number, governor in enumerate(_GOVERNORS):
        if governor.linked and not is_linked:
            continue
        matches = [match.end() for start in starts if (match := governor.pattern.match(left, start))]
        if matches and _may_govern(governor, left, right, max(matches)):
            ends[number] = max(matches)
    return ends


def _may_govern(governor: Governor, left: str, right: str, end: int) -> bool:
    if governor.never and governor.never.search(left[-_LINK_CHARACTERS:]):
        return False
    if governor.after and not governor.after.match(right):
        return False
    return len(_WORD.findall(left[end:])) <= governor.most_words
