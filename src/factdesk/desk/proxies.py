"""The server that stands before the desk: which requests come from it, and what is believed of them.

Anybody can send a header. So one counts only where the connection itself comes from a configured address; in
every other case it is as if it were not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from factdesk.config import DeskSettings

FORWARDED_FOR = "x-forwarded-for"
LONGEST_ADDRESS = 64
"""What is longer than an address is cut: it is remembered with the tries."""

_WITH_PORT = re.compile(
    r"""
    \[ (?P<six> [^\[\]]+ ) \] (?: : \d+ )?  # [2001:db8::1]:4711
    | (?P<four> [\d.]+ ) : \d+                 # 203.0.113.9:4711, as Azure's gateway writes it
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Proxies:
    """The servers before one desk. ``header`` is the one in which they say who somebody is."""

    networks: Sequence[IPv4Network | IPv6Network]
    header: str

    @classmethod
    def of(cls, settings: DeskSettings) -> Proxies:
        """Return those of the settings."""
        return cls([ip_network(one) for one in settings.proxy_addresses], settings.proxy_header)

    def sent(self, request: Request) -> bool:
        """Whether a request comes from one of them."""
        return self._knows(request.client.host if request.client else "")

    def name_in(self, request: Request) -> str | None:
        """Return the name that one of them gives, as it is written; None where none gives exactly one.

        Two such headers mean that a visitor's own one was let through.
        """
        told = request.headers.getlist(self.header) if self.sent(request) else []
        if len(told) != 1 or not told[0].strip():
            return None
        try:
            # Headers are bytes, and the framework reads them as latin-1.
            return told[0].encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return None

    def address_of(self, request: Request) -> str:
        """Return the address of the visitor: the last that no server of ours has, as they tell it."""
        address = request.client.host if request.client else ""
        if not self._knows(address):
            return address
        told = ",".join(request.headers.getlist(FORWARDED_FOR)).split(",")
        others = [one.strip() for one in told if one.strip() and not self._knows(one.strip())]
        # Written in one way, for tries are counted by it.
        return str(_plain(others[-1]) or others[-1])[:LONGEST_ADDRESS] if others else address

    def _knows(self, address: str) -> bool:
        found = _plain(address)
        return found is not None and any(found in one for one in self.networks)


def _plain(address: str) -> IPv4Address | IPv6Address | None:
    """Return an address; one of IPv4 that is written as IPv6 as itself, and one with a port without it."""
    bare = _WITH_PORT.fullmatch(address)
    try:
        found = ip_address((bare["six"] or bare["four"]) if bare else address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
