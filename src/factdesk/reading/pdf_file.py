"""Opens a PDF by pypdf, and the little that essays and sources in PDF share."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from typing import TYPE_CHECKING

from factdesk.reading.decode import storable

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 400
"""Pages of a longer file that are read."""

BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    OSError,
    EOFError,
    struct.error,
    zlib.error,
)
"""A broken file makes pypdf raise whatever the broken object leads to; its own errors are PyPdfError."""


def open_pdf(content: bytes) -> PdfReader:
    """Open a file that needs no password. Raises PyPdfError or one of `BROKEN`."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return PdfReader(io.BytesIO(content))


def clean_words(written: object) -> str | None:
    """Return an entry of the file's metadata on one line, or None."""
    folded = storable(" ".join(written.split())) if isinstance(written, str) else ""
    return folded or None
