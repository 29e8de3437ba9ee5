"""Loads the phrase tables of ``claims/tables`` and makes one regular expression of many phrases.

A phrase is a regular expression in which a space stands for any white space, a straight apostrophe for
both apostrophes, ``{name}`` for another list of the same table and ``~3`` for up to three words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_TABLES = Path(__file__).resolve().parent / "tables"
_REFERENCE = re.compile(r"\{([a-z_]+)\}")
_GAP = re.compile(r"~(\d+)(?:\\s\+)?")
_SOFTENED = re.compile(r"\[[^\]]*\]|[ ']")
_SOFT = {" ": r"\s+", "'": "['’]"}
_FILLER = r"(?:[\w'’%£$€.&/-]+\s+){{0,{most}}}?"


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


def _bounded(pattern: str) -> str:
    return rf"(?:(?<!\w)|(?<=\A))(?:{pattern})(?:(?<!\w)|(?!\w))"


def _expand(phrase: str, table: Mapping[str, Any]) -> str:
    soft = _SOFTENED.sub(lambda one: _SOFT.get(one.group(), one.group()), _name_lists(phrase, table))
    return _GAP.sub(lambda gap: _FILLER.format(most=gap.group(1)), soft)


def _name_lists(phrase: str, table: Mapping[str, Any]) -> str:
    def named(match: re.Match[str]) -> str:
        entry = table[match.group(1)]
        options = entry.split() if isinstance(entry, str) else entry
        return "(?:" + "|".join(_name_lists(option, table) for option in options) + ")"

    return _REFERENCE.sub(named, phrase)
