"""The sources that an essay's front matter names: addresses, or files inside the essay's own folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
_WEB = re.compile(r"https?://", re.IGNORECASE)


def find_front_sources(
    sources: Sequence[str], folder: Path | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the usable sources (addresses and real paths) and a clause for each that is refused.

    ``folder`` is the essay's own; None for an essay by address, which may name no files. Addresses that are
    not http or https are links of the essay and are refused by the guard, not here.
    """
    usable: list[str] = []
    refused: list[str] = []
    for source in sources:
        if _WEB.match(source):
            usable.append(source)
        elif not _SCHEME.match(source):
            path = _file_inside(folder, source) if folder is not None else None
            if path is not None:
                usable.append(str(path))
            else:
                refused.append(
                    f"the source {source[:80]!r} is refused: no file inside the essay's own folder"
                )
    return tuple(usable), tuple(refused)


def _file_inside(folder: Path, source: str) -> Path | None:
    """Return the real path of a file, if it lies in the folder after every symlink and ``..`` is followed."""
    try:
        home = folder.resolve(strict=True)
        path = Path(home, source).resolve(strict=True)
        return path if path.is_relative_to(home) and path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None
