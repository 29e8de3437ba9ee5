"""Cuts the work of a flow into batches, one task each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from factdesk.sources.gather import SourceRequest

Thing = TypeVar("Thing")


def plan_batches(things: Sequence[Thing], size: int) -> list[list[Thing]]:
    """Return ``things`` in batches of at most ``size``, in their order."""
    return [list(things[start : start + size]) for start in range(0, len(things), size)]


def plan_gathering(requests: Iterable[SourceRequest], size: int) -> list[list[SourceRequest]]:
    """Return requests in batches of at most ``size``, with the links of one host side by side.

    A host that refuses connections is then met in one batch (or in neighbours, when it has more
    links than a batch holds) and spoils the luck of no other.
    """
    by_host: dict[str, list[SourceRequest]] = {}
    for request in requests:
        by_host.setdefault(host_of(request), []).append(request)
    batches: list[list[SourceRequest]] = []
    for links in by_host.values():
        for part in plan_batches(links, size):
            if batches and len(batches[-1]) + len(part) <= size:
                batches[-1].extend(part)
            else:
                batches.append(part)
    return batches


def host_of(request: SourceRequest) -> str:
    """Return the host (with port) of a link, or "file" for a given file, or "unreadable"."""
    if request.path is not None:
        return "file"
    try:
        return urlsplit(request.url).netloc.rpartition("@")[2].lower() or "unreadable"
    except ValueError:
        return "unreadable"
