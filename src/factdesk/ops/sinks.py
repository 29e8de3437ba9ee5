"""The places that notifications go to: each webhook of ``[notify]``, and its e-mail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from factdesk.config import NotifySettings
from factdesk.ops.mail import send_mail
from factdesk.ops.notices import Notice
from factdesk.web.webhooks import host_of, post_json


@dataclass(frozen=True, slots=True)
class Sink:
    """``key`` is kept in files and holds no secret; ``send`` raises DeliveryError."""

    key: str
    name: str
    send: Callable[[Notice], None]


def list_sinks(settings: NotifySettings, password: str | None) -> list[Sink]:
    """Return where notices go; ``password`` is the one of the mail server."""
    sinks = [_webhook(address) for address in dict.fromkeys(settings.webhooks)]
    if settings.email_to:
        name = f"e-mail to {len(settings.email_to)} by {settings.smtp_host}"
        sinks.append(Sink("e-mail", name, partial(_mail, settings, password)))
    return sinks


def _webhook(address: str) -> Sink:
    digest = hashlib.sha256(address.encode("utf-8")).hexdigest()[:16]
    return Sink(
        f"webhook {digest}",
        f"webhook at {host_of(address)}",
        lambda notice: post_json(address, notice.as_body()),
    )


def _mail(settings: NotifySettings, password: str | None, notice: Notice) -> None:
    send_mail(
        settings,
        password,
        f"[factdesk] {notice.subject}",
        f"{notice.text}\n",
        when=datetime.fromisoformat(notice.when),
        message_id=notice.message_id,
    )
