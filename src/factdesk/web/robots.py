"""robots.txt: whether a site asks us not to read a page, and how long to leave it in peace in between.

As RFC 9309 has it: a robots.txt that is missing (any 4xx), empty, broken or in a circle forbids nothing; of
one that is too long the beginning counts; while one cannot be reached (5xx, no answer, no connection) the
site is not asked for pages either, and these end as the robots.txt did, never as "blocked by robots".
"""

from __future__ import annotations

import math
import re
import threading
import time
from dataclasses import dataclass

from protego import Protego

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome
from factdesk.web.answers import Answer
from factdesk.web.fetch import Fetcher
from factdesk.web.guard import CheckedUrl
from factdesk.web.robots_files import RobotsFiles
from factdesk.web.trips import End, Permission

MAX_ROBOTS_BYTES = 512_000
"""RFC 9309 asks for at least 500 KiB; what comes after is not looked at."""

ROBOTS_DEADLINE_SECONDS = 10.0
"""Of the time of the source for which it is fetched; by default a third of it."""

MAX_RULES = 10_000
"""Lines that say anything to us; no robots.txt of a newspaper has a tenth of it."""

UNREACHABLE = frozenset(
    {
        SourceOutcome.SERVER_ERROR,
        SourceOutcome.RATE_LIMITED,
        SourceOutcome.TIMED_OUT,
        SourceOutcome.CONNECTION_FAILED,
        SourceOutcome.DNS_ERROR,
        SourceOutcome.TLS_ERROR,
    }
)
"""Ends of a robots.txt after which its site's pages are not asked for; 429 is a 4xx that says "not now"."""

_SITE_LINE = re.compile(r"(?:site-?maps?|host)\b", re.IGNORECASE)
_AGENT_LINE = re.compile(r"user(?:-|\s*+)agent(?:\s*+:|\s)(.*)", re.IGNORECASE | re.DOTALL)


def robots_settings(settings: WebSettings) -> WebSettings:
    """Return the settings with the smaller caps under which a robots.txt is fetched."""
    return settings.model_copy(
        update={
            "deadline_seconds": min(ROBOTS_DEADLINE_SECONDS, settings.deadline_seconds),
            "max_wire_bytes": min(MAX_ROBOTS_BYTES, settings.max_wire_bytes),
            "max_decoded_bytes": min(MAX_ROBOTS_BYTES, settings.max_decoded_bytes),
            "tries": min(2, settings.tries),
        }
    )


@dataclass(frozen=True, slots=True)
class _Site:
    """What one site asks of us; with a ``fault`` nobody knows."""

    rules: Protego | None = None
    fault: End | None = None


class RobotsRules:
    """The robots.txt of every site of one run, each fetched once, through the same guard.

    A fetcher with a folder for turns also keeps them there for a day, over all runs, but for those of trusted
    hosts. Threads may share it.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher.narrowed(robots_settings(fetcher.settings), keeps_beginning=True)
        self._agent = fetcher.settings.user_agent.partition("/")[0].strip()
        self._longest_delay = fetcher.settings.crawl_delay_cap_seconds
        self._files = None if fetcher.robots_folder is None else RobotsFiles(fetcher.robots_folder)
        self._sites: dict[tuple[str, bool], _Site] = {}
        self._locks: dict[tuple[str, bool], threading.Lock] = {}
        self._lock = threading.Lock()

    def ask(self, checked: CheckedUrl, trusted: bool, seconds: float = math.inf) -> Permission:
        """Ask whether an address may be fetched, within so many seconds.

        ``trusted`` is whether its host may have any IP address: a redirect must not reach a robots.txt that
        it could not reach as a page.
        """
        key = (checked.origin, trusted)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        began = time.monotonic()
        with lock:
            own_seconds = time.monotonic() - began  # another link's fetch: no fault of this one
            site = self._sites.get(key)
            if site is None:
                site, waited = self._learn(checked, trusted, seconds)
                own_seconds += waited
                # A site that got no fair time, because hops before it used it up, is asked again.
                if site.fault is None or seconds >= self._fetcher.settings.deadline_seconds:
                    self._sites[key] = site
        return Permission(self._obstacle(site, checked), own_seconds)

    def _obstacle(self, site: _Site, checked: CheckedUrl) -> End | None:
        if site.fault is not None or site.rules is None:
            return site.fault
        if site.rules.can_fetch(checked.origin + checked.target, self._agent):
            return None
        detail = f"the robots.txt of {checked.host} asks us not to read it"
        return End(SourceOutcome.BLOCKED_BY_ROBOTS, detail)

    def _learn(self, checked: CheckedUrl, trusted: bool, seconds: float) -> tuple[_Site, float]:
        """Return what a site asks of us, and the seconds waited for it out of politeness."""
        files = None if trusted else self._files
        text = None if files is None else files.read(checked.origin, self._fetcher.now())
        own_seconds = 0.0
        if text is None:
            address = f"{checked.origin}/robots.txt"
            answer = self._fetcher.fetch(address, may_trust=trusted, is_paced=False, seconds=seconds)
            own_seconds = answer.own_seconds
            if answer.outcome in UNREACHABLE:
                return _Site(fault=_fault(answer, checked)), own_seconds
            text = (answer.content or b"").decode("utf-8", "replace")
            if files is not None and _is_settled(answer):
                files.write(checked.origin, text, self._fetcher.now())
        rules = parse_rules(text, self._agent)
        self._slow_down(checked, rules)
        return _Site(rules), own_seconds

    def _slow_down(self, checked: CheckedUrl, rules: Protego) -> None:
        rate = rules.request_rate(self._agent)
        asked = max(rules.crawl_delay(self._agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
        if asked > 0:
            self._fetcher.turns.slow_down(checked.authority, min(asked, self._longest_delay))


def _fault(answer: Answer, checked: CheckedUrl) -> End:
    said = answer.detail or f"status {answer.status}"
    detail = f"the robots.txt of {checked.host} could not be read, so its pages were not asked for: {said}"
    if answer.outcome is SourceOutcome.TLS_ERROR:  # of the host and not of one file
        detail = said
    return End(answer.outcome, detail, not_before=answer.not_before)


def _is_settled(answer: Answer) -> bool:
    """Whether what came may be believed for a day: not when it was cut on its way or led inside."""
    if answer.outcome is SourceOutcome.TRUNCATED:
        return len(answer.wire or b"") >= MAX_ROBOTS_BYTES
    return answer.outcome is not SourceOutcome.BLOCKED_BY_GUARD


def parse_rules(text: str, agent: str) -> Protego:
    """Return the rules of a robots.txt that can concern an agent (a name like "Factdesk").

    Protego holds every rule once for every agent of its group: 17,000 agents before 25,000 rules, in 500 KB,
    would take tens of gigabytes. Agents that are not ours, and rules for them alone, are left out before.
    """
    kept: list[str] = []
    is_ours, has_rules = False, False
    for line in text.splitlines():
        words = line.partition("#")[0].strip()
        named = _AGENT_LINE.match(words)
        if named is not None:
            name = named[1].strip().lower().partition("/")[0].strip()
            is_named = name in {"*", agent.lower()}
            is_ours, has_rules = is_named or (is_ours and not has_rules), False
            if is_named:
                kept.append(f"User-agent: {name}")
        elif words and not _SITE_LINE.match(words):
            has_rules = True
            if is_ours:
                kept.append(words)
        if len(kept) >= MAX_RULES:
            break
    return Protego.parse("\n".join(kept))
