"""Work of people that takes long (gathering, judging): each in a child process with a deadline.

The desk goes on answering meanwhile. Works are kept in memory for as long as somebody may ask how one went;
what a child found is stored by whoever started it, so that nothing is half stored when the desk ends.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from factdesk.desk.words import fault_words
from factdesk.errors import FactdeskError, UsageError

AT_ONCE = 2
MOST_UNFINISHED = 20
"""So many works are taken at most, those that are being done included."""

MOST_KEPT = 40
DEADLINE_SECONDS = 600.0
"""Some hundred links of an essay, each with its own deadline, many hosts at a time."""

GRACE_SECONDS = 10.0
"""So much later a child ends itself, should its desk be gone."""

BUSY = 429
"""The status of an answer to somebody for whom too much waits already."""

UNREADABLE = 422
"""The status of an answer to a form that says what cannot be."""

ORDER, ANSWER = "order.json", "answer.json"


_SEE_FIRST = "see whether it was stored before you do it again"


class WorkRefusedError(UsageError):
    """What was asked for cannot be; the message says why in one sentence."""


def status_of(error: Exception) -> int:
    """Return the status of an answer that says why no work was begun."""
    return BUSY if isinstance(error, WorkRefusedError) else UNREADABLE


@dataclass(slots=True)
class Work:
    """One work: whose it is, what it does, and what came of it.

    ``target`` is the page to go on to when it is done, ``told`` what that page says; ``fault`` is one
    sentence when it failed. ``typed`` is what the form held, ``form`` the page that shows it again.
    """

    reviewer: str
    title: str
    form: str
    typed: Mapping[str, str]
    begun: datetime
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    claim_id: str | None = None
    target: str = ""
    told: str = ""
    fault: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)


Finish = Callable[[dict[str, Any]], tuple[str, str]]
"""Stores what a child answered and returns the page to go on to and what it says."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done for a work: first ``before``, then what a child is told, then ``finish``.

    The child gets ``fields`` as JSON and ``files`` as files by their names. One that ``stores`` does so
    itself, before it answers.
    """

    fields: Mapping[str, Any]
    files: Mapping[str, bytes]
    before: Callable[[], None]
    finish: Finish
    stores: bool = False

    @property
    def unanswered(self) -> str:
        """What is said of storing when the child gave no answer."""
        return _SEE_FIRST if self.stores else "nothing was stored"


class LongWork:
    """The works of one desk; any thread may ask."""

    def __init__(self, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._deadline = deadline_seconds
        self._mutex = threading.Lock()
        self._works: dict[str, Work] = {}
        self._children: set[subprocess.Popen[bytes]] = set()
        self._crew = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="work")
        self._is_closed = False

    def start(self, work: Work, order: Order) -> None:
        """Begin a work, in a thread of its own. Raises WorkRefusedError when too much waits already."""
        with self._mutex:
            unfinished = sum(not one.is_over.is_set() for one in self._works.values())
            if self._is_closed or unfinished >= MOST_UNFINISHED:
                raise WorkRefusedError("too much is being gathered just now; try again in a minute")
            over = [one.id for one in self._works.values() if one.is_over.is_set()]
            for old in over[:-MOST_KEPT]:
                del self._works[old]
            self._works[work.id] = work
            self._crew.submit(self._do, work, order)

    def find(self, work_id: str, reviewer: str) -> Work | None:
        """Return somebody's own work."""
        work = self._works.get(work_id)
        return work if work is not None and work.reviewer == reviewer else None

    def on_claim(self, claim_id: str) -> list[Work]:
        """Return the works on a claim that are not over."""
        with self._mutex:
            works = list(self._works.values())
        return [one for one in works if one.claim_id == claim_id and not one.is_over.is_set()]

    def close(self) -> None:
        """End all children; what they were at is not stored."""
        with self._mutex:
            self._is_closed = True
            for child in self._children:
                _kill(child)
        self._crew.shutdown(wait=True, cancel_futures=True)

    def _do(self, work: Work, order: Order) -> None:
        stored = order.unanswered
        try:
            order.before()
            answer = self._ask_child(order)
            stored = _SEE_FIRST
            work.target, work.told = order.finish(answer)
            work.typed = {}
        except FactdeskError as error:
            work.fault = fault_words(error)
        except Exception as error:  # the thread's outermost wall: whoever waits is told
            print(f"factdesk: a fault in {work.title}:", file=sys.stderr)
            traceback.print_exception(error)
            work.fault = f"A fault in Factdesk; {stored}, and tell the operator, who finds it in the log."
        finally:
            work.is_over.set()

    def _ask_child(self, order: Order) -> dict[str, Any]:
        """Return what a child answers that gets the order and the files in a folder of its own."""
        with tempfile.TemporaryDirectory(prefix="factdesk-") as made:
            folder = Path(made)
            (folder / "given").mkdir()
            for name, content in order.files.items():
                (folder / "given" / name).write_bytes(content)
            fields = {**order.fields, "seconds": self._deadline + GRACE_SECONDS}
            (folder / ORDER).write_text(json.dumps(fields), encoding="utf-8")
            said = self._run(folder, order)
            try:
                answer: dict[str, Any] = json.loads((folder / ANSWER).read_bytes())
            except (OSError, ValueError) as error:
                raise WorkRefusedError(
                    f"the work ended without an answer ({said}); try again, else tell the operator"
                ) from error
        if "refused" in answer:
            raise WorkRefusedError(str(answer["refused"]))
        return answer

    def _run(self, folder: Path, order: Order) -> str:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "factdesk.desk.work_child", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        with self._mutex:
            self._children.add(child)
            if self._is_closed:
                _kill(child)
        try:
            _, said = child.communicate(timeout=self._deadline)
        except subprocess.TimeoutExpired as error:
            raise WorkRefusedError(
                f"it took longer than {self._deadline / 60:.0f} minutes and was stopped; {order.unanswered}"
            ) from error
        finally:
            _kill(child)
            if child.stderr is not None:
                child.stderr.close()
            with self._mutex:
                self._children.discard(child)
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
        return last[0][:200] if last else f"exit code {child.returncode}"


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End a child that still runs, with the reading workers that it started."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
