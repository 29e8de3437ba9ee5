"""What a recheck tells Prefect: one line, and a page that names what failed with its mend; no quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factdesk.ops.run_summary import count_table, failure_table, source_failures, store_lines
from factdesk.pipeline import StoreReport
from factdesk.pipeline.rejudging import Rejudged
from factdesk.reports.words import count_words
from factdesk.sources.gather import Gathered


def recheck_line(gathered: Sequence[Gathered], rejudged: Rejudged) -> str:
    """Return a recheck in one line."""
    line = f"{count_words(len(gathered), 'source')} rechecked, {count_words(len(rejudged.judged), 'claim')}"
    faults = f", {count_words(len(rejudged.faults), 'fault')}" if rejudged.faults else ""
    return f"{line} with a new verdict{faults}."


def recheck_markdown(
    gathered: Sequence[Gathered], rejudged: Rejudged, counts: Mapping[str, int], store: StoreReport
) -> str:
    """Return a recheck in one page: counts, every failure with the mend, the warehouse."""
    faults = [f"| claim | `{one.claim_id}` | fault | {one.reason} |" for one in rejudged.faults]
    lines = [
        "# Sources rechecked",
        "",
        recheck_line(gathered, rejudged),
        "",
        *count_table(counts),
        *failure_table([*faults, *source_failures(gathered)]),
        "## Warehouse",
        "",
        *store_lines(store),
    ]
    return "\n".join(lines) + "\n"
