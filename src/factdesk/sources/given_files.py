"""Files that a person gives as a source: read whole, or named as what they are."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from factdesk.model import SourceOutcome

MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Media types of the files that a person gives, by suffix; other files tell it by their bytes."""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """Why a given file has no bytes: an outcome and one sentence."""

    outcome: SourceOutcome
    detail: str


def read_given_file(path: Path, max_bytes: int) -> bytes | UnreadFile:
    """Return a file's bytes, or why there are none; never more than ``max_bytes``, never from a pipe."""
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            return UnreadFile(SourceOutcome.UNSUPPORTED_TYPE, "it is a folder or a device, not a file")
        if state.st_size > max_bytes:
            return UnreadFile(SourceOutcome.TOO_BIG, f"the file is longer than {max_bytes} bytes")
        with path.open("rb") as file:
            return file.read(max_bytes)
    except PermissionError:
        return UnreadFile(SourceOutcome.FORBIDDEN, "the file may not be read; mend its permissions")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is no name of a file"
        return UnreadFile(SourceOutcome.GONE, f"the file cannot be read ({reason.lower()})")
