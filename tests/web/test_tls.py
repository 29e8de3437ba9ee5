"""Certificates that nobody vouches for, and plain HTTP on an encrypted port."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher


def write_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(encoding))
    return path


@contextmanager
def tls_server(folder: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(folder))
    with create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with (
                        connection,
                        suppress(OSError),
                        context.wrap_socket(connection, server_side=True) as c,
                    ):
                        c.recv(1000)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        with suppress(OSError):
            listener.shutdown(2)
        thread.join(5)


def test_a_certificate_of_its_own_making_is_a_tls_error(tmp_path: Path, small: WebSettings) -> None:
    with tls_server(tmp_path) as host:
        answer = Fetcher(small, [host]).fetch(f"https://{host}/")
    assert answer.outcome is Outcome.TLS_ERROR
    assert "certificate" in (answer.detail or "")


def test_plain_http_on_an_encrypted_port_is_no_connection(tmp_path: Path, small: WebSettings) -> None:
    with tls_server(tmp_path) as host:
        answer = Fetcher(small, [host]).fetch(f"http://{host}/")
    assert answer.outcome is Outcome.CONNECTION_FAILED
