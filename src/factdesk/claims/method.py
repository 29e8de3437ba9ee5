"""Names the method by which claims are found, so that a better finder can be told from a changed text."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from factdesk.claims import KINDS, kinds_on
from factdesk.claims.checkworthiness import WEIGHTS
from factdesk.config import DEFAULT_KINDS
from factdesk.resources import bundled

FINDER_VERSION = 6
"""Raised by hand when the code of a finder changes what is found."""

_PACKAGE = Path(__file__).resolve().parents[1]


def find_method_id(kinds: Collection[str] = DEFAULT_KINDS) -> str:
    """Return the sha256 (hex) over `FINDER_VERSION`, the ``kinds``, the language tables and check-worthiness.

    Tables are taken by name; those of kinds that are off (``price.toml``, ``price_words.toml``) do not
    count, unless a kind that is on rests on them. In which order the kinds are named
    makes no difference. Raises ConfigError for a kind that does not exist.
    """
    return _method_id(tuple(kind.NAME for kind in kinds_on(kinds)))


@cache
def _method_id(on: tuple[str, ...]) -> str:
    digest = hashlib.sha256(f"finder {FINDER_VERSION} {' '.join(on)}\n".encode())
    for table in (*tables_of(on), bundled(*WEIGHTS)):
        digest.update(table.name.encode() + b"\0" + table.read_bytes() + b"\0")
    return digest.hexdigest()


def tables_of(on: Collection[str]) -> list[Path]:
    """Return the language tables that the kinds of these names read, by name."""
    needed = {*on, *(name for kind in KINDS if kind.NAME in on for name in kind.RESTS_ON)}
    off = {kind.NAME for kind in KINDS} - needed
    tables = sorted([*_PACKAGE.glob("text/tables/*.toml"), *_PACKAGE.glob("claims/tables/*.toml")])
    return [table for table in tables if table.stem.partition("_")[0] not in off]
