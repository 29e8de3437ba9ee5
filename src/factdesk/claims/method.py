"""Names the method by which claims are found, so that a better finder can be told from a changed text."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from factdesk.claims.checkworthiness import WEIGHTS
from factdesk.resources import bundled

FINDER_VERSION = 4
"""Raised by hand when the code of a finder changes what is found."""

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def find_method_id() -> str:
    """Return the sha256 (hex) over `FINDER_VERSION`, every language table by name, and check-worthiness."""
    digest = hashlib.sha256(f"finder {FINDER_VERSION}\n".encode())
    tables = sorted([*_PACKAGE.glob("text/tables/*.toml"), *_PACKAGE.glob("claims/tables/*.toml")])
    for table in (*tables, bundled(*WEIGHTS)):
        digest.update(table.name.encode() + b"\0" + table.read_bytes() + b"\0")
    return digest.hexdigest()
