"""What is kept of an encrypted connection: which TLS it spoke and whose certificate it showed."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TlsProof:
    """The version as OpenSSL names it (``TLSv1.3``), and the sha256 of the host's own certificate (DER)."""

    version: str | None
    certificate_sha256: str | None


def prove_tls(connection: object) -> TlsProof | None:
    """Return the proof of a connection; None when it is not encrypted."""
    if not isinstance(connection, ssl.SSLSocket | ssl.SSLObject):
        return None
    certificate = connection.getpeercert(binary_form=True)
    return TlsProof(
        connection.version(), hashlib.sha256(certificate).hexdigest() if certificate is not None else None
    )
