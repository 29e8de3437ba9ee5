"""Which batches come next: each is claimed, and given its sequence, when the keeper is about to fold it.

Batches come in the order of their ids, but acts of people need not wait for what machines wrote: a batch of
review events alone may go before batches without any. Review events never change places among themselves, so
that the hash chain is the same whatever was folded first, and none goes before the claim that it is about.
"""

from __future__ import annotations

import json
import re
import stat
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from factdesk.model import ReviewEvent
from factdesk.warehouse.durable_files import fsync_folder, move_durably
from factdesk.warehouse.folders import WarehouseFolder, batch_files
from factdesk.warehouse.headers import BrokenHeaderError, read_header

EVENT = ReviewEvent.__name__
_ACTS_ALONE = frozenset({EVENT})

PEEKED_BYTES = 1024
"""Batch id and counts stand first in a header line and take less than this."""

_CLAIMED_NAME = re.compile(r"^\d{12,}-")
_COUNTS = re.compile(rb'\{"batch":"[0-9a-f-]{36}","counts":(\{[^{}]*\}),')

KnowsClaims = Callable[[Collection[UUID]], bool]
"""Whether the database has all of these claims."""


class Sequencer:
    """Claims batches for one keeper. ``last`` is the highest sequence in its database."""

    def __init__(self, folder: WarehouseFolder, last: int) -> None:
        self._folder = folder
        self._last = max([last, *(sequence_of(path) for path in batch_files(folder.claimed))])
        self._mutex = threading.Lock()
        self._peeked: dict[str, frozenset[str] | None] = {}

    def claim(self, paths: Iterable[Path]) -> list[Path]:
        """Give these batches their sequences, durably, and return where they lie now.

        One that a hand has moved away meanwhile is left out.
        """
        claimed: list[Path] = []
        with self._mutex:
            for path in paths:
                target = self._folder.claimed / f"{self._last + 1:012}-{path.name}"
                with suppress(FileNotFoundError):
                    path.replace(target)
                    self._last += 1
                    claimed.append(target)
        if claimed:
            fsync_folder(self._folder.claimed)
            fsync_folder(self._folder.pending)
        return claimed

    def next_acts(self, knows: KnowsClaims) -> tuple[list[Path], bool]:
        """Return the waiting batches of review events that may be folded now, and whether no event is left.

        The first batch with an event that has to keep its place ends them: it holds other records as well,
        its claim is not in the database yet, or its header cannot be read.
        """
        waiting = batch_files(self._folder.pending)
        self._forget_others(waiting)
        acts: list[Path] = []
        for path in waiting:
            if not self.may_hold_events(path):
                continue
            if self._peek(path) != _ACTS_ALONE or not _are_known(path, knows):
                return acts, False
            acts.append(path)
        return acts, True

    def may_hold_events(self, path: Path) -> bool:
        """Whether a waiting batch has review events, or a header that does not tell."""
        return _may_have_events(self._peek(path))

    def _peek(self, path: Path) -> frozenset[str] | None:
        """Return the names of the records in a batch as its header says them, None when it cannot be told.

        Nothing but the order rests on it: the batch is checked when it is folded. Another thread may forget
        the name meanwhile.
        """
        try:
            return self._peeked[path.name]
        except KeyError:
            records = self._peeked[path.name] = peek_records(path)
            return records

    def _forget_others(self, waiting: Collection[Path]) -> None:
        names = {path.name for path in waiting}
        for name in self._peeked.keys() - names:
            self._peeked.pop(name, None)


def claimed_before(folder: WarehouseFolder) -> list[Path]:
    """Return what an unclean end left claimed; a name without a sequence was not given by us."""
    found = batch_files(folder.claimed)
    for path in found:
        if not _CLAIMED_NAME.match(path.name):
            move_durably(path, folder.pending / path.name)
    return [path for path in found if _CLAIMED_NAME.match(path.name)]


def sequence_of(path: Path) -> int:
    """Return the sequence in the name of a claimed batch, 0 when there is none."""
    return int(path.name.split("-", 1)[0]) if _CLAIMED_NAME.match(path.name) else 0


def peek_records(path: Path) -> frozenset[str] | None:
    """Return the names of the records of a batch from the first bytes of its header, None when they do not
    say so."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with path.open("rb") as stream:
            found = _COUNTS.match(stream.read(PEEKED_BYTES))
        return None if found is None else frozenset(json.loads(found[1]))
    except (OSError, ValueError):
        return None


def holds_events(path: Path) -> bool:
    """Whether a batch may hold review events: its header says so or tells nothing. One that is gone: no."""
    return _may_have_events(peek_records(path)) and path.exists()


def _may_have_events(records: Collection[str] | None) -> bool:
    return records is None or EVENT in records


def name_of(path: Path) -> str:
    """Return the name of a batch as its writer gave it, also of a claimed one."""
    return _CLAIMED_NAME.sub("", path.name)


def _are_known(path: Path, knows: KnowsClaims) -> bool:
    try:
        events = read_header(path).keys["events"]
        return knows({UUID(event[1]) for event in events})
    except (OSError, BrokenHeaderError, KeyError, ValueError, TypeError, IndexError):
        return False
