"""Mail is handed to a real mail server on loopback: plain, with a login, by STARTTLS."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from factdesk.config import NotifySettings
from factdesk.errors import DeliveryError
from factdesk.ops.mail import send_mail
from factdesk.ops.prefect_server import free_port
from notification_sinks import mail_sink

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def settings(port, **changed):
    told = {
        "email_to": ("desk@paper.example", "night@paper.example"),
        "email_from": "factdesk@paper.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
    }
    return NotifySettings(**{**told, **changed})


def send(told, password=None, subject="check-essays failed"):
    send_mail(told, password, subject, "It failed.\n", when=NOON, message_id="abc")


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sink")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "sink.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_plain_mail_arrives_at_everybody():
    with mail_sink() as sink:
        send(settings(sink.port))
    (mail,) = sink.mails
    assert mail["Subject"] == "check-essays failed"
    assert mail["From"] == "factdesk@paper.example"
    assert mail["Message-ID"] == "<abc@paper.example>"
    assert mail.get_content().split() == ["It", "failed."]
    assert sink.recipients == [["desk@paper.example", "night@paper.example"]]


def test_a_line_break_in_a_subject_becomes_no_header():
    with mail_sink() as sink:
        send(settings(sink.port), subject="failed\r\nBcc: all@paper.example")
    assert sink.mails[0]["Bcc"] is None
    assert sink.mails[0]["Subject"] == "failed Bcc: all@paper.example"


def test_starttls_and_a_login(tls, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_sink(tls=tls, user="desk", password="pass word") as sink:
        send(settings(sink.port, smtp_security="starttls", smtp_user="desk"), "pass word")
    assert len(sink.mails) == 1
    assert sink.was_encrypted == [True]


def test_a_certificate_that_nobody_vouches_for_is_refused(tls):
    with mail_sink(tls=tls) as sink, pytest.raises(DeliveryError, match="certificate verify failed"):
        send(settings(sink.port, smtp_security="starttls"))
    assert sink.mails == []


def test_a_server_without_starttls_gets_no_mail_in_clear():
    with mail_sink() as sink, pytest.raises(DeliveryError, match="STARTTLS"):
        send(settings(sink.port, smtp_security="starttls"))
    assert sink.mails == []


def test_a_wrong_password_is_named_and_may_be_mended():
    with mail_sink(user="desk", password="right") as sink:
        with pytest.raises(DeliveryError, match=r"refuses the login .*FACTDESK_SMTP_PASSWORD") as caught:
            send(settings(sink.port, smtp_user="desk"), "wrong")
        with pytest.raises(DeliveryError, match="FACTDESK_SMTP_PASSWORD is not; set it"):
            send(settings(sink.port, smtp_user="desk"), None)
    assert caught.value.may_pass
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("code", "may_pass"), [(550, False), (451, True)])
def test_a_refusal_for_good_is_not_tried_again(verb, code, may_pass):
    with (
        mail_sink(refuse={verb: f"{code} not here"}) as sink,
        pytest.raises(DeliveryError, match=rf"refuses the mail \({code}\)") as caught,
    ):
        send(settings(sink.port))
    assert caught.value.may_pass is may_pass


def test_a_mail_server_that_is_down_may_come_back():
    with pytest.raises(DeliveryError, match="cannot be used") as caught:
        send(settings(free_port()))
    assert caught.value.may_pass
