"""What one fetch remembers on its way: its clock, its condition, its hops, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from factdesk.model import Hop, SourceOutcome
from factdesk.web.answers import Headers
from factdesk.web.deadlines import Deadline
from factdesk.web.guard import CheckedUrl
from factdesk.web.tls_proofs import TlsProof


@dataclass(frozen=True, slots=True)
class End:
    """How a try ended. A server that asked for patience is not asked again before ``not_before``."""

    outcome: SourceOutcome
    detail: str | None = None
    content: bytes | None = None
    wire: bytes | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """What the robots.txt of a site means for one address: an ``obstacle`` is how its fetch ends.

    ``own_seconds`` is how long we waited for it out of politeness, which is not the site's fault.
    """

    obstacle: End | None = None
    own_seconds: float = 0.0


MayFetch = Callable[[CheckedUrl, bool, float], Permission]
"""Asks robots.txt about an address: whether its host is trusted, and how many seconds there are for it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What makes a request conditional. It is sent only to the very address that brought the known
    text, so that no other page (a home page after a redirect) can confirm it."""

    url: str
    etag: str | None
    modified: str | None

    def headers_for(self, url: str) -> Headers:
        """Return the condition's headers for a hop."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.modified))
        if url != self.url:
            return ()
        return tuple((name, text) for name, text in pairs if text and text.isascii() and text.isprintable())


@dataclass(slots=True)
class Trip:
    """One try: its clock, the hops made so far, and the last answer."""

    deadline: Deadline
    condition: Condition | None
    may_fetch: MayFetch | None
    may_trust: bool
    is_paced: bool
    hops: list[Hop] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    authorities: set[str] = field(default_factory=set)
    headers: Headers = ()
    status: int | None = None
    tls: TlsProof | None = None
    unreachable: str | None = None
    is_final: bool = False
