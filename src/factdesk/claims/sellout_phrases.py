"""Reads the noun phrases of a sell-out: how much of what ("not a single skate wing", "all forty of them")."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from factdesk.claims.sellout_tokens import LEXICON, Tokens, is_listed, word_list

_WEIGHTS: dict[str, float] = LEXICON["noun_weight"]
_NOUN_CLASSES = ("unit", "event", "goods", "pronoun", "slot_name", "seller")
_BAD_CLASSES = ("person", "abstract")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}\Z")
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_HEAD_WORDS_MAX = 7
_MARKS = frozenset(
    [
        ",",
        ".",
        ";",
        ":",
        "(",
        ")",
        "!",
        "?",
        "–",
        "—",
        "-",
        "\n",
        '"',
        "“",
        "”",
        "…",
        "•",
        "/",
        "*",
        "[",
        "]",
        "‘",
        "£",
        "$",
        "€",
    ]
)
_PARTS_OF_DAY = word_list("parts_of_day")
_LOOSE_HEADS = word_list("loose_heads")
_LOOSE: float = LEXICON["evidence"]["loose_head"]
_GOES_ON_NOTHING = word_list("goes_on_nothing")
_SPARE = word_list("spare")
_DETERMINERS = word_list("determiners")
_AFTER_NOUN = word_list("after_noun")
_NUMBERS = {word: at + 1 for at, word in enumerate(LEXICON["number"]["words"].split())} | {
    word: 30 + 10 * at for at, word in enumerate(LEXICON["number"]["tens"].split())
}
_SCALES = {"hundred": 100, "thousand": 1000, "dozen": 12, "score": 20, "million": 1_000_000}
_QUANTITIES = ("zero", "most", "few", "many", "all", "partial", "some")
"""The classes that say how much, the surer first where phrases of one length compete."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase: how much of it is spoken of, its head, what weight it has as stock, and where it is.

    ``amount``: zero, all, few, some, many, most, partial, count, definite or bare; ``count`` its number.
    ``is_part``: so many of a greater number ("six of the eight"). ``is_firm``: more than a plain "no" ("not
    a single"). ``is_spare``: a word for what is free stands in it ("no spare laptops").
    """

    amount: str
    count: int | None
    is_only: bool
    start: int
    head: int
    end: int
    sort: str
    weight: float
    is_part: bool = False
    is_firm: bool = False
    is_spare: bool = False

    @property
    def is_headless(self) -> bool:
        """Whether only the amount is said ("has two", "a handful")."""
        return self.sort == "none"


def read_noun(tokens: Tokens, start: int, end: int) -> Noun | None:
    """Read the noun phrase that starts at a token; None where no noun can stand."""
    at, is_only, is_part = start, False, False
    amount, count = "bare", None
    if tokens.word(at) == "nothing" and _goes_on_nothing(tokens, at + 1):
        return None
    while (found := _read_amount(tokens, at, end)) is not None:
        said, number, after = found
        if (
            said in {"definite", "bare"}
            and amount in {"count", "few", "some", "many"}
            and tokens.word(at - 1) != "of"
        ):
            break
        is_only = is_only or said == "only"
        if said not in {"only", "approx"} and not (amount in {"zero", "all", "most"} and said != "zero"):
            amount = _joined(amount, said)
        count = number if number is not None else count
        at = after
        if tokens.word(at) in {"of", "o"} and said not in {"only", "approx"}:
            is_part = is_part or said in {"count", "some", "few"}
            at = _after_of(tokens, at, end)
    noun = _with_head(tokens, start, at, end, amount, count, is_only)
    is_firm = amount == "zero" and tokens.word(start) not in {"no", "zero", "0"}
    if noun is None:
        return None
    is_spare = any(tokens.word(index) in _SPARE for index in range(at, noun.head))
    return replace(noun, is_part=is_part, is_firm=is_firm, is_spare=is_spare)


def _goes_on_nothing(tokens: Tokens, at: int) -> bool:
    """Whether "nothing" has more to it: "nothing but dirt", "nothing to do with it"."""
    return tokens.word(at) in _GOES_ON_NOTHING or (tokens.word(at), tokens.word(at + 1)) == ("to", "do")


def _joined(amount: str, said: str) -> str:
    """Return the amount of "the six" (all of them) and of "a third of the" (a third)."""
    if said == "count" and amount == "definite":
        return "definite"
    return amount if said in {"definite", "bare"} and amount != "bare" else said


def _after_of(tokens: Tokens, at: int, end: int) -> int:
    """Step past "of", so that "two of its berths" goes on to its noun."""
    return at + 1 if at + 1 < end else at


def _read_amount(tokens: Tokens, at: int, end: int) -> tuple[str, int | None, int] | None:
    if at >= end or tokens.is_name(at) or (tokens.word(at) == "no" and tokens.word(at + 1) == "."):
        return None
    known = [
        (after, -rank, name)
        for rank, name in enumerate((*_QUANTITIES, "only", "approx"))
        if (after := tokens.end_of(at, name)) is not None and after <= end
    ]
    number = read_count(tokens, at, end)
    if known and (number is None or max(known)[0] >= number[1]):
        after, _, name = max(known)
        return name, None, after
    if number is not None:
        return "count", number[0], number[1]
    after = tokens.end_of(at, "det")
    return (
        ("definite" if tokens.word(at) not in {"a", "an", "any"} else "bare", None, after) if after else None
    )


def read_count(tokens: Tokens, at: int, end: int) -> tuple[int, int] | None:
    """Return the whole number that starts at a token and where it ends; None for a time of day."""
    word = tokens.word(at)
    if _FIGURE.fullmatch(word) and at < end:
        if tokens.word(at - 1) in {"£", "$", "€"} or tokens.word(at + 1) in {"%", "percent", "am", "pm"}:
            return None
        return int(word.replace(",", "")), at + 1
    if word in {"half", "quarter"} and tokens.word(at + 1) == "a" and tokens.word(at + 2) == "dozen":
        return 6, at + 3
    total, after = _word_number(word), at + 1
    if total is None and word in {"a", "an"} and tokens.word(at + 1) in _SCALES:
        total, after = 1, at + 1
    while total is not None and tokens.word(after) in _SCALES and after < end:
        total, after = total * _SCALES[tokens.word(after)], after + 1
    return (total, after) if total is not None else None


def _word_number(word: str) -> int | None:
    parts = [_NUMBERS.get(part) for part in word.split("-")]
    known = [part for part in parts if part is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def _with_head(
    tokens: Tokens, start: int, at: int, end: int, amount: str, count: int | None, is_only: bool
) -> Noun | None:
    stop = at
    first = at if at == start else -1
    while stop < min(end, at + _HEAD_WORDS_MAX) and not _ends_noun(tokens, stop, first):
        stop += 1
    if stop > at and tokens.word(stop) in {"of", "o"} and tokens.start_of(stop, "measure") is not None:
        inner = read_noun(tokens, stop + 1, end)
        if inner is not None and not inner.is_headless and inner.sort != "other":
            return replace(inner, amount=amount, count=count, is_only=is_only, start=start)
    if stop == at and at == start + 1 and tokens.word(start) in {"those", "these", "this"}:
        return Noun("definite", None, False, start, start, at, "pronoun", _WEIGHTS["pronoun"])
    if stop == at:
        if tokens.word(at - 1) == "no":
            return None
        sort = "none" if amount not in {"bare", "definite"} or count is not None else ""
        return Noun(amount, count, is_only, start, max(start, at - 1), at, sort, 0.0) if sort else None
    sort = _sort(tokens, at, stop)
    loose = _LOOSE if sort == "unit" and tokens.word(stop - 1) in _LOOSE_HEADS else 0.0
    return Noun(amount, count, is_only, start, stop - 1, stop, sort, _WEIGHTS.get(sort, 0.0) + loose)


def _ends_noun(tokens: Tokens, index: int, start: int) -> bool:
    """Whether a noun phrase ends before this token; at ``start``, without an amount, it may hold verbs."""
    word = tokens.word(index)
    if word in _MARKS or tokens.end_of(index, "relative", "speech", "modal", "neg", "have") is not None:
        return True
    if word == "'s":
        return False
    if tokens.end_of(index, "be", "joiner") is not None:
        return True
    if word in _AFTER_NOUN and tokens.word(index + 1) != "'s":
        return True
    if index != start and word in _DETERMINERS:
        return True
    if tokens.end_of(index, "prep") is not None:
        return True
    verb = tokens.end_of(index, "left", "left_weak", "available", "gone_past", "still", "out_strong", "gone")
    return index != start and verb is not None and word not in {"free", "open", "spare", "returns", "book"}


def _sort(tokens: Tokens, start: int, end: int) -> str:
    """Return the word class of the head; a thing for sale among its last words decides."""
    head = end - 1
    if tokens.start_of(end, *_BAD_CLASSES) is not None and not _is_class(
        tokens, end, ("unit", "event", "goods")
    ):
        return "person" if tokens.start_of(end, "person") is not None else "abstract"
    if (
        end - start > 1
        and tokens.end_of(end - 2, "slot_name") == end - 1
        and tokens.word(head) in _PARTS_OF_DAY
    ):
        return "slot_name"
    for name in _NOUN_CLASSES:
        if _is_class(tokens, end, (name,)):
            return name
    if _CLOCK.match(tokens.word(head)):
        return "slot_name"
    return "name" if tokens.all[head].is_capital else "other"


def _is_class(tokens: Tokens, end: int, names: tuple[str, ...]) -> bool:
    if tokens.start_of(end, *names) is not None:
        return True
    word = tokens.word(end - 1)
    if "-" not in word or word in {"up-to-date", "out-of-date"}:
        return False
    return any(is_listed(form, names) for form in (word.replace("-", ""), word.rpartition("-")[2]))
