"""What a value of the settings may be: numbers with their bounds, and addresses of several kinds.

Each check raises ValueError with a clause; `factdesk.config` says beside it which key and file are at fault.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Bytes = Annotated[int, Field(ge=1024)]
Count = Annotated[int, Field(ge=1, le=1000)]

HOST_PORT = r"^(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+):\d{1,5}$"
HostPort = Annotated[str, Field(pattern=HOST_PORT)]


def _checked_webhook(address: str) -> str:
    """An address may hold a secret in its path, so that the fault does not repeat it."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or not address.isprintable():
        raise ValueError("it must begin with https:// or http:// and name a host")
    if " " in address or parts.port == 0:
        raise ValueError("it holds a space or a port that cannot be")
    return address


Webhook = Annotated[str, AfterValidator(_checked_webhook)]


def _checked_feed(address: str) -> str:
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or not address.isprintable() or " " in address:
        raise ValueError(
            f"a feed's address begins with https:// or http:// and names a host, not {address!r}"
        )
    return address


FeedAddress = Annotated[str, AfterValidator(_checked_feed)]


def _checked_network(address: str) -> str:
    try:
        network = ip_network(address)
    except ValueError as error:
        raise ValueError(
            f"{address!r} is no address or network; write for example 127.0.0.1 or 10.0.0.0/24"
        ) from error
    if network.prefixlen == 0:
        raise ValueError(f"{address!r} is every address there is, so that anybody could say to be anybody")
    return address


NetworkAddress = Annotated[str, AfterValidator(_checked_network)]

CLAIM_ID_PLACE = "{claim_id}"
"""Stands in an address for the id of a claim."""


def _checked_page(address: str) -> str:
    parts = urlsplit(address)
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    if address and not is_web:
        raise ValueError(f"it begins with https:// or http:// and names a host, not {address!r}")
    if not address.isprintable() or " " in address:
        raise ValueError(f"it holds a space or a control character: {address!r}")
    return address


def _checked_claim_page(address: str) -> str:
    if address and CLAIM_ID_PLACE not in urlsplit(_checked_page(address)).path:
        raise ValueError(
            f"its path must hold {CLAIM_ID_PLACE}, as in https://desk.example/checks/{CLAIM_ID_PLACE}"
        )
    return address


PageAddressOrNone = Annotated[str, AfterValidator(_checked_page)]
ClaimPageOrNone = Annotated[str, AfterValidator(_checked_claim_page)]
MAIL_ADDRESS = r"^[^@\s,;<>]+@[^@\s,;<>]+$"
MailAddress = Annotated[str, Field(pattern=MAIL_ADDRESS)]
MailAddressOrNone = Annotated[str, Field(pattern=f"^$|{MAIL_ADDRESS}")]


def named_once(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return kinds of claims, of which there must be one and none twice. Raises ValueError."""
    if not kinds:
        raise ValueError("it is empty, so that no claim would be found; name at least one kind")
    if twice := next((kind for kind in kinds if kinds.count(kind) > 1), None):
        raise ValueError(f"it names {twice!r} twice")
    return kinds
