"""The words of the kind "sellout": what is sold, what tells of a market, and the table of patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from factdesk.claims.facets import table_pattern
from factdesk.claims.phrases import load_phrases

TABLE: Mapping[str, Any] = {**load_phrases("sellout_words"), **load_phrases("sellout")}
STOCK = table_pattern(TABLE, "stock")
MARKET = table_pattern(TABLE, "market")
PERSON_BEFORE = re.compile(
    rf"\b(?:{'|'.join(str(TABLE['people']).split())})\b(?:\s+\w+)?\s+(?:ha[sd]|have|been|being|of|for|by|was|is)?\s*\Z",
    re.IGNORECASE,
)
"""A person as the subject: "the minister has", "he"."""
