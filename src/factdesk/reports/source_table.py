"""What became of each link of a check, as a fact-checker reads it: outcome, link, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from factdesk.model import READABLE_OUTCOMES, Fetch, SourceOutcome
from factdesk.reports.terminal import visible
from factdesk.sources.gather import Gathered
from factdesk.sources.outcomes import say_outcome

ALL_SHOWN = 60
"""Of more links than these, only those that need a look are shown."""

MAX_LINK_CHARACTERS = 160
_FLAGGED = frozenset({SourceOutcome.TRUNCATED, SourceOutcome.PAYWALLED})
_READ, _PARTLY, _UNREAD = ("●", "green"), ("◐", "yellow"), ("○", "red")


def print_source_table(console: Console, gathered: Sequence[Gathered]) -> None:
    """Print a line for each link, in the order of the essay; nothing when all of them were read whole."""
    needing = [one for one in gathered if not _is_whole(one.fetch.outcome)]
    if not needing:
        return
    table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("outcome", no_wrap=True)
    table.add_column("link", ratio=5, overflow="fold")
    table.add_column("what it means", ratio=6, overflow="fold")
    for one in gathered if len(gathered) <= ALL_SHOWN else needing:
        mark, style = _mark(one.fetch.outcome)
        table.add_row(
            Text(f"{mark} {one.fetch.outcome.value}", style=style),
            Text(_shortened(visible(one.source.url))),
            _meaning(one.fetch),
        )
    console.print(table)
    if len(gathered) > ALL_SHOWN:
        console.print(f"{len(gathered) - len(needing):,} more links were read whole\n")


def _is_whole(outcome: SourceOutcome) -> bool:
    return outcome in READABLE_OUTCOMES and outcome not in _FLAGGED


def _mark(outcome: SourceOutcome) -> tuple[str, str]:
    if outcome not in READABLE_OUTCOMES:
        return _UNREAD
    return _PARTLY if outcome in _FLAGGED else _READ


def _meaning(fetch: Fetch) -> Text:
    """The sentence of the outcome, and what the fetch itself found, which names the very fault."""
    told = f"status {fetch.status}" if fetch.status is not None and fetch.status >= 400 else None
    detail = "; ".join(visible(part) for part in (told, fetch.detail) if part)
    words = Text(say_outcome(fetch.outcome).removesuffix("."))
    words.append(f" ({detail})" if detail else "", style="dim")
    return words.append(".")


def _shortened(link: str) -> str:
    """Return a link of which the middle is left out when it is longer than anybody reads."""
    if len(link) <= MAX_LINK_CHARACTERS:
        return link
    half = MAX_LINK_CHARACTERS // 2
    return f"{link[:half]} … {link[-half:]}"
