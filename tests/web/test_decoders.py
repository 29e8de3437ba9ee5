from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factdesk.web.decoders import Decoded, DecodedTooBigError, UndecodableError, decode
from web.hostile import BOMBS, pack

ENCODINGS = ["gzip", "br", "zstd", "deflate"]


@given(st.binary(max_size=5000), st.lists(st.sampled_from(ENCODINGS), max_size=2))
def test_what_is_packed_is_unpacked(content: bytes, encodings: list[str]) -> None:
    packed = content
    for encoding in encodings:
        packed = pack(packed, encoding)
    assert decode(packed, ", ".join(encodings), 10_000) == Decoded(content, is_complete=True)


@given(st.binary(max_size=300), st.sampled_from(ENCODINGS))
def test_noise_is_undecodable_or_cut_and_nothing_else(noise: bytes, encoding: str) -> None:
    try:
        size = len(decode(noise, encoding, 100_000).content)
    except (UndecodableError, DecodedTooBigError):
        size = 0
    assert size <= 100_000


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_bomb_is_never_unpacked_past_the_cap(encoding: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(DecodedTooBigError):
            decode(BOMBS[encoding], encoding, 100_000)
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd"])
def test_what_is_cut_says_so(encoding: str) -> None:
    content = bytes(i * i % 251 for i in range(40_000))
    cut = decode(pack(content, encoding)[:-9], encoding, 100_000)
    assert not cut.is_complete
    assert content.startswith(cut.content)


def test_a_body_without_encoding_is_left_alone_and_capped() -> None:
    assert decode(b"abc", "", 3).content == b"abc"
    assert decode(b"abc", " identity ,", 3).content == b"abc"
    with pytest.raises(DecodedTooBigError):
        decode(b"abcd", "", 3)
