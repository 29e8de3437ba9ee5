"""What ``factdesk up`` and its services say: to the terminal, and to files that are turned over.

Nothing here ever waits for a terminal: a service whose output is not read would stand still.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import deque
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from factdesk.reports.terminal import visible

TERMINAL_LINES = 1000
"""Lines kept for a terminal that is slow or stopped; older ones are in the files only."""

TAIL_LINES = 200
LINE_BYTES = 65_536
CLOSE_SECONDS = 2.0
REPEAT_SECONDS = 60.0
"""A warning is shown once in that time; a database that is away gives hundreds."""

_STAMPED = re.compile(r"^\d\d:\d\d:\d\d\.\d+ \| (?P<level>[A-Z]+) +\| (?P<message>.*)$")
_TRACEBACK = re.compile(r"^Traceback \(most recent call last\)")
_VARYING = re.compile(r"[0-9a-f-]*\d[0-9a-f-]*")
_TROUBLE = frozenset({"WARNING", "ERROR", "CRITICAL"})


class RotatedFile:
    """A log file that is turned over at ``max_bytes``; ``kept`` old ones stay beside it.

    A disk that is full loses lines and says how many as soon as it can; it stops nobody.
    """

    def __init__(self, path: Path, max_bytes: int, kept: int) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._kept = kept
        self._lost = 0
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        """Append one line."""
        body = (line + "\n").encode("utf-8", "replace")
        with self._lock:
            try:
                self._append(body)
            except OSError:
                self._lost += 1

    def _append(self, body: bytes) -> None:
        if self._lost:
            body = f"({self._lost} lines were lost: they could not be written)\n".encode() + body
        if _size_of(self.path) + len(body) > self._max_bytes:
            self._turn_over()
        with self.path.open("ab", buffering=0) as file:
            file.write(body)
        self._lost = 0

    def _turn_over(self) -> None:
        for number in reversed(range(self._kept)):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


class Terminal:
    """Writes lines to a descriptor from a thread of its own; a slow or closed one holds up nobody."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: deque[str] = deque(maxlen=TERMINAL_LINES)
        self._there = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._write_all, name="terminal", daemon=True)
        self._thread.start()

    def show(self, line: str) -> None:
        """Have a line written as soon as the terminal takes it."""
        self._lines.append(line)
        self._there.set()

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Wait for what is still to be written, but no longer than ``seconds``."""
        self._closing = True
        self._there.set()
        self._thread.join(timeout=seconds)

    @property
    def is_writing(self) -> bool:
        """Whether its thread still holds the descriptor."""
        return self._thread.is_alive()

    def _write_all(self) -> None:
        try:
            while not (self._closing and not self._lines):
                self._there.wait()
                self._there.clear()
                while self._lines:
                    self._write((self._lines.popleft() + "\n").encode("utf-8", "replace"))
        except OSError:
            return  # the terminal was closed: the files have it all

    def _write(self, body: bytes) -> None:
        while body:
            body = body[os.write(self._descriptor, body) :]


class ServiceLogs:
    """The logs of one ``factdesk up``: a file a service in ``folder``, and the terminal.

    ``as_json``: each line is one JSON object with time, service and message, in both places.
    """

    def __init__(self, folder: Path, *, as_json: bool, max_bytes: int, kept: int, descriptor: int) -> None:
        self.folder = folder
        self._as_json = as_json
        self._limits = (max_bytes, kept)
        self._descriptor = descriptor
        self._terminal = Terminal(descriptor)
        self._files: dict[str, RotatedFile] = {}
        self._tails: dict[str, deque[str]] = {}

    def __enter__(self) -> ServiceLogs:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._terminal.close()

    def say(self, service: str, line: str) -> None:
        """Write one line of a service to its file and to the terminal."""
        self._write(service, line, shown=line)

    @property
    def is_watched(self) -> bool:
        """Whether lines go to a terminal, and not to a file or a journal that keeps them."""
        return os.isatty(self._descriptor)

    def whisper(self, service: str, line: str) -> None:
        """Show a line that holds a secret: on the terminal, and in no file."""
        self._write(service, line, shown=line, is_kept=False)

    def follow(self, service: str, stream: IO[bytes], *, trouble_only: bool = False) -> threading.Thread:
        """Read a service's output to its end in a thread; ``trouble_only`` shows only its warnings."""
        tail = self._tails[service] = deque(maxlen=TAIL_LINES)
        reading = threading.Thread(
            target=self._read_all,
            args=(service, stream, tail, Shown(trouble_only)),
            name=service,
            daemon=True,
        )
        reading.start()
        return reading

    def tail(self, service: str) -> list[str]:
        """Return the last lines that a service said since it was last started."""
        return list(self._tails.get(service, ()))

    def _read_all(self, service: str, stream: IO[bytes], tail: deque[str], shown: Shown) -> None:
        with stream:
            while raw := stream.readline(LINE_BYTES):
                line = raw.decode("utf-8", "replace").rstrip()
                if line:
                    tail.append(line)
                    self._write(service, line, shown=shown(line))

    def _write(self, service: str, line: str, *, shown: str | None, is_kept: bool = True) -> None:
        now = datetime.now().astimezone()
        if self._as_json:
            in_file = shown_line = _json_line(now, service, line)
        else:
            in_file = f"{now.isoformat(timespec='milliseconds')} {line}"
            shown_line = f"{now:%H:%M:%S} {service:<7}{visible(shown or '')}"
        if is_kept:
            self._file_of(service).write(in_file)
        if shown is not None:
            self._terminal.show(shown_line)

    def _file_of(self, service: str) -> RotatedFile:
        # Two threads may write the first line of a service at the same time.
        return self._files.setdefault(service, RotatedFile(self.folder / f"{service}.log", *self._limits))


def _json_line(now: datetime, service: str, line: str) -> str:
    told = {"time": now.isoformat(timespec="milliseconds"), "service": service, "message": line}
    return json.dumps(told, ensure_ascii=False)


class Shown:
    """Decides which lines of a service a person sees: the rest (tracebacks, banners) is in its file.

    >>> shown = Shown(trouble_only=True)
    >>> shown("Check out the dashboard"), shown("10:00:00.000 | WARNING | prefect.x - the disk is full")
    (None, 'WARNING prefect.x - the disk is full')
    """

    def __init__(self, trouble_only: bool) -> None:
        self._trouble_only = trouble_only
        self._follows_trouble = False
        self._shown_at: dict[str, float] = {}

    def __call__(self, line: str) -> str | None:
        """Return what is shown of a line, None for nothing."""
        stamped = _STAMPED.match(line)
        if stamped:
            self._follows_trouble = stamped["level"] in _TROUBLE
            return self._of_log(stamped["level"], stamped["message"])
        if _TRACEBACK.match(line):
            self._follows_trouble = True
        return None if self._follows_trouble or self._trouble_only else line

    def _of_log(self, level: str, message: str) -> str | None:
        if level in _TROUBLE:
            return None if self._is_repeated(message) else f"{level} {message}"
        return None if self._trouble_only else message

    def _is_repeated(self, message: str) -> bool:
        """Whether the same, but for ids and numbers, was shown not long ago."""
        told, now = _VARYING.sub("", message), time.monotonic()
        if now - self._shown_at.get(told, -REPEAT_SECONDS) < REPEAT_SECONDS:
            return True
        if len(self._shown_at) > TAIL_LINES:
            self._shown_at.clear()
        self._shown_at[told] = now
        return False
