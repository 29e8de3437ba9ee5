"""The frames that go through the pipes of a reading worker: a length, a JSON head, raw bytes.

JSON and not pickle: what comes back was made by a parser that a hostile page may have taken over, and
reading a pickle runs what is in it.
"""

from __future__ import annotations

import json
import struct
from typing import Any

HEAD = struct.Struct(">II")
"""Length of the JSON head and length of the bytes after it, each 4 bytes."""

MAX_HEAD_BYTES = 128 * 1024 * 1024
MAX_BODY_BYTES = 256 * 1024 * 1024


class BadFrameError(Exception):
    """What came through the pipe is no frame."""


def pack_frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return HEAD.pack(len(text), len(body)) + text + body


def unpack_lengths(start: bytes) -> tuple[int, int]:
    """Return the two lengths of a frame's first 8 bytes. Raises BadFrameError."""
    head, body = HEAD.unpack(start)
    if head > MAX_HEAD_BYTES or body > MAX_BODY_BYTES:
        raise BadFrameError("the frame is too long")
    return head, body


def unpack_head(text: bytes) -> dict[str, Any]:
    """Return the JSON head of a frame. Raises BadFrameError."""
    try:
        head = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadFrameError("the frame's head is not JSON") from error
    if not isinstance(head, dict):
        raise BadFrameError("the frame's head is not an object")
    return head
