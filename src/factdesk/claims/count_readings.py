"""Reads which figures of a sentence count something, what they count, and what happened to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from factdesk.claims.clauses import clause_end
from factdesk.claims.contexts import SentenceContext
from factdesk.claims.phrases import compile_phrase, compile_phrases, load_phrases, word_set
from factdesk.model import Span
from factdesk.text.quantities import Quantity

_TABLE = load_phrases("count")
_NUMERALS = word_set(_TABLE, "numerals")
_WEAK_LEAST = int(_TABLE["weak_least"])
_IRREGULAR = word_set(_TABLE["nouns"], "irregular")
_FIRST = word_set(_TABLE["nouns"], "first")
_UNCOUNTED = word_set(_TABLE["nouns"], "uncounted")
_ENDS = word_set(_TABLE["nouns"], "ends")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\s+(?P<word>[^\W\d_][\w'’-]*)")
_OF_THE = re.compile(r"\s+of\s+(?:the|its|their|those|these|our|all)(?:\s+\d[\d,]*)?(?=\s)")
_NAMED_MANY = re.compile(r"(?:[A-Z]{2,4}|[A-Z][a-z]{3,}(?:an|[^\W\d_]))s|[A-Z][a-z]{2,}ese")
_NOUN_WORDS_MAX = 6

_MODAL = _TABLE["between"]["modal"]
_verbs = {
    name: [*verbs, *(f"{_MODAL} {verb}" for verb in _TABLE["base"].get(name, "").split())]
    for name, verbs in _TABLE["strong"].items()
}
DEEDS = {
    name: compile_phrases(verbs, _TABLE)
    for name, verbs in (_verbs | {"exist": _TABLE["weak"]["exist"]}).items()
}
"""The verbs that say the same of what is counted, by the name of their list."""
_strong = "|".join(sorted((verb for verbs in _verbs.values() for verb in verbs), key=len)[::-1])
_weak = "|".join(_TABLE["weak"]["verbs"])
_ed = r"(?!(?:" + "|".join(_TABLE["weak"]["not_verbs"].split()) + r")\b)[a-z]{3,}ed"
_gap = (
    r"(?:(?!(?:and|but|or|while|that|as|when|before|after|because|so|where|if|than|not|never)\b)"
    r"[^\W\d][\w'’-]* ){0,7}?"
)
_auxiliary, _objects = _TABLE["between"]["auxiliary"], "|".join(_TABLE["between"]["object"])
_AFTER = {
    sort: compile_phrase(rf"\A {gap}(?P<verb>{_auxiliary}(?:{verbs}))(?!\w)", _TABLE)
    for sort, gap, verbs in (
        ("at once", "", _strong),
        ("strong", _gap, _strong),
        ("weak", _gap, f"{_ed}|{_weak}"),
    )
}
_BEFORE = {
    sort: compile_phrase(rf"(?P<verb>{verbs}){gap}(?: (?:{_objects})){{0,5}} ?\Z", _TABLE)
    for sort, verbs, gap in (
        ("strong", f"{_auxiliary}(?:{_strong})", ""),
        ("there", _TABLE["between"]["there"], ""),
        ("weak", f"{_auxiliary}(?:{_ed}|{_weak})", ""),
        ("joined", f"{_auxiliary}(?:{_strong})", r"(?: [\w.,'’-]+){1,10}? and"),
    )
}
_NUMBER_OF = tuple(compile_phrase(rf"{phrase} ?\Z", _TABLE) for phrase in _TABLE["number_of"].values())
_MEANT = re.compile(r"(?<!had )(?<!has )(?<!have )(?<!forced )\bto\s+\Z")
_PREPOSITION = compile_phrase(rf"{_TABLE['between']['preposition']} ?\Z", _TABLE)
DENIED = compile_phrase(_TABLE["between"]["denied"], _TABLE)
_REFUSED_BEFORE = compile_phrase(rf"(?:{'|'.join(_TABLE['refused']['before'])}) ?\Z", _TABLE)
_REFUSED_AFTER = compile_phrase(rf"\A (?:{'|'.join(_TABLE['refused']['after'])})", _TABLE)
_SAMPLED = compile_phrase(rf"\A (?:[\w-]+ ){{0,4}}?(?:{'|'.join(_TABLE['refused']['sampled'])})", _TABLE)
_OF_WHOLE = compile_phrase(rf"\A (?:{'|'.join(_TABLE['refused']['of_whole'])})", _TABLE)
_IN_STOCK = compile_phrase(rf"\A (?:\w+ ){{0,3}}?(?:{'|'.join(_TABLE['refused']['in_stock'])})", _TABLE)
_IDIOMS = compile_phrases(_TABLE["refused"]["idioms"], _TABLE)
_AGAIN = re.compile(r"\s+(?:in|at|on|from|near|outside|across)\s+(?:the\s+)?[A-Z]")
_LOOK_BACK_CHARACTERS = 140
_SORTS = ("at once", "strong", "there", "weak", "joined")
_SURE_SORTS = ("at once", "strong", "joined")
"""For a small number nothing else will do: "there are two ways"."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure with what it counts and what is said to have happened to it."""

    quantity: Quantity
    noun: Span
    verb: Span

    @property
    def anchor(self) -> Span:
        """The stretch from the figure to the verb."""
        ends = (self.quantity.whole, self.verb)
        return Span(min(one.start for one in ends), max(one.end for one in ends))


def read_counts(context: SentenceContext) -> Iterator[Counted]:
    """Yield the figures that count something, in reading order; an elliptic one counts what the last did."""
    if _NUMERALS.isdisjoint(context.words) and not _DIGIT.search(
        context.text, context.sentence.start, context.sentence.end
    ):
        return
    last: Counted | None = None
    for quantity in context.quantities:
        if quantity.form != "number" or _is_refused(context, quantity):
            continue
        one = _read_noun_and_verb(context, quantity) or _read_number_of(context, quantity)
        if one is None and last and _AGAIN.match(context.text, quantity.whole.end, context.sentence.end):
            one = replace(last, quantity=quantity)
        if one is not None:
            yield one
            last = one


def _is_refused(context: SentenceContext, quantity: Quantity) -> bool:
    text, sentence, whole = context.text, context.sentence, quantity.whole
    if not _is_whole_number(quantity):
        return True
    if any(
        Span(*idiom.span()).overlaps(whole)
        for idiom in _IDIOMS.finditer(text, whole.start, min(sentence.end, whole.end + 40))
    ):
        return True
    return _REFUSED_BEFORE.search(_left(context, whole)) is not None


def _is_whole_number(quantity: Quantity) -> bool:
    """Whether something can be counted by a figure: "12.000 people" may be twelve or twelve thousand."""
    ends = [end for end in (quantity.low, quantity.high) if end is not None]
    is_fine = quantity.precision is not None and quantity.precision < 1
    return not is_fine and all(end >= 0 and end == end.to_integral_value() for end in ends)


def _left(context: SentenceContext, whole: Span) -> str:
    return context.text[max(context.sentence.start, whole.start - _LOOK_BACK_CHARACTERS) : whole.start]


def _read_noun_and_verb(context: SentenceContext, quantity: Quantity) -> Counted | None:
    text, sentence, whole = context.text, context.sentence, quantity.whole
    noun = _noun(text, whole.end, sentence.end)
    if noun is None:
        return None
    rest = text[noun.end : sentence.end]
    if _REFUSED_AFTER.match(rest) or _SAMPLED.match(rest) or _IN_STOCK.match(text[whole.end : sentence.end]):
        return None
    if _OF_THE.match(text, whole.end, noun.start) and _OF_WHOLE.match(rest):
        return None
    verb = _verb(context, quantity, noun)
    return Counted(quantity, noun, verb) if verb else None


def _verb(context: SentenceContext, quantity: Quantity, noun: Span) -> Span | None:
    """Return the verb that says what happened to the counted: the nearest sure one, else a weaker one."""
    after = context.text[noun.end : clause_end(context.text, context.sentence, noun.end)]
    before, start = _left(context, quantity.whole), quantity.whole.start
    is_placed = _PREPOSITION.search(before) is not None
    is_many = quantity.low is not None and quantity.low >= _WEAK_LEAST
    is_named = _NAMED_MANY.search(noun.cut(context.text)) is not None  # "Fifty Shades" is a title.
    for sort in _SORTS if is_many and not is_named else _SURE_SORTS:
        match = _BEFORE[sort].search(before) if sort in _BEFORE else None
        if match and not _MEANT.search(before[: match.start("verb")]):
            return Span(*match.span("verb")).shifted(start - len(before))
        match = _AFTER[sort].match(after) if sort in _AFTER and not is_placed else None
        if match:
            return Span(*match.span("verb")).shifted(noun.end)
    return None


def _noun(text: str, start: int, end: int) -> Span | None:
    """Return the noun phrase behind a figure up to its plural: "primary schools" of "in Wales"."""
    of_the = _OF_THE.match(text, start, end)
    at, first, last = of_the.end() if of_the else start, None, None
    for _ in range(_NOUN_WORDS_MAX):
        match = _WORD.match(text, at, end)
        if match is None or match.group("word").lower() in _ENDS:
            break
        word, at = match.group("word"), match.end()
        first = match.start("word") if first is None else first
        if word.lower() in _UNCOUNTED:
            return None
        if _is_plural(word):
            last = at
            if word.lower() not in _FIRST:
                break
    return None if first is None or last is None else Span(first, last)


def _is_plural(word: str) -> bool:
    if word.lower() in _IRREGULAR or _NAMED_MANY.fullmatch(word):
        return True
    is_ending = word.endswith("s") and not word.endswith(("ss", "'s", "’s"))
    return word.islower() and is_ending and len(word) > 3


def _read_number_of(context: SentenceContext, quantity: Quantity) -> Counted | None:
    """Read "the number of nurses rose to 312,000"."""
    before, start = _left(context, quantity.whole), quantity.whole.start
    for pattern in _NUMBER_OF:
        if match := pattern.search(before):
            by = start - len(before)
            return Counted(
                quantity, Span(*match.span("noun")).shifted(by), Span(*match.span("verb")).shifted(by)
            )
    return None
