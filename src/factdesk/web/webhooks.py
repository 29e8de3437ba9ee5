"""Posts JSON to addresses that the operator named in the settings.

They may lie in the operator's own network, so that the guard for sources does not look at them. An address
often holds a secret in its path: sentences name its host alone.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from factdesk import __version__
from factdesk.errors import DeliveryError

POST_SECONDS = 10.0
CONNECT_SECONDS = 5.0

_HEADERS = {"content-type": "application/json; charset=utf-8", "user-agent": f"Factdesk/{__version__}"}


def post_json(address: str, body: Mapping[str, object], *, seconds: float = POST_SECONDS) -> None:
    """Post one JSON object. Raises DeliveryError unless the answer is a 2xx.

    Another try may help after trouble with the connection, a 5xx and a 429, and after nothing else.
    Redirects are not followed. The body of the answer is not read.
    """
    host = host_of(address)
    try:
        with httpx.stream(
            "POST",
            address,
            content=json.dumps(body, ensure_ascii=False).encode("utf-8"),
            headers=_HEADERS,
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            trust_env=not _is_loopback(address),
        ) as answer:
            code = answer.status_code
    except httpx.InvalidURL as error:
        raise DeliveryError(
            f"the webhook at {host} has an address that cannot be asked; mend notify.webhooks", may_pass=False
        ) from error
    except httpx.HTTPError as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise DeliveryError(f"the webhook at {host} cannot be reached ({said})", may_pass=True) from error
    if not 200 <= code < 300:
        raise _refusal(host, code)


def _refusal(host: str, code: int) -> DeliveryError:
    if code >= 500 or code == httpx.codes.TOO_MANY_REQUESTS:
        return DeliveryError(f"the webhook at {host} answers {code}", may_pass=True)
    return DeliveryError(
        f"the webhook at {host} refuses the message ({code}); mend its address in notify.webhooks",
        may_pass=False,
    )


def host_of(address: str) -> str:
    """Return the host (with its port, without a password) of an address."""
    return urlsplit(address).netloc.rpartition("@")[2]


def _is_loopback(address: str) -> bool:
    """A proxy of the environment is asked for hosts elsewhere, never for one on this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
