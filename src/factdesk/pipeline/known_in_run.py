"""What is known in the middle of a run: the warehouse, and what the run itself has read so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from factdesk.essays.identity import KnownEssay
from factdesk.essays.read import ReadEssay
from factdesk.model import EssayOutcome

if TYPE_CHECKING:
    from factdesk.warehouse.known import Known


class KnownInRun:
    """What the warehouse knows plus what this run has read so far (for duplicates in one batch)."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._seen: list[KnownEssay] = []

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

    def essay_with_key(self, essay_key: str) -> KnownEssay | None:
        """Return the essay of this key."""
        for one in reversed(self._seen):
            if one.essay_key == essay_key:
                return one
        return self._known.essay_with_key(essay_key)

    def remember(self, read: ReadEssay) -> None:
        """Take note of an essay that this run has read."""
        if read.outcome is not EssayOutcome.READ or read.version is None:
            return
        essay = read.essay
        sha256 = read.version.text_sha256
        self._seen.append(KnownEssay(essay.id, essay.essay_key, essay.inbox, essay.path, sha256))
