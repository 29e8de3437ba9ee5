"""The journal of attempts: what became of the last try at each essay, and which one was cut short.

One small JSON file for each place in ``warehouse/attempts/``. It is a cache and a crash journal, never the
truth: a file that is lost or damaged only means that its essay is read again. It is written under another
name and renamed, without flushing to the disk: the kill of a process loses nothing.

Before a stage begins to work on an essay the journal names the stage, and after it no stage. A name that is
still there is that of a process that was killed in the middle, and counts as one more try.

A claim that is judged again, apart from its essay, has a file too, but only while it is judged and as long as
that did not come to an end.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

from factdesk.errors import ArchiveError
from factdesk.essays.contents import open_essay
from factdesk.essays.inputs import EssayInput
from factdesk.model import EssayOutcome, canonical_json, from_json
from factdesk.web.url_keys import clean_text

FOLDER = "attempts"
"""The journal's folder in the warehouse."""

FAULT_CHARACTERS = 300

ENTRY = "entry:"
"""Begins the content of an attempt at a feed's entry: its page is read again when the feed says otherwise."""

KILLED = "the process was killed"

CLAIM_INBOX = "claim"
"""Stands for the inbox in a claim's attempt, so that it is listed as ``claim/<its id>``."""

FINAL_OUTCOMES = frozenset(
    {
        EssayOutcome.READ,
        EssayOutcome.EMPTY,
        EssayOutcome.BINARY,
        EssayOutcome.UNDECODABLE,
        EssayOutcome.ENCRYPTED,
        EssayOutcome.NO_TEXT,
        EssayOutcome.LANGUAGE_UNSUPPORTED,
        EssayOutcome.TOO_BIG,
    }
)
"""Outcomes that the same bytes have again. A duplicate's other file may be gone by the next time."""


class EssayStage(StrEnum):
    """What is being done with an essay or a claim, as a sentence says it after "while"."""

    READING = "reading it"
    FINDING = "finding its claims"
    JUDGING = "judging its claims"
    JUDGING_AGAIN = "judging it again"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last try at one essay place; ``relative`` is the path below the inbox, or the URL.

    Or at one claim: ``inbox`` is `CLAIM_INBOX`, ``relative`` its id, ``content`` a hash of what it is judged
    by, ``method`` the verdicts'.

    ``content`` is the sha256 of the file's bytes (``too_big:N``: more than N bytes; ``entry:`` and a sha256:
    what a feed says of it; empty: there are none, or an address) and ``method`` the finder's id; everything
    below is said of these two alone. ``outcome`` and ``reading_id`` are those of a reading that is stored,
    ``tries`` counts those since then that did not come to an end, ``stage`` and ``fault`` say where and how
    the last of them ended. ``begun`` is the stage in which a process works on the essay now, or died.
    """

    name: str
    inbox: str
    relative: str
    content: str
    method: str
    outcome: EssayOutcome | None = None
    reading_id: UUID | None = None
    tries: int = 0
    stage: EssayStage | None = None
    fault: str | None = None
    begun: EssayStage | None = None

    @property
    def is_final(self) -> bool:
        """Whether these bytes were read to an outcome that they will have again."""
        return bool(self.content) and self.reading_id is not None and self.outcome in FINAL_OUTCOMES

    def failed(self, stage: EssayStage, fault: str) -> Attempt:
        """Return this attempt with one more try, which ended in ``stage``; no outcome holds any more."""
        said = clean_text(" ".join(fault.split())[:FAULT_CHARACTERS])
        return replace(
            self, outcome=None, reading_id=None, tries=self.tries + 1, stage=stage, fault=said, begun=None
        )

    def stored(self, outcome: EssayOutcome, reading_id: UUID | None) -> Attempt:
        """Return this attempt as one that came to its end and is in the warehouse; None: try it again."""
        return Attempt(self.name, self.inbox, self.relative, self.content, self.method, outcome, reading_id)


class Journal:
    """The attempts of one warehouse. Threads and processes may share it."""

    def __init__(self, warehouse: Path) -> None:
        self.folder = warehouse / FOLDER

    def look(self, essay: EssayInput, method: str, max_bytes: int) -> Attempt:
        """Return what is known of an essay's bytes as they are now; a kill counts as one more try.

        The file is read once, up to ``max_bytes``; nothing is written.
        """
        inbox, relative = essay.inbox, clean_text(essay.url or essay.relative)
        return self._look(Attempt(_name_of(essay), inbox, relative, _content_of(essay, max_bytes), method))

    def look_at_claim(self, claim_id: UUID, content: str, method: str) -> Attempt:
        """Return what is known of judging a claim by ``content``; as `look`, nothing is written."""
        return self._look(Attempt(f"claim-{claim_id}", CLAIM_INBOX, str(claim_id), content, method))

    def _look(self, now: Attempt) -> Attempt:
        before = self._read(now.name)
        if before is None or (before.content, before.method) != (now.content, now.method):
            return now
        if before.begun is None:
            return before
        return replace(before, tries=before.tries + 1, stage=before.begun, fault=KILLED, begun=None)

    def write(self, attempt: Attempt) -> None:
        """Note an attempt. Raises ArchiveError when the folder cannot be written."""
        path = self.path_of(attempt)
        part = path.with_name(f".{attempt.name}.{uuid4().hex}.part")
        try:
            try:
                part.write_text(canonical_json(attempt), encoding="utf-8")
            except FileNotFoundError:
                self.folder.mkdir(parents=True, exist_ok=True)
                part.write_text(canonical_json(attempt), encoding="utf-8")
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise self._unwritable(error) from error

    def settle(self, attempt: Attempt) -> None:
        """Note an attempt that was cut short before; one without tries leaves no file.

        Raises ArchiveError when the folder cannot be written.
        """
        if attempt.tries:
            return self.write(attempt)
        try:
            self.path_of(attempt).unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def path_of(self, attempt: Attempt) -> Path:
        """Return the attempt's file; removing it lets the essay or claim be tried again."""
        return self.folder / f"{attempt.name}.json"

    def broken(self, tries: int) -> list[Attempt]:
        """Return the attempts that were cut short at least so often, by place."""
        names = sorted(path.stem for path in self.folder.glob("*.json"))
        found = [one for one in map(self._read, names) if one is not None and one.tries >= tries]
        return sorted(found, key=lambda one: (one.inbox, one.relative))

    def _unwritable(self, error: OSError) -> ArchiveError:
        return ArchiveError(
            f"the journal {self.folder} cannot be written ({error.strerror}); "
            "make room or mend its permissions"
        )

    def _read(self, name: str) -> Attempt | None:
        try:
            body = json.loads((self.folder / f"{name}.json").read_bytes())
            attempt: Attempt = from_json(Attempt, body)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return attempt if attempt.name == name else None


def _name_of(essay: EssayInput) -> str:
    """Files outside the project are told apart by a path that only this hash knows."""
    is_named = essay.is_outside and essay.path is not None
    outside = os.path.abspath(essay.path or "") if is_named else ""  # noqa: PTH100 (keeps symlinks)
    place = json.dumps([essay.inbox, essay.relative, essay.url, outside])
    return hashlib.sha256(place.encode("ascii")).hexdigest()[:32]


def _content_of(essay: EssayInput, max_bytes: int) -> str:
    if essay.entry is not None:
        said = canonical_json(essay.entry).encode("utf-8")
        return f"{ENTRY}{hashlib.sha256(said).hexdigest()}"
    if essay.url is not None:
        return ""
    found = open_essay(essay, max_bytes)
    if found.outcome is EssayOutcome.TOO_BIG:
        return f"{EssayOutcome.TOO_BIG}:{max_bytes}"
    return hashlib.sha256(found.content).hexdigest() if found.outcome is EssayOutcome.READ else ""
