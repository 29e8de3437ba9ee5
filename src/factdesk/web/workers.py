"""The pool of reading workers: threads give it bytes and get back text, or hear that the reader died.

A worker starts when it is first needed, is killed when a page takes too long or too much memory, and
is started again for the next one: the pool never shrinks.
"""

from __future__ import annotations

import os
import queue
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

from factdesk.config import ReadingSettings
from factdesk.model import from_json
from factdesk.web.frames import HEAD, BadFrameError, pack_frame, unpack_head, unpack_lengths
from factdesk.web.worker import ESSAY_READER, FEED_READER, PAGE_READER

if TYPE_CHECKING:
    from factdesk.reading.essay_text import EssayText
    from factdesk.reading.feeds import FeedText
    from factdesk.reading.page_text import PageText

START_SECONDS = 60.0
"""How long a worker may take to start and load its parser, on a machine that is busy with other work."""

JOBS_PER_WORKER = 500
"""A worker is replaced after so many jobs, because parsers leak."""

_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR", "VIRTUAL_ENV")
"""The worker parses hostile bytes: it gets no other variable, so there is no secret in it."""


@dataclass(frozen=True, slots=True)
class WorkerDeath:
    """The reader did not come back; ``reason`` is one sentence.

    ``began`` is false where no reader ever came to the page (none could be started, the pool was closed):
    then the page is not to blame.
    """

    reason: str
    began: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Readers:
    """What the workers run, as ``module:function``, and folders to import it from besides our own."""

    page: str = PAGE_READER
    essay: str = ESSAY_READER
    feed: str = FEED_READER
    path: tuple[str, ...] = ()


class _DiedError(Exception):
    """The worker is dead or must be killed; the message is one sentence."""


class ReadingPool:
    """A context manager that any number of threads may share."""

    def __init__(self, settings: ReadingSettings, readers: Readers | None = None) -> None:
        self._settings = settings
        self._readers = readers or Readers()
        self._slots: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._alive: set[_Worker] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        for _ in range(settings.workers):
            self._slots.put(None)

    def __enter__(self) -> ReadingPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill all workers; jobs on their way hear that the worker died. May be called again."""
        with self._lock:
            self._is_closed = True
            workers = list(self._alive)
            self._alive.clear()
        for worker in workers:
            worker.stop()
        idle = []
        with suppress(queue.Empty):
            while True:
                idle.append(self._slots.get_nowait())
        for worker_or_none in idle:
            self._bury(worker_or_none)
            self._slots.put(None)

    @property
    def is_closed(self) -> bool:
        """Whether no job is done any more; a job that was on its way has not failed by its page's fault."""
        return self._is_closed

    def worker_ids(self) -> list[int]:
        """Return the process ids of the workers that run now."""
        with self._lock:
            return [worker.pid for worker in self._alive]

    def read_page(
        self,
        content: bytes,
        *,
        media_type: str | None,
        charset: str | None,
        url: str | None,
        status: int | None = None,
    ) -> PageText | WorkerDeath:
        """Read a page in a worker; see `factdesk.reading.page_text.read_page`."""
        from factdesk.reading.page_text import PageText

        arguments = {"media_type": media_type, "charset": charset, "url": url, "status": status}
        read: PageText | WorkerDeath = self._run("page", content, arguments, PageText)
        return read

    def read_essay_text(
        self, content: bytes, form: str, *, url: str | None = None
    ) -> EssayText | WorkerDeath:
        """Read an essay in a worker; see `factdesk.reading.essay_text.read_essay_text`."""
        from factdesk.reading.essay_text import EssayText

        read: EssayText | WorkerDeath = self._run("essay", content, {"form": form, "url": url}, EssayText)
        return read

    def read_feed(self, content: bytes, *, url: str | None, limit: int) -> FeedText | WorkerDeath:
        """Read a feed in a worker; see `factdesk.reading.feeds.read_feed`."""
        from factdesk.reading.feeds import FeedText

        read: FeedText | WorkerDeath = self._run("feed", content, {"url": url, "limit": limit}, FeedText)
        return read

    def _run(self, job: str, content: bytes, arguments: dict[str, Any], kind: type[Any]) -> Any:
        slot = self._slots.get()
        ready: _Worker | None = None
        healthy: _Worker | None = None
        try:
            slot = ready = self._ready(slot)
            read = from_json(kind, ready.run({"job": job, "arguments": arguments}, content))
            healthy = ready
            return read
        except _DiedError as death:
            began = ready is not None and ready.has_begun and not self._is_closed
            return WorkerDeath(str(death), began)
        except (ValueError, TypeError) as error:
            return WorkerDeath(f"the reader's answer could not be understood ({type(error).__name__})")
        finally:
            # After a death, and after Ctrl-C with half an answer in the pipe, the slot is kept empty.
            if healthy is None:
                self._bury(slot)
            self._slots.put(healthy)

    def _ready(self, worker: _Worker | None) -> _Worker:
        if worker is not None and worker.jobs < JOBS_PER_WORKER and worker.is_alive():
            return worker
        self._bury(worker)
        with self._lock:
            if self._is_closed:
                raise _DiedError("the reading pool was closed")
            started = _Worker(self._settings, self._readers)
            self._alive.add(started)
        return started

    def _bury(self, worker: _Worker | None) -> None:
        if worker is not None:
            worker.kill()
            with self._lock:
                self._alive.discard(worker)


class _Worker:
    """One worker process and its two pipes."""

    def __init__(self, settings: ReadingSettings, readers: Readers) -> None:
        self._settings = settings
        self.jobs = 0
        self.has_begun = False
        try:
            self._process = subprocess.Popen(
                _command(settings, readers),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_worker_environment(),
                bufsize=0,
            )
        except OSError as error:
            raise _DiedError(f"the reading worker cannot be started ({error.strerror})") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin = self._process.stdin
        self._stdout = self._process.stdout
        os.set_blocking(self._stdin.fileno(), False)
        os.set_blocking(self._stdout.fileno(), False)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process at once; a thread that waits for its answer finds the pipe at its end."""
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """End the process and close its pipes."""
        self.stop()
        self._stdin.close()
        self._stdout.close()

    def run(self, head: dict[str, Any], body: bytes) -> Any:
        """Run one job. Raises _DiedError when the worker must be buried."""
        self.jobs += 1
        self.has_begun = False
        try:
            start_by = time.monotonic() + START_SECONDS
            self._write(pack_frame(head, body), start_by)
            answer = self._read_frame(start_by, "the reading worker did not start in time")
            if "started" in answer:
                self.has_begun = True
                end_by = time.monotonic() + self._settings.wall_seconds
                answer = self._read_frame(
                    end_by, f"reading took longer than {self._settings.wall_seconds:g} seconds"
                )
        except (OSError, ValueError, BadFrameError) as error:
            raise _DiedError(self._how_it_died()) from error
        if "read" not in answer:
            raise _DiedError(str(answer.get("failed", "the reader gave no answer"))[:300])
        return answer["read"]

    def _how_it_died(self) -> str:
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "the reading worker answered nonsense"
        if code == -24:  # SIGXCPU
            return f"reading took more than {self._settings.cpu_seconds} seconds of CPU"
        if code < 0:
            return f"the reading worker was killed (signal {-code})"
        return f"the reading worker ended (exit code {code})"

    def _write(self, frame: bytes, end_by: float) -> None:
        left = memoryview(frame)
        while left:
            if not _wait(self._stdin.fileno(), select.POLLOUT, end_by):
                raise _DiedError("the reading worker did not take the page in time")
            left = left[os.write(self._stdin.fileno(), left[: 1 << 20]) :]

    def _read_frame(self, end_by: float, too_late: str) -> dict[str, Any]:
        head_bytes, _ = unpack_lengths(self._read_exactly(HEAD.size, end_by, too_late))
        return unpack_head(self._read_exactly(head_bytes, end_by, too_late))

    def _read_exactly(self, count: int, end_by: float, too_late: str) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            if not _wait(self._stdout.fileno(), select.POLLIN, end_by):
                raise _DiedError(too_late)
            part = os.read(self._stdout.fileno(), min(count - len(parts), 1 << 20))
            if not part:
                raise BadFrameError("the pipe ended")
            parts += part
        return bytes(parts)


def _wait(file: int, event: int, end_by: float) -> bool:
    """Wait until a pipe is ready; poll and not select, which knows no file number above 1023."""
    poll = select.poll()
    poll.register(file, event)
    return bool(poll.poll(max(0.0, end_by - time.monotonic()) * 1000))


def _worker_environment() -> dict[str, str]:
    """A fixed hash seed: a parser that walks through a set must find the same text each time."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONHASHSEED": "0"}


def _command(settings: ReadingSettings, readers: Readers) -> list[str]:
    """``-P``: the folder in which the person happens to stand is no place to import from."""
    return [
        sys.executable, "-P", "-m", "factdesk.web.worker",
        "--wall-seconds", str(settings.wall_seconds),
        "--cpu-seconds", str(settings.cpu_seconds),
        "--memory-bytes", str(settings.memory_bytes),
        "--page", readers.page,
        "--essay", readers.essay,
        "--feed", readers.feed,
        *(part for folder in readers.path for part in ("--path", folder)),
    ]  # fmt: skip
