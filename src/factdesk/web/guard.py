"""The guard: which addresses may be asked at all.

`check_url` looks at an address as written, before anything is resolved; `address_fault` looks at an IP
address, at the moment of connecting (see `backend`). Both run for a link and again for every redirect.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from factdesk.web.url_parts import BadUrlError, bracketed, canonical_host, split_url

MAX_URL_CHARACTERS = 4096
"""Longer addresses are not sent: servers refuse them at 8 KB, and no article has one."""

BAD_PORTS = frozenset(
    {1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102}
    | {103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465}
    | {512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993}
    | {995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667}
    | {6668, 6669, 6679, 6697, 10080, 11211}
)
"""Ports on which no web page is served: the list of the Fetch standard, and two caches."""

_UNSEEN = frozenset(
    chr(code)
    for codes in (
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
    for code in codes
)
"""Fillers and variation selectors, which IDNA drops: two hosts that look and read alike would be one. All
other characters that nobody sees are control characters to `_check_characters`."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NOT_PUBLIC = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # the metadata service of one cloud has a public address
        "2001::/23",  # IETF protocols, Teredo (2001::/32) among them
        "2001:db8::/32", "2002::/16",  # documentation; 6to4
        "3fff::/20",  # documentation
    )
)  # fmt: skip
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
"""All other IPv6 blocks are mapped (::ffff:0:0/96), NAT64, local (fc00::/7, fe80::/10, fec0::/10),
multicast or unassigned."""


class BlockedError(Exception):
    """The guard refuses an address; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class CheckedUrl:
    """An address that passed `check_url`, in the parts that are sent."""

    url: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """``host:port``, the port always written."""
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt speaks for."""
        return f"{self.scheme}://{self.authority}"


def check_url(url: str, allow_hosts: Collection[str] = ()) -> CheckedUrl:
    """Return the address in parts. Raises BlockedError, in one sentence, when it must not be asked."""
    text = url.strip(" \t\r\n\f")
    if len(text) > MAX_URL_CHARACTERS:
        raise BlockedError(f"the address was not asked: it is longer than {MAX_URL_CHARACTERS} characters")
    _check_characters(text)
    try:
        parts = split_url(text)
    except BadUrlError as error:
        raise BlockedError(f"the address was not asked: {error}") from error
    _check_host_as_written(text)
    if parts.port in BAD_PORTS and parts.authority not in allow_hosts:
        raise BlockedError(f"the address was not asked: no web page is served on port {parts.port}")
    query = "" if parts.query is None else f"?{parts.query}"
    return CheckedUrl(
        url=text,
        scheme=parts.scheme,
        host=parts.host,
        port=parts.port,
        target=_escape_for_wire((parts.path or "/") + query),
    )


def _check_characters(text: str) -> None:
    for character in text:
        if character == "\\":
            raise BlockedError("the address was not asked: it contains a backslash")
        if character.isspace():
            raise BlockedError("the address was not asked: it contains white space")
        if unicodedata.category(character) in {"Cc", "Cs", "Cf"}:
            raise BlockedError("the address was not asked: it contains a control character")


def _check_host_as_written(text: str) -> None:
    """Refuse a host that only looks like another: full-width digits, circled letters, odd full stops."""
    host = text.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    if host.isascii():
        return
    if any(character in _UNSEEN for character in host):
        raise BlockedError("the address was not asked: its host contains an invisible character")
    composed = unicodedata.normalize("NFC", host)
    if unicodedata.normalize("NFKC", host) != composed or "\u3002" in host or "\uff61" in host:
        raise BlockedError("the address was not asked: its host is written in look-alike characters")


def _escape_for_wire(target: str) -> str:
    """Percent-encode what may not stand in a request line; the rest stays as written."""
    return "".join(
        character
        if "!" <= character <= "~" and character not in '"<>^`{|}'
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))
        for character in target
    )


def normal_authorities(allow_hosts: Collection[str]) -> frozenset[str]:
    """Return ``host:port`` entries in the spelling of `CheckedUrl.authority`; bad ones are left out."""
    found = set()
    for entry in allow_hosts:
        host, _, port = entry.rpartition(":")
        if port.isdigit():
            try:
                found.add(f"{bracketed(canonical_host(host))}:{int(port)}")
            except BadUrlError:
                continue
    return frozenset(found)


def address_fault(address: str) -> str | None:
    """Return why an IP address must not be connected to, or None when it is public."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"{address} is not an IP address"
    if is_public(parsed):
        return None
    return f"{address} is not a public address"


def is_public(address: Address) -> bool:
    """Whether an address is reachable by everybody and is not a way into another network.

    Our own table is asked besides Python's: `is_global` of Python 3.11 holds 64:ff9b:1::/48, 6to4 and
    others to be global.
    """
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address not in _PUBLIC_IPV6):
        return False
    if any(address in block for block in _NOT_PUBLIC if block.version == address.version):
        return False
    return address.is_global and not address.is_multicast
