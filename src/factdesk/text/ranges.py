"""Joins two figures that stand for one: "€50-60", "two to three times", "more than 10 but under 20"."""

from __future__ import annotations

from decimal import Decimal

from factdesk.model import Bound
from factdesk.text.figures import Figure
from factdesk.text.lexicons import load_table
from factdesk.text.modifiers import CHANGE_WORDS, is_change_before, modifier_before
from factdesk.text.tokens import Phrases, Tokens, listed

_UNTIL = frozenset({"through", "thru", "till", "until"})
_DASHES = frozenset({"-", "–", "—", "‑", "−", "~"})
_OPENERS = {
    "between": frozenset({"and", "to", "-", "–"}),
    "from": frozenset({"to", "up", *_UNTIL}),
}
_WAYS = (["all", "the", "way"], ["up"], ["through"])
_TOWARDS = frozenset({"to", *_UNTIL})
_LOW = Phrases(dict.fromkeys(load_table("modifiers")["range"]["before_low"], True), by_last=True)
_HIGH = Phrases(dict.fromkeys(load_table("modifiers")["range"]["before_high"], True), by_last=True)
_COMPARED = frozenset(load_table("modifiers")["compared"]["phrases"])
_AFTER_BARE = listed("modifiers", "compared", "after")
_SMALLEST_SHARED = 100
"""Smallest scale that a range shares: "two to three hundred", not "two to three dozen"."""
_LEAST_BIG_SCALE = 1000
_LEAST_STANDING = 60
"""Two shares of one vote add up to at least so many per cent."""
_MOST_FILLER = 4
_LOOK_BACK = 3


def join_ranges(tokens: Tokens, figures: list[Figure]) -> list[Figure]:
    """Return the figures with each range as one."""
    joined: list[Figure] = []
    for figure in figures:
        pair = _join(tokens, joined[-1], figure) if joined else None
        if pair is not None:
            joined[-1] = pair
            continue
        if joined:
            joined[-1], figure = _share_over_change(tokens, joined[-1], figure)
        joined.append(figure)
    return joined


def _share_over_change(tokens: Tokens, first: Figure, second: Figure) -> tuple[Figure, Figure]:
    """Give the unit of one figure to the other: "went from 2.40 to 3.10 euros", "30 euros instead of 45"."""
    if first.is_bare == second.is_bare or second.first - first.after > _MOST_FILLER:
        return first, second
    between = [word for word in tokens.lowered[first.after : second.first] if word != ","]
    if first.is_bare:
        is_shared = (
            between == ["to"] and tokens.word(first.first - 1) == "from" and second.form in _SHARED_FORMS
        ) or _is_standing(tokens, first, second, between)
    else:
        is_shared = " ".join(between) in _COMPARED and first.form in _SHARED_FORMS
        is_shared = is_shared and not _counts_something(tokens, second)
    pair = share_unit(first, second, is_open=True) if is_shared else None
    return pair if pair is not None else (first, second)


_SHARED_FORMS = ("money", "percent")


def _is_standing(tokens: Tokens, first: Figure, second: Figure, between: list[str]) -> bool:
    """Whether two shares of one vote stand side by side: "54 to 46 per cent", "by 54-46%"."""
    if between not in (["to"], ["-"], ["–"]) or second.form != "percent" or second.is_prefixed:
        return False
    is_fall = tokens.word(first.first - 1) == "from" or is_change_before(tokens, first.first)
    return first.low > second.low and _LEAST_STANDING <= first.low + second.low <= 100 and not is_fall


def _counts_something(tokens: Tokens, figure: Figure) -> bool:
    """Whether a noun follows a bare figure: "from $80 to 120 tickets"."""
    return tokens.kind(figure.after) == "word" and tokens.word(figure.after) not in _AFTER_BARE


def _join(tokens: Tokens, first: Figure, second: Figure) -> Figure | None:
    if first.bound is not Bound.EXACT or second.bound is not Bound.EXACT:
        return None
    connector = _connector(tokens, first, second)
    if connector is None:
        return None
    opened = _opener(tokens, first)
    opener = None if opened is None else tokens.word(opened)
    if not _are_alike(tokens, first, second, is_open=opener is not None or connector == "to"):
        return None
    if not _is_range(tokens, first, second, connector, opener):
        return None
    pair = share_unit(first, second, is_open=opener is not None or connector == "-")
    if pair is None or pair[0].low == pair[1].high:
        return None
    low, high = pair
    if low.low > high.high:
        if not _may_fall(high, opener):
            return None
        low, high = low._replace(low=high.low), high._replace(high=low.high)
    whole_first = first.whole_first if opened is None else opened
    return low._replace(
        high=high.high, bound=Bound.BETWEEN, after=second.after, whole_after=second.whole_after,
        whole_first=whole_first, precision=_finer(low.precision, high.precision),
        ambiguous=low.ambiguous and high.ambiguous,
    )  # fmt: skip


def _may_fall(second: Figure, opener: str | None) -> bool:
    """Whether the greater end may come first: "between 3 and minus 5", "between 60 and 40 years"."""
    return opener == "between" or (opener == "from" and second.high < 0 and second.is_bare)


def _are_alike(tokens: Tokens, first: Figure, second: Figure, *, is_open: bool) -> bool:
    """Whether shares and multiples in words may make a range: "a third to a half", "two to three times"."""
    if not {first.form, second.form} & {"fraction", "multiple"}:
        return True
    if first.is_bare and tokens.word(second.after - 1) in ("times", "x", "fold"):
        return True
    is_written = tokens.kind(first.first) == tokens.kind(second.first) == "figure"  # "1/4 - 3/4"
    return first.form == second.form and (is_open or is_written)


def _finer(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return min(one, other) if one is not None and other is not None else None


def _connector(tokens: Tokens, first: Figure, second: Figure) -> str | None:
    """Return the word or dash that joins two figures; "up to" and a few words of filler may follow it."""
    between = tokens.lowered[first.after : second.first]
    if not between or len(between) > _MOST_FILLER + 1 or not tokens.is_joined(first.after):
        return None
    if between[0] in _DASHES:
        return "-" if len(between) == 1 else None
    for way in _WAYS:
        if between[: len(way)] == way and (between[len(way) :] or ["and"])[0] in _TOWARDS:
            between = between[len(way) :]
    if between[0] not in ("to", "and", "or", "&") and between[0] not in _UNTIL:
        return None
    if any(not word[0].isalpha() and word != "-" for word in between[1:]):
        return None
    is_modified = _before_end(tokens, second.first, _HIGH) == second.first - len(between) + 1
    if len(between) > 1 and second.is_bare and not (is_modified and _opener(tokens, first) is not None):
        return None
    return "and" if between[0] == "&" else between[0]


def _opener(tokens: Tokens, first: Figure) -> int | None:
    """Return the token of "between" or "from" before a figure and its modifier ("from about 10 to 20")."""
    at = first.whole_first - 1
    begun = _before_end(tokens, first.whole_first, _LOW) - 1
    if tokens.word(begun) in _OPENERS:
        return begun
    return next((index for index in (at, at - 1, at - 2) if tokens.word(index) == "between"), None)


def _before_end(tokens: Tokens, at: int, words: Phrases[bool]) -> int:
    """Return where the modifier before an end of a range begins, or the end's own place."""
    found = words.match_before(tokens, at)
    return modifier_before(tokens, at) if found is None else found[0]


def _is_range(tokens: Tokens, first: Figure, second: Figure, connector: str, opener: str | None) -> bool:
    if connector == "and":
        return opener == "between"
    if connector == "or":
        is_next = first.number is not None and second.number is not None and not first.number.has_scale
        return first.is_bare and is_next and _is_or_range(first, second)
    if connector == "-":
        return tokens.gap(second.first) <= 1 and not _is_chain(tokens, first, second)
    if opener == "from":
        return not is_change_before(tokens, first.whole_first - 1)
    is_adjacent = second.first == first.after + 1
    return is_adjacent and (first.is_bare or opener == "between" or not _is_changed_by(tokens, first))


def _is_or_range(first: Figure, second: Figure) -> bool:
    """Whether "or" gives two neighbouring figures: "two or three hundred", "20 or 30 euros"."""
    assert second.number is not None
    high = second.number.value / (second.number.scale if second.number.scale >= _SMALLEST_SHARED else 1)
    step = high - first.low
    return step in (1, 2) or (high >= 20 and 0 < step <= 10 and first.low % 10 == high % 10 == 0)


def _is_changed_by(tokens: Tokens, first: Figure) -> bool:
    """Whether it "rose 10% to 15%": by one, to the other."""
    words = [tokens.word(first.whole_first - step) for step in range(1, _LOOK_BACK + 1)]
    return any(word in CHANGE_WORDS for word in words)


def _is_chain(tokens: Tokens, first: Figure, second: Figure) -> bool:
    """Whether it is a telephone number ("1-222-2222") or an address, not a range."""
    around = (tokens.word(first.first - 1), tokens.word(second.after))
    return second.is_bare and first.is_bare and any(word in _DASHES or word in ("/", "+") for word in around)


def share_unit(first: Figure, second: Figure, *, is_open: bool) -> tuple[Figure, Figure] | None:
    """Give the unit and the scale of one end of a range to the other: "€50-60", "$80–120K"."""
    if first.unit == second.unit and first.form == second.form:
        if _shares_scale(first, second):
            return _scaled(first, second), second
        return first, second
    if first.is_bare:
        unit = first._replace(form=second.form, unit=second.unit, ambiguous=second.ambiguous)
        if second.is_prefixed or (second.form == "money" and first.number is None):
            return None
        worth = _unit_worth(second)
        unit = unit._replace(low=unit.low * worth, high=unit.high * worth)
        return (_scaled(unit, second) if _shares_scale(first, second) else unit), second
    if second.is_bare and is_open and first.form in ("money", "percent"):
        second = second._replace(form=first.form, unit=first.unit)
        if _shares_scale(first, second):
            return _scaled(first, second), second
        return first, second
    return None


def _unit_worth(figure: Figure) -> Decimal:
    """Return what the unit of a figure makes of its number: 0.01 for cents."""
    if figure.number is None or not figure.number.value:
        return Decimal(1)
    worth = figure.low / figure.number.value
    return worth if worth == Decimal("0.01") else Decimal(1)


def _shares_scale(first: Figure, second: Figure) -> bool:
    if first.number is None or second.number is None or not second.number.has_scale:
        return False
    if first.number.has_scale and not first.number.scale < _LEAST_BIG_SCALE <= second.number.scale:
        return False  # "two hundred to three hundred thousand" share, "two million to three billion" do not
    return (
        first.number.value < second.number.value / second.number.scale
        and second.number.scale >= _SMALLEST_SHARED
    )


def _shared_scale(first: Figure, second: Figure) -> Decimal:
    """Return the scale of the second figure that the first has too: "two to three hundred thousand"."""
    assert first.number is not None
    assert second.number is not None
    scale, hundreds = second.number.scale, second.number.scale * 100
    head = second.number.value / hundreds
    is_said = second.number.is_worded and first.number.is_worded and not first.number.has_scale
    return hundreds if is_said and head == int(head) and first.number.value < head < 10 else scale


def _scaled(figure: Figure, by: Figure) -> Figure:
    scale = _shared_scale(figure, by)
    precision = None if figure.precision is None else figure.precision * scale
    return figure._replace(low=figure.low * scale, high=figure.high * scale, precision=precision)
