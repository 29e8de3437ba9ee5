"""UTF-8 that was once read as cp1252 and written as UTF-8 again: "Itâ€™s" for "It’s"."""

from __future__ import annotations

import re

_FEWEST = 2
"""Once may be chance ("É—" is also the bytes of a letter of phonetics)."""

_PAST_ASCII = re.compile(r"[^\x00-\x7f]+")
_HINT = re.compile(
    "[\xc2-\xf4][\x80-\xbf\u0152-\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""A first byte of two to four, and a byte that may follow it, both as cp1252 shows them."""

_NEUTRAL = frozenset("\xa0©®™•·×»«")
"""Signs that templates write rightly around words that a database had wrong."""

_RARE = re.compile("[\x80-\x9f\u0180-\u036f\u0460-\u058f\u0700-\u08ff]")
"""What "É—" and the like would be read as: letters of phonetics, Armenian, Syriac."""

_KEPT = {chr(code): bytes([code]) for code in range(0x80, 0xA0)}
"""Programs that mistake UTF-8 for ISO-8859-1, or meet a byte that cp1252 leaves open, keep these bytes."""


def undo_double_encoding(text: str) -> str | None:
    """Return the text as it was meant, or None where not all of it was encoded twice.

    Every run of characters past ASCII must be the bytes of common characters: one "é" that stands alone
    says that the page is as it should be.
    """
    if not _HINT.search(text):
        return None
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
