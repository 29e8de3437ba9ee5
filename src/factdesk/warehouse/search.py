"""Finding archived texts by their words: keeps the index up to date, and makes it anew where it must."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from factdesk.errors import WarehouseError
from factdesk.sources.archive import Archive
from factdesk.sources.suggestions import ESSAY_EXTRACTOR
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.folding import LINES_PER_SEQUENCE
from factdesk.warehouse.known import Known
from factdesk.warehouse.locks import KeeperLock, lock_holder, try_lock
from factdesk.warehouse.published import find_copy
from factdesk.warehouse.search_index import (
    DamagedIndexError,
    FoundText,
    OwnedText,
    Owner,
    SearchIndex,
    Tell,
    remove_index,
)

LOCK_SECONDS = 600.0
"""Another process may be making the index of a large archive."""

_MARK = "folded"

# An essay that served as a source is there as an essay already; its texts of before are nobody's.
_SOURCES = """
    SELECT source_id, arg_max(text_sha256, fetched_at) FROM records.fetches
    WHERE text_sha256 IS NOT NULL
        AND source_id IN (SELECT source_id FROM records.fetches WHERE fold_sequence >= $1)
        AND source_id NOT IN (SELECT source_id FROM records.snapshots WHERE extractor = $2)
    GROUP BY source_id ORDER BY source_id
"""

_ESSAYS = """
    SELECT l.essay_id, v.text_sha256 FROM derived.last_readings AS l
    JOIN derived.essay_versions AS v ON v.id = l.version_id
    WHERE l.fold_sequence >= $1 ORDER BY l.essay_id
"""


class TextSearch:
    """Search over the readable texts of a warehouse and of the run at hand, opened when first asked.

    ``run_texts`` gives the texts that the run has and the published copy lacks; the archive has them all.
    ``tell`` hears how far the index of many texts is: the first one of a large archive takes minutes.
    """

    def __init__(
        self,
        warehouse: Path,
        known: Known,
        archive: Archive,
        run_texts: Callable[[], Sequence[OwnedText]] = tuple,
        tell: Tell | None = None,
    ) -> None:
        self._folder = WarehouseFolder(warehouse)
        self._known = known
        self._archive = archive
        self._run_texts = run_texts
        self._tell = tell
        self._index: SearchIndex | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
        if self._index is not None:
            self._index.close()
            self._index = None

    def find(self, stems: Sequence[str], most: int) -> list[FoundText]:
        """Return at most ``most`` texts that share words with these, the nearest first.

        Raises WarehouseError when the index cannot be written or made.
        """
        if self._index is None:
            self._index = self._open()
        try:
            return self._index.find(stems, most)
        except DamagedIndexError:
            self.close()
            self._index = self._open(anew=True)
            return self._index.find(stems, most)

    def _open(self, *, anew: bool = False) -> SearchIndex:
        """Open the index and bring it up to date; what is damaged is made anew, once."""
        with self._lock():
            if not anew:
                try:
                    return self._brought_up_to_date()
                except DamagedIndexError:
                    self.close()
            remove_index(self._folder.search)
            try:
                return self._brought_up_to_date()
            except DamagedIndexError as error:
                raise WarehouseError(
                    f"the search index {self._folder.search} cannot be made ({error}); install a Python "
                    "whose SQLite has FTS5"
                ) from error

    def _lock(self) -> KeeperLock:
        lock = try_lock(self._folder.search_lock, LOCK_SECONDS)
        if lock is None:
            holder = lock_holder(self._folder.search_lock) or "another process"
            raise WarehouseError(
                f"the search index {self._folder.search} is kept by {holder}; wait for it to end, or end it"
            )
        return lock

    def _brought_up_to_date(self) -> SearchIndex:
        index = SearchIndex(self._folder.search)
        try:
            index.prepare()
            mark = index.mark(_MARK)
            is_ahead = mark is not None and not self._is_known(mark)
            if (is_ahead and not self._is_outdated()) or index.is_mostly_left_behind():
                raise DamagedIndexError("it is of another warehouse, or mostly left behind")
            last = self._last_batch()
            if last is not None and last != mark and not is_ahead:
                index.add(list(self._published_since(mark)), self._text, self._tell)
                index.set_mark(_MARK, last)
            index.add(self._run_texts(), self._text)
        except BaseException:
            index.close()
            raise
        return index

    def _last_batch(self) -> str | None:
        rows = self._known.ask("SELECT sequence, batch_id FROM keeper.batches ORDER BY sequence DESC LIMIT 1")
        return json.dumps([int(rows[0][0]), str(rows[0][1])]) if rows else None

    def _is_outdated(self) -> bool:
        """Whether a later copy than ours is published: then another run has put its texts in already."""
        return find_copy(self._folder.root) != self._known.copy

    def _is_known(self, mark: str) -> bool:
        """Whether this warehouse has folded that batch: one that was restored from a backup may not have."""
        sequence, batch = json.loads(mark)
        return bool(
            self._known.ask(
                "SELECT 1 FROM keeper.batches WHERE sequence = ? AND batch_id = ?", [sequence, batch]
            )
        )

    def _published_since(self, mark: str | None) -> Iterator[OwnedText]:
        first = 0 if mark is None else (int(json.loads(mark)[0]) + 1) * LINES_PER_SEQUENCE
        for source_id, sha256 in self._known.ask(_SOURCES, [first, ESSAY_EXTRACTOR]):
            yield OwnedText(Owner("source", str(source_id)), sha256)
        for essay_id, sha256 in self._known.ask(_ESSAYS, [first]):
            yield OwnedText(Owner("essay", str(essay_id)), sha256)

    def _text(self, sha256: str) -> str | None:
        """A text that is lost or damaged cannot be found; verify names it."""
        try:
            return self._archive.get_text(sha256)
        except WarehouseError:
            return None
