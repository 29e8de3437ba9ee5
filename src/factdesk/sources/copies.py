"""Syndicated copies: one text on several hosts is one source, however many links lead to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from factdesk.model import Block
from factdesk.text.folds import words_sha256

_SAME_SITE = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
"""Host names under which one site shows its pages."""


@dataclass(frozen=True, slots=True)
class HostedText:
    """A source's text as copies are told: where it stands, and the hash of its words (None: too few)."""

    source_id: UUID
    url: str | None
    words_sha256: str | None


def main_words_sha256(text: str, blocks: Sequence[Block]) -> str | None:
    """Return the hash of the words of a snapshot's main text.

    Tables and captions stand outside: each host has its own pictures.
    """
    spans = [block.span for block in blocks if block.form == "main"]
    return words_sha256(" ".join(span.cut(text) for span in spans) if spans else text)


def group_copies(texts: Iterable[HostedText]) -> list[frozenset[UUID]]:
    """Return the groups of sources that are one text on two hosts or more, in the order of their first."""
    alike: dict[str, list[HostedText]] = defaultdict(list)
    for text in texts:
        if text.words_sha256 is not None:
            alike[text.words_sha256].append(text)
    return [
        frozenset(one.source_id for one in group)
        for group in alike.values()
        if len({host_of(one.url) for one in group}) > 1
    ]


def host_of(url: str | None) -> str:
    """Return the host of an address without what one site puts before its name; empty for none."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return _SAME_SITE.sub("", host.lower())
