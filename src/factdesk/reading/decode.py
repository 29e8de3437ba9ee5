"""Bytes to text: what a file is by its first bytes, and which character set reads it.

The order is: magic bytes and NUL bytes (not text at all), byte order marks, UTF-16 by its NUL bytes, UTF-8
(with few broken bytes), the charset that the server or the bytes declare, then a guess. A guess is taken only
when the outcome looks like text.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from factdesk.reading.double_encoding import undo_double_encoding

MAGIC_BYTES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"BZh9", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"wOF2", "font/woff2"),
    (0, b"{\\rtf", "application/rtf"),
)
"""Offset, bytes and media type of what is never read as text (pdf has a reader of its own)."""

BINARY = "application/octet-stream"

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Browsers read these labels as their larger superset (WHATWG Encoding Standard, "Names and labels").
_SUPERSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
# Labels that Python does not know, as the Encoding Standard reads them.
_LABELS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "dos-874": "cp874",
    "unicode-1-1-utf-8": "utf-8",
}
_NOT_TEXT_CODECS = ("idna", "punycode", "unicode", "raw-unicode", "raw_unicode", "utf-7", "undefined")
_DECLARED = re.compile(
    rb"""
    <meta\b [^>]{0,512}? charset \s* = \s* ["']? \s* ([A-Za-z0-9_.:-]{2,40})      # <meta charset=...>
    | ^ \s* <\?xml \b [^>]{0,256}? encoding \s* = \s* ["'] ([A-Za-z0-9_.:-]{2,40})  # <?xml encoding=...?>
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DECLARATION_BYTES = 65_536
"""Browsers look at 1,024 bytes at first and read the page again when a declaration comes later."""

_DETECTION_BYTES = 65_536
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 12, 13, 27))
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_MAX_CONTROL_SHARE = 0.01
_WIDE_BYTES = 4_096
_WHOLE_PER_BROKEN = 3
"""In Chinese text in GB 18030 an eighth of the pairs of bytes are whole UTF-8 by chance, in others less."""

_MAX_CP1252_SHARE = 0.15
"""More than this share of letters past ASCII is not western European text in a one-byte charset."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset that read it, and how many bytes had to be replaced by U+FFFD.

    ``is_mended``: the page had been taken for cp1252 once before it was written as UTF-8; that is undone.
    """

    text: str
    charset: str
    replaced: int = 0
    is_mended: bool = False


def sniff_media_type(content: bytes) -> str | None:
    """Return the media type of bytes that are not text, else None."""
    for offset, magic, media_type in MAGIC_BYTES:
        if content.startswith(magic, offset):
            return media_type
    if _byte_order_mark(content) is not None or find_wide_charset(content) is not None:
        return None
    return BINARY if _is_binary(content) else None


def _is_binary(content: bytes) -> bool:
    if b"\0" in content:
        return True
    head = content[:_DETECTION_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > len(head) * _MAX_CONTROL_SHARE


def decode_text(content: bytes, *, declared: str | None = None, markup: bool = False) -> Decoded | None:
    """Decode bytes, or return None when no charset reads them.

    ``declared`` is what a server's header says; ``markup`` looks for a declaration inside the bytes too.
    """
    mark = _byte_order_mark(content)
    if mark is not None:
        return _decode_strictly(content[len(mark[0]) :], mark[1])
    wide = find_wide_charset(content)
    if wide is not None:
        return _decode_strictly(content, wide)
    names = _declared_names(declared, _declared_inside(content) if markup else None)
    if not (b"\x1b" in content and _escapes(names)):
        decoded = _decode_strictly(content, "utf-8") or _decode_damaged_utf8(content)
        if decoded is not None:
            return _mended(decoded) if markup else decoded
    for name in names:
        if name.startswith("iso2022") or not (b"\x1b" in content and _escapes(names)):
            decoded = _decode_strictly(content, name)
            if decoded is not None:
                return decoded
    return _decode_damaged(content, names) or _decode_by_guess(content)


def _declared_names(said: str | None, written: str | None) -> list[str]:
    """Return the codecs that the server said and that the page has written, the likelier one first.

    Servers add ISO-8859-1 to pages that they know nothing of; what the page says otherwise was written by
    somebody who could read it.
    """
    names = [name for name in (_codec_name(label) for label in (said, written) if label) if name is not None]
    if len(names) == 2 and names[0] == "cp1252":
        names.reverse()
    return names


def find_wide_charset(content: bytes) -> str | None:
    """Return utf-16-le or utf-16-be where bytes without a mark are that: NULs on one side of each pair.

    Markup, white space and western letters have a NUL for their other half; no other text has any.
    """
    head = content[:_WIDE_BYTES]
    if b"\0" not in head[:64]:
        return None
    high, low = head[::2].count(0), head[1::2].count(0)
    name = "utf-16-le" if low > high else "utf-16-be"
    if max(high, low) < max(4, len(head) // 20) or min(high, low) * 4 > max(high, low):
        return None
    text = head[: len(head) // 2 * 2].decode(name, "ignore")
    return name if len(_UNSTORABLE.findall(text)) <= len(text) * _MAX_CONTROL_SHARE else None


def _mended(decoded: Decoded) -> Decoded:
    text = undo_double_encoding(decoded.text)
    return decoded if text is None else Decoded(text, decoded.charset, decoded.replaced, is_mended=True)


def as_unix_lines(text: str) -> str:
    r"""Return the text with every ``\r\n`` and lone ``\r`` as ``\n`` and nothing else changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def storable(text: str) -> str:
    """Return text without control characters and lone surrogates (escapes in YAML and JSON can make both)."""
    return _UNSTORABLE.sub("\ufffd", text)


def _escapes(names: list[str]) -> bool:
    return any(name.startswith("iso2022") for name in names)


def _byte_order_mark(content: bytes) -> tuple[bytes, str] | None:
    return next(((mark, name) for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), None)


def _declared_inside(content: bytes) -> str | None:
    found = _DECLARED.search(_without_comments(content[:_DECLARATION_BYTES]))
    return (found[1] or found[2]).decode("ascii") if found else None


def _without_comments(head: bytes) -> bytes:
    """Cut out comments, in linear time; a declaration in one declares nothing."""
    kept, at = [], 0
    while (start := head.find(b"<!--", at)) >= 0:
        kept.append(head[at:start])
        end = head.find(b"-->", start + 2)
        if end < 0:
            return b"".join(kept)
        at = end + 3
    return b"".join([*kept, head[at:]])


def _codec_name(said: str) -> str | None:
    label = said.partition(";")[0].strip().strip("\"'").lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    # A page that says utf-16 in a one-byte declaration is not UTF-16 (WHATWG says: read it as UTF-8).
    if name.startswith((*_NOT_TEXT_CODECS, "utf-16", "utf-32")):
        return None
    return _SUPERSETS.get(name, name)


def _decode_strictly(content: bytes, name: str) -> Decoded | None:
    try:
        text = content.decode(name)
    except (UnicodeError, LookupError):
        return None
    return Decoded(text, name)


def _decode_damaged_utf8(content: bytes) -> Decoded | None:
    """Read UTF-8 with a few broken bytes (a cut end, one pasted cp1252 quote) as UTF-8."""
    text = content.decode("utf-8", "replace")
    replaced = text.count("\ufffd")
    others = len(text) - len(text.encode("ascii", "ignore")) - replaced
    return Decoded(text, "utf-8", replaced) if replaced * _WHOLE_PER_BROKEN <= others else None


def _decode_damaged(content: bytes, names: list[str]) -> Decoded | None:
    for name in names:
        try:
            text = content.decode(name, "replace")
        except (UnicodeError, LookupError):
            continue
        replaced = text.count("\ufffd")
        if name != "utf-8" and replaced <= len(text) // 200:
            return Decoded(text, name, replaced)
    return None


def _decode_by_guess(content: bytes) -> Decoded | None:
    western = _decode_strictly(content, "cp1252")
    if western is not None:
        letters = [letter for letter in western.text if letter > "\x7f"]
        if len(letters) <= len(western.text) * _MAX_CP1252_SHARE and _reads_as_words(letters):
            return western
    return _detect(content)


def _reads_as_words(letters: list[str]) -> bool:
    """Whether most characters past ASCII are letters or typographic marks, not stray symbols."""
    good = sum(1 for letter in letters if letter.isalpha() or letter in "‘’“”–—…•€£°«»\xa0´§®©™½¼¾²³·¿¡")
    return good >= len(letters) * 0.8


def _detect(content: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes  # slow to load, and rarely needed

    best = from_bytes(content[:_DETECTION_BYTES], threshold=0.15).best()
    if best is None:
        return None
    decoded = _decode_strictly(content, best.encoding)
    if decoded is None:
        return None
    letters = [letter for letter in decoded.text if letter > "\x7f"]
    return decoded if _reads_as_words(letters) else None
