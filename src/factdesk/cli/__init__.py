"""The command line. Each command reads its arguments, calls one function below it and prints.

prefect, duckdb and trafilatura are imported only where a command needs them, so that ``--help`` is
instant.
"""

from __future__ import annotations

import os
import sys

from cyclopts import CycloptsError

from factdesk.cli import (
    acting,
    attaching,
    checking,
    desk,
    exporting,
    housekeeping,
    judging,
    reviewing,
    service,
    upkeep,
)
from factdesk.cli.app import app, say
from factdesk.cli.usage import usage_line
from factdesk.errors import FactdeskError

__all__ = ["app", "main"]

COMMANDS = (checking, judging, reviewing, acting, attaching, desk, exporting, service, upkeep, housekeeping)
"""The modules whose commands the application has."""

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_STOPPED = 130


def main() -> None:
    """Run the command line and end with the exit code of the contract."""
    sys.exit(_exit_code(sys.argv[1:]))


def _exit_code(arguments: list[str]) -> int:
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except CycloptsError as error:
        say(f"factdesk: {usage_line(error, app)}")
        return EXIT_USAGE
    except FactdeskError as error:
        say(f"factdesk: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        say("factdesk: stopped by Ctrl-C; what was stored before is kept, run the command again to go on")
        return EXIT_STOPPED
    except BrokenPipeError:
        # The reader (head, less) has gone and wanted no more: what was asked for is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _fault(error)


def _fault(error: Exception) -> int:
    """Say a fault of our own in one sentence; FACTDESK_TRACEBACK=1 shows where it is."""
    if os.environ.get("FACTDESK_TRACEBACK"):
        raise error
    say(
        f"factdesk: a fault in Factdesk itself ({type(error).__name__}: {' '.join(str(error).split())});"
        " run again with FACTDESK_TRACEBACK=1 and report what it prints"
    )
    return EXIT_FAILED
