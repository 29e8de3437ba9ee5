"""Names the method by which verdicts are reached: tables, weights, a rules version, muted rules."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from factdesk.claims import KINDS
from factdesk.claims.alike import ALIKE_TABLE
from factdesk.claims.method import find_method_id
from factdesk.claims.stock_reading import STOCK_TABLE
from factdesk.evidence.corrections import CORRECTIONS_TABLE
from factdesk.evidence.doubt_words import DOUBTS_TABLE
from factdesk.resources import bundled
from factdesk.text.rates import RATES_TABLE
from factdesk.verdicts.consistency.sayings import CONSISTENCY_TABLE
from factdesk.verdicts.muting import check_muted
from factdesk.verdicts.near_copies import NEAR_COPIES_TABLE
from factdesk.verdicts.rivals import RIVALS_TABLE
from factdesk.verdicts.rules import RULES_VERSION

WEIGHTS = ("config", "weights", "confidence.json")
MARKING_WEIGHTS = ("config", "weights", "unsupported.json")


def method_id(muted: Collection[str] = ()) -> str:
    """Return the sha256 (hex) over `RULES_VERSION`, the language tables, the weights and the muted rules.

    A verdict on one claim is the same whichever kinds are switched on, so that all of them count here. The
    order in which rules are muted makes no difference. Raises ConfigError for a code that no rule has.
    """
    return _method_id(tuple(sorted(check_muted(muted))))


def method_files() -> tuple[Path, ...]:
    """Return the tables and weights that count besides those by which claims are found."""
    return (
        ALIKE_TABLE,
        DOUBTS_TABLE,
        CORRECTIONS_TABLE,
        CONSISTENCY_TABLE,
        STOCK_TABLE,
        RIVALS_TABLE,
        RATES_TABLE,
        NEAR_COPIES_TABLE,
        bundled(*WEIGHTS),
        bundled(*MARKING_WEIGHTS),
    )


@cache
def _method_id(muted: tuple[str, ...]) -> str:
    finder = find_method_id([kind.NAME for kind in KINDS])
    digest = hashlib.sha256(f"rules {RULES_VERSION}\n{finder}\n".encode())
    for path in method_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    if muted:
        digest.update(f"muted {' '.join(muted)}\n".encode())
    return digest.hexdigest()
