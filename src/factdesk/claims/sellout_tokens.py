"""Cuts a sentence into tokens and says of each stretch of them which word classes of the lexicon it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from factdesk.claims.phrases import load_phrases, word_set
from factdesk.model import Span

LEXICON = load_phrases("sellout_lexicon")


def word_list(name: str) -> frozenset[str]:
    """Return one of the short lists of the lexicon."""
    return word_set(LEXICON["words"], name)


_TOKEN = re.compile(
    r"\b[ap]\.m\.|(?:ca|wo|ha[sd]|is|was|are|were|do|does|did|have|could|would|should|must|ai|need|dare|might)(?=n['’]t\b)"
    r"|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b"
    r"|\d+(?:-[^\W\d_]+)+|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:[-‑][^\W\d_]+)*(?:['’](?!(?:s|re|ve|ll|d|m|t)\b)[^\W\d_]+)?|[£$€₦₹]|\n|[^\w\s]",
    re.IGNORECASE,
)
_ASIDE_WORDS_MAX = 9
_NAME_WORDS_MAX = 7
_QUOTES = frozenset('"“”')
_SMALL_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with", "or"]
)
_SPEECH = frozenset(word.strip() for word in LEXICON["class"]["speech"].split(","))
_NOTICE_WORDS = word_list("notice_words")
_LOOK = re.compile(r"[a-z]+|\d+")


_NOUN_CLASSES = frozenset({"unit", "event", "goods", "seller", "measure"})


@dataclass
class _Node:
    """The classes of the phrase that ends here, and the words that may follow it."""

    classes: tuple[str, ...] = ()
    following: dict[str, _Node] = field(default_factory=dict)


def _read_classes() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the classes of each phrase of the lexicon."""
    classes: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, phrases in LEXICON["class"].items():
        listed = [tuple(phrase.split()) for phrase in phrases.split(",")]
        forms = [form for words in listed for form in (_forms(words) if name in _NOUN_CLASSES else (words,))]
        for words in dict.fromkeys(forms):
            classes[words] = (*classes.get(words, ()), name)
    return classes


def _grow_tree(classes: Mapping[tuple[str, ...], tuple[str, ...]]) -> dict[str, _Node]:
    """Return the phrases as a tree by their words, so that few are tried at any token."""
    root = _Node()
    for words, names in classes.items():
        node = root
        for word in words:
            node = node.following.setdefault(word, _Node())
        node.classes = names
    return root.following


def _forms(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return a noun in singular and plural, so that a list need hold only one of them."""
    *first, last = words
    if len(last) < 3 or last.endswith("ss"):
        return (words,)
    if last.endswith("ies"):
        return (words, (*first, last[:-3] + "y"))
    if last.endswith("s"):
        return (words, (*first, last[:-2] if last.endswith(("ches", "shes", "xes", "sses")) else last[:-1]))
    if last.endswith(("ch", "sh", "x")):
        return (words, (*first, last + "es"))
    return (
        words,
        (*first, last[:-1] + "ies" if last.endswith("y") and last[-2] not in "aeiou" else last + "s"),
    )


_CLASSES = _read_classes()
_TREE = _grow_tree(_CLASSES)
_NO_CLASSES: dict[str, int] = {}


class Token(NamedTuple):
    """A word, a figure or a mark: lower-cased, with straight apostrophes, and as it stands in the text."""

    word: str
    start: int
    said: str

    @property
    def span(self) -> Span:
        """Where it stands in the text."""
        return Span(self.start, self.start + len(self.said))

    @property
    def is_capital(self) -> bool:
        """Whether it is written large."""
        return self.said[0].isupper()

    @property
    def is_upper(self) -> bool:
        """Whether all of it is written large."""
        return self.said.isupper()


@dataclass(frozen=True)
class Tokens:
    """The tokens of one sentence with the classes of every stretch of them that the lexicon knows."""

    all: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.all)

    @cached_property
    def _starts(self) -> tuple[dict[str, int], ...]:
        """By token: the classes of the phrases that start there, with the end of the longest of each."""
        return tuple(self._classes_at(index) for index in range(len(self.all)))

    @cached_property
    def _ends(self) -> tuple[dict[str, int], ...]:
        """By token: the classes of the phrases that end with it, with the start of the longest of each."""
        ends: tuple[dict[str, int], ...] = tuple({} for _ in self.all)
        for start, classes in enumerate(self._starts):
            for name, end in classes.items():
                ends[end - 1].setdefault(name, start)
        return ends

    def _classes_at(self, index: int) -> dict[str, int]:
        node = _TREE.get(self._words[index])
        if node is None:
            return _NO_CLASSES
        found: dict[str, int] = {}
        end = index + 1
        while node is not None:
            for name in node.classes:
                found[name] = end
            node = node.following.get(self.word(end))
            end += 1
        return found

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(token.word for token in self.all)

    def word(self, index: int) -> str:
        """Return the word at an index; nothing outside of the sentence."""
        return self._words[index] if 0 <= index < len(self.all) else ""

    def is_name(self, index: int) -> bool:
        """Whether a word is written large inside a sentence that is not all capitals."""
        if (
            index == 0
            or not self.all[index].is_capital
            or self.word(index - 1) in {":", "(", "\n", "–", "-", '"'}
        ):
            return False
        return not self.all[index].is_upper

    def end_of(self, index: int, *classes: str) -> int | None:
        """Return where the longest phrase of these classes that starts here ends, or None."""
        if not 0 <= index < len(self.all):
            return None
        starts = self._starts[index]
        if not starts:
            return None
        last = 0
        for name in classes:
            last = max(last, starts.get(name, 0))
        return last or None

    def start_of(self, end: int, *classes: str) -> int | None:
        """Return where the longest phrase of these classes that ends just before ``end`` starts, or None."""
        if not 0 < end <= len(self.all):
            return None
        ends = self._ends[end - 1]
        found = [ends[name] for name in classes if name in ends] if ends else []
        return min(found) if found else None

    def starts_before(self, end: int, classes: Iterable[str]) -> dict[str, int]:
        """Return where the phrases of some classes that end just before ``end`` start, by class."""
        ends = self._ends[end - 1] if 0 < end <= len(self.all) else _NO_CLASSES
        return {name: ends[name] for name in classes if name in ends} if ends else {}

    def classes_at(self, index: int) -> Collection[str]:
        """Return the classes of the phrases that start at an index."""
        return self._starts[index]

    def holds(self, start: int, end: int, *classes: str) -> bool:
        """Whether a phrase of these classes starts between two indexes."""
        return any(self.end_of(index, *classes) is not None for index in range(max(0, start), end))

    def span(self, start: int, end: int) -> Span:
        """Return where the tokens from ``start`` to before ``end`` stand in the text."""
        return Span(self.all[start].span.start, self.all[end - 1].span.end)


def read_tokens(text: str, within: Span) -> Tokens:
    """Return the tokens of a stretch of text."""
    found = [
        Token(match.group().lower().replace("’", "'"), match.start(), match.group())
        for match in _TOKEN.finditer(text, within.start, within.end)
    ]
    return Tokens(tuple(_without_asides(found)))


def _without_asides(tokens: list[Token]) -> list[Token]:
    """Leave out who says it, between two commas: "the rooms, says the bureau, are free"."""
    commas = [index for index, token in enumerate(tokens) if token.word == ","]
    aside: set[int] = set()
    for first, last in pairwise(commas):
        inside = [token.word for token in tokens[first + 1 : last]]
        if 1 < len(inside) <= _ASIDE_WORDS_MAX and (inside[0] in _SPEECH or inside[-1] in _SPEECH):
            aside.update(range(first, last + 1))
    aside.update(_brackets(tokens))
    aside.update(_marks_of_names(tokens))
    return [token for index, token in enumerate(tokens) if index not in aside] if aside else tokens


def _marks_of_names(tokens: list[Token]) -> Iterator[int]:
    """Yield the quotation marks of a name inside a clause: "all tickets for "Salt and Gold" had gone"."""
    marks = [index for index, token in enumerate(tokens) if token.word in _QUOTES]
    for first, last in pairwise(marks):
        inside = tokens[first + 1 : last]
        is_inside = first > 0 and last + 1 < len(tokens) and tokens[last - 1].word not in {",", ".", "!", "?"}
        if is_inside and 0 < len(inside) <= _NAME_WORDS_MAX and all(_is_named(token) for token in inside):
            yield from (first, last)


def _is_named(token: Token) -> bool:
    return token.is_capital or token.word in _SMALL_WORDS or token.word.isdigit() or token.word == "'s"


def _brackets(tokens: list[Token]) -> Iterator[int]:
    """Yield the tokens of brackets that say nothing of stock: "standing tickets (£18) are finished"."""
    opened = [index for index, token in enumerate(tokens) if token.word == "("]
    for first in opened:
        last = next((at for at in range(first, min(first + 12, len(tokens))) if tokens[at].word == ")"), None)
        if last is not None and _NOTICE_WORDS.isdisjoint(token.word for token in tokens[first:last]):
            yield from range(first, last + 1)


def is_listed(word: str, names: Iterable[str]) -> bool:
    """Whether a single word is of one of the classes."""
    return not set(names).isdisjoint(_CLASSES.get((word,), ()))


def phrase_words(name: str) -> frozenset[str]:
    """Return the phrases of one class as they stand in the lexicon."""
    return frozenset(" ".join(phrase.split()) for phrase in LEXICON["class"][name].split(","))


def single_words(*classes: str) -> frozenset[str]:
    """Return the plain words of some classes that stand alone ("seats"), and the last of phrases."""
    return frozenset(words[-1] for words, names in _CLASSES.items() if set(names) & set(classes))


def key_words(*classes: str, common: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the longest plain word of each phrase of some classes, for a cheap look at a sentence.

    A word of ``common`` is taken only where a phrase has no other.
    """
    return frozenset(_plain(words, common) for words, names in _CLASSES.items() if set(names) & set(classes))


def _plain(words: Iterable[str], common: frozenset[str]) -> str:
    parts = [part for word in words for part in _LOOK.findall(word)]
    return max(parts, key=lambda part: (part not in common, len(part)), default="")
