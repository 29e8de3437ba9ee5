"""Reads pairs of numbers that are no range: "52-48" of a vote, odds of "three to one", ranks."""

from __future__ import annotations

from decimal import Decimal

from factdesk.model import Bound
from factdesk.text.figures import Figure
from factdesk.text.lexicons import load_table
from factdesk.text.numbers import read_number
from factdesk.text.scales import ONES, TENS, Number
from factdesk.text.tokens import Tokens, listed

_VOTE_WORDS = listed("units", "vote", "words")
_ODDS_WORDS = listed("units", "odds", "words")
_CLOCK_BEFORE = listed("units", "odds", "clock_before")
_CLOCK_MINUTES = (5, 10, 20, 25)
_ORDINALS: dict[str, int] = load_table("number_words")["ordinals"]
_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_WORDS_NEAR = 6
_LARGEST_ODDS = 1000
_HUNDRED = 100
_RANK_JOINTS = {"between": "and", "from": "to"}
_RANK_BOUNDS = dict.fromkeys(listed("units", "rank", "above"), Bound.MORE_THAN)
_RANK_BOUNDS |= dict.fromkeys(listed("units", "rank", "below"), Bound.LESS_THAN)
RANK_OPENERS = frozenset({*_RANK_JOINTS, "than", "above", "below", "over", "under", "behind"})
"""Words at which ranks may begin."""


def read_standing(tokens: Tokens, number: Number) -> tuple[Figure, Figure] | None:
    """Read "52-48" and "41 to 38" as two shares where the words around speak of a vote."""
    if tokens.word(number.after) not in ("-", "–", "to") or tokens.kind(number.after + 1) != "figure":
        return None
    other = read_number(tokens, number.after + 1)
    if other is None or not _is_standing(tokens, number, other):
        return None
    return _share_of_vote(number), _share_of_vote(other)


def _share_of_vote(number: Number) -> Figure:
    return Figure(
        "percent", "percent", number.value, number.value, Decimal(1),
        number.first, number.after, number.first, number.after,
    )  # fmt: skip


def _is_standing(tokens: Tokens, number: Number, other: Number) -> bool:
    total = number.value + other.value
    if not (number.value > other.value >= 10 and 60 <= total <= 100) or number.has_scale or other.has_scale:
        return False
    if tokens.word(other.after) in ("%", "per", "percent", "points", "seats"):
        return False
    if tokens.word(number.first - 1) in ("$", "€", "£", "from"):
        return False
    before = tokens.lowered[max(0, number.first - _WORDS_NEAR) : number.first]
    behind = tokens.lowered[other.after : other.after + 4]
    return any(word in _VOTE_WORDS for word in (*before, *behind))


def read_odds(tokens: Tokens, number: Number) -> Figure | None:
    """Read "three to one" and "3-to-1" as odds; "twenty to one" after "at" is a clock time."""
    words = tokens.lowered[number.after : number.after + 4]
    if words[:2] in (["to", "one"], ["to", "1"]):
        after = number.after + 2
    elif words in (["-", "to", "-", "one"], ["-", "to", "-", "1"]):
        after = number.after + 4
    else:
        return None
    if not 1 < number.value <= _LARGEST_ODDS or number.has_scale or tokens.word(after) in ("%", "per"):
        return None
    before = tokens.word(number.first - 1)
    if before == "from" or (number.value in _CLOCK_MINUTES and before in _CLOCK_BEFORE):
        return None
    near = tokens.lowered[max(0, number.first - _WORDS_NEAR) : number.first]
    near += tokens.lowered[after : after + 2]
    if not (number.is_worded and tokens.word(after - 1) == "one") and not _ODDS_WORDS & set(near):
        return None
    return Figure("odds", "ratio", number.value, number.value, None, number.first, after, number.first, after)


def read_ranks(tokens: Tokens, at: int) -> Figure | None:
    """Read "between the tenth and the fifteenth" and "above the tenth"; "the 3rd of May" is a day."""
    if tokens.lowered[at] not in _RANK_JOINTS:
        return _read_bounded_rank(tokens, at)
    joint = _RANK_JOINTS[tokens.lowered[at]]
    low, after = _rank_at(tokens, at + 1)
    if low == 0 or tokens.word(after) != joint:
        return None
    high, after = _rank_at(tokens, after + 1)
    if high <= low or tokens.word(after) == "of" or tokens.kind(after) == "figure":
        return None
    return Figure(
        "rank", "rank", Decimal(low), Decimal(high), Decimal(1),
        at, after, at, after, bound=Bound.BETWEEN,
    )  # fmt: skip


def _read_bounded_rank(tokens: Tokens, at: int) -> Figure | None:
    """Read "above the tenth" and "lower than the fifth", where nothing follows that the ordinal counts."""
    word = tokens.lowered[at]
    bound = _RANK_BOUNDS.get(tokens.lowered[at - 1] if word == "than" else word)
    rank, after = _rank_at(tokens, at + 1)
    if bound is None or rank == 0 or tokens.kind(after) in ("word", "figure"):
        return None
    first = at - (word == "than")
    return Figure("rank", "rank", Decimal(rank), Decimal(rank), Decimal(1), first, after, first, after, bound)


def _rank_at(tokens: Tokens, at: int) -> tuple[int, int]:
    """Return the rank that an ordinal after "the" says and the index after it, or 0."""
    at += tokens.word(at) == "the"
    word = tokens.word(at)
    if len(word) <= 4 and word.isdecimal():
        is_written = tokens.gap(at + 1) == 0 and tokens.word(at + 1) in _ENDINGS
        return (int(word), at + 2) if is_written else (0, at)
    begun = read_number(tokens, at) if word in ONES or word in TENS else None
    if begun is None or not begun.is_worded:
        return (_ORDINALS[word], at + 1) if word in _ORDINALS else (0, at)
    last = begun.after + (tokens.word(begun.after) in ("-", "and"))
    ordinal = _ORDINALS.get(tokens.word(last), 0)
    if ordinal >= _HUNDRED:  # "the two hundredth"
        return (int(begun.value) * ordinal, last + 1) if begun.value < ordinal else (0, at)
    rank = int(begun.value) + ordinal if begun.value % _unit_above(ordinal) == 0 else 0
    return (rank, last + 1) if rank and ordinal else (0, at)


def _unit_above(ordinal: int) -> int:
    """Return what the number before an ordinal is a multiple of: 10 in "twenty-first", else 100."""
    return 10 if ordinal < 10 else _HUNDRED
