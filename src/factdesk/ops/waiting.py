"""Shows that something is being waited for: only on a terminal, and on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from factdesk.ops.prefect_server import Waiting


@contextmanager
def show_waiting(what: str) -> Iterator[Waiting]:
    """Give a function that keeps "what ... 12 s" up to date, or one that is silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda seconds: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(f"{what} ...") as status:
        yield lambda seconds: status.update(f"{what} ... {seconds:.0f} s")
