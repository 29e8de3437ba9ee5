"""One hop of a fetch: ask an address, and say where it leads on or how the way ended there."""

from __future__ import annotations

import contextlib
from urllib.parse import urljoin

from factdesk.model import Hop, SourceOutcome
from factdesk.web.answers import Headers, find_header, outcome_of_status, read_content_type
from factdesk.web.backend import ConnectFailedError, NameNotFoundError
from factdesk.web.decoders import DecodedTooBigError, UndecodableError, decode
from factdesk.web.exchanges import EXCHANGE_FAULTS, Body, Exchange, Network, outcome_of_fault
from factdesk.web.guard import BlockedError, CheckedUrl, check_url
from factdesk.web.refreshes import find_refresh, read_refresh
from factdesk.web.trips import End, Trip

REDIRECTS = frozenset({301, 302, 303, 307, 308})

MAX_REFRESH_SECONDS = 10.0
"""A page that takes its reader on within this time is a signpost, one that waits longer is a page.

Ten seconds is the limit for keeping somebody's attention on what they wait for (Nielsen, Usability
Engineering, 1993, chapter 5). News sites that refresh themselves wait minutes.
"""


def make_hop(checked: CheckedUrl, network: Network, trip: Trip, *, trusted: bool) -> str | End:
    """Ask one address; return where it redirects to, or how the way ended."""
    trip.status, trip.headers, trip.tls = None, (), None
    with Exchange(checked, network, trip.deadline, trusted=trusted) as exchange:
        try:
            condition = trip.condition.headers_for(checked.url) if trip.condition else ()
            trip.status, trip.headers = exchange.ask(condition)
            trip.tls = exchange.tls_proof()
            target = _redirect_target(checked.url, trip.status, trip.headers)
            if target:
                return target
            end = _read_answer(exchange, network, trip, asked_for_304=bool(condition))
            return _refresh_target(checked, end, trip.headers) or end
        except EXCHANGE_FAULTS as fault:
            if isinstance(fault, (ConnectFailedError, NameNotFoundError)):
                _note_unreachable(checked, trip)
            return End(*outcome_of_fault(fault, network.settings.deadline_seconds))
        finally:
            trip.hops.append(Hop(checked.url, exchange.address, trip.status))


def _note_unreachable(checked: CheckedUrl, trip: Trip) -> None:
    """A host that got no fair time, because hops before it used it up, is not to blame."""
    if not trip.hops or trip.deadline.remaining() > 0:
        trip.unreachable = checked.authority


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
    return _join(url, location)


def _join(url: str, target: str) -> str:
    try:
        joined = urljoin(url, target.replace(" ", "%20"))
    except ValueError:
        return target
    return joined.partition("#")[0]


def _refresh_target(checked: CheckedUrl, end: End, headers: Headers) -> str | None:
    """Return where a page that is only a signpost leads; a page that reloads itself leads nowhere."""
    if end.outcome is not SourceOutcome.FETCHED or end.content is None:
        return None
    media_type, _ = read_content_type(headers)
    refresh = read_refresh(find_header(headers, "refresh") or "") or find_refresh(end.content, media_type)
    if refresh is None or refresh.seconds > MAX_REFRESH_SECONDS:
        return None
    target = _join(_join(checked.url, refresh.base), refresh.target)
    return None if not refresh.target or _is_same_page(target, checked) else target


def _is_same_page(url: str, checked: CheckedUrl) -> bool:
    try:
        other = check_url(url, [checked.authority])
    except BlockedError:
        return False
    return (other.origin, other.target) == (checked.origin, checked.target)


def _read_answer(exchange: Exchange, network: Network, trip: Trip, *, asked_for_304: bool) -> End:
    status = trip.status or 0
    if status == 304 and asked_for_304:
        return End(SourceOutcome.NOT_MODIFIED)
    outcome, detail = outcome_of_status(status)
    if outcome is not SourceOutcome.FETCHED:
        return End(outcome, detail)
    body = exchange.read_body(trip.headers)
    return _unpack(body, trip, network.settings.max_decoded_bytes)


def _unpack(body: Body, trip: Trip, max_bytes: int) -> End:
    encoding = ", ".join(value for name, value in trip.headers if name == "content-encoding")
    if not body.wire and not body.is_complete:
        return End(SourceOutcome.CONNECTION_FAILED, "the connection was lost before the body came")
    try:
        decoded = decode(body.wire, encoding, max_bytes)
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
