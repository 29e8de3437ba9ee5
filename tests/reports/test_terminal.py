"""What stands in a table of verdicts, for people."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from factdesk.reports.terminal import print_verdict_table

PAGE = "http://paper.example/fares"
ROW = {
    "machine_rating": "not_enough_evidence", "claim": "A ticket to Hvar costs 14 euros.", "basis": "cited",
    "reason_codes": [], "missing": [], "facets": [],
}  # fmt: skip


def table_of(**row: Any) -> str:
    out = io.StringIO()
    print_verdict_table(Console(file=out, width=700, highlight=False, markup=False), [{**ROW, **row}])
    return out.getvalue()


@pytest.mark.parametrize(
    ("url", "outcome", "told"),
    [
        (PAGE, "fetched", None),
        (PAGE, "not_modified", None),
        (PAGE, "paywalled", "The page shows only its beginning to readers who do not pay"),
        (PAGE, "needs_javascript", "The page is empty until a browser runs its program."),
        (None, "no_linked_source", None),
        (None, "fetched", None),
        (None, "gone", "The page does not exist any more."),
    ],
)
def test_a_source_says_what_became_of_it_in_words(url: str | None, outcome: str, told: str | None) -> None:
    table = table_of(source_url=url, source_outcome=outcome)
    assert (url or told or "—") in " ".join(table.split())
    assert outcome not in table
    said = "".join(table.split())
    assert ("".join(told.split()) in said) if told else ("Thepage" not in said)
