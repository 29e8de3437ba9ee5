"""Sends one plain mail through the mail server of ``[notify]``."""

from __future__ import annotations

import smtplib
import socket
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from factdesk.config import NotifySettings
from factdesk.errors import DeliveryError

PASSWORD_VARIABLE = "FACTDESK_SMTP_PASSWORD"
SMTP_SECONDS = 10.0
"""For each answer of the mail server."""


def send_mail(
    settings: NotifySettings,
    password: str | None,
    subject: str,
    text: str,
    *,
    when: datetime,
    message_id: str,
) -> None:
    """Hand one mail to the mail server. Raises DeliveryError.

    A server that says no for good (5xx) to the sender, every recipient or the text is not asked again.
    A login that fails is: the operator may mend the password meanwhile.
    """
    mail = compose_mail(settings, subject, text, when=when, message_id=message_id)
    host = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with _connect(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, _require(password))
            server.send_message(mail, settings.email_from, settings.email_to)
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"the mail server {host} refuses the login ({error.smtp_code}); mend notify.smtp_user or "
            f"{PASSWORD_VARIABLE}",
            may_pass=True,
        ) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _refused(host, error.smtp_code) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(host, min(code for code, _ in error.recipients.values())) from error
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise DeliveryError(f"the mail server {host} cannot be used ({said})", may_pass=True) from error


def compose_mail(
    settings: NotifySettings, subject: str, text: str, *, when: datetime, message_id: str
) -> EmailMessage:
    """Return the mail as it is sent: plain text, marked as made by a machine."""
    mail = EmailMessage()
    mail["From"] = settings.email_from
    mail["To"] = ", ".join(settings.email_to)
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(when)
    # The same for each try, so that a mail that comes twice is known again.
    mail["Message-ID"] = f"<{message_id}@{settings.email_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


def _connect(settings: NotifySettings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(
            host, port, _own_name(), timeout=SMTP_SECONDS, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(host, port, _own_name(), timeout=SMTP_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _own_name() -> str:
    """Else smtplib would ask the name service for our full name, which takes long where there is none."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _require(password: str | None) -> str:
    if not password:
        raise DeliveryError(
            f"notify.smtp_user is set and the environment variable {PASSWORD_VARIABLE} is not; set it and "
            "start factdesk up again",
            may_pass=True,
        )
    return password


def _refused(host: str, code: int) -> DeliveryError:
    return DeliveryError(
        f"the mail server {host} refuses the mail ({code}); mend notify.email_from or notify.email_to",
        may_pass=code < 500,
    )
