"""Undoes Content-Encoding without ever holding more than the cap.

A gzip, brotli or zstandard bomb of one megabyte unpacks to three gigabytes; here it stops at the cap.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import brotli
import zstandard

MAX_ENCODINGS = 2
MAX_GZIP_MEMBERS = 64
"""Members of one gzip body; real servers send one, a bomb of empty members costs quadratic time."""

MAX_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
"""What RFC 9659 asks of every browser."""

_STEP_BYTES = 64 * 1024


class UndecodableError(Exception):
    """The body is not what its Content-Encoding says; the message says why."""


class DecodedTooBigError(Exception):
    """The body unpacks to more than the cap."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The unpacked body, and whether it ended as its format demands."""

    content: bytes
    is_complete: bool


def decode(body: bytes, content_encoding: str, max_bytes: int) -> Decoded:
    """Undo all encodings of a Content-Encoding header, the last one first.

    Raises UndecodableError for an unknown encoding, more than two, or a broken body; DecodedTooBigError past
    ``max_bytes``.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    if len(names) > MAX_ENCODINGS:
        raise UndecodableError(f"it is packed {len(names)} times over")
    is_complete = True
    for name in reversed(names):
        if not body:
            break
        step = _decode_one(name, body, max_bytes)
        body, is_complete = step.content, is_complete and step.is_complete
    if len(body) > max_bytes:
        raise DecodedTooBigError(f"it is longer than {max_bytes} bytes")
    return Decoded(body, is_complete)


def _decode_one(name: str, body: bytes, max_bytes: int) -> Decoded:
    try:
        if name in {"gzip", "x-gzip"}:
            return _gunzip(body, max_bytes)
        if name == "deflate":
            return _inflate(body, max_bytes)
        if name == "br":
            return _unbrotli(body, max_bytes)
        if name == "zstd":
            return _unzstd(body, max_bytes)
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise UndecodableError(f"it is not {name} as it says") from error
    raise UndecodableError(f"its encoding {name[:40]!r} is unknown")


def _gunzip(body: bytes, max_bytes: int) -> Decoded:
    parts: list[bytes] = []
    size = 0
    for _ in range(MAX_GZIP_MEMBERS):
        unpacker = zlib.decompressobj(wbits=31)
        part = unpacker.decompress(body, max_bytes + 1 - size)
        size += len(part)
        parts.append(part)
        _require_within(size, max_bytes)
        body = unpacker.unused_data
        if not unpacker.eof or not body.startswith(b"\x1f\x8b"):
            return Decoded(b"".join(parts), unpacker.eof)
    raise UndecodableError(f"it is made of more than {MAX_GZIP_MEMBERS} gzip members")


def _inflate(body: bytes, max_bytes: int) -> Decoded:
    """Servers send zlib, as the standard says, or a raw stream, as old browsers taught them."""
    try:
        return _inflate_as(body, max_bytes, wbits=15)
    except zlib.error:
        return _inflate_as(body, max_bytes, wbits=-15)


def _inflate_as(body: bytes, max_bytes: int, wbits: int) -> Decoded:
    unpacker = zlib.decompressobj(wbits=wbits)
    content = unpacker.decompress(body, max_bytes + 1)
    _require_within(len(content), max_bytes)
    return Decoded(content, unpacker.eof)


def _unbrotli(body: bytes, max_bytes: int) -> Decoded:
    unpacker = brotli.Decompressor()
    parts = [unpacker.process(body, output_buffer_limit=_STEP_BYTES)]
    size = len(parts[0])
    while not unpacker.is_finished():
        part = unpacker.process(b"", output_buffer_limit=_STEP_BYTES)
        if not part:
            break
        size += len(part)
        parts.append(part)
        _require_within(size, max_bytes)
    _require_within(size, max_bytes)
    return Decoded(b"".join(parts), unpacker.is_finished())


def _unzstd(body: bytes, max_bytes: int) -> Decoded:
    unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW_BYTES)
    parts: list[bytes] = []
    size = 0
    with unpacker.stream_reader(body, read_across_frames=False) as reader:
        while part := reader.read(_STEP_BYTES):
            size += len(part)
            parts.append(part)
            _require_within(size, max_bytes)
    return Decoded(b"".join(parts), _zstd_has_its_end(body, size))


def _zstd_has_its_end(body: bytes, size: int) -> bool:
    """Whether the frame told its size and all of it came (a stream without a size is taken as whole)."""
    promised = zstandard.frame_content_size(body)
    return promised < 0 or promised == size


def _require_within(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise DecodedTooBigError(f"it unpacks to more than {max_bytes} bytes")
