"""Fetches one source: guarded, capped, within one deadline, to exactly one named outcome.

Each hop goes over one connection that `GuardedBackend` makes: only public seams of httpcore. No proxy from
the environment, no cookie, no automatic redirect and no unbounded decoder has a part in it.

What is too long and what is cut short: a body past the wire cap, or one that unpacks past the decoded
cap, is `too_big` and nothing of it is kept (no article is that long; what is, is a file or an attack).
A body that ends before the server said it would is `truncated`: what came is kept and flagged.
"""

from __future__ import annotations

import contextlib
import copy
import math
import random
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

import httpcore

from factdesk.config import WebSettings
from factdesk.errors import GatheringStoppedError
from factdesk.model import TRANSIENT_OUTCOMES, Hop, SourceOutcome
from factdesk.web.answers import Answer, find_header, read_content_type
from factdesk.web.backend import Resolver
from factdesk.web.deadlines import Deadline
from factdesk.web.exchanges import Network
from factdesk.web.fetch_options import list_options
from factdesk.web.guard import MAX_URL_CHARACTERS, BlockedError, CheckedUrl, check_url, normal_authorities
from factdesk.web.hops import make_hop
from factdesk.web.shared_turns import ROBOTS_FOLDER
from factdesk.web.trips import Condition, End, MayFetch, Trip
from factdesk.web.turns import make_turns
from factdesk.web.url_keys import clean_text
from factdesk.web.waits import RestingHosts, end_of_rest, read_retry_after, say_time

FIRST_RETRY_SECONDS = 0.5
_CHANCE = random.Random()
ASKING_FOR_PATIENCE = frozenset({SourceOutcome.RATE_LIMITED, SourceOutcome.SERVER_ERROR})


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


class Fetcher:
    """Fetches the sources of one gather; threads may share it.

    A host that did not take a connection is not tried again by the same fetcher. ``allow_hosts``
    (besides the settings' own) may have addresses that are not public, but only for links as written.
    ``turns_folder`` is where all processes of a home share their politeness; without one it holds in this
    process alone. ``resolver`` and ``connector`` are the network; tests give their own. Raises ArchiveError
    when the folder cannot be written.
    """

    def __init__(
        self,
        settings: WebSettings,
        allow_hosts: Collection[str] = (),
        resolver: Resolver | None = None,
        *,
        connector: httpcore.NetworkBackend | None = None,
        turns_folder: Path | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self.now = now
        self.robots_folder = None if turns_folder is None else turns_folder / ROBOTS_FOLDER
        self._allowed = normal_authorities((*settings.allow_hosts, *allow_hosts))
        self._network = Network(settings, resolver, connector)
        self.turns = make_turns(settings, self._allowed, turns_folder)
        self._unreachable: dict[str, End] = {}
        self._resting = RestingHosts()
        self._options = list_options(settings)
        self._closed = threading.Event()

    def narrowed(self, settings: WebSettings, *, keeps_beginning: bool = False) -> Fetcher:
        """Return a fetcher under other caps that shares all that this one knows of hosts.

        ``keeps_beginning``: a body past the wire cap is cut there and not `too_big`.
        """
        other = copy.copy(self)
        other.settings = settings
        other._options = list_options(settings)
        other._network = self._network.narrowed(settings, keeps_beginning=keeps_beginning)
        return other

    def afresh(self) -> Fetcher:
        """Return a fetcher that keeps the turns of this one, but tries dead hosts again."""
        other = copy.copy(self)
        other._unreachable = {}
        return other

    def close(self) -> None:
        """Let no further try begin; requests on their way end by their deadline."""
        self._closed.set()
        self.turns.close()

    def seconds_until_ready(self, authority: str) -> float:
        """Return how long a link to a host would have to wait now; a dead or resting one is not asked."""
        if authority in self._unreachable or self._resting.end_of(authority, self.now()) is not None:
            return 0.0
        return self.turns.seconds_until_ready(authority)

    def pause_between(self, authority: str) -> float:
        """Return how many seconds a host is left in peace between two requests."""
        return self.turns.pause_between(authority)

    def leave_alone(self, url: str, outcome: SourceOutcome, not_before: datetime) -> None:
        """Ask the host of an address for nothing before a time that it named in an earlier run."""
        with contextlib.suppress(BlockedError):
            self._leave_alone(self.check(url).authority, End(outcome, not_before=not_before))

    def check(self, url: str) -> CheckedUrl:
        """Return a link as written in parts. Raises BlockedError when it will not be asked."""
        return check_url(url, self._allowed)

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        confirms: str | None = None,
        may_fetch: MayFetch | None = None,
        may_trust: bool = True,
        is_paced: bool = True,
        seconds: float = math.inf,
    ) -> Answer:
        """Fetch an address to exactly one outcome; never raises for what a link or a server does.

        ``etag`` and ``modified`` go to the address ``confirms`` (``url`` if it is not given) alone.
        ``may_trust`` False: the allow list does not count; ``is_paced`` False: the host's pause does not.
        ``seconds`` shortens the deadline.
        """
        deadline = Deadline(min(seconds, self.settings.deadline_seconds))
        condition = Condition(confirms or url.strip(), etag, modified) if etag or modified else None
        for number in range(self.settings.tries):
            self._require_open()
            trip = Trip(deadline, condition, may_fetch, may_trust, is_paced)
            end = self._rest(self._follow(url, trip), trip)
            pause = self._pause_before_retry(end, trip, number)
            if number + 1 == self.settings.tries or pause is None or self._closed.wait(pause):
                break
        if trip.unreachable is not None:
            self._unreachable[trip.unreachable] = end
        return _answer(end, trip, self._options)

    def _rest(self, end: End, trip: Trip) -> End:
        """Note a server that asks for more patience than the cap or the deadline leaves.

        Coming back early is what it asked us not to do, be it for this link or for another of its own.
        """
        if trip.is_final or end.outcome not in ASKING_FOR_PATIENCE:
            return end
        now = self.now()
        asked = read_retry_after(find_header(trip.headers, "retry-after"), now)
        if asked is None or not trip.hops:
            return end
        authority = check_url(trip.hops[-1].url, self._allowed).authority
        if asked <= min(self.settings.retry_after_cap_seconds, trip.deadline.remaining()):
            self.turns.postpone(authority, asked)
            return end
        not_before = end_of_rest(now, asked)
        end = End(
            end.outcome, f"the site told us to come back after {say_time(not_before)}", not_before=not_before
        )
        self._leave_alone(authority, end)
        return end

    def _leave_alone(self, authority: str, end: End) -> None:
        """A host that a person allowed is their own: it is asked for its other links as before."""
        if authority not in self._allowed:
            self._resting.note(authority, end)

    def _pause_before_retry(self, end: End, trip: Trip, number: int) -> float | None:
        """Return the seconds to wait before another try, or None when none makes sense."""
        if trip.is_final or end.not_before is not None or end.outcome not in TRANSIENT_OUTCOMES:
            return None
        pause = FIRST_RETRY_SECONDS * 2**number * _CHANCE.uniform(0.5, 1.5)
        asked = read_retry_after(find_header(trip.headers, "retry-after"), self.now())
        if asked is not None:
            # Whoever else was told the same must not come back in the same moment.
            pause = max(pause, asked + _CHANCE.uniform(0, FIRST_RETRY_SECONDS))
        return pause if pause < trip.deadline.remaining() else None

    def _follow(self, url: str, trip: Trip) -> End:
        """Go from hop to hop until something ends the way, holding the turn of one host at a time."""
        held: CheckedUrl | None = None
        next_url: str | End = url.strip(" \t\r\n\f")
        try:
            while isinstance(next_url, str):
                checked = self._enter(next_url, trip)
                if isinstance(checked, End):
                    return checked
                if held is not None and held.origin != checked.origin:
                    self.turns.give_back(held.authority)
                    held = None
                trusted = self._trusts(checked, trip)
                obstacle = self._ask_robots(checked, trip, trusted)
                if obstacle is not None:
                    return obstacle
                if held is None:
                    trip.deadline.extend(self.turns.take(checked.authority, counts=trip.is_paced))
                    held = checked
                    self._require_open()  # the wait for a turn may have been long
                next_url = self._known_end(checked, trip) or make_hop(
                    checked, self._network, trip, trusted=trusted
                )
            return next_url
        finally:
            if held is not None:
                self.turns.give_back(held.authority)

    def _require_open(self) -> None:
        if self._closed.is_set():
            raise GatheringStoppedError("the run was stopped before this page was asked for; run it again")

    def _enter(self, url: str, trip: Trip) -> CheckedUrl | End:
        """Look at the next address: the guard, loops, the cap on redirects, hosts known as dead."""
        try:
            checked = check_url(url, self._allowed if trip.may_trust else ())
        except BlockedError as fault:
            trip.hops.append(Hop(clean_text(url)[:MAX_URL_CHARACTERS], None, None))
            return End(SourceOutcome.BLOCKED_BY_GUARD, str(fault))
        spelled = checked.origin + checked.target
        if spelled in trip.seen:
            return End(SourceOutcome.REDIRECT_LOOP, "its redirects lead in a circle")
        if len(trip.seen) > self.settings.max_redirects:
            detail = f"it redirects more than {self.settings.max_redirects} times"
            return End(SourceOutcome.REDIRECT_LOOP, detail)
        trip.seen.add(spelled)
        return self._known_end(checked, trip) or checked

    def _known_end(self, checked: CheckedUrl, trip: Trip) -> End | None:
        """Return the end of a way to a host that did not take a connection before, or asked for patience."""
        end = self._resting.end_of(checked.authority, self.now())
        dead = self._unreachable.get(checked.authority)
        if dead is not None:
            end = End(dead.outcome, f"the host was not tried again: {dead.detail}")
        if end is not None:
            self._stop_at(checked, trip)
        return end

    def _stop_at(self, checked: CheckedUrl, trip: Trip) -> None:
        """Write down the address that was come to and not asked."""
        trip.is_final = True
        trip.hops.append(Hop(checked.url, None, None))

    def _trusts(self, checked: CheckedUrl, trip: Trip) -> bool:
        """Whether the host may have any address: named by a person, and not reached from another host."""
        trip.authorities.add(checked.authority)
        return trip.may_trust and checked.authority in self._allowed and len(trip.authorities) == 1

    def _ask_robots(self, checked: CheckedUrl, trip: Trip, trusted: bool) -> End | None:
        """Ask robots.txt, in the time of the page; return how the way ends if we must keep away."""
        if trip.may_fetch is None:
            return None
        seconds = trip.deadline.remaining()
        if seconds <= 0:
            self._stop_at(checked, trip)
            return End(SourceOutcome.TIMED_OUT, "its redirects took all the time that there is")
        was_dead = checked.authority in self._unreachable
        permission = trip.may_fetch(checked, trusted, seconds)
        trip.deadline.extend(permission.own_seconds)
        if permission.obstacle is None:
            return None
        known = self._known_end(checked, trip)
        if known is None:
            self._stop_at(checked, trip)
        # Asking for its robots.txt was this page's own try of the host.
        found_dead = None if was_dead else self._unreachable.get(checked.authority)
        return found_dead or known or permission.obstacle


def _answer(end: End, trip: Trip, options: tuple[tuple[str, str], ...]) -> Answer:
    media_type, charset = read_content_type(trip.headers)
    return Answer(
        outcome=end.outcome,
        detail=end.detail,
        status=trip.status,
        final_url=trip.hops[-1].url if trip.hops else None,
        hops=tuple(trip.hops),
        headers=trip.headers,
        content=end.content,
        wire=end.wire,
        media_type=media_type,
        charset=charset,
        elapsed_ms=trip.deadline.elapsed_ms(),
        tls_version=None if trip.tls is None else trip.tls.version,
        certificate_sha256=None if trip.tls is None else trip.tls.certificate_sha256,
        not_before=end.not_before,
        options=options,
        own_seconds=trip.deadline.own_seconds,
    )
