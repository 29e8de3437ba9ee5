"""Reads around a predicate of a sell-out: its verbs, where its clause begins, and its subject."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from factdesk.claims.sellout_phrases import Noun, read_count, read_noun
from factdesk.claims.sellout_tokens import Tokens, word_list

_HARD_MARKS = frozenset(
    [";", ":", "(", ")", "!", "?", "–", "—", "-", "\n", '"', "“", "”", "…", "•", "/", "[", "]"]
)
_GROUP = ("neg", "near", "half", "still", "adverb", "be", "have", "get", "modal")
_IRREGULAR = word_list("irregular")
_NO_BREAKS = frozenset({("if", "any"), ("so", "far"), ("so", "much"), ("so", "many"), ("so", "few")})
_PREDICATES = ("gone", "gone_past", "out_strong", "full", "left", "available")
_STRONG_AMOUNTS = ("zero", "all", "few", "only", "most")
_DETERMINERS = frozenset({"all", "both", "this", "that", "these", "those", "other", "none"})
_SUBJECTS = frozenset({"he", "she", "they", "we", "i", "it", "you"})
_NAME_STARTS = ("slot_name", "unit", "event", "goods", "pronoun")
_PLACES = frozenset({"there", "here", "elsewhere", "otherwise", "however", "online"})
_TIME_UNIT = re.compile(
    r"(?:time|second|minute|min|hour|day|week|morning|afternoon|evening|weekend|fortnight|lunch|month|moment|heartbeat|flash|blink|trice|jiff)"
)


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """The verbs and adverbs just before a predicate, and what they do to it."""

    start: int
    said: frozenset[str]

    def has(self, *classes: str) -> bool:
        """Whether a word of one of the classes stands among them."""
        return not self.said.isdisjoint(classes)


def read_group(tokens: Tokens, at: int) -> VerbGroup:
    """Walk left from a predicate over its verbs and adverbs ("have now all been")."""
    said: set[str] = set()
    start = at
    while True:
        found = tokens.starts_before(start, _GROUP)
        if not found:
            return VerbGroup(start, frozenset(said))
        begin = min(found.values())
        said |= {name for name, first in found.items() if first == begin}
        if tokens.word(begin) in {"all", "both"}:
            said.add("all")
        start = begin


def clause_floor(tokens: Tokens, at: int) -> int:
    """Return the first token of the clause whose predicate starts at a token."""
    hard = at
    while hard > 0 and tokens.word(hard - 1) not in _HARD_MARKS:
        hard -= 1
    index = at
    while index > hard:
        index -= 1
        if _is_break(tokens, index, hard, at):
            return index + 1
    return hard


def _is_break(tokens: Tokens, index: int, hard: int, at: int) -> bool:
    word = tokens.word(index)
    is_that = word == "that" and tokens.end_of(index - 1, "prep") is not None
    is_that = is_that or (
        word == "but" and tokens.word(index - 1) in {"all", "nothing", "none", "everything"}
    )
    if (
        tokens.end_of(index, "relative") is not None
        and not is_that
        and (word, tokens.word(index + 1)) not in _NO_BREAKS
    ):
        return True
    if tokens.end_of(index, "subordinator") == index + 1 and _has_verb(tokens, hard, index):
        return True
    if word in {"and", "or", "but"} and tokens.word(index + 1) in _SUBJECTS:
        return True
    if word in {",", "and", "or"}:
        return index + 1 < at and _has_verb(tokens, hard, index) and _can_open(tokens, index + 1)
    return tokens.end_of(index, "speech") is not None and _has_subject_after(tokens, index, at)


def _has_subject_after(tokens: Tokens, index: int, at: int) -> bool:
    return index + 1 < at and _can_open(tokens, index + 1)


def _has_verb(tokens: Tokens, start: int, end: int) -> bool:
    return any(
        (
            tokens.end_of(index, "be", "have", "modal", "speech", *_PREDICATES) is not None
            or _is_past(tokens, index)
        )
        and tokens.word(index) != "'s"
        for index in range(start, end)
    )


def _is_past(tokens: Tokens, index: int) -> bool:
    """Whether a word looks like a verb of the past with a subject before it ("we arrived and the")."""
    word = tokens.word(index)
    is_form = (len(word) > 4 and word.endswith("ed")) or word in _IRREGULAR
    if tokens.word(index - 1) in _DETERMINERS:
        return False
    return index > 0 and is_form and tokens.end_of(index - 1, "pronoun", "person") is not None


def _can_open(tokens: Tokens, index: int) -> bool:
    """Whether a subject, or an adverbial before one, can open here."""
    if tokens.word(index) in {",", "and"}:
        return False
    return (
        tokens.end_of(
            index, "det", "joiner", "relative", "prep", "time_adverb", *_STRONG_AMOUNTS, *_NAME_STARTS
        )
        is not None
        or tokens.all[index].is_capital
        or tokens.word(index)[0].isdigit()
        or tokens.end_of(index, "many", "some") is not None
        or tokens.holds(index, index + 4, *_NAME_STARTS)
    )


def read_subject(tokens: Tokens, floor: int, end: int) -> Noun | None:
    """Read the noun phrase that is the subject of the predicate whose verbs start at ``end``."""
    start = _skip_opening(tokens, floor, end)
    if tokens.word(end) == "to":
        start = next((index + 1 for index in range(end - 1, start, -1) if tokens.word(index) == "for"), start)
    strong = _strong_amount(tokens, start, end)
    return _last_listed(tokens, read_noun(tokens, start if strong is None else strong, end), end)


def _last_listed(tokens: Tokens, noun: Noun | None, end: int) -> Noun | None:
    """Read on to the noun that a list shares ("Year 4 and Year 5 places")."""
    while noun is not None and tokens.word(noun.end) in {"and", "or", "&"}:
        following = read_noun(tokens, noun.end + 1, end)
        if following is None or following.weight <= noun.weight or following.amount == "zero":
            return noun
        noun = replace(
            following, start=noun.start, amount=noun.amount if noun.amount != "bare" else following.amount
        )
    return noun


def _skip_opening(tokens: Tokens, floor: int, end: int) -> int:
    """Step past joining words and adverbials before the subject ("By Friday, ", "In Izmir")."""
    start = floor
    while start < end and (
        tokens.word(start) in {",", "'", "‘"} or tokens.end_of(start, "joiner", "time_adverb") is not None
    ):
        start = tokens.end_of(start, "joiner", "time_adverb") or start + 1
    if tokens.word(start) == "with" and tokens.end_of(start + 1, *_STRONG_AMOUNTS, "det") is not None:
        return start + 1
    start = _after_address(tokens, start, end)
    if tokens.word(start).endswith("ly") and tokens.word(start + 1) == ",":
        return _skip_opening(tokens, start + 2, end)
    is_adverbial = tokens.end_of(start, "prep", "subordinator", "time_adverb") is not None
    commas = [index for index in range(start, end) if tokens.word(index) == ","]
    if not is_adverbial or start >= end:
        return min(start, end)
    if commas and commas[0] + 1 < end:
        return _skip_opening(tokens, commas[0] + 1, end)
    return _after_preposition(tokens, start, end)


def _after_address(tokens: Tokens, start: int, end: int) -> int:
    """Step past "Sorry folks," and "Well,": words before a comma that are no part of a list."""
    for index in range(start + 1, min(start + 4, end - 1)):
        if tokens.word(index) == ",":
            is_named = tokens.holds(
                start, index, "unit", "event", "goods", "slot_name", "det", *_STRONG_AMOUNTS
            )
            is_name = tokens.all[index - 1].is_capital and not (start == index - 1 == 0)
            return start if is_named or is_name else index + 1
    return start


def _after_preposition(tokens: Tokens, start: int, end: int) -> int:
    """Find the subject after an opening "At Mill Bank" that no comma parts from it."""
    for index in range(start + 2, end):
        opens = tokens.end_of(index, "det", *_STRONG_AMOUNTS, "many", "some") is not None
        if tokens.word(index) in {"they", "it", "we", "there"}:
            return index
        if (opens or _is_count(tokens, index)) and tokens.end_of(index - 1, "prep") is None:
            return index
    names = [
        index for index in range(start + 2, end) if tokens.end_of(index, "unit", "event", "goods") is not None
    ]
    return names[0] if names else start


def _is_count(tokens: Tokens, index: int) -> bool:
    return tokens.word(index)[:1].isdigit() and tokens.word(index - 1).isalpha()


def _strong_amount(tokens: Tokens, start: int, end: int) -> int | None:
    """Find "every", "not one", "only" in the subject, where no preposition makes it part of another noun."""
    for index in range(start, end):
        if tokens.end_of(index, "prep") is not None and index > start:
            return None
        if tokens.end_of(index, *_STRONG_AMOUNTS) is not None and tokens.word(index) not in {"all", "both"}:
            return index
        if tokens.word(index) in {"all", "both"} and index == start:
            return index
    return None


def _is_time(tokens: Tokens, at: int) -> bool:
    at += tokens.word(at) in {"the", "about", "around", "early", "late", "half", "nearly"}
    word = tokens.word(at)
    return (
        (tokens.end_of(at, "slot_name", "time_adverb") is not None and word not in _PLACES)
        or word[:1].isdigit()
        or read_count(tokens, at, len(tokens)) is not None
        or word.startswith(
            ("noon", "mid", "lunch", "tea", "break", "dawn", "dusk", "even", "night", "time", "end", "mon")
        )
        or word in {"then", "now", "start", "half", "past", "quarter", "summer", "spring", "autumn", "winter"}
    )


def is_soon(tokens: Tokens, at: int) -> bool:
    """Whether words of speed follow ("within the hour", "by noon", "before we got there", "overnight")."""
    word = tokens.word(at)
    if word in {"within", "inside", "overnight", "before", "while", "since", "until", "till"}:
        return True
    if word == "by":
        return _is_time(tokens, at + 1)
    if word == "on":
        return tokens.end_of(at + 1, "slot_name") is not None or any(
            tokens.word(index) in {"day", "morning", "night", "date", "afternoon", "weekend"}
            for index in range(at + 1, at + 5)
        )
    if word in {"in", "the", "at", "as"}:
        return any(_TIME_UNIT.match(tokens.word(index)) for index in range(at + 1, at + 5)) or word == "as"
    return False
