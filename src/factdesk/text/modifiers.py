"""Reads the words around a figure that bound it: "more than", "barely", "or so", "from"."""

from __future__ import annotations

from factdesk.model import Bound
from factdesk.text.figures import Figure
from factdesk.text.lexicons import load_table
from factdesk.text.scales import ONES, TENS
from factdesk.text.tokens import Phrases, Tokens, listed

_TABLE = load_table("modifiers")
_OR_EQUAL = {
    pattern.format(word): Bound(name)
    for name in ("at_least", "at_most")
    for word in listed("modifiers", "or_equal", name)
    for pattern in _TABLE["or_equal"]["patterns"]
}
_NEGATED = {
    f"{negation} {word} than": Bound(name)
    for name in ("at_least", "at_most")
    for word in listed("modifiers", "negated", name)
    for negation in listed("modifiers", "negated", "words")
}
_NEGATED_VERBS = {
    f"{negation} {verb}": Bound(name)
    for name in ("at_most", "less_than")
    for verb in listed("modifiers", "negated_verbs", name)
    for negation in listed("modifiers", "negated_verbs", "words")
}
_BEFORE = Phrases(
    {phrase: Bound(name) for name, phrases in _TABLE["before"].items() for phrase in phrases}
    | _OR_EQUAL
    | _NEGATED
    | _NEGATED_VERBS,
    by_last=True,
)
_BOUNDED_TIME = listed("modifiers", "bounded_time", "words")
_AFTER = Phrases({phrase: Bound(name) for name, phrases in _TABLE["after"].items() for phrase in phrases})
_COMPARATIVES = listed("modifiers", "comparative", "words")
_AFTER_COMPARATIVE = listed("modifiers", "comparative", "after")
CHANGE_WORDS = {
    word: direction
    for direction in ("up", "down", "either")
    for word in listed("modifiers", "change", direction)
}
"""Words that make "from X to Y" a change, and the direction that they tell ("either": none)."""

_WITH_EQUAL = {Bound.MORE_THAN: Bound.AT_LEAST, Bound.LESS_THAN: Bound.AT_MOST}
_EQUAL = (["or", "equal"], ["or", "equals"])
"""Words after a limit that take the limit in: "larger than twenty or equal"."""
_COMPARED_SIGNS = {
    "<": (Bound.MORE_THAN, Bound.AT_LEAST),
    ">": (Bound.LESS_THAN, Bound.AT_MOST),
    "≤": (Bound.AT_LEAST, Bound.AT_LEAST),
    "≥": (Bound.AT_MOST, Bound.AT_MOST),
}
_SIGNS_AFTER = frozenset({"+", *_COMPARED_SIGNS})
_FLOORS = frozenset({"from", "upwards"})
_MOST_STACKED = 3
_SMALLEST_ROUND = 10
_LOOK_BACK = 6


def bound_figure(tokens: Tokens, figure: Figure) -> Figure:
    """Return a figure with the bound that the words around it give, and with its whole extent."""
    behind_word = tokens.lowered[figure.whole_after]
    if (
        tokens.lowered[figure.whole_first - 1] not in _BEFORE.edges
        and behind_word not in _AFTER.edges
        and behind_word not in _SIGNS_AFTER
    ):
        return figure if figure.bound is Bound.BETWEEN else _bound_from(tokens, figure)
    first, before = _bound_before(tokens, figure)
    after, behind = _bound_after(tokens, figure)
    if figure.bound is Bound.BETWEEN:
        return figure._replace(whole_first=min(first, figure.whole_first) if before else figure.whole_first)
    bound = _combine(before, behind)
    if bound is None:
        return _bound_from(tokens, figure)
    if bound in _WITH_EQUAL and tokens.lowered[after : after + 2] in _EQUAL:
        bound, after = _WITH_EQUAL[bound], after + 2
    return figure._replace(bound=bound, whole_first=first, whole_after=after)


def modifier_before(tokens: Tokens, at: int) -> int:
    """Return where a modifier before a token begins ("about", "as many as"), or the token itself."""
    found = _BEFORE.match_before(tokens, at)
    return at if found is None else found[0]


def is_change_before(tokens: Tokens, at: int) -> bool:
    """Whether a verb of change stands in the few words before a token ("rose sharply from")."""
    for index in range(at - 1, max(-1, at - 1 - _LOOK_BACK), -1):
        word = tokens.lowered[index]
        if word in CHANGE_WORDS:
            return True
        if word in (".", ";", ":", "!", "?"):
            return False
    return False


def _combine(before: Bound | None, behind: Bound | None) -> Bound | None:
    if before in (None, Bound.ABOUT, Bound.EXACT) and behind is not None:
        return behind
    return before


def _bound_before(tokens: Tokens, figure: Figure) -> tuple[int, Bound | None]:
    """Return where the modifiers before a figure begin and the bound of the nearest that bounds."""
    at, bound = figure.whole_first, None
    for _ in range(_MOST_STACKED):
        if at == 0 or not tokens.is_joined(at):
            break
        found = _BEFORE.match_before(tokens, at)
        if found is None or not _may_bound(tokens, found[0], at, figure):
            break
        at = found[0]
        bound = found[1] if bound in (None, Bound.ABOUT, Bound.EXACT) or bound is None else bound
    if bound is Bound.EXACT:
        return figure.whole_first, None
    return at, bound


def _may_bound(tokens: Tokens, first: int, after: int, figure: Figure) -> bool:
    """Whether the words are a modifier here: "some 300", not "some one"; "past 300", not "half past 3"."""
    word = tokens.lowered[first] if after == first + 1 else ""
    if word == "some":
        return figure.form != "number" or figure.low >= _SMALLEST_ROUND
    if word in ("past", "under", "inside", "near", "over", "beyond"):
        if figure.form == "duration" and tokens.word(figure.after) not in _BOUNDED_TIME:
            return False
        return word != "past" or tokens.word(first - 1) not in ("the", "half", "quarter")
    return not (word in ("-", "c.") and figure.form == "number")


def _bound_after(tokens: Tokens, figure: Figure) -> tuple[int, Bound | None]:
    at = figure.whole_after
    if tokens.word(at) == "+" and tokens.gap(at) == 0:
        return at + 1, Bound.AT_LEAST
    if tokens.word(at) in _COMPARED_SIGNS:
        return _bound_by_sign(tokens, figure, at)
    if at >= len(tokens) or not tokens.is_joined(at):
        return figure.whole_after, None
    found = _AFTER.match_from(tokens, at)
    if found is None or _begins_figure(tokens, found[0]) or _begins_modifier(tokens, at, found[0]):
        return figure.whole_after, None
    return found


def _bound_by_sign(tokens: Tokens, figure: Figure, at: int) -> tuple[int, Bound | None]:
    """Read "10 < x": what an unknown is compared with stands before the sign."""
    bound, or_equal = _COMPARED_SIGNS[tokens.word(at)]
    at += 1
    if tokens.word(at) == "=":
        bound, at = or_equal, at + 1
    is_unknown = tokens.kind(at) == "word" and len(tokens.word(at)) == 1
    return (at, bound) if is_unknown else (figure.whole_after, None)


def _begins_modifier(tokens: Tokens, at: int, after: int) -> bool:
    """Whether the words bound what follows: "20 and less than 35", "rents of 20 and higher bills"."""
    word = tokens.word(after)
    if word == "than" or tokens.word(at) != "and":
        return word == "than"
    is_of_noun = tokens.word(after - 1) in _COMPARATIVES and tokens.kind(after) == "word"
    return word in ("or", "to", "equal") or (is_of_noun and word not in _AFTER_COMPARATIVE)


def _begins_figure(tokens: Tokens, at: int) -> bool:
    """Whether the words belong to what follows: "30 euros, plus 3 for a dog"."""
    word = tokens.word(at)
    return (
        tokens.kind(at) == "figure"
        or word in ONES
        or word in TENS
        or word in ("$", "€", "£", "a", "an", "half", "the")
    )


def _bound_from(tokens: Tokens, figure: Figure) -> Figure:
    """Read "seats from $59" as at least; not "rose from $59"."""
    at = figure.whole_first - 1
    if tokens.lowered[at] not in _FLOORS or figure.form != "money":
        return figure
    if is_change_before(tokens, at) or tokens.word(figure.whole_after) in ("to", "down", "up", "a"):
        return figure
    if tokens.word(at - 1) in (
        "apart",
        "away",
        "profit",
        "different",
        "take",
        "took",
        "off",
        "comes",
        "came",
        "made",
        "far",
        "earned",
    ):
        return figure
    return figure._replace(bound=Bound.AT_LEAST, whole_first=at)
