"""What a fetch brings home, and which outcome an answer's status means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from factdesk.model import Hop, SourceOutcome

MAX_HEADER_VALUE_CHARACTERS = 2048
MAX_ADDRESS_CHARACTERS = 16_384
"""Of a header with an address: a cut one would lead to another page, and the guard refuses long ones."""

_WITH_ADDRESS = frozenset({"location", "refresh"})
_LEFT_OUT = frozenset({"set-cookie", "set-cookie2", "www-authenticate", "proxy-authenticate"})
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:+-]{1,40})""", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one address. ``content`` is unpacked, ``wire`` is as sent.

    Both are None unless the outcome is fetched or truncated (``wire`` also comes with undecodable).
    ``headers`` are the last answer's, names in lower case, without cookies; ``tls_version`` and
    ``certificate_sha256`` are those of the connection that brought it. A server that asked for patience is
    left alone until ``not_before``. ``options`` are the caps that the fetch ran under; ``own_seconds`` is how
    long we waited out of politeness, which ``elapsed_ms`` leaves out.
    """

    outcome: SourceOutcome
    detail: str | None
    status: int | None
    final_url: str | None
    hops: tuple[Hop, ...]
    headers: Headers
    content: bytes | None
    wire: bytes | None
    media_type: str | None
    charset: str | None
    elapsed_ms: int
    tls_version: str | None = None
    certificate_sha256: str | None = None
    not_before: datetime | None = None
    options: tuple[tuple[str, str], ...] | None = None
    own_seconds: float = 0.0

    @property
    def charset_declared(self) -> str | None:
        """The charset that the header named, before anything was read."""
        return self.charset

    def header(self, name: str) -> str | None:
        """Return the first header of a name (lower case), or None."""
        return find_header(self.headers, name)


def find_header(headers: Headers, name: str) -> str | None:
    """Return the first header of a name (lower case), or None."""
    return next((value for key, value in headers if key == name), None)


def read_headers(raw: list[tuple[bytes, bytes]]) -> Headers:
    """Return headers as text that can be stored: lower-case names, no cookies, no control characters."""
    found = []
    for key, value in raw:
        name = key.decode("latin-1").lower()
        if name not in _LEFT_OUT:
            text = "".join(" " if one < " " or one == "\x7f" else one for one in value.decode("latin-1"))
            longest = MAX_ADDRESS_CHARACTERS if name in _WITH_ADDRESS else MAX_HEADER_VALUE_CHARACTERS
            found.append((name, text[:longest]))
    return tuple(found)


def read_content_type(headers: Headers) -> tuple[str | None, str | None]:
    """Return media type (lower case) and charset of an answer, each None when not told."""
    told = find_header(headers, "content-type") or ""
    media_type = told.partition(";")[0].strip().lower()
    charset = _CHARSET.search(told)
    return (
        media_type if _MEDIA_TYPE.fullmatch(media_type) else None,
        charset[1].lower() if charset else None,
    )


_BY_STATUS = {
    401: SourceOutcome.FORBIDDEN,
    403: SourceOutcome.FORBIDDEN,
    404: SourceOutcome.GONE,
    410: SourceOutcome.GONE,
    429: SourceOutcome.RATE_LIMITED,
    451: SourceOutcome.FORBIDDEN,
    999: SourceOutcome.FORBIDDEN,  # one large network's own way to say 403
}


def outcome_of_status(status: int) -> tuple[SourceOutcome, str | None]:
    """Return outcome and detail of a status that is neither a redirect nor an asked-for 304.

    A status that has no place in an answer to us (101, 304 unasked, 3xx without a target) is the
    server's error.
    """
    if status in _BY_STATUS:
        return _BY_STATUS[status], None
    if status in {204, 205}:
        return SourceOutcome.EMPTY_TEXT, f"the server sent no content (status {status})"
    if 200 <= status < 300:
        return SourceOutcome.FETCHED, None
    if status == 304:
        return SourceOutcome.SERVER_ERROR, "the server said 'not modified' although it was not asked"
    if status < 400:
        return SourceOutcome.SERVER_ERROR, f"the server answered with status {status} and no target"
    if 500 <= status < 600:
        return SourceOutcome.SERVER_ERROR, None
    return SourceOutcome.CLIENT_ERROR, None
