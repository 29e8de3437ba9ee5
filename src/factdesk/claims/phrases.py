"""Loads the phrase tables of ``claims/tables`` and makes one regular expression of many phrases.

A phrase is a regular expression in which a space stands for any white space (`` ?`` for none too), a
straight apostrophe for both apostrophes, ``{name}`` for another list of the same table, ``~3`` for up to
three words and ``~n3`` for up to three words inside one noun phrase ("last-minute hotel" but not "opinions
on the").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_TABLES = Path(__file__).resolve().parent / "tables"
_REFERENCE = re.compile(r"\{([a-z_]+)\}")
_MARK = re.compile(r"\\.|\[\^?\]?[^\]]*\]|[()|]")
"""What parts a phrase into alternatives; an escaped mark and one in a class do not."""
_LEFT_BOUND = r"(?:(?<!\w)|(?<=\A))"
_GAP = re.compile(r"~(n?)(\d+)(?:\\s\+)?")
_SOFTENED = re.compile(r"\[[^\]]*\]| \?|[ ']")
_SOFT = {" ": r"\s+", " ?": r"\s*", "'": "['’]"}
_FILLER = r"(?:[\w'’%£$€.&/-]+\s+){{0,{most}}}?"
_NOUN_FILLER = (
    r"(?:(?!(?:on|in|at|by|for|to|from|with|without|about|that|which|who|than|and|but|or|he|she|it|they|we|you|i|is|are"
    r"|was|were|has|have|had|be|been|said|not|when|as|if|because|my|his|her|your)\b)[\w'’%£$€.&/-]+\s+){{0,{most}}}?"
)


@cache
def load_phrases(name: str) -> Mapping[str, Any]:
    """Return the table ``name`` ("sellout") as parsed from its TOML file."""
    with (_TABLES / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def word_set(table: Mapping[str, Any], key: str) -> frozenset[str]:
    """Return one list of a table, written as one string of words, as a set."""
    return frozenset(str(table[key]).split())


def compile_phrase(phrase: str, table: Mapping[str, Any]) -> re.Pattern[str]:
    """Compile one phrase of a table; it never starts or ends inside a word."""
    return re.compile(_bounded(_expand(phrase, table)), re.IGNORECASE)


def compile_phrases(phrases: Iterable[str], table: Mapping[str, Any]) -> re.Pattern[str]:
    """Compile phrases into one expression that matches any of them."""
    return compile_phrase("|".join(phrases), table)


def compile_any(phrases: Iterable[str], table: Mapping[str, Any]) -> re.Pattern[str]:
    """Compile phrases into one expression that tells fast whether any matches; which one is left open."""
    options = [option for phrase in phrases for option in _options(phrase, table)]
    return compile_phrase(_any_word(options), table)


def compile_hint(phrases: Iterable[str], table: Mapping[str, Any]) -> re.Pattern[str]:
    """Compile phrases into one expression that matches wherever any of them may stand in a longer text.

    What a phrase asks of the beginning or the end of the words before or after a figure is left away.
    """
    pattern = compile_any(phrases, table).pattern.removeprefix(_LEFT_BOUND)
    return re.compile(pattern.replace(r"\Z", ""), re.IGNORECASE)


def _options(phrase: str, table: Mapping[str, Any]) -> list[str]:
    """Return the alternatives of a phrase, those of a list that it names too."""
    if (named := _REFERENCE.fullmatch(phrase)) and not isinstance(table[named.group(1)], str):
        return [option for one in table[named.group(1)] for option in _options(one, table)]
    parts, depth, start = [], 0, 0
    for match in _MARK.finditer(phrase):
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
        if match.group() == "|" and depth == 0:
            parts.append(phrase[start : match.start()])
            start = match.end()
    return [*parts, phrase[start:]]


def _bounded(pattern: str) -> str:
    return rf"{_LEFT_BOUND}(?:{pattern})(?:(?<!\w)|(?!\w))"


def _expand(phrase: str, table: Mapping[str, Any]) -> str:
    soft = _SOFTENED.sub(lambda one: _SOFT.get(one.group(), one.group()), _name_lists(phrase, table))
    return _GAP.sub(lambda gap: (_NOUN_FILLER if gap.group(1) else _FILLER).format(most=gap.group(2)), soft)


def _name_lists(phrase: str, table: Mapping[str, Any]) -> str:
    def named(match: re.Match[str]) -> str:
        entry = table[match.group(1)]
        if isinstance(entry, str):
            return _any_word(entry.split())
        return "(?:" + "|".join(_name_lists(option, table) for option in entry) + ")"

    return _REFERENCE.sub(named, phrase)


def _any_word(options: Sequence[str]) -> str:
    """Return an expression for any of many words, tried by their first letter only."""
    letters: dict[str, list[str]] = {}
    for option in dict.fromkeys(options):
        first = option[0] if option[0].isalpha() and option[1:2] not in {"?", "*", "+", "{"} else ""
        letters.setdefault(first, []).append(option[len(first) :])
    return "(?:" + "|".join(f"{_letter(first)}(?:{'|'.join(rest)})" for first, rest in letters.items()) + ")"


def _letter(letter: str) -> str:
    """Return an expression for a letter of either case that is told from others without trying on."""
    return f"(?-i:[{letter.lower()}{letter.upper()}])" if letter.isascii() and letter.isalpha() else letter
