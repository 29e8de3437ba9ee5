"""One attempt to get a source: fetch it or read the given file, archive what came, name the outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from factdesk import __version__
from factdesk.errors import FactdeskError, GatheringStoppedError
from factdesk.model import READABLE_OUTCOMES, Fetch, Snapshot, Source, SourceOutcome, text_sha256
from factdesk.sources.archive import Archive
from factdesk.sources.copies import main_words_sha256
from factdesk.sources.given_files import MEDIA_TYPES, UnreadFile
from factdesk.sources.keeping import confirmed_blob, find_earlier
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
        confirmed = self._confirmable(known)
        headers = dict(confirmed.headers) if confirmed else {}
        confirms = confirmed.final_url if confirmed else None
        try:
            return self.fetcher.fetch(
                source.url,
                etag=headers.get("etag"),
                modified=headers.get("last-modified"),
                confirms=confirms,
                may_fetch=self.robots.ask,
            )
        except FactdeskError:  # a folder of ours that cannot be written, a stop: no fault of the link
            raise
        except Exception as error:  # the wall of a gathering thread: one link must not stop the others
            detail = f"fetching failed in a way that was not foreseen ({type(error).__name__})"
            return _empty_answer(SourceOutcome.CONNECTION_FAILED, detail)

    def _confirmable(self, known: Known | None) -> Fetch | None:
        """The fetch that a 304 would confirm: one whose text and bytes are still there to be confirmed.

        A page of which only a beginning came is asked for anew, else it would be a beginning for ever.
        """
        if known is None or known.text is None or known.text_fetch is None:
            return None
        if known.text_fetch.outcome is SourceOutcome.TRUNCATED and not known.is_cut_by_us:
            return None
        blob_sha256 = known.text_fetch.blob_sha256
        return known.text_fetch if blob_sha256 and self.archive.has_whole(blob_sha256) else None

    def _confirm(self, source: Source, fetched_at: datetime, answer: Answer, known: Known) -> Gathered:
        """Record a 304: the text that is known is still the text."""
        before = known.text_fetch
        fetch = replace(
            _fetch_record(source, fetched_at, answer),
            text_sha256=known.snapshot.text_sha256 if known.snapshot else None,
            full_text_sha256=before.full_text_sha256 if before else None,
            blob_sha256=before.blob_sha256 if before else None,
            media_type=answer.media_type or (before.media_type if before else None),
            charset=answer.charset or (before.charset if before else None),
            headers=_with_validators(answer, before),
        )
        return self._put(Gathered(source, fetch, known.snapshot, known.text, reused=False), known)

    def _keep(
        self,
        source: Source,
        fetched_at: datetime,
        answer: Answer,
        known: Known | None,
        fetched_as: SourceOutcome | None = None,
    ) -> Gathered:
        """Read what came, archive it if it says something new, and record the attempt.

        A failure keeps the text known before.
        """
        fetch = _fetch_record(source, fetched_at, answer)
        if answer.wire is not None:
            fetch = replace(fetch, wire_sha256=hashlib.sha256(answer.wire).hexdigest())
        page = self._read(answer) if answer.content is not None and answer.outcome in READ_AS else None
        if isinstance(page, WorkerDeath):
            if self.pool.is_closed:
                raise GatheringStoppedError("the run was stopped before this page was read; run it again")
            fetch, page = replace(fetch, outcome=SourceOutcome.PARSER_KILLED, detail=page.reason), None
        if page is None:
            return self._record(_with_known(source, fetch, known), known, answer.wire)
        fetch = _with_page(fetch, page, _joint_outcome(answer, page, source, fetched_as))
        if fetch.text_sha256 is None:
            return self._record(_with_known(source, fetch, known), known, answer.wire, page)
        snapshot = _snapshot(source, page, fetch.text_sha256, fetched_at.date())
        gathered = Gathered(source, fetch, snapshot, page.text, reused=False)
        return self._record(gathered, known, answer.wire, page)

    def _read(self, answer: Answer) -> PageText | WorkerDeath:
        return self.pool.read_page(
            answer.content or b"",
            media_type=answer.media_type,
            charset=answer.charset,
            url=answer.final_url,
            status=answer.status,
        )

    def _record(
        self, gathered: Gathered, known: Known | None, wire: bytes | None, page: PageText | None = None
    ) -> Gathered:
        """Store the attempt; its bytes and texts too, unless they say nothing new."""
        if wire is None:
            return self._put(gathered, known)
        earlier = find_earlier(gathered.fetch, known, self.archive)
        if earlier is not None:
            blob_sha256 = confirmed_blob(gathered.fetch, earlier)
            return self._put(replace(gathered, fetch=replace(gathered.fetch, blob_sha256=blob_sha256)), known)
        blobs = [wire]
        if page is not None and page.full_text:
            blobs.append(page.full_text.encode("utf-8"))
        if page is not None and gathered.fetch.text_sha256 is not None:
            blobs.append(page.text.encode("utf-8"))
        fetch = replace(gathered.fetch, blob_sha256=gathered.fetch.wire_sha256)
        return self._put(replace(gathered, fetch=fetch), known, blobs)

    def _put(self, gathered: Gathered, known: Known | None, blobs: Sequence[bytes] = ()) -> Gathered:
        """A text that is lost has its record still, so that it is known when it is put back."""
        snapshot = gathered.snapshot or (known.last_snapshot if known else None)
        self.archive.put_fetch(gathered.fetch, snapshot, gathered.source, blobs=blobs)
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


def _with_page(fetch: Fetch, page: PageText, outcome: SourceOutcome) -> Fetch:
    """Return the fetch with what reading its page told."""
    has_text = outcome in READABLE_OUTCOMES and page.text
    return replace(
        fetch,
        outcome=outcome,
        detail=fetch.detail if outcome is fetch.outcome else None,
        charset=page.charset or fetch.charset,
        media_type=page.media_type or fetch.media_type,
        tools=(*fetch.tools, ("extractor", page.extractor)),
        text_sha256=text_sha256(page.text) if has_text else None,
        full_text_sha256=text_sha256(page.full_text) if page.full_text else None,
    )


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
        charset_declared=answer.charset_declared,
        tls_version=answer.tls_version,
        certificate_sha256=answer.certificate_sha256,
        not_before=answer.not_before,
        options=answer.options,
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
