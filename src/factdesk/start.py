"""Where the installed command begins: Ctrl-C is told in one sentence, however early or deep it comes."""

from __future__ import annotations

import _thread
import gc
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

EXIT_STOPPED = 130

OBJECTS_BETWEEN_COLLECTIONS = 20_000
"""Some megabytes at most; Python's own 700 are fewer than one sentence makes."""

AGAIN_SECONDS = 0.05
"""The interpreter is out of the destructor that swallowed a Ctrl-C long before this."""


def main() -> None:
    """Load the command line and run it; see `factdesk.cli.main`."""
    sys.unraisablehook = stop_again
    try:
        from factdesk.cli import main as run
    except KeyboardInterrupt:
        print("factdesk: stopped by Ctrl-C before it began; run the command again", file=sys.stderr)
        sys.exit(EXIT_STOPPED)
    collect_rarely()
    run()


def collect_rarely() -> None:
    """Let Python look for cyclic garbage less often, and not among what is loaded by now and stays anyway.

    Judging makes many small records that hold no cycles; looking through all of them again and again took
    a fifth of its processor time.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])


def stop_again(unraisable: UnraisableHookArgs) -> None:
    """Raise a Ctrl-C again that came while a destructor ran; Python drops what is raised there.

    Any other exception from a destructor is told as Python tells it.
    """
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
        return
    # Raised here it would be dropped too, since this still runs on behalf of the destructor.
    again = threading.Timer(AGAIN_SECONDS, _thread.interrupt_main)
    again.daemon = True
    again.start()
