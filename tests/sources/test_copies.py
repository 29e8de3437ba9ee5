"""One text on several hosts is one source; the same site under two names is not two hosts."""

from __future__ import annotations

from uuid import UUID

import pytest

from factdesk.model import Block, Span
from factdesk.sources.copies import HostedText, group_copies, host_of, main_words_sha256

ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))


def test_sources_with_the_same_words_on_other_hosts_are_one_text() -> None:
    texts = [
        HostedText(ONE, "https://agency.example/a", "x"),
        HostedText(TWO, "https://paper.example/b", "x"),
        HostedText(THREE, "https://paper.example/c", "y"),
        HostedText(FOUR, "https://other.example/d", None),
    ]
    assert group_copies(texts) == [frozenset({ONE, TWO})]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.example/a", "https://www.paper.example/a?print=1"),
        ("https://m.paper.example/a", "http://amp.paper.example:8080/a"),
        (None, "http://["),
    ],
)
def test_one_site_does_not_copy_itself(one: str | None, other: str) -> None:
    assert host_of(one) == host_of(other)
    assert group_copies([HostedText(ONE, one, "x"), HostedText(TWO, other, "x")]) == []


def test_too_few_words_are_never_copies() -> None:
    texts = [HostedText(ONE, "https://a.example/", None), HostedText(TWO, "https://b.example/", None)]
    assert group_copies(texts) == []


def test_only_the_main_text_tells_copies() -> None:
    main = "Seats on every flight were gone by noon. " * 8
    captioned = f"{main}\n\nA queue before dawn"
    blocks = (Block("main", Span(0, len(main))), Block("caption", Span(len(main) + 2, len(captioned))))
    assert main_words_sha256(captioned, blocks) == main_words_sha256(main, ()) is not None
    assert main_words_sha256(captioned, ()) != main_words_sha256(main, ())
