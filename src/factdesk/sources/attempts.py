"""One attempt to get a source: fetch it or read the given file, archive what came, name the outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from factdesk import __version__
from factdesk.errors import FactdeskError, GatheringStoppedError
from factdesk.model import READABLE_OUTCOMES, Fetch, Snapshot, Source, SourceOutcome
from factdesk.sources.archive import Archive
from factdesk.sources.copies import main_words_sha256
from factdesk.sources.given_files import MEDIA_TYPES, UnreadFile
from factdesk.sources.known import Known, recall
from factdesk.web.answers import Answer
from factdesk.web.archive_hosts import is_archive_address
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from factdesk.web.workers import ReadingPool, WorkerDeath

if TYPE_CHECKING:
    from factdesk.reading.page_text import PageText

READ_AS = {SourceOutcome.FETCHED, SourceOutcome.TRUNCATED}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of one source. ``snapshot`` and ``text`` are the latest known, which after a failure
    are older than ``fetch``; ``reused`` says that ``fetch`` was made before this gather."""

    source: Source
    fetch: Fetch
    snapshot: Snapshot | None
    text: str | None
    reused: bool


@dataclass(frozen=True, slots=True)
class Attempts:
    """Makes attempts; threads may share it."""

    archive: Archive
    pool: ReadingPool
    fetcher: Fetcher
    robots: RobotsRules
    now: Callable[[], datetime]

    def fetch_link(self, source: Source, known: Known | None) -> Gathered:
        """Fetch a link to exactly one outcome. Raises WarehouseError when the archive cannot be written."""
        fetched_at = self.now()
        answer = self._fetch(source, known)
        if answer.outcome is SourceOutcome.NOT_MODIFIED and known is not None:
            return self._confirm(source, fetched_at, answer, known)
        return self._keep(source, fetched_at, answer, known)

    def read_file(self, source: Source, path: Path, content: bytes, known: Known | None) -> Gathered:
        """Read a file that a person gave, to exactly one outcome."""
        answer = _answer_of_file(content, path)
        return self._keep(source, self.now(), answer, known, fetched_as=SourceOutcome.GIVEN_FILE)

    def note_unread_file(self, source: Source, fault: UnreadFile) -> Gathered:
        """Record a given file that could not be read."""
        return self._keep(source, self.now(), _empty_answer(fault.outcome, fault.detail), None)

    def _fetch(self, source: Source, known: Known | None) -> Answer:
        headers = dict(known.text_fetch.headers) if known and known.text and known.text_fetch else {}
        confirms = known.text_fetch.final_url if known and known.text_fetch else None
        try:
            return self.fetcher.fetch(
                source.url,
                etag=headers.get("etag"),
                modified=headers.get("last-modified"),
                confirms=confirms,
                may_fetch=self.robots.allows,
            )
        except FactdeskError:  # a folder of ours that cannot be written, a stop: no fault of the link
            raise
        except Exception as error:  # the wall of a gathering thread: one link must not stop the others
            detail = f"fetching failed in a way that was not foreseen ({type(error).__name__})"
            return _empty_answer(SourceOutcome.CONNECTION_FAILED, detail)

    def _confirm(self, source: Source, fetched_at: datetime, answer: Answer, known: Known) -> Gathered:
        """Record a 304: the text that is known is still the text."""
        before = known.text_fetch
        fetch = replace(
            _fetch_record(source, fetched_at, answer),
            text_sha256=known.snapshot.text_sha256 if known.snapshot else None,
            blob_sha256=before.blob_sha256 if before else None,
            media_type=answer.media_type or (before.media_type if before else None),
            charset=answer.charset or (before.charset if before else None),
            headers=_with_validators(answer, before),
        )
        return self._record(Gathered(source, fetch, known.snapshot, known.text, reused=False))

    def _keep(
        self,
        source: Source,
        fetched_at: datetime,
        answer: Answer,
        known: Known | None,
        fetched_as: SourceOutcome | None = None,
    ) -> Gathered:
        """Archive what came, read it, and record the attempt; a failure keeps the text known before."""
        wire_sha256 = self.archive.put(answer.wire) if answer.wire is not None else None
        fetch = replace(
            _fetch_record(source, fetched_at, answer), wire_sha256=wire_sha256, blob_sha256=wire_sha256
        )
        page = self._read(answer) if answer.content is not None and answer.outcome in READ_AS else None
        if page is None:
            return self._record(_with_known(source, fetch, known))
        if isinstance(page, WorkerDeath):
            if self.pool.is_closed:
                raise GatheringStoppedError("the run was stopped before this page was read; run it again")
            fetch = replace(fetch, outcome=SourceOutcome.PARSER_KILLED, detail=page.reason)
            return self._record(_with_known(source, fetch, known))
        outcome = _joint_outcome(answer, page, source, fetched_as)
        fetch = replace(
            fetch,
            outcome=outcome,
            detail=fetch.detail if outcome is answer.outcome else None,
            charset=page.charset or fetch.charset,
            media_type=page.media_type or fetch.media_type,
            tools=(*fetch.tools, ("extractor", page.extractor)),
        )
        full_text_sha256 = self.archive.put_text(page.full_text) if page.full_text else None
        if outcome not in READABLE_OUTCOMES or not page.text:
            return self._record(_with_known(source, fetch, known), full_text_sha256)
        snapshot = _snapshot(source, page, self.archive.put_text(page.text), fetched_at.date())
        fetch = replace(fetch, text_sha256=snapshot.text_sha256)
        return self._record(Gathered(source, fetch, snapshot, page.text, reused=False), full_text_sha256)

    def _read(self, answer: Answer) -> PageText | WorkerDeath:
        return self.pool.read_page(
            answer.content or b"",
            media_type=answer.media_type,
            charset=answer.charset,
            url=answer.final_url,
            status=answer.status,
        )

    def _record(self, gathered: Gathered, full_text_sha256: str | None = None) -> Gathered:
        self.archive.put_fetch(
            gathered.fetch, gathered.snapshot, gathered.source, full_text_sha256=full_text_sha256
        )
        return gathered


def _with_known(source: Source, fetch: Fetch, known: Known | None) -> Gathered:
    if known is None:
        return Gathered(source, fetch, None, None, reused=False)
    return Gathered(source, fetch, known.snapshot, known.text, reused=False)


def _joint_outcome(
    answer: Answer, page: PageText, source: Source, fetched_as: SourceOutcome | None
) -> SourceOutcome:
    """The reader's outcome when it is not good, else the fetch's, else what kind of source it is."""
    if page.outcome is not SourceOutcome.FETCHED:
        return page.outcome
    if answer.outcome is not SourceOutcome.FETCHED:
        return answer.outcome
    if fetched_as is not None:
        return fetched_as
    return SourceOutcome.ARCHIVED_COPY if is_archive_address(source.url) else SourceOutcome.FETCHED


def _fetch_record(source: Source, fetched_at: datetime, answer: Answer) -> Fetch:
    content = answer.content
    return Fetch(
        source_id=source.id,
        fetched_at=fetched_at,
        outcome=answer.outcome,
        detail=answer.detail,
        status=answer.status,
        final_url=answer.final_url,
        hops=answer.hops,
        headers=answer.headers,
        elapsed_ms=answer.elapsed_ms,
        wire_bytes=None if answer.wire is None else len(answer.wire),
        decoded_bytes=None if content is None else len(content),
        wire_sha256=None,
        decoded_sha256=None if content is None else hashlib.sha256(content).hexdigest(),
        text_sha256=None,
        blob_sha256=None,
        media_type=answer.media_type,
        charset=answer.charset,
        tools=_tools(),
    )


@cache
def _tools() -> tuple[tuple[str, str], ...]:
    return (("factdesk", __version__), ("httpcore", version("httpcore")))


def _with_validators(answer: Answer, before: Fetch | None) -> tuple[tuple[str, str], ...]:
    """A 304 may leave out the etag that it confirms; it must not be lost for the next time."""
    told = {name for name, _ in answer.headers}
    kept = before.headers if before else ()
    missing = tuple(pair for pair in kept if pair[0] in {"etag", "last-modified"} and pair[0] not in told)
    return (*answer.headers, *missing)


def _snapshot(source: Source, page: PageText, text_sha256: str, fetched_on: date) -> Snapshot:
    published_on, rule, notes = page.published_on, page.published_rule, page.notes
    if published_on is not None and published_on > fetched_on + timedelta(days=1):
        # One day of grace, for it may be tomorrow already where the page was written.
        published_on, rule, notes = None, None, (*notes, "published_after_fetch")
    return Snapshot(
        source_id=source.id,
        text_sha256=text_sha256,
        extractor=page.extractor,
        length=len(page.text),
        blocks=page.blocks,
        title=page.title,
        author=page.author,
        published_on=published_on,
        published_rule=rule,
        language=page.language,
        canonical_url=page.canonical_url,
        notes=notes,
        words_sha256=main_words_sha256(page.text, page.blocks),
        reviews=page.reviews or None,
    )


def _answer_of_file(content: bytes, path: Path) -> Answer:
    if not content:
        return _empty_answer(SourceOutcome.EMPTY_TEXT, "the file is empty")
    return replace(
        _empty_answer(SourceOutcome.FETCHED, None),
        content=content,
        wire=content,
        media_type=MEDIA_TYPES.get(path.suffix.lower()),
    )


def _empty_answer(outcome: SourceOutcome, detail: str | None) -> Answer:
    return Answer(outcome, detail, None, None, (), (), None, None, None, None, 0)


def recall_source(archive: Archive, source: Source) -> tuple[Source, Known | None]:
    """Return the source as it was first written down, and what is known of it."""
    known = recall(archive, source.id)
    return (source if known is None else known.source), known
