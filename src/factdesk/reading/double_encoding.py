"""UTF-8 that was once read as cp1252 and written as UTF-8 again: "Itâ€™s" for "It’s"."""

from __future__ import annotations

import re

_FEWEST = 2
"""Once may be chance ("É—" is also the bytes of a letter of phonetics)."""

_PAST_ASCII = re.compile(r"[^\x00-\x7f]+")
_HINT = re.compile(rb"\xc3[\x82-\xb4][\xc2\xc5\xc6\xcb\xe2]")
"""In the bytes: a first byte of two to four as cp1252 shows it, and before what a second one looks like."""

_NEUTRAL = frozenset("\xa0©®™•·×»«")
"""Signs that templates write rightly around words that a database had wrong."""

_RARE = re.compile("[\x80-\x9f\u0180-\u036f\u0460-\u058f\u0700-\u08ff]")
"""What "É—" and the like would be read as: letters of phonetics, Armenian, Syriac."""

_KEPT = {chr(code): bytes([code]) for code in range(0x80, 0xA0)}
"""Programs that mistake UTF-8 for ISO-8859-1, or meet a byte that cp1252 leaves open, keep these bytes."""


def may_be_encoded_twice(content: bytes) -> bool:
    """Whether bytes of UTF-8 can be text that was encoded twice: a quick look, for nearly all are not."""
    return _HINT.search(content) is not None


def undo_double_encoding(text: str) -> str | None:
    """Return the text as it was meant, or None where not all of it was encoded twice.

    Every run of characters past ASCII must be the bytes of common characters: one "é" that stands alone
    says that the page is as it should be.
    """
    runs = [run for run in _PAST_ASCII.findall(text) if run not in _NEUTRAL]
    if len(runs) < _FEWEST:
        return None
    mended = {run: _undo(run) for run in dict.fromkeys(runs)}
    if None in mended.values():
        return None
    return _PAST_ASCII.sub(lambda found: mended.get(found[0]) or found[0], text)


def _undo(run: str) -> str | None:
    try:
        mended = b"".join(_KEPT.get(letter) or letter.encode("cp1252") for letter in run).decode("utf-8")
    except UnicodeError:
        return None
    return None if _RARE.search(mended) else mended
