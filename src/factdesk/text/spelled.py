"""Reads numbers in words: "a hundred and fifty", "half a million", "three point five"."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from factdesk.text.scales import ONES, PARTS, SCALES, TENS, Number, half_after, with_scale
from factdesk.text.tokens import Tokens, listed

_COUNTING = listed("number_words", "counting", "words")
_EACH = listed("number_words", "each", "words")
_ALONE = listed("number_words", "alone", "words")
_ONE = Decimal(1)
_MOST_WORDS = 24


def read_words(tokens: Tokens, at: int) -> Number | None:
    """Return the number that begins with a word, or None: "a hundred and fifty", "half a million"."""
    word = tokens.lowered[at]
    if word in ("a", "an"):
        return _read_after_article(tokens, at)
    if word in PARTS or _has_part_next(tokens, at):
        begun = _read_part_of_scale(tokens, at)
        if begun is not None:
            return begun
    if word in SCALES:
        return _read_lone_scale(tokens, at)
    return _read_spelled(tokens, at, at) if word in ONES or word in TENS else None


def _read_after_article(tokens: Tokens, at: int) -> Number | None:
    """Read "a million", "a quarter of a million", "a tenner", and the article of "a pound a bottle"."""
    following, next_but_one = tokens.lowered[at + 1], tokens.lowered[at + 2]
    if following in PARTS:
        begun = _read_part_of_scale(tokens, at)
        if begun is not None:
            return begun
    if following in SCALES:
        return _read_spelled(tokens, at + 1, at)
    is_amount = following in _ALONE
    if next_but_one in _EACH or next_but_one == "and":
        is_half = tokens.lowered[at + 3 : at + 5] == ["a", "half"]
        is_amount = is_amount or ((next_but_one != "and" or is_half) and tokens.is_joined(at + 2))
    return Number(at, at + 1, Decimal(1), Decimal(1), is_worded=True, is_vague=True) if is_amount else None


def _has_part_next(tokens: Tokens, at: int) -> bool:
    """Whether parts follow: "three-quarters", "two fifths"."""
    following = tokens.word(at + 1)
    return tokens.lowered[at] in ONES and (tokens.word(at + 2) if following == "-" else following) in PARTS


def _read_lone_scale(tokens: Tokens, at: int) -> Number | None:
    """Read "million" of "million dollars", where nothing that counts stands before it."""
    if tokens.word(at - 1) in _COUNTING or tokens.kind(at - 1) == "figure":
        return None
    worth = SCALES[tokens.lowered[at]]
    return Number(at, at + 1, worth, worth, scale=worth, is_worded=True, is_vague=True)


def _read_part_of_scale(tokens: Tokens, at: int) -> Number | None:
    """Read "half a million", "quarter million", "three-quarters of a million", "half a dozen"."""
    count = ONES.get(tokens.lowered[at], 1)
    index = at if tokens.lowered[at] in PARTS else at + 1
    index += tokens.word(index) == "-"
    part = PARTS.get(tokens.word(index))
    if part is None or (count > 1) != tokens.word(index).endswith("s") or count >= part:
        return None
    index += 1
    index += tokens.word(index) == "-"
    is_of = tokens.lowered[index : index + 2] == ["of", "a"]
    if part not in (2, 4) and not is_of:
        return None
    index += 2 * is_of or tokens.word(index) in ("a", "an")
    worth = SCALES.get(tokens.word(index))
    if worth is None or tokens.word(index).endswith("s"):
        return None
    worth_of_part = worth / part
    return Number(at, index + 1, count * worth_of_part, worth_of_part, scale=worth, is_worded=True)


class _Said(NamedTuple):
    """A number as far as it is read: ``total`` of millions and the like, ``current`` of what follows them.

    ``last`` is the worth of its last digit, ``scale`` the largest scale said, ``least`` the last scale of a
    thousand or more, which only smaller ones may follow.
    """

    total: Decimal
    current: Decimal
    after: int
    last: Decimal = _ONE
    scale: Decimal = _ONE
    least: Decimal | None = None

    @property
    def value(self) -> Decimal:
        """What the words say so far."""
        return self.total + self.current


def _read_spelled(tokens: Tokens, at: int, first: int) -> Number | None:
    """Read number words from ``at``; ``first`` is where an article before them stands."""
    said = _say_all(tokens, _Said(Decimal(0), Decimal(1 if first < at else 0), at), fresh=first == at)
    if said.after == at:
        return None
    half = half_after(tokens, said.after)
    number = Number(first, said.after, said.value, said.last, scale=said.scale, is_worded=True)
    number = _with_spoken_decimals(tokens, number)
    return _with_parts(tokens, number) if half is None else _scale_half(tokens, number, half)


def _say_all(tokens: Tokens, said: _Said, *, fresh: bool) -> _Said:
    """Read on as long as the words make one number: "one hundred and two hundred" are two."""
    first = index = said.after
    after_scale = before_and = None
    while index < min(len(tokens), first + _MOST_WORDS):
        word = tokens.lowered[index]
        more = _say(said, word, index + 1, fresh=fresh)
        if more is None and word in SCALES and after_scale is not None:
            return after_scale
        if more is None:
            break
        if word not in SCALES and tokens.lowered[said.after - 1] in SCALES:
            after_scale = said
        if tokens.lowered[index - 1] == "and" and index > said.after:
            before_and = said
        said, fresh = more, False
        index = _next_spelled(tokens, said.after)
    return said if before_and is None else _apart(tokens, first, before_and, said)


def _apart(tokens: Tokens, first: int, before_and: _Said, said: _Said) -> _Said:
    """Tell "between five hundred and one thousand", two numbers, from "five hundred and one thousand"."""
    is_between = "between" in (tokens.word(first - 1), tokens.word(first - 2))
    is_two = is_between and said.value - before_and.value >= before_and.value
    if is_between and half_after(tokens, said.after) is not None:  # "between one million and one and a half"
        return before_and
    return before_and if is_two and tokens.word(said.after) != "and" else said


def _say(said: _Said, word: str, after: int, *, fresh: bool) -> _Said | None:
    """Return a number with one more word, or None where the word does not continue it."""
    total, current = said.total, said.current
    if word in ONES:
        is_next = _takes(current, ONES[word], fresh=fresh)
        return said._replace(current=current + ONES[word], after=after, last=_ONE) if is_next else None
    if word in TENS:
        is_next = current % 100 == 0
        return said._replace(current=current + TENS[word], after=after, last=_ONE) if is_next else None
    worth = SCALES.get(word)
    if worth is None:
        return None
    scale = max(said.scale, worth)
    if worth <= 100:
        is_next = 0 < current < 100
        return (
            said._replace(current=current * worth, after=after, last=worth, scale=scale) if is_next else None
        )
    if not current and said.least is not None:  # "a thousand million", "one lakh crore"
        return said._replace(total=total * worth, after=after, last=said.last * worth, scale=scale)
    if not current or (said.least is not None and worth >= said.least):
        return None
    return _Said(total + current * worth, Decimal(0), after, worth, scale, worth)


def _with_spoken_decimals(tokens: Tokens, number: Number) -> Number:
    """Read "three point five million"."""
    at = number.after
    if tokens.word(at) != "point" or number.has_scale:
        return number
    digits = ""
    while at + 1 < len(tokens) and len(digits) < 6 and 0 <= ONES.get(tokens.word(at + 1), 99) < 10:
        digits += str(ONES[tokens.word(at + 1)])
        at += 1
    if not digits:
        return number
    worth = Decimal(1).scaleb(-len(digits))
    return with_scale(
        tokens, number._replace(after=at + 1, value=number.value + int(digits) * worth, precision=worth)
    )


def _with_parts(tokens: Tokens, number: Number) -> Number:
    """Read "three and two fifths" and "forty and a third"; not "two and a third man", nor parts of people."""
    at = number.after
    count, part = tokens.word(at + 1), tokens.word(at + 2)
    if tokens.word(at) != "and" or part not in PARTS or number.precision != 1:
        return number
    many = 1 if count == "a" else ONES.get(count, 0)
    is_plural = part.endswith("s")
    if not 0 < many < PARTS[part] or (many > 1) != is_plural or not tokens.is_joined(at):
        return number
    behind = tokens.word(at + 3)
    if "between" in (tokens.word(number.first - 1), tokens.word(number.first - 2)) or behind == "of":
        return number
    if not is_plural and tokens.kind(at + 3) == "word" and behind not in SCALES:
        return number
    worth = Decimal(many) / PARTS[part]
    return with_scale(tokens, number._replace(after=at + 3, value=number.value + worth, precision=worth))


def _takes(current: Decimal, ones: int, *, fresh: bool) -> bool:
    """Whether ones may follow what is read: "twenty three" and "a hundred twelve", not "nineteen eighty"."""
    if fresh:
        return True
    tail = current % 100
    return tail == 0 or (tail >= 20 and tail % 10 == 0 and 0 < ones < 10)


def _next_spelled(tokens: Tokens, after: int) -> int:
    """Return where the next number word may stand: after a hyphen, a space, a comma or "and"."""
    end = len(tokens)
    word = tokens.word(after)
    if after >= end or not tokens.is_joined(after):
        return end
    if word == "-" and tokens.gap(after) == 0 and tokens.gap(after + 1) == 0:
        return after + 1
    is_after_scale = tokens.word(after - 1) in SCALES
    if word == "and" and is_after_scale and _is_spelled(tokens.word(after + 1)):
        return after + 1
    if word == "," and is_after_scale and _is_spelled(tokens.word(after + 1)):
        return after + 1
    return after


def _is_spelled(word: str) -> bool:
    return word in ONES or word in TENS


def _scale_half(tokens: Tokens, number: Number, after: int) -> Number:
    """Take "and a half" and a scale after it: "one and a half million", "three million and a half"."""
    part = Decimal(1) / PARTS[tokens.lowered[after - 1]]
    value = number.value + part * (number.scale if number.scale > 100 else 1)
    return with_scale(tokens, number._replace(after=after, value=value, precision=part))
