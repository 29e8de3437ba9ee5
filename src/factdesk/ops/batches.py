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
    """Return requests in batches of at most ``size``, the links of one host spread over all of them.

    A host gets few connections and a pause between two requests: a batch of its links alone would keep the
    others waiting, and one that is down would make a whole batch look as if the network were.
    """
    by_host: dict[str, list[SourceRequest]] = {}
    for request in requests:
        by_host.setdefault(host_of(request), []).append(request)
    # Each link stands at its share of the way through its host's links.
    placed = [
        ((number + 0.5) / len(links), link) for links in by_host.values() for number, link in enumerate(links)
    ]
    return plan_batches([link for _, link in sorted(placed, key=lambda pair: pair[0])], size)


def host_of(request: SourceRequest) -> str:
    """Return the host (with port) of a link, or "file" for a given file, or "unreadable"."""
    if request.path is not None:
        return "file"
    try:
        return urlsplit(request.url).netloc.rpartition("@")[2].lower() or "unreadable"
    except ValueError:
        return "unreadable"
