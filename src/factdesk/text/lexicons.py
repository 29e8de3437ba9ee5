"""Loads the language tables of ``text/tables``: currencies, number words, places and the like."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_TABLES = Path(__file__).resolve().parent / "tables"


@cache
def load_table(name: str) -> dict[str, Any]:
    """Return the table ``name`` ("currencies") as parsed from its TOML file."""
    with (_TABLES / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def load_words(table: str, key: str) -> frozenset[str]:
    """Return one list of a table as a set; the list may be written as one string of words."""
    entry = load_table(table)[key]
    return frozenset(entry.split() if isinstance(entry, str) else entry)
