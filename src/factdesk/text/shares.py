"""Reads shares and multiples said in words: "a third", "four in ten", "one voter in four", "five times"."""

from __future__ import annotations

from decimal import Decimal

from factdesk.model import Bound
from factdesk.text.figures import Figure
from factdesk.text.lexicons import load_table
from factdesk.text.modifiers import CHANGE_WORDS
from factdesk.text.numbers import read_number, read_written_share
from factdesk.text.scales import ONES, PARTS, SIGNS, TENS, Number
from factdesk.text.tokens import Tokens, listed

_NUMBERS = load_table("number_words")
_MULTIPLES = {word: Decimal(str(worth)) for word, worth in _NUMBERS["multiples"].items()}
_MULTIPLES_BEFORE = {word: Decimal(worth) for word, worth in _NUMBERS["multiples_before"].items()}
_NEXT = listed("units", "multiple_next", "words")
_NOT_A_SHARE = listed("units", "not_a_share", "words")
_NOT_HALF = listed("units", "not_half", "words")
_DURATIONS = frozenset(word for words in load_table("units")["duration"].values() for word in words.split())
_HALF_OF_TWO = listed("units", "half_of_two", "words")
_PRICES = listed("units", "price", "words")
_NOT_MAJORITY = listed("units", "not_majority", "words")
_AFTER_PART = listed("units", "after_part", "words")
_EVERY_OTHER = listed("units", "every_other", "words")
_RISEN = listed("units", "risen", "words")
_OCCASIONS = listed("units", "occasions", "words")
_NOT_COMPARATIVE = listed("units", "not_comparative", "words")
_HUNDRED = Decimal(100)
_PLACES = Decimal("0.01")
_SMALL_PLACES = Decimal("0.000001")
_LARGEST_GROUP = 100_000
TRIGGERS = frozenset({*_MULTIPLES, *_MULTIPLES_BEFORE, "a", "half", "every", "majority"}) | frozenset(PARTS)
"""Words at which a share or a multiple may begin, besides numbers."""


def read_share(tokens: Tokens, at: int) -> Figure | None:
    """Return the share or multiple that begins at a trigger word, or None."""
    word = tokens.lowered[at]
    if word in _MULTIPLES:
        return _multiple(_MULTIPLES[word], at, at + 1)
    if word in _MULTIPLES_BEFORE:
        return _multiple(_MULTIPLES_BEFORE[word], at, at + 1) if tokens.word(at + 1) in _NEXT else None
    if word == "half":
        return _read_half(tokens, at)
    if word == "a":
        return _read_after_article(tokens, at)
    if word == "every":
        return _read_every(tokens, at)
    return None


def read_counted_share(tokens: Tokens, number: Number) -> Figure | None:
    """Return the share or multiple that begins with a number: "two-thirds", "five times"."""
    at = number.after
    word = tokens.word(at)
    if word == "/" and at == number.first + 1:
        written = read_written_share(tokens, number.first)
        return None if written is None else _share(written[0] * _HUNDRED, number.first, written[1])
    if not tokens.is_joined(at):
        return None
    if word in ("times", "x", "fold", "-"):
        multiple = _read_times(tokens, number)
        if multiple is not None:
            return multiple
    if tokens.lowered[number.first] in SIGNS and tokens.word(at) == "of" and at == number.first + 1:
        return _share(number.value * _HUNDRED, number.first, at) if number.value < 1 else None
    part = _part_at(tokens, at)
    if part is not None:
        return _read_parts(tokens, number, *part)
    return _read_group(tokens, number)


def _share(value: Decimal, first: int, after: int, bound: Bound = Bound.EXACT) -> Figure:
    value = value.quantize(_PLACES if value >= 1 else _SMALL_PLACES)
    return Figure("fraction", "percent", value, value, None, first, after, first, after, bound=bound)


def _multiple(value: Decimal, first: int, after: int) -> Figure:
    return Figure("multiple", "ratio", value, value, None, first, after, first, after)


def _read_half(tokens: Tokens, at: int) -> Figure | None:
    """Read "half" as a share, or as a multiple before a price: "half what it was"."""
    if tokens.lowered[at + 1 : at + 4] in _HALF_AGAIN:
        return _multiple(Decimal("1.5"), at, at + 4)
    following, before = tokens.word(at + 1), tokens.word(at - 1)
    if following == "-" and tokens.gap(at + 1) == 0:
        return None
    if following in _NOT_HALF or before in _HALF_OF_TWO or _is_half_of_unit(tokens, at):
        return None
    if following == "as" or _says_price(tokens, at + 1):
        return _multiple(Decimal("0.5"), at, at + 1)
    if following in ("a", "an") and tokens.word(at + 2) in _NOT_HALF | _DURATIONS:
        return None
    return _share(Decimal(50), at, at + 1)


def _is_half_of_unit(tokens: Tokens, at: int) -> bool:
    """Whether a half belongs to the noun before it: "a mile and a half", not "a third and a half of them"."""
    unit = tokens.word(at - 3)
    is_added = tokens.lowered[max(0, at - 2) : at] == ["and", "a"] and unit not in PARTS
    return is_added and tokens.word(at - 4) in ("a", "an", "one", "last", "past", "next")


_HALF_AGAIN = tuple(["as", size, "again"] for size in ("much", "many", "large", "big", "high"))


def _says_price(tokens: Tokens, at: int) -> bool:
    word, following = tokens.word(at), tokens.word(at + 1)
    if word == "that":
        return tokens.kind(at + 1) != "word"
    return word == "what" or (word in ("the", "its", "their") and following in _PRICES)


def _read_after_article(tokens: Tokens, at: int) -> Figure | None:
    """Read "a third", "a quarter", "a majority" and "a factor of five"."""
    word = tokens.word(at + 1)
    if word == "factor" and tokens.word(at + 2) == "of":
        number = read_number(tokens, at + 3)
        return None if number is None else _multiple(number.value, at, number.after)
    if word == "half":
        half = _read_half(tokens, at + 1)
        return None if half is None else half._replace(first=at, whole_first=at)
    if word == "majority" or (tokens.word(at + 2) == "majority" and tokens.kind(at + 1) == "word"):
        after = at + (2 if word == "majority" else 3)
        if tokens.word(after) in _NOT_MAJORITY or (
            tokens.word(after) == "of" and tokens.kind(after + 1) == "figure"
        ):
            return None
        return _share(Decimal(50), at, after, Bound.MORE_THAN)
    part = PARTS.get(word)
    if part is None or word.endswith("s") or part == 2 or not _is_share_word(tokens, at + 1, part):
        return None
    return _share(_HUNDRED / part, at, at + 2)


def _is_share_word(tokens: Tokens, at: int, part: int) -> bool:
    """Whether "third" after "a" is a share: "a third of", not "a third party" nor "a quarter of an hour"."""
    following = tokens.word(at + 1)
    if (
        following == "-"
        or following in _NOT_A_SHARE
        or (following in ("or", "and") and tokens.word(at + 2) in ("fourth", "final"))
    ):
        return False
    if following == "of":
        return tokens.word(at + 2) not in ("a", "an") or tokens.word(
            at + 3
        ) not in _NOT_A_SHARE | _DURATIONS | {"per"}
    is_moved = tokens.word(at - 2) in CHANGE_WORDS or tokens.word(at - 2) == "by"
    return part in (3, 4) or is_moved or tokens.kind(at + 1) != "word" or following in _AFTER_PART


def _read_every(tokens: Tokens, at: int) -> Figure | None:
    """Read "every second voter"."""
    word, following = tokens.word(at + 1), tokens.word(at + 2)
    ordinals = {"second": 2, "other": 2} | {name: part for name, part in PARTS.items() if part > 2}
    if (
        word not in ordinals
        or word.endswith("s")
        or following in _DURATIONS
        or tokens.kind(at + 2) != "word"
        or following in _NOT_A_SHARE - {"person", "woman", "man", "child"}
    ):
        return None
    if word == "other" and following not in _EVERY_OTHER:
        return None
    return _share(_HUNDRED / ordinals[word], at, at + 2)


def _part_at(tokens: Tokens, at: int) -> tuple[int, int] | None:
    """Return the parts ("thirds" -> 3) that follow a number, and the index after them."""
    if tokens.word(at) in ("-", "‑") and tokens.gap(at) == 0:
        at += 1
    word = tokens.word(at)
    return (PARTS[word], at + 1) if word in PARTS else None


def _read_parts(tokens: Tokens, number: Number, part: int, after: int) -> Figure | None:
    """Read "two-thirds" and "three quarters"; not "two halves" or "two quarters of growth"."""
    word = tokens.word(after - 1)
    if (
        (not number.is_worded and tokens.kinds[number.first] != "figure")
        or number.value >= part
        or number.value != int(number.value)
    ):
        return None
    is_plural = word.endswith("s")
    if (number.value > 1) != is_plural or (part == 2 and number.value != 1):
        return None
    if not is_plural and not _is_share_word(tokens, after - 1, 3):
        return None
    is_of_time = tokens.lowered[after : after + 2] in _OF_ONE and tokens.word(after + 2) in _DURATIONS
    if (word == "quarters" and number.value == 2) or is_of_time:
        return None
    return _share(number.value * _HUNDRED / part, number.first, after)


def _read_group(tokens: Tokens, number: Number) -> Figure | None:
    """Read "four in ten", "seven out of ten", "one voter in four", "one of every three"."""
    if _GROUP_WORDS.isdisjoint(tokens.lowered[number.after : number.after + _MOST_BEFORE_GROUP]):
        return None
    after = _group_at(tokens, _after_counted(tokens, number))
    if after is None or after >= len(tokens):
        return None
    group = read_number(tokens, after)
    is_every = tokens.word(after - 1) in ("every", "of")
    if group is None or not _is_group(tokens, number, group, is_every=is_every):
        return None
    return _share(number.value * _HUNDRED / group.value, number.first, group.after)


def _after_counted(tokens: Tokens, number: Number) -> int:
    """Return the index after "voter" in "one voter in four"; after other numbers only "in ten" follows."""
    at = number.after
    for step in (1, 2):
        nouns = tokens.lowered[at : at + step]
        if tokens.word(at + step) not in ("in", "out") or not all(noun.isalpha() for noun in nouns):
            continue
        if {"in", "out", "of"} & set(nouns) or _DURATIONS & set(nouns):
            break
        if number.value == 1 or tokens.word(at + step + 1) in ("ten", "10", "100"):
            return at + step
    return at


_GROUPS = (["out", "of", "every"], ["-", "in", "-"], ["in", "every"], ["of", "every"], ["out", "of"], ["in"])


_GROUP_WORDS = frozenset({"in", "out", "of"})
_MOST_BEFORE_GROUP = 4


def _group_at(tokens: Tokens, at: int) -> int | None:
    words = tokens.lowered[at : at + 3]
    for phrase in _GROUPS:
        if words[: len(phrase)] == phrase:
            return at + len(phrase)
    return None


def _is_group(tokens: Tokens, number: Number, group: Number, *, is_every: bool) -> bool:
    if (
        not 0 < number.value < group.value <= _LARGEST_GROUP
        or group.value != int(group.value)
        or number.value != int(number.value)
    ):
        return False
    following = tokens.word(group.after)
    if following in _DURATIONS or (following in ("%", "per", "percent", "pc", ":", "-") and not is_every):
        return False
    is_year = tokens.kinds[group.first] == "figure" and 1000 < group.value < 2200
    if is_year and not is_every:
        return False
    is_round = group.value in (3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 50, 100, 1000, 10_000, 100_000)
    return is_every or number.value == 1 or (is_round and number.value <= 100)


def _read_times(tokens: Tokens, number: Number) -> Figure | None:
    """Read "five times the wage", "3x", "10-fold"; "won it five times" counts and multiplies nothing."""
    at = number.after
    if tokens.word(at) == "-" and tokens.gap(at) == 0:
        at += 1
    word, following = tokens.word(at), tokens.word(at + 1)
    if word == "fold" or (word == "x" and tokens.gap(at) == 0 and tokens.kind(at + 1) != "figure"):
        return _multiple(number.value, number.first, at + 1)
    if word == "times" and tokens.word(number.first - 1) in _RISEN and following in _OCCASIONS:
        return _multiple(number.value, number.first, at + 1) if _is_span(tokens, at + 1) else None
    is_compared = following in _NEXT or (following.endswith("er") and following not in _NOT_COMPARATIVE)
    if word == "times" and (is_compared or tokens.word(number.first - 1) in _RISEN):
        return _multiple(number.value, number.first, at + 1)
    return None


def _is_span(tokens: Tokens, at: int) -> bool:
    """Whether several years follow ("in ten years"): what rises in a week rose on occasions."""
    if tokens.word(at) not in ("in", "over", "within"):
        return False
    number = read_number(tokens, at + 1)
    return number is not None and number.value > 1 and tokens.word(number.after) in ("years", "decades")


def is_one(tokens: Tokens, number: Number) -> bool:
    """Whether the number is the word "one", which mostly counts nothing ("more than one" does)."""
    if not number.is_worded or number.after != number.first + 1 or tokens.lowered[number.first] != "one":
        return False
    following = tokens.word(number.after + 1)
    is_first = following in _LIMITS or _is_number(tokens, number.after + 1)
    if tokens.word(number.after) in ("to", "or") and is_first:
        return False
    if tokens.word(number.first - 1) == "and" and _is_number(tokens, number.first - 2):
        return tokens.word(number.first - 3) != "between"
    return tokens.word(number.first - 1) not in ("than", "least", "most", "between", "exactly")


_OF_ONE = (["of", "a"], ["of", "an"])
_LIMITS = frozenset({"more", "less", "fewer"})


def _is_number(tokens: Tokens, at: int) -> bool:
    return tokens.kind(at) == "figure" or tokens.word(at) in ONES or tokens.word(at) in TENS
