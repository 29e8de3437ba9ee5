"""Tells what a number counts when it is no money: per cent, points, time, or nothing that counts."""

from __future__ import annotations

from decimal import Decimal

from factdesk.text.figures import Figure
from factdesk.text.lexicons import load_table
from factdesk.text.scales import LETTERS, Number
from factdesk.text.tokens import Phrases, Tokens, listed

_TABLE = load_table("units")
_PERCENT = frozenset(_TABLE["percent"]["tight"])
_KINDS = Phrases(
    dict.fromkeys(_TABLE["percent"]["forms"], "percent")
    | dict.fromkeys(_TABLE["points"]["forms"], "points")
    | dict.fromkeys(_TABLE["basis_points"]["forms"], "basis_points")
)
_DURATIONS = {word: unit for unit, words in _TABLE["duration"].items() for word in words.split()}
_UNIT_STARTS = _PERCENT | frozenset(_DURATIONS) | _KINDS.edges
_MEASURES = listed("units", "measure", "words")
_LABELS = listed("units", "label", "words")
_LOOSE_LABELS = frozenset(
    {"no", "number", "class", "line", "bus", "call", "train", "box", "house", "part", "issue", "act"}
)
_MONTHS = listed("units", "month", "words")
_NAME_SIGNS = frozenset({"'", "’", "‘", "#", "/", "=", "&", "?", "\\", "@", "_", "№"})
_ORDINALS = frozenset(load_table("number_words")["ordinals"])
_HYPHENS = frozenset({"-", "‑"})
_FIRST_YEAR, _LAST_YEAR = 1400, 2100


def read_unit(tokens: Tokens, number: Number) -> Figure | None:
    """Return the percentage, points or span of time that a number is part of, or None."""
    at = _unit_at(tokens, number)
    word = tokens.lowered[at]
    if word not in _UNIT_STARTS or not tokens.is_joined(at):
        return None
    if word in _PERCENT and (tokens.gap(at) == 0 or tokens.kinds[number.first] == "figure"):
        return _figure(number, "percent", "percent", at + 1)
    found = _KINDS.match_from(tokens, at)
    if found is not None:
        after, kind = found
        if kind == "basis_points":
            return _figure(number, "points", "points", after, worth=Decimal("0.01"))
        return _figure(number, kind, kind, after)
    duration = _DURATIONS.get(word)
    if duration is not None and (len(word) > 1 or tokens.gap(at) == 0):
        return _figure(number, "duration", duration, at + 1)
    return None


def read_percent_of(tokens: Tokens, number: Number) -> Figure | None:
    """Read "percent of 10" where nothing follows that is counted."""
    first = number.first - 2
    if first < 0 or tokens.word(first + 1) != "of" or tokens.word(first) not in _PERCENT_WORDS:
        return None
    if tokens.kind(number.after) == "word" or tokens.kind(first - 1) == "figure":
        return None
    figure = _figure(number, "percent", "percent", number.after)
    return figure._replace(first=first, whole_first=first)


_PERCENT_WORDS = frozenset({"percent", "percents", "percentage", "percentages"})


def read_measure(tokens: Tokens, number: Number) -> Figure | None:
    """Return the length, weight, clock time and the like that a number is part of: no count, no money."""
    at = _unit_at(tokens, number)
    word = tokens.word(at)
    if word not in _MEASURES or tokens.gap(at) > 1:
        return None
    is_short = len(word) <= 2 and word not in _SHORT_APART and tokens.gap(at) > 0
    if is_short or (len(word) <= 2 and tokens.kinds[number.first] != "figure"):
        return None
    return _figure(number, "measure", word, at + 1)


_SHORT_APART = frozenset(
    {"am", "pm", "kg", "km", "cm", "mm", "ft", "lb", "oz", "gb", "mb", "tb", "kb", "mw", "gw", "ml", "ha"}
)


def counts_nothing(tokens: Tokens, number: Number) -> bool:
    """Whether a bare number is a date, a clock time, a telephone number, a label or part of a name."""
    first, after = number.first, number.after
    if tokens.word(first - 1) == "past" and tokens.word(first - 2) in ("half", "quarter"):
        return True
    if tokens.kinds[first] != "figure":
        return tokens.word(first - 1) in _LABELS - _LOOSE_LABELS or _begins_ordinal(tokens, after)
    return (
        _is_glued(tokens, first, after)
        or _has_leading_zero(tokens.raw(first))
        or _is_clock(tokens, first, after)
        or _is_day(tokens, first, after)
        or _is_dialled(tokens, first, after)
        or _is_labelled(tokens, first)
    )


def is_year(tokens: Tokens, number: Number) -> bool:
    """Whether four digits without a separator may be a year."""
    raw = tokens.raw(number.first)
    if number.after != number.first + 1 or len(raw) != 4 or not raw.isdecimal():
        return False
    return _FIRST_YEAR <= int(raw) <= _LAST_YEAR


def _unit_at(tokens: Tokens, number: Number) -> int:
    at = number.after
    if tokens.lowered[at] in _HYPHENS and tokens.gap(at) == 0 and tokens.gap(at + 1) == 0:
        return at + 1
    return at


def _figure(number: Number, form: str, unit: str, after: int, worth: Decimal = Decimal(1)) -> Figure:
    value = number.value * worth
    return Figure(
        form, unit, value, value, number.precision * worth,
        number.first, after, number.first, after, number=number,
    )  # fmt: skip


def _is_glued(tokens: Tokens, first: int, after: int) -> bool:
    """Whether it is part of a name or an ordinal: "A4", "COVID-19", "#7", "10th", "1990s", "q=30"."""
    if tokens.gap(first) == 0 and tokens.kind(first - 1) in ("word", "figure"):
        return True
    before = tokens.word(first - 1)
    if tokens.gap(first) == 0 and before in _NAME_SIGNS:
        is_equal = before == "=" and (tokens.gap(first - 1) > 0 or tokens.word(first - 2) in ("<", ">"))
        return not is_equal
    is_hyphen = before in ("-", "‑") and tokens.gap(first) == 0 and tokens.gap(first - 1) == 0
    if is_hyphen and tokens.kind(first - 2) == "word":
        is_scale = tokens.word(first - 2) in LETTERS and tokens.kind(first - 3) == "figure"  # "3k-5k"
        return tokens.word(first - 2) not in ("to", "of") and not is_scale
    following = tokens.word(after)
    if tokens.gap(after) == 0 and tokens.kind(after) == "word":
        return following not in ("x",)
    return tokens.gap(after) == 0 and (
        following in ("@", "_", "=", "\\") or (following == "/" and tokens.kind(after + 1) == "figure")
    )


def _begins_ordinal(tokens: Tokens, after: int) -> bool:
    """Whether number words are the first part of an ordinal: "the twenty-first century"."""
    is_hyphened = tokens.lowered[after] in _HYPHENS and tokens.gap(after) == 0 and tokens.gap(after + 1) == 0
    return is_hyphened and tokens.word(after + 1) in _ORDINALS


def _has_leading_zero(raw: str) -> bool:
    return len(raw) > 1 and raw[0] == "0" and raw[1].isdigit()


def _is_clock(tokens: Tokens, first: int, after: int) -> bool:
    for at in (first, after):
        if tokens.gap(at) == 0 and tokens.word(at if at == after else first - 1) == ":":
            return True
    return False


def _is_day(tokens: Tokens, first: int, after: int) -> bool:
    before, following = tokens.word(first - 1), tokens.word(after)
    if before == "." and tokens.gap(first - 1) == 0:
        before = tokens.word(first - 2)
    for word, raw_at in ((before, first - 1), (following, after)):
        if word in _MONTHS and (
            word not in ("may", "march", "mar", "sept") or tokens.raw(raw_at)[:1].isupper()
        ):
            return True
    return False


def _is_dialled(tokens: Tokens, first: int, after: int) -> bool:
    """Whether the figure is one of several groups that are dialled: "0800 555 0142"."""
    groups = [tokens.raw(first)]
    for at, step in ((first, -1), (after - 1, 1)):
        for _ in range(4):
            joined = at if step < 0 else at + 1
            at += step
            if tokens.kind(at) != "figure" or tokens.gap(joined) != 1:
                break
            groups.append(tokens.raw(at))
        if step < 0 and tokens.word(at) == "+" and len(groups) > 1:
            return True
    return len(groups) > 1 and any(_has_leading_zero(group) for group in groups)


def _is_labelled(tokens: Tokens, first: int) -> bool:
    at = first - 1
    if tokens.word(at) == "." and tokens.gap(at) == 0:
        at -= 1
    word = tokens.word(at)
    if word not in _LABELS:
        return False
    if word == "no":
        return tokens.word(first - 1) == "."
    return tokens.is_joined(first) and not (
        word in ("call", "ring", "line", "like") and tokens.gap(first) > 2
    )
