"""Which addresses lead to a web archive's copy of a page rather than to the page."""

from __future__ import annotations

import re

from factdesk.web.url_parts import BadUrlError, split_url

_SHORT_COPY = re.compile(r"/(?:[0-9]{4}[0-9.\-]*/|o/|wip/)?[A-Za-z0-9]{4,}.*", re.DOTALL)
_DATED_COPY = re.compile(r"/(?:[^/]+/)*[0-9]{4,14}[a-z_]{0,4}\*?/.+", re.DOTALL)

COPY_PATHS = {
    "web.archive.org": _DATED_COPY,
    "archive.org": re.compile(r"/(?:web|wayback)/.+", re.DOTALL),
    "archive.ph": _SHORT_COPY,
    "archive.today": _SHORT_COPY,
    "archive.is": _SHORT_COPY,
    "archive.li": _SHORT_COPY,
    "archive.vn": _SHORT_COPY,
    "archive.fo": _SHORT_COPY,
    "archive.md": _SHORT_COPY,
    "perma.cc": re.compile(r"/[A-Z0-9]{4}-[A-Z0-9]{4}.*", re.DOTALL),
    "ghostarchive.org": re.compile(r"/(?:archive|varchive)/.+", re.DOTALL),
    "megalodon.jp": re.compile(r"/[0-9]{4}-.+", re.DOTALL),
    "webcitation.org": _SHORT_COPY,
    "arquivo.pt": re.compile(r"/(?:wayback|noFrame/replay)/.+", re.DOTALL),
    "webarchive.org.uk": _DATED_COPY,
    "webarchive.nationalarchives.gov.uk": _DATED_COPY,
}
"""Hosts of web archives and what the path of a copy looks like there."""


def is_archive_address(url: str) -> bool:
    """Whether an address is that of a copy in a web archive."""
    try:
        parts = split_url(url.strip())
    except BadUrlError:
        return False
    path = COPY_PATHS.get(parts.host.removeprefix("www."))
    return path is not None and path.fullmatch(parts.path) is not None
