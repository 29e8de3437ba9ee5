"""The desk as a child of ``factdesk up``, which says where it is: one argument, the project folder."""

from __future__ import annotations

import sys
from pathlib import Path

from factdesk.config import open_home
from factdesk.desk.serving import serve_desk
from factdesk.errors import FactdeskError

SIGNATURE = "the desk of factdesk up"
"""What those read whom it keeps from the warehouse."""


def main() -> None:
    """Serve until a signal, and end with the exit code."""
    root, sys.argv = Path(sys.argv[1]), [SIGNATURE]
    try:
        code = serve_desk(open_home(root), None, port=None, say=lambda _: None)
    except FactdeskError as error:
        print(f"factdesk: {error}", file=sys.stderr)
        code = error.exit_code
    sys.exit(code)
