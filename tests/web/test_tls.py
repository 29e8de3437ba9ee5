"""Certificates that nobody vouches for, and plain HTTP on an encrypted port."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

import httpcore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.web.fetch import Fetcher
from web.hostile import ToLoopback, hostile_server

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=KOI8-R\r\nContent-Length: 4\r\n\r\n<p>a"


def write_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("paper.example")]), critical=False)
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
                        if c.recv(1000):
                            c.sendall(ANSWER)

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


class TrustingStream(httpcore.NetworkStream):
    """A connection that holds one certificate of its own making to be good."""

    def __init__(self, inner: httpcore.NetworkStream, context: ssl.SSLContext) -> None:
        self._inner = inner
        self._context = context

    def start_tls(self, *args: object, **named: object) -> httpcore.NetworkStream:
        return self._inner.start_tls(self._context, "paper.example", 5.0)


class Trusting(ToLoopback):
    """Leads every host to one port, and trusts the certificate there."""

    def __init__(self, port: int, certificate: Path) -> None:
        super().__init__(port)
        self._context = ssl.create_default_context(cafile=str(certificate))

    def connect_tcp(self, *args: object, **named: object) -> httpcore.NetworkStream:
        return TrustingStream(super().connect_tcp("", 0), self._context)


def test_a_host_that_never_ends_its_handshake_times_out(small: WebSettings) -> None:
    with create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        answer = Fetcher(small.model_copy(update={"deadline_seconds": 0.3}), [host]).fetch(f"https://{host}/")
    assert answer.outcome is Outcome.TIMED_OUT


def test_the_proof_of_an_encrypted_connection_is_kept(tmp_path: Path, small: WebSettings) -> None:
    with tls_server(tmp_path) as host:
        certificate = tmp_path / "own.pem"
        connector = Trusting(int(host.rpartition(":")[2]), certificate)
        fetcher = Fetcher(small, resolver=lambda host, port: ["93.184.216.34"], connector=connector)
        answer = fetcher.fetch("https://paper.example/a")
    assert answer.outcome is Outcome.FETCHED, answer.detail
    shown = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert answer.certificate_sha256 == shown.fingerprint(hashes.SHA256()).hex()
    assert answer.tls_version == "TLSv1.3"
    assert answer.charset_declared == "koi8-r"
    assert dict(answer.options or ())["max_wire_bytes"] == "100000"


def test_without_encryption_there_is_no_proof(small: WebSettings) -> None:
    with hostile_server() as server:
        answer = Fetcher(small, [server.host]).fetch(server.url("/ok"))
    assert (answer.tls_version, answer.certificate_sha256) == (None, None)
    assert answer.charset_declared == "utf-8"
