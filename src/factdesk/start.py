"""Where the installed command begins: Ctrl-C is told in one sentence while the program is still loaded."""

from __future__ import annotations

import sys

EXIT_STOPPED = 130


def main() -> None:
    """Load the command line and run it; see `factdesk.cli.main`."""
    try:
        from factdesk.cli import main as run
    except KeyboardInterrupt:
        print("factdesk: stopped by Ctrl-C before it began; run the command again", file=sys.stderr)
        sys.exit(EXIT_STOPPED)
    run()
