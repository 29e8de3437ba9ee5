"""Cheap looks at a page before it is parsed: what is known to kill parsers is refused or cut out.

Both looks are linear in the length of the page.
"""

from __future__ import annotations

import re

MAX_TAG_BYTES = 16_384
"""Longest tag that is looked at no further; one tag with 100,000 attributes stops every parser."""

MAX_ATTRIBUTES = 4_000
"""Attributes of a longer tag; parsers take 0.1 s for these and 32 s for 32,000. Of a hundred real pages
four have tags of more than 16 KB (settings or a picture inside one attribute), none more than 70
attributes."""

MAX_JSON_LD_BYTES = 262_144
"""5 MB of JSON-LD cost 670 MB of memory; real ones are below 100 KB."""

_TAG_START = re.compile(rb"<[a-zA-Z]")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_JSON_LD_START = re.compile(rb"<script\b[^>]{0,200}?ld\+json[^>]{0,200}>", re.IGNORECASE)
_SCRIPT_END = re.compile(rb"</script", re.IGNORECASE)
_NO_MARKUP = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def find_tag_bomb(content: bytes) -> str | None:
    """Return one sentence when a tag of the page would kill a parser, else None."""
    if content.startswith(_NO_MARKUP):
        return None
    start = 0
    while start < len(content):
        near = content.rfind(b">", start, start + MAX_TAG_BYTES + 1)
        if near >= 0:  # no tag that begins before it is long
            start = near + 1
            continue
        end = content.find(b">", start)
        end = len(content) if end < 0 else end
        if end - start > MAX_TAG_BYTES and _is_bomb(content, start, end):
            return f"a tag of the page is longer than {MAX_TAG_BYTES} bytes and full of attributes"
        start = end + 1
    return None


def _is_bomb(content: bytes, start: int, end: int) -> bool:
    tag = _TAG_START.search(content, start, end)
    if tag is None or end - tag.start() <= MAX_TAG_BYTES:
        return False
    unquoted = _QUOTED.sub(b"", content[tag.start() : end])
    return max(len(unquoted.split()), unquoted.count(b"=")) > MAX_ATTRIBUTES


def without_long_json_ld(content: bytes) -> bytes:
    """Return the page without the JSON-LD scripts that are longer than `MAX_JSON_LD_BYTES`."""
    if content.startswith(_NO_MARKUP):
        return content
    kept: list[bytes] = []
    at = 0
    searched = 0
    while (opening := _JSON_LD_START.search(content, searched)) is not None:
        closing = _SCRIPT_END.search(content, opening.end())
        end = closing.start() if closing else len(content)
        if end - opening.end() > MAX_JSON_LD_BYTES:
            kept.append(content[at : opening.end()])
            at = end
        searched = end
    kept.append(content[at:])
    return b"".join(kept)
