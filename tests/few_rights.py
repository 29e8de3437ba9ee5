"""Rights of files hold for root too while a test needs them: Linux lets a thread lay its own down."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_VERSION = 0x20080522
"""_LINUX_CAPABILITY_VERSION_3 of linux/capability.h: two sets of three words each."""

_OVER_FILES = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: to read and write whatever the rights of a file say."""

_LIBC = ctypes.CDLL(None, use_errno=True)


@contextmanager
def rights_of_files_hold() -> Iterator[None]:
    """Let this thread do only what rights of files allow its user; programs that it starts may do more."""
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    words = (ctypes.c_uint32 * 6)()
    _call(_LIBC.capget, header, words)
    before = words[0]  # the first word is what counts now
    words[0] = before & ~_OVER_FILES
    _call(_LIBC.capset, header, words)
    try:
        yield
    finally:
        words[0] = before
        _call(_LIBC.capset, header, words)


def _call(function: ctypes._NamedFuncPointer, *given: object) -> None:
    if function(*given):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
