"""What is left of a text when nothing but its words counts."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MIN_WORDS = 50
"""Shorter texts are notices, teasers and headlines, which hosts share without copying from one another
(a consent notice has about 40 words, an agency's flash 10 to 30); the shortest news in brief has about 60."""

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff'\u2019\u02bc"))
"""Invisible characters, and apostrophes, which stand inside words and are written in many ways."""

_CASE_TWINS = str.maketrans("ſıİ\u212a", "siIK")
"""Letters that a pattern without case takes for s, i and k, and that no table has."""

_WORD = re.compile(r"[^\W_]+|[%‰$¢£¤¥₠-⃀]")
"""A word or figure, or a sign that makes a figure another one."""


def plain_letters(text: str) -> str:
    """Return a text of the same length without the letters that are other letters in no case at all.

    "3 Aprıl" (with a dotless i) is found by the pattern for "3 April" and is no month of a table.
    """
    return text if text.isascii() else text.translate(_CASE_TWINS)


def fold_words(text: str) -> list[str]:
    """Return a text's words in one case and spelling: no punctuation, white space or typographic variants."""
    plain = unicodedata.normalize("NFKC", text.translate(_UNSEEN)).casefold()
    return _WORD.findall(plain)


def words_sha256(text: str) -> str | None:
    """Return the sha256 (hex) of a text's words alone, or None for less than `MIN_WORDS` words."""
    words = fold_words(text)
    if len(words) < MIN_WORDS:
        return None
    return hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()
