"""Finds where a page takes its reader without being asked: ``<meta http-equiv="refresh">`` or ``Refresh:``.

No parser runs on hostile bytes in this process. A bounded beginning is looked at, each character a bounded
number of times; comments, scripts and what only readers without scripts see are passed over.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from html import unescape

LOOKED_AT_BYTES = 65_536
MAX_CONTENT_CHARACTERS = 5_000

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TAG = re.compile(
    r"""
    <(?: (?P<comment> !-- )
       | (?P<skipped> script | noscript | style | title | textarea | template | iframe | xmp | noembed
                    | noframes | svg | math ) (?= [\s/>] )
       | (?P<end> /head | body | frameset ) (?= [\s/>] )
       | (?P<other> [a-z] [^\s/>]*+ )
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Possessive, so that a long run of spaces or letters is walked over once.
_ATTRIBUTE = re.compile(
    r"""
    [\s/]*+ (?P<name> [^\s"'<>/=]++ )
    (?: \s*+ = \s*+ (?: "(?P<double> [^"]*+ )" | '(?P<single> [^']*+ )' | (?P<bare> [^\s"'>][^\s>]*+ ) ) )?
    """,
    re.VERBOSE,
)
_REFRESH = re.compile(
    r"""
    \s*+ (?P<seconds> [0-9]*+ ) (?P<fraction> (?: \.[0-9.]*+ )? )
    (?: (?: \s*+ [;,] | \s ) \s*+ (?: url \s*+ = \s*+ )? (?P<target> .*+ ) )?
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Refresh:
    """After how many seconds a page leads on, and where ("" is itself), seen from ``base`` ("" is itself)."""

    seconds: float
    target: str
    base: str = ""


def read_refresh(content: str) -> Refresh | None:
    """Return what ``3; url=/there`` says, as the HTML standard reads it; None when it says nothing."""
    found = _REFRESH.fullmatch(content[:MAX_CONTENT_CHARACTERS])
    if found is None or not (found["seconds"] or found["fraction"]):
        return None
    target = (found["target"] or "").strip()
    quote = target[:1]
    if quote and quote in "\"'":
        target = target[1:].partition(quote)[0].strip()
    return Refresh(float(found["seconds"][:9] or 0), target)


def find_refresh(content: bytes, media_type: str | None) -> Refresh | None:
    """Return the first refresh in the head of an HTML page, None when it has none.

    A page without a media type is looked at when it begins as a tag.
    """
    beginning = content[:LOOKED_AT_BYTES]
    if media_type not in _HTML_TYPES and (media_type is not None or not beginning.lstrip().startswith(b"<")):
        return None
    if beginning.startswith(_UTF16):
        return _search(beginning.decode("utf-16", "replace"))
    return _search(_decode(beginning)) if b"refresh" in beginning.lower() else None


def _decode(beginning: bytes) -> str:
    """Addresses are ASCII nearly always; of the charsets only UTF-16 hides ASCII."""
    try:
        # The cut may go through a character.
        return codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return beginning.decode("latin-1")


def _search(text: str) -> Refresh | None:
    base = ""
    at = 0
    while (tag := _TAG.search(text, at)) is not None and not tag["end"]:
        if not tag["other"]:
            at = _after(text, tag)
            continue
        # Attributes of any tag are walked over: a tag that stands in one is none.
        attributes, at = _read_attributes(text, tag.end())
        name = tag["other"].lower()
        refresh = _as_refresh(attributes) if name == "meta" else None
        if refresh is not None:
            return Refresh(refresh.seconds, refresh.target, base)
        if name == "base":
            base = base or attributes.get("href", "").strip()
    return None


def _as_refresh(attributes: dict[str, str]) -> Refresh | None:
    if attributes.get("http-equiv", "").strip().lower() != "refresh":
        return None
    return read_refresh(attributes.get("content", ""))


def _after(text: str, tag: re.Match[str]) -> int:
    """Return where a comment or an element that is passed over ends; one without an end is all the rest."""
    if tag["comment"]:
        if text.startswith((">", "->"), tag.end()):
            return tag.end()
        end = text.find("-->", tag.end())
        return len(text) if end < 0 else end + 3
    closing = re.compile(rf"</{tag['skipped']}(?=[\s/>])", re.IGNORECASE).search(text, tag.end())
    return len(text) if closing is None else closing.end()


def _read_attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """Return the attributes of a tag (the first of a name counts) and where reading them stopped."""
    found: dict[str, str] = {}
    while (attribute := _ATTRIBUTE.match(text, at)) is not None:
        value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
        found.setdefault(attribute["name"].lower(), unescape(value[:MAX_CONTENT_CHARACTERS]))
        at = attribute.end()
    return found, at
