"""Which sources one run has asked for, so that none is fetched twice in it, whatever batches name it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class AskedKeys:
    """The url keys of one run; threads of all its batches share it. Keys and not pages: a run may be long."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._under_way: set[str] = set()
        self._changed = threading.Condition()

    @contextmanager
    def asking(self, key: str) -> Iterator[bool]:
        """Hold a key while its source is asked for; gives whether the run has done so before.

        Waits while another thread holds the key, which that thread does for a fetch at most. A body that
        raises has not asked for it.
        """
        with self._changed:
            while key in self._under_way:
                self._changed.wait()
            self._under_way.add(key)
            was_asked = key in self._asked
        is_done = False
        try:
            yield was_asked
            is_done = True
        finally:
            with self._changed:
                self._under_way.discard(key)
                if is_done:
                    self._asked.add(key)
                self._changed.notify_all()
