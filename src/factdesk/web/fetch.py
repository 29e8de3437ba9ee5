"""Fetches one source: guarded, capped, within one deadline, to exactly one named outcome.

httpx sends each hop through `GuardedTransport`, over one connection that `GuardedBackend` makes: only
public seams of httpx and httpcore. No proxy from the environment, no cookie, no automatic redirect and
no unbounded decoder has a part in it.

What is too long and what is cut short: a body past the wire cap, or one that unpacks past the decoded
cap, is `too_big` and nothing of it is kept (no article is that long; what is, is a file or an attack).
A body that ends before the server said it would is `truncated`: what came is kept and flagged.
"""

from __future__ import annotations

import contextlib
import copy
import random
import threading
import time
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urljoin

import httpcore

from factdesk.config import WebSettings
from factdesk.errors import GatheringStoppedError
from factdesk.model import TRANSIENT_OUTCOMES, Hop, SourceOutcome
from factdesk.web.answers import Answer, Headers, find_header, outcome_of_status, read_content_type
from factdesk.web.backend import ConnectFailedError, NameNotFoundError, Resolver
from factdesk.web.deadlines import Deadline
from factdesk.web.decoders import DecodedTooBigError, UndecodableError, decode
from factdesk.web.exchanges import EXCHANGE_FAULTS, Body, Exchange, Network, outcome_of_fault
from factdesk.web.guard import MAX_URL_CHARACTERS, BlockedError, CheckedUrl, check_url, normal_authorities
from factdesk.web.shared_turns import SharedTurns
from factdesk.web.trips import Condition, End, MayFetch, Trip, read_retry_after
from factdesk.web.turns import HostTurns
from factdesk.web.url_keys import clean_text

FIRST_RETRY_SECONDS = 0.5
REDIRECTS = frozenset({301, 302, 303, 307, 308})


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
    ) -> None:
        self.settings = settings
        self._allowed = normal_authorities((*settings.allow_hosts, *allow_hosts))
        self._network = Network(settings, resolver, connector)
        self.turns = _make_turns(settings, self._allowed, turns_folder)
        self._unreachable: dict[str, End] = {}
        self._closed = threading.Event()

    def narrowed(self, settings: WebSettings) -> Fetcher:
        """Return a fetcher under other caps that shares network, turns and dead hosts with this one."""
        other = copy.copy(self)
        other.settings = settings
        other._network = self._network.narrowed(settings)
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
        """Return how long a request to a host would have to wait now; nothing is asked of a dead one."""
        return 0.0 if authority in self._unreachable else self.turns.seconds_until_ready(authority)

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
    ) -> Answer:
        """Fetch an address to exactly one outcome; never raises for what a link or a server does.

        ``etag`` and ``modified`` go to the address ``confirms`` (``url`` if it is not given) alone.
        ``may_trust`` False: the allow list does not count; ``is_paced`` False: the host's pause does not.
        """
        deadline = Deadline(self.settings.deadline_seconds)
        condition = Condition(confirms or url.strip(), etag, modified) if etag or modified else None
        for number in range(self.settings.tries):
            if self._closed.is_set():
                raise GatheringStoppedError(
                    "the run was stopped before this page was asked for; run it again"
                )
            trip = Trip(deadline, condition, may_fetch, may_trust, is_paced)
            end = self._follow(url, trip)
            pause = self._pause_before_retry(end, trip, number)
            if number + 1 == self.settings.tries or pause is None or self._closed.wait(pause):
                break
        if trip.unreachable is not None:
            self._unreachable[trip.unreachable] = end
        return _answer(end, trip)

    def _pause_before_retry(self, end: End, trip: Trip, number: int) -> float | None:
        """Return the seconds to wait before another try, or None when none makes sense.

        A server that asks for more patience than the cap or the deadline leaves is not asked again:
        coming back early is what it asked us not to do.
        """
        if trip.is_final or end.outcome not in TRANSIENT_OUTCOMES:
            return None
        pause = FIRST_RETRY_SECONDS * 2**number * random.uniform(0.5, 1.5)
        asked = read_retry_after(find_header(trip.headers, "retry-after"))
        if asked is not None:
            if asked > self.settings.retry_after_cap_seconds:
                return None
            # Whoever else was told the same must not come back in the same moment.
            pause = max(pause, asked + random.uniform(0, FIRST_RETRY_SECONDS))
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
                if not self._robots_allow(checked, trip, trusted):
                    return End(
                        SourceOutcome.BLOCKED_BY_ROBOTS,
                        f"the robots.txt of {checked.host} asks us not to read it",
                    )
                if held is None:
                    trip.deadline.extend(self.turns.take(checked.authority, counts=trip.is_paced))
                    held = checked
                next_url = self._known_dead(checked, trip) or self._make_hop(checked, trip, trusted)
            return next_url
        finally:
            if held is not None:
                self.turns.give_back(held.authority)

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
        return self._known_dead(checked, trip) or checked

    def _known_dead(self, checked: CheckedUrl, trip: Trip) -> End | None:
        """Return the end of a way that leads to a host which did not take a connection before."""
        known = self._unreachable.get(checked.authority)
        if known is None:
            return None
        trip.is_final = True
        trip.hops.append(Hop(checked.url, None, None))
        return End(known.outcome, f"the host was not tried again: {known.detail}")

    def _trusts(self, checked: CheckedUrl, trip: Trip) -> bool:
        """Whether the host may have any address: named by a person, and not reached from another host."""
        trip.authorities.add(checked.authority)
        return trip.may_trust and checked.authority in self._allowed and len(trip.authorities) == 1

    def _robots_allow(self, checked: CheckedUrl, trip: Trip, trusted: bool) -> bool:
        """Ask robots.txt; this does not cost the page its time."""
        if trip.may_fetch is None:
            return True
        began = time.monotonic()
        allowed = trip.may_fetch(checked, trusted)
        trip.deadline.extend(time.monotonic() - began)
        return allowed

    def _make_hop(self, checked: CheckedUrl, trip: Trip, trusted: bool) -> str | End:
        """Ask one address; return where it redirects to, or how the way ended."""
        trip.status, trip.headers = None, ()
        with Exchange(checked, self._network, trip.deadline, trusted=trusted) as exchange:
            try:
                condition = trip.condition.headers_for(checked.url) if trip.condition else ()
                trip.status, trip.headers = exchange.ask(condition)
                target = _redirect_target(checked.url, trip.status, trip.headers)
                return target or self._read_answer(exchange, trip, asked_for_304=bool(condition))
            except EXCHANGE_FAULTS as fault:
                if isinstance(fault, (ConnectFailedError, NameNotFoundError)):
                    self._note_unreachable(checked, trip)
                return End(*outcome_of_fault(fault, self.settings.deadline_seconds))
            finally:
                trip.hops.append(Hop(checked.url, exchange.address, trip.status))

    def _note_unreachable(self, checked: CheckedUrl, trip: Trip) -> None:
        """A host that got no fair time, because hops before it used it up, is not to blame."""
        if not trip.hops or trip.deadline.remaining() > 0:
            trip.unreachable = checked.authority

    def _read_answer(self, exchange: Exchange, trip: Trip, *, asked_for_304: bool) -> End:
        status = trip.status or 0
        if status == 304 and asked_for_304:
            return End(SourceOutcome.NOT_MODIFIED)
        outcome, detail = outcome_of_status(status)
        if outcome is not SourceOutcome.FETCHED:
            return End(outcome, detail)
        return self._unpack(exchange.read_body(trip.headers), trip)

    def _unpack(self, body: Body, trip: Trip) -> End:
        encoding = ", ".join(value for name, value in trip.headers if name == "content-encoding")
        if not body.wire and not body.is_complete:
            return End(SourceOutcome.CONNECTION_FAILED, "the connection was lost before the body came")
        try:
            decoded = decode(body.wire, encoding, self.settings.max_decoded_bytes)
        except DecodedTooBigError as fault:
            return End(SourceOutcome.TOO_BIG, str(fault))
        except UndecodableError as fault:
            return End(SourceOutcome.UNDECODABLE, str(fault), wire=body.wire)
        if not decoded.content:
            return End(SourceOutcome.EMPTY_TEXT, "the page is empty", wire=body.wire)
        if not body.is_complete or not decoded.is_complete:
            detail = "the page ended before its end; what came was read"
            return End(SourceOutcome.TRUNCATED, detail, decoded.content, body.wire)
        if trip.status == 206:
            detail = "the server sent only a part of the page"
            return End(SourceOutcome.TRUNCATED, detail, decoded.content, body.wire)
        return End(SourceOutcome.FETCHED, None, decoded.content, body.wire)


def _make_turns(settings: WebSettings, free: Collection[str], folder: Path | None) -> HostTurns:
    connections, seconds = settings.connections_per_host, settings.seconds_between_requests
    if folder is None:
        return HostTurns(connections, seconds, free)
    # No turn lasts longer than the deadline of a page and of a robots.txt; the rest is for slow machines.
    hold_seconds = 2 * settings.deadline_seconds + 60
    return HostTurns(connections, seconds, free, SharedTurns(folder, connections, seconds, hold_seconds))


def _redirect_target(url: str, status: int, headers: Headers) -> str | None:
    """Return the address that a redirect leads to, made absolute; None when it is no redirect.

    Spaces are escaped, as every browser does; everything else is for the guard to judge.
    """
    location = (find_header(headers, "location") or "").strip()
    if status not in REDIRECTS or not location:
        return None
    with contextlib.suppress(UnicodeError):
        # Servers send UTF-8; header values are read as latin-1, which loses nothing.
        location = location.encode("latin-1").decode("utf-8")
    try:
        joined = urljoin(url, location.replace(" ", "%20"))
    except ValueError:
        return location
    return joined.partition("#")[0]


def _answer(end: End, trip: Trip) -> Answer:
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
    )
