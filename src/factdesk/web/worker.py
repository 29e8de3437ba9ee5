"""The reading worker: parses pages and essays in a process that may be killed.

Started as ``python -m factdesk.web.worker``. It reads frames from its standard input and answers on its
standard output: ``{"started": true}`` when the parser is loaded and the clock begins, then
``{"read": ...}`` or ``{"failed": "..."}``. It ends when its input ends, so that no worker outlives the
process that started it; a job that never ends is ended by the kernel (SIGALRM, SIGXCPU), so that this
holds in the middle of a parse too.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import IO, Any

from factdesk.model import to_json
from factdesk.web.bombs import find_tag_bomb, without_long_json_ld
from factdesk.web.frames import HEAD, BadFrameError, pack_frame, unpack_head, unpack_lengths

PAGE_READER = "factdesk.reading.page_text:read_page"
ESSAY_READER = "factdesk.reading.essay_text:read_essay_text"
FEED_READER = "factdesk.reading.feeds:read_feed"

MAX_OPEN_FILES = 64
MAX_FILE_BYTES = 16 * 1024 * 1024
"""Enough for a compiled module, nothing for a parser that writes."""

FATAL = (MemoryError, RecursionError)
"""After these the worker ends: what is left of its memory cannot be trusted."""


JOBS_PER_SWEEP = 20
"""A full collection costs half as much as reading a page; parsed trees hold cycles, so some are needed."""


def main(arguments: list[str] | None = None) -> int:
    """Serve frames until the input ends."""
    options = _read_options(arguments)
    sys.path[:0] = options.path
    incoming, outgoing = _take_pipes()
    _limit_process(options.memory_bytes)
    readers = {"page": options.page, "essay": options.essay, "feed": options.feed}
    jobs = 0
    while (frame := _read_frame(incoming)) is not None:
        head, body = frame
        try:
            read = _load(readers[head["job"]])
            outgoing.write(pack_frame({"started": True}))
            outgoing.flush()
            _limit_job(options.wall_seconds, options.cpu_seconds)
            answer = pack_frame({"read": _read(read, head["job"], body, head["arguments"])})
        except FATAL as error:
            outgoing.write(pack_frame({"failed": f"the reader ran out of room ({type(error).__name__})"}))
            outgoing.flush()
            return 1
        except Exception as error:  # the worker's outermost wall: it becomes a recorded outcome
            answer = pack_frame({"failed": _reason(error)})
        _unlimit_job()
        outgoing.write(answer)
        outgoing.flush()
        del frame, body, answer
        _sweep(jobs := jobs + 1)
    return 0


def _sweep(jobs: int) -> None:
    """Free the trees of read pages now and then; the reader's own modules are never looked at again."""
    if jobs == 1:
        gc.collect()
        gc.freeze()
    elif jobs % JOBS_PER_SWEEP == 0:
        gc.collect()


def _read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m factdesk.web.worker")
    parser.add_argument("--wall-seconds", type=float, required=True)
    parser.add_argument("--cpu-seconds", type=int, required=True)
    parser.add_argument("--memory-bytes", type=int, required=True)
    parser.add_argument("--page", default=PAGE_READER, help="module:function that reads pages")
    parser.add_argument("--essay", default=ESSAY_READER, help="module:function that reads essays")
    parser.add_argument("--feed", default=FEED_READER, help="module:function that reads feeds")
    parser.add_argument("--path", action="append", default=[], help="folder to import readers from")
    return parser.parse_args(arguments)


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep the pipes for frames alone: whatever a library prints goes nowhere."""
    incoming = os.fdopen(os.dup(0), "rb", buffering=0)
    outgoing = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    return incoming, outgoing


def _limit_process(memory_bytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes our input
    _lower(resource.RLIMIT_AS, memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    _lower(resource.RLIMIT_FSIZE, MAX_FILE_BYTES)


def _lower(limit: int, value: int) -> None:
    """Set a soft limit, never above the hard one that the machine's own rules have set."""
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _limit_job(wall_seconds: float, cpu_seconds: int) -> None:
    """The parent kills us at the wall limit; the alarm does, a second later, if there is no parent."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(spent.ru_utime + spent.ru_stime) + 1 + cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds + 1)


def _unlimit_job() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _read_frame(incoming: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Return the next frame, or None at the end of the input."""
    start = _read_exactly(incoming, HEAD.size)
    if start is None:
        return None
    try:
        head_bytes, body_bytes = unpack_lengths(start)
        text = _read_exactly(incoming, head_bytes)
        body = _read_exactly(incoming, body_bytes)
        return None if text is None or body is None else (unpack_head(text), body)
    except BadFrameError:
        return None


def _read_exactly(incoming: IO[bytes], count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        part = incoming.read(min(count - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _load(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return loaded


def _read(read: Callable[..., Any], job: str, content: bytes, arguments: dict[str, Any]) -> Any:
    is_markup = job != "essay" or arguments.get("form") == "html"
    bomb = find_tag_bomb(content) if is_markup else None
    if bomb is not None:
        raise ValueError(bomb)
    if job == "page":
        content = without_long_json_ld(content)
    return to_json(read(content, **arguments))


def _reason(error: Exception) -> str:
    if isinstance(error, ValueError) and str(error).startswith("a tag of the page"):
        return str(error)
    return f"the reader failed ({type(error).__name__})"


if __name__ == "__main__":
    sys.exit(main())
