"""Splits an http address without any mercy for what a browser would mend.

One split serves both the check and the connection, so that the two cannot understand an address in
two ways (the root of most tricks against a guard).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

import idna

MAX_HOST_CHARACTERS = 253
"""Longest host name of RFC 1035, in its ASCII form."""

DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(
    r"""
    [A-Za-z]+ ://
    (?P<authority> [^/?\#]* )
    (?P<path> [^?\#]* )
    (?: \? (?P<query> [^\#]* ) )?
    (?: \# (?P<fragment> .* ) )?
    """,
    re.VERBOSE | re.DOTALL,
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER_LABEL = re.compile(r"0x[0-9a-f]*|[0-9]+")
_PORT = re.compile(r"[0-9]{0,5}")


class BadUrlError(ValueError):
    """An address that cannot be split or whose host is none; the message says why."""


@dataclass(frozen=True, slots=True)
class UrlParts:
    """An http or https address in parts; host in ASCII and lower case, without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    query: str | None

    @property
    def authority(self) -> str:
        """``host:port``, the port always written and an IPv6 address in brackets."""
        return f"{bracketed(self.host)}:{self.port}"


def split_url(url: str) -> UrlParts:
    """Split an address. Raises BadUrlError for another scheme, a user name, a bad port or a bad host."""
    said = _SCHEME.match(url)
    scheme = said[1].lower() if said else ""
    if said and scheme not in DEFAULT_PORTS:
        raise BadUrlError(f"the scheme {scheme[:40]!r} is neither http nor https")
    found = _URL.fullmatch(url)
    if found is None:
        raise BadUrlError("it is not an address with a scheme and a host")
    if "@" in found["authority"]:
        raise BadUrlError("it carries a user name")
    host, port = _split_authority(found["authority"])
    return UrlParts(
        scheme=scheme,
        host=canonical_host(host),
        port=_read_port(port, DEFAULT_PORTS[scheme]),
        path=found["path"],
        query=found["query"],
    )


def _split_authority(authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, closed, rest = authority.partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise BadUrlError("its IPv6 address is badly written")
        return host + "]", rest[1:]
    host, _, port = authority.partition(":")
    return host, port


def _read_port(text: str, default: int) -> int:
    if not _PORT.fullmatch(text):
        raise BadUrlError("its port is not a number")
    port = int(text) if text else default
    if not 1 <= port <= 65535:
        raise BadUrlError("its port does not exist")
    return port


def canonical_host(host: str) -> str:
    """Return a host in ASCII and lower case: punycode, no trailing dot, IPv6 shortened, no brackets.

    Raises BadUrlError when it is no host name and no plainly written IP address.
    """
    if host.startswith("["):
        return _canonical_ipv6(host[1:-1])
    name = _ascii_host(host).removesuffix(".")
    labels = name.split(".")
    if len(name) > MAX_HOST_CHARACTERS or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadUrlError("its host is not a host name")
    if _NUMBER_LABEL.fullmatch(labels[-1]):
        return _canonical_ipv4(name)
    return name


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host.lower()
    if len(host) > MAX_HOST_CHARACTERS:
        raise BadUrlError("its host is too long")
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise BadUrlError("its host is not a host name") from error


def _canonical_ipv4(name: str) -> str:
    """Only four plain decimal numbers: 2130706433, 0x7f.1 and 0177.0.0.1 are disguises."""
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError as error:
        raise BadUrlError("its IP address is written in disguise") from error


def _canonical_ipv6(text: str) -> str:
    if "%" in text:
        raise BadUrlError("its IPv6 address names a network interface")
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError as error:
        raise BadUrlError("its IPv6 address is badly written") from error


def bracketed(host: str) -> str:
    """Return a host as it stands in an address: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host
