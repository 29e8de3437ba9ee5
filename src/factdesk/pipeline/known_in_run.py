"""What is known in the middle of a run: the warehouse, and what the run itself has read so far."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from factdesk.errors import WarehouseError
from factdesk.essays.identity import KnownEssay, fold_sha256
from factdesk.essays.read import ReadEssay
from factdesk.model import EssayOutcome
from factdesk.sources.archive import Archive

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


LENGTH_SLACK = 0.03
"""Two spellings of one text differ by less of their length: indents, line ends, blank lines, accents. Only
texts that are so close are taken from the archive and compared."""

LENGTH_SLACK_CHARACTERS = 64


class KnownInRun:
    """What the warehouse knows plus what this run has read so far (for duplicates in one batch).

    ``archive`` holds the texts of the known essays.
    """

    def __init__(self, known: Known, archive: Archive) -> None:
        self._known = known
        self._archive = archive
        self._seen: list[KnownEssay] = []
        self._folds: dict[str, str | None] = {}
        self._lengths: list[tuple[int, str]] | None = None

    def essay_at(self, inbox: str, path: str) -> KnownEssay | None:
        """Return the essay last read from this place."""
        for one in reversed(self._seen):
            if (one.inbox, one.path) == (inbox, path):
                return one
        return self._known.essay_at(inbox, path)

    def essays_with_text(self, text_sha256: str) -> Sequence[KnownEssay]:
        """Return the essays whose last version has this text."""
        seen = [one for one in self._seen if one.text_sha256 == text_sha256]
        ids = {one.essay_id for one in self._seen}
        older = [one for one in self._known.essays_with_text(text_sha256) if one.essay_id not in ids]
        return [*seen, *older]

    def essays_like(self, text: str) -> Sequence[KnownEssay]:
        """Return the essays whose last version a reader cannot tell from this text."""
        slack = int(len(text) * LENGTH_SLACK) + LENGTH_SLACK_CHARACTERS
        close = [*self._published_texts(len(text) - slack, len(text) + slack), *self._known.waiting_texts()]
        here = (one.text_sha256 for one in self._seen if one.text_sha256 is not None)
        alike = self._with_fold(fold_sha256(text), dict.fromkeys([*close, *here]))
        return [essay for sha256 in alike for essay in self.essays_with_text(sha256)]

    def _published_texts(self, low: int, high: int) -> list[str]:
        if self._lengths is None:
            self._lengths = self._known.last_texts()
        start = bisect_left(self._lengths, (low, ""))
        return [sha256 for _, sha256 in self._lengths[start : bisect_left(self._lengths, (high + 1, ""))]]

    def _with_fold(self, fold: str, texts: Iterable[str]) -> list[str]:
        return [sha256 for sha256 in texts if self._fold(sha256) == fold]

    def _fold(self, sha256: str) -> str | None:
        """A text that the archive lacks, because it was erased or its blob is damaged, is like no other."""
        if sha256 not in self._folds:
            try:
                self._folds[sha256] = fold_sha256(self._archive.get_text(sha256))
            except WarehouseError:
                self._folds[sha256] = None
        return self._folds[sha256]

    def essay_with_key(self, essay_key: str) -> KnownEssay | None:
        """Return the essay of this key."""
        for one in reversed(self._seen):
            if one.essay_key == essay_key:
                return one
        return self._known.essay_with_key(essay_key)

    def essay_by_address(self, uri: str) -> KnownEssay | None:
        """Return the essay that was last read from this address, before this run."""
        return self._known.essay_by_address(uri)

    def remember(self, read: ReadEssay) -> None:
        """Take note of an essay that this run has read."""
        if read.outcome is not EssayOutcome.READ or read.version is None:
            return
        essay = read.essay
        sha256 = read.version.text_sha256
        self._folds[sha256] = fold_sha256(read.text)
        self._seen.append(KnownEssay(essay.id, essay.essay_key, essay.inbox, essay.path, sha256))
