"""Finds the files that travel beside the code: config/, flows/ and the SQL of warehouse/.

In a checkout they stand at the top level; in an installed wheel they lie inside the package. One
function knows the difference.
"""

from __future__ import annotations

from pathlib import Path

from factdesk.errors import FactdeskError

_PACKAGE = Path(__file__).resolve().parent


def bundled(*names: str) -> Path:
    """Return the path of a bundled file or folder, for example ``bundled("config", "factdesk.toml")``.

    Raises FactdeskError when the installation lacks it.
    """
    for root in (_PACKAGE / "bundled", _PACKAGE.parents[1]):
        path = root.joinpath(*names)
        if path.exists():
            return path
    raise FactdeskError(f"{'/'.join(names)} is missing from this installation; install factdesk again")
