"""One request and its answer, over a connection of its own that the guard has made."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass
from types import TracebackType

import httpcore

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome
from factdesk.web.answers import Headers, find_header, read_headers
from factdesk.web.backend import (
    AnswerTooBigError,
    ConnectFailedError,
    ConnectTimedOutError,
    GuardedBackend,
    NameNotFoundError,
    Resolver,
    TlsFailedError,
)
from factdesk.web.deadlines import Deadline
from factdesk.web.guard import BlockedError, CheckedUrl
from factdesk.web.tls_proofs import TlsProof, prove_tls
from factdesk.web.transport import GuardedConnection, RawAnswer

EXCHANGE_FAULTS = (
    BlockedError,
    NameNotFoundError,
    ConnectFailedError,
    TlsFailedError,
    AnswerTooBigError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
)
"""Everything that an exchange raises for what a host does."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as sent, and whether all of it came."""

    wire: bytes
    is_complete: bool


class Network:
    """What all exchanges of a fetcher share: settings, the name resolver, certificates.

    ``keeps_beginning``: of a body past the wire cap its beginning is kept, as if it had ended there.
    """

    def __init__(
        self,
        settings: WebSettings,
        resolver: Resolver | None,
        connector: httpcore.NetworkBackend | None,
        *,
        keeps_beginning: bool = False,
    ) -> None:
        self.settings = settings
        self.resolver = resolver
        self.connector = connector
        self.keeps_beginning = keeps_beginning
        self._tls: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def narrowed(self, settings: WebSettings, *, keeps_beginning: bool) -> Network:
        """Return the same network under other settings."""
        other = Network(settings, self.resolver, self.connector, keeps_beginning=keeps_beginning)
        other._tls = self._tls
        return other

    def tls(self) -> ssl.SSLContext:
        """Return the one TLS context; it is made when first needed, for it reads 200 certificates."""
        with self._lock:
            if self._tls is None:
                self._tls = httpcore.default_ssl_context()
            return self._tls


class Exchange:
    """A context manager: `ask`, then at most once `read_body`. Raises `EXCHANGE_FAULTS`."""

    def __init__(self, checked: CheckedUrl, network: Network, deadline: Deadline, *, trusted: bool) -> None:
        settings = network.settings
        self._checked = checked
        self._settings = settings
        self._keeps_beginning = network.keeps_beginning
        self._deadline = deadline
        self._backend = GuardedBackend(
            deadline,
            trusted=trusted,
            header_bytes=settings.max_header_bytes,
            connect_seconds=settings.connect_seconds,
            resolver=network.resolver,
            connector=network.connector,
        )
        tls = network.tls() if checked.scheme == "https" else None
        self._connection = GuardedConnection(checked, self._backend, tls)
        self._raw_answer: RawAnswer | None = None

    def __enter__(self) -> Exchange:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        if self._backend.stream is not None:
            # httpcore forgets a connection whose encryption did not begin in time.
            self._backend.stream.close()

    @property
    def address(self) -> str | None:
        """The IP address that was asked, if any was."""
        return self._backend.connected_to

    def ask(self, extra_headers: Headers = ()) -> tuple[int, Headers]:
        """Send the request and return the answer's status and headers."""
        headers = [(name.encode(), text.encode()) for name, text in (*self._headers(), *extra_headers)]
        self._raw_answer = self._connection.send("GET", headers)
        return self._raw_answer.status, read_headers(self._raw_answer.headers)

    def tls_proof(self) -> TlsProof | None:
        """Return the proof of the connection that brought the answer; None when it is not encrypted."""
        stream = self._backend.stream
        return None if stream is None else prove_tls(stream.get_extra_info("socket"))

    def _headers(self) -> Headers:
        default = {"http": 80, "https": 443}[self._checked.scheme]
        authority = self._checked.authority
        return (
            ("Host", authority.removesuffix(f":{default}") if self._checked.port == default else authority),
            ("User-Agent", self._settings.user_agent),
            ("Accept", "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.9,*/*;q=0.5"),
            ("Accept-Language", "en,*;q=0.5"),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            ("Connection", "close"),
        )

    def read_body(self, headers: Headers) -> Body:
        """Read the body. Raises AnswerTooBigError past the wire cap, at once when the length is told."""
        cap = self._settings.max_wire_bytes
        told = find_header(headers, "content-length") or ""
        if told.isdecimal() and int(told[:20]) > cap and not self._keeps_beginning:
            raise AnswerTooBigError(f"its body is longer than {cap} bytes")
        if self._backend.stream is not None:
            # Framing of chunks counts too: a body of one-byte chunks is six times as long as it says.
            self._backend.stream.allow_body(2 * cap)
        parts: list[bytes] = []
        size = 0
        try:
            for part in self._raw_answer.iter_raw() if self._raw_answer is not None else ():
                size += len(part)
                parts.append(part)
                if size > cap and self._keeps_beginning:
                    return Body(b"".join(parts)[:cap], is_complete=False)
                self._require_within(size, cap)
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return Body(b"".join(parts), is_complete=False)
        return Body(b"".join(parts), is_complete=True)

    def _require_within(self, size: int, cap: int) -> None:
        if size > cap:
            raise AnswerTooBigError(f"its body is longer than {cap} bytes")
        if self._deadline.remaining() <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")


def outcome_of_fault(fault: Exception, seconds: float) -> tuple[SourceOutcome, str]:
    """Return outcome and one sentence for what an exchange raised; ``seconds`` is the deadline."""
    if isinstance(fault, BlockedError):
        return SourceOutcome.BLOCKED_BY_GUARD, str(fault)
    if isinstance(fault, NameNotFoundError):
        return SourceOutcome.DNS_ERROR, str(fault)
    if isinstance(fault, TlsFailedError):
        return SourceOutcome.TLS_ERROR, str(fault)
    if isinstance(fault, AnswerTooBigError):
        return SourceOutcome.TOO_BIG, str(fault)
    if isinstance(fault, ConnectTimedOutError):
        return SourceOutcome.TIMED_OUT, str(fault)
    if isinstance(fault, ConnectFailedError):
        return SourceOutcome.CONNECTION_FAILED, str(fault)
    if isinstance(fault, httpcore.TimeoutException):
        return SourceOutcome.TIMED_OUT, f"no whole answer came within {seconds:g} seconds"
    if isinstance(fault, httpcore.ProtocolError):
        return SourceOutcome.CONNECTION_FAILED, "the answer was not HTTP, or none came"
    return SourceOutcome.CONNECTION_FAILED, "the connection was lost"
