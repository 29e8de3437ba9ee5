"""The network of a guarded fetch: httpcore's public seam for connections, with the address policy in it.

Every connection of every hop is made here and nowhere else. A name is resolved, **all** its addresses
must be public, and the connection goes to the literal address that was looked at, so that a second
answer of the name server cannot change it. Every read, write and handshake ends at the deadline.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from factdesk.web.deadlines import Deadline
from factdesk.web.guard import BlockedError, address_fault

Resolver = Callable[[str, int], list[str]]
"""Returns the IP addresses of a host name for a port; raises OSError when there are none."""

MAX_ADDRESSES_TRIED = 4

MAX_ADDRESSES = 1_000
"""A name with more addresses than this is no site; the largest ones answer with a few dozen."""


class NameNotFoundError(Exception):
    """The name server knows no address of the host."""


class ConnectFailedError(Exception):
    """No address of the host took the connection."""


class ConnectTimedOutError(ConnectFailedError):
    """No address of the host took the connection in time."""


class TlsFailedError(Exception):
    """The host took the connection but not the encryption."""


class AnswerTooBigError(Exception):
    """The answer went past a cap; the message says which."""


def resolve_by_system(host: str, port: int) -> list[str]:
    """Return the addresses that the system's resolver gives, without doubles, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Connects one hop. ``trusted`` hosts were named by a person and may have any address.

    ``connected_to`` is the address that took the connection, for the record. ``connector`` makes the
    connection to a literal address; tests give one that counts.
    """

    def __init__(
        self,
        deadline: Deadline,
        *,
        trusted: bool,
        header_bytes: int,
        connect_seconds: float,
        resolver: Resolver | None = None,
        connector: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._deadline = deadline
        self._trusted = trusted
        self._header_bytes = header_bytes
        self._connect_seconds = connect_seconds
        self._resolver = resolver or resolve_by_system
        self._connector = connector or httpcore.SyncBackend()
        self.connected_to: str | None = None
        self.stream: GuardedStream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, look at every address, connect to a literal one."""
        limit = Deadline(min(self._connect_seconds, self._deadline.remaining()))
        addresses = self._resolve(host, port, limit)
        _require_addresses(host, addresses)
        if not self._trusted:
            _require_public(host, addresses)
        stream = self._connect_one_of(host, port, addresses[:MAX_ADDRESSES_TRIED], limit)
        self.stream = GuardedStream(stream, self._deadline, self._header_bytes)
        return self.stream

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: no source is served on a local socket."""
        raise BlockedError("the address was not asked: it is a local socket")

    def _resolve(self, host: str, port: int, limit: Deadline) -> list[str]:
        if _is_literal(host):
            return [host]
        answer: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self._resolver(host, port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        # The system's resolver knows no time limit, so it is asked in a thread that may be left behind.
        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        try:
            found = answer.get(timeout=max(limit.remaining(), 0.001))
        except queue.Empty:
            raise NameNotFoundError(f"the name server gave no answer for {host} in time") from None
        if isinstance(found, Exception):
            raise NameNotFoundError(f"the name {host} has no address") from found
        if not found:
            raise NameNotFoundError(f"the name {host} has no address")
        return found

    def _connect_one_of(
        self, host: str, port: int, addresses: list[str], limit: Deadline
    ) -> httpcore.NetworkStream:
        fault: Exception = ConnectFailedError(f"{host} did not take the connection")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            self.connected_to = address
            seconds = max(limit.remaining() / left, 0.001)
            try:
                return self._connector.connect_tcp(address, port, timeout=seconds)
            except httpcore.ConnectTimeout:
                fault = ConnectTimedOutError(f"{host} did not take the connection in time")
            except httpcore.ConnectError as error:
                fault = ConnectFailedError(f"{host} did not take the connection ({_reason(error)})")
        raise fault


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _require_addresses(host: str, addresses: list[str]) -> None:
    """A name among the addresses would be resolved a second time, by the connection and past the guard."""
    if len(addresses) > MAX_ADDRESSES:
        raise BlockedError(f"the address was not asked: {host} leads to {len(addresses)} addresses")
    for address in addresses:
        if not _is_literal(address):
            raise BlockedError(f"the address was not asked: {host} leads to {address!r:.80}, no IP address")


def _require_public(host: str, addresses: list[str]) -> None:
    """One private address among public ones is enough to refuse: the next answer may begin with it."""
    for address in addresses:
        fault = address_fault(address)
        if fault is not None:
            leads = fault if address == host else f"{host} leads to {address}, and {fault}"
            raise BlockedError(f"the address was not asked: {leads}")


def _reason(error: Exception) -> str:
    cause = error.__cause__
    text = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(error)
    return text.lower() or "no reason given"


class GuardedStream(httpcore.NetworkStream):
    """A connection that ends at the deadline and that does not deliver more than it may."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline, allowance: int) -> None:
        self._inner = inner
        self._deadline = deadline
        self._allowance = allowance
        self._cap_says = "its headers are too long"

    def allow_body(self, max_bytes: int) -> None:
        """The headers are read: from now on ``max_bytes`` more may come, framing included."""
        self._allowance = max_bytes
        self._cap_says = "its body is too long"

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what the deadline and the cap leave."""
        if self._allowance <= 0:
            raise AnswerTooBigError(self._cap_says)
        part = self._inner.read(min(max_bytes, self._allowance), self._seconds_left())
        self._allowance -= len(part)
        return part

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within the deadline."""
        self._inner.write(buffer, self._seconds_left())

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Start encryption within the deadline; a refusal is told apart from a lost connection."""
        try:
            self._inner = self._inner.start_tls(ssl_context, server_hostname, self._seconds_left())
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise TlsFailedError(_tls_reason(error.__cause__)) from error
            raise
        return self

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks of its own stream."""
        return self._inner.get_extra_info(info)

    def _seconds_left(self) -> float:
        left = self._deadline.remaining()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    return f"it cannot speak TLS with us ({(error.reason or 'no reason given').lower().replace('_', ' ')})"
