"""Names the method by which verdicts are reached: tables, weights and a rules version raised by hand."""

from __future__ import annotations

import hashlib
from functools import cache

from factdesk.claims import KINDS
from factdesk.claims.alike import ALIKE_TABLE
from factdesk.claims.method import find_method_id
from factdesk.resources import bundled
from factdesk.verdicts.rules import RULES_VERSION

WEIGHTS = ("config", "weights", "confidence.json")


@cache
def method_id() -> str:
    """Return the sha256 (hex) over `RULES_VERSION`, the language tables and the weights.

    A verdict on one claim is the same whichever kinds are switched on, so that all of them count here.
    """
    finder = find_method_id([kind.NAME for kind in KINDS])
    digest = hashlib.sha256(f"rules {RULES_VERSION}\n{finder}\n".encode())
    for path in (ALIKE_TABLE, bundled(*WEIGHTS)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
