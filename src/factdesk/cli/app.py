"""The application that the commands belong to, and the options that many of them share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from factdesk import __version__
from factdesk.config import Home, open_home

app = App(
    name="factdesk",
    version=__version__,
    help="Find checkable claims in essays, gather the sources they link, and say what the sources show.",
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)

HomeOption = Annotated[
    Path | None,
    Parameter("--home", help="Project folder; by default the nearest with config/factdesk.toml."),
]
WarehouseOption = Annotated[
    Path | None, Parameter("--warehouse", help="Folder for the data; moves nothing but the data.")
]
TextPlace = Annotated[str, Parameter(allow_leading_hyphen=True)]
WaitOption = Annotated[
    float, Parameter("--wait-seconds", help="How long a run that stores its records just now is waited for.")
]
JsonOption = Annotated[
    bool, Parameter("--json", negative=(), help="One JSON object a line on stdout, nothing else there.")
]
NameOption = Annotated[str | None, Parameter("--as", help="Who does it; by default the system user.")]
UndoOption = Annotated[bool, Parameter("--undo", negative=())]


class _Terminal(Console):
    """A console that lets a closed pipe be told like any other end."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Return the console that tables go to."""
    # A pipe has no width: wide lines are better there than cells cut to 80 columns.
    return _Terminal(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)


def say(message: str) -> None:
    """Print one line for people on stderr."""
    print(message, file=sys.stderr)


def home_of(home: Path | None, warehouse: Path | None = None) -> Home:
    """Open the home that the options name. Raises UsageError and ConfigError."""
    found = open_home(home, warehouse)
    if found.settings.rules.muted:  # only the rules know their codes, and they bring all tables of language
        from factdesk.verdicts.muting import check_muted

        check_muted(found.settings.rules.muted)
    return found
