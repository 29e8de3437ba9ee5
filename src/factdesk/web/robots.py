"""robots.txt: whether a site asks us not to read a page.

A missing, broken or unreachable robots.txt forbids nothing: one page is asked for because a person
cited it, and its own answer says more of a server in trouble than a guess would.
"""

from __future__ import annotations

import threading

from protego import Protego

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome
from factdesk.web.fetch import Fetcher
from factdesk.web.guard import CheckedUrl

MAX_ROBOTS_BYTES = 512_000
"""RFC 9309 asks for at least 500 KiB; a longer one is taken as broken."""

ROBOTS_DEADLINE_SECONDS = 10.0


def robots_settings(settings: WebSettings) -> WebSettings:
    """Return the settings with the smaller caps under which a robots.txt is fetched."""
    return settings.model_copy(
        update={
            "deadline_seconds": min(ROBOTS_DEADLINE_SECONDS, settings.deadline_seconds),
            "max_wire_bytes": min(MAX_ROBOTS_BYTES, settings.max_wire_bytes),
            "max_decoded_bytes": min(MAX_ROBOTS_BYTES, settings.max_decoded_bytes),
            "tries": 1,
        }
    )


class RobotsRules:
    """The robots.txt of every site of one gather, each fetched once, through the same guard."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher.narrowed(robots_settings(fetcher.settings))
        self._agent = fetcher.settings.user_agent.partition("/")[0].strip()
        self._rules: dict[tuple[str, bool], Protego | None] = {}
        self._locks: dict[tuple[str, bool], threading.Lock] = {}
        self._lock = threading.Lock()

    def allows(self, checked: CheckedUrl, trusted: bool) -> bool:
        """Whether an address may be asked. ``trusted`` is whether its host may have any IP address:
        a redirect must not reach a robots.txt that it could not reach as a page."""
        site = (checked.origin, trusted)
        with self._lock:
            lock = self._locks.setdefault(site, threading.Lock())
        with lock:
            if site not in self._rules:
                self._rules[site] = self._fetch_rules(checked, trusted)
            rules = self._rules[site]
        return rules is None or bool(rules.can_fetch(checked.origin + checked.target, self._agent))

    def _fetch_rules(self, checked: CheckedUrl, trusted: bool) -> Protego | None:
        address = f"{checked.origin}/robots.txt"
        answer = self._fetcher.fetch(address, may_trust=trusted, is_paced=False)
        if answer.outcome not in {SourceOutcome.FETCHED, SourceOutcome.TRUNCATED} or not answer.content:
            return None
        return Protego.parse(answer.content.decode("utf-8", "replace"))
