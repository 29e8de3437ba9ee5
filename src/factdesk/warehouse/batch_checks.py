"""What is looked at before a batch is folded: its file, its header, its schema, its hash."""

from __future__ import annotations

import errno
import hashlib
import stat
from pathlib import Path

from factdesk.model import SCHEMA_VERSION
from factdesk.warehouse.headers import MAX_BATCH_BYTES, BatchHeader, BrokenHeaderError, parse_header

KEEP_AND_REPORT = "keep it and report it, then move it away"
MOVE_BACK = "then move it back to spool/pending"
_WRITE_AGAIN = (
    "check the disk, take it from a backup or run again what wrote it (factdesk run check_essays --param "
    "unchanged_too=true), then move it away"
)
_FAULTS_OF_FILES = frozenset({errno.EACCES, errno.EPERM, errno.EISDIR, errno.EIO, errno.ENXIO})
"""Errors that speak of this one file; any other says that nothing can be read just now."""


class RefusedBatchError(Exception):
    """A batch that cannot be folded; the message is the reason and ``mend`` the way out, kept beside it."""

    def __init__(self, reason: str, mend: str = KEEP_AND_REPORT) -> None:
        super().__init__(reason)
        self.mend = mend


def check_batch(path: Path) -> BatchHeader:
    """Read a batch's header and check the file against it. Raises RefusedBatchError."""
    try:
        return _check_file(path)
    except OSError as error:
        if error.errno not in _FAULTS_OF_FILES:
            raise
        reason = f"it cannot be read ({error.strerror})"
        raise RefusedBatchError(reason, f"make it readable, {MOVE_BACK}") from error


def _check_file(path: Path) -> BatchHeader:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise RefusedBatchError("it is no plain file", "move it away; the spool holds batches alone")
    if status.st_size > MAX_BATCH_BYTES:
        raise RefusedBatchError(
            f"it takes {status.st_size} bytes and a batch at most {MAX_BATCH_BYTES}",
            "write its records again in smaller batches, as Factdesk's own commands do, then move it away",
        )
    with path.open("rb") as stream:
        try:
            header = parse_header(stream.readline())
        except BrokenHeaderError as error:
            raise RefusedBatchError(str(error), _WRITE_AGAIN) from error
        if header.schema > SCHEMA_VERSION:
            raise RefusedBatchError(
                f"its schema version {header.schema} is newer than {SCHEMA_VERSION}",
                f"upgrade Factdesk, {MOVE_BACK}",
            )
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != header.sha256:
        raise RefusedBatchError(
            "its records were altered or cut off after they were written (other sha256)", _WRITE_AGAIN
        )
    return header
