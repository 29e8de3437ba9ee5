"""The words of the kind "price": its tables as one, and what is sold and what a price is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factdesk.claims.facets import table_pattern
from factdesk.claims.phrases import compile_any, load_phrases

TABLE: Mapping[str, Any] = {
    **load_phrases("price_words"),
    **load_phrases("price_evidence"),
    **load_phrases("price"),
}
GOODS = table_pattern(TABLE, "goods")
PRICE_NOUN = compile_any(["{price_noun}"], TABLE)
SUM_NOUN = table_pattern(TABLE, "sum_noun")
