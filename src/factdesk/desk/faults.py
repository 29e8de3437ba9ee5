"""What the desk's threads say when they cannot go on."""

from __future__ import annotations

import sys
from contextlib import suppress

from factdesk.errors import FactdeskError


def said_of(error: Exception) -> str:
    """Return what went wrong as a sentence with the mend; of a fault of ours the log has the rest."""
    if isinstance(error, FactdeskError):
        return str(error)
    return (
        f"a fault in Factdesk has broken the storing off ({type(error).__name__}); every batch is kept in "
        "the spool and the database is opened again by itself: when it stays so, start the desk again, and "
        "see its log for the cause"
    )


def say(text: str) -> None:
    """Write to stderr; nobody may read there any more, and the thread goes on all the same."""
    with suppress(OSError, ValueError):
        print(text, end="", file=sys.stderr, flush=True)
