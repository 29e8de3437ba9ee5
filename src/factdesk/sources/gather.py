"""Gathers the sources that essays link: each once, to exactly one outcome, many hosts at a time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from factdesk.config import Settings
from factdesk.model import Fetch, Source, SourceOutcome
from factdesk.sources.archive import Archive
from factdesk.sources.asked_keys import AskedKeys
from factdesk.sources.attempts import Attempts, Gathered, recall_source
from factdesk.sources.given_files import UnreadFile, read_given_file
from factdesk.sources.known import Known
from factdesk.sources.lanes import Lanes
from factdesk.web.fetch import Fetcher, utc_now
from factdesk.web.guard import BlockedError
from factdesk.web.robots import RobotsRules
from factdesk.web.url_keys import clean_text, url_key
from factdesk.web.workers import ReadingPool

__all__ = ["Gathered", "SourceRequest", "gather", "source_of"]


MAX_THREADS = 64
"""How many threads a gather has at most, those that wait included; connections have a bound of their own."""

LOOK_SECONDS = 0.2
"""How often it is looked whether threads wait."""


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """A link as written, or a file that a person gave (then ``path`` is set and ``url`` is its name)."""

    url: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """A source to gather; a given file comes with its bytes, or with why it has none."""

    source: Source
    path: Path | None = None
    content: bytes | UnreadFile | None = None


def gather(
    requests: Sequence[SourceRequest],
    archive: Archive,
    pool: ReadingPool,
    settings: Settings,
    *,
    allow_hosts: Collection[str] = (),
    on_done: Callable[[Gathered], None] | None = None,
    fetcher: Fetcher | None = None,
    robots: RobotsRules | None = None,
    turns_folder: Path | None = None,
    asked: AskedKeys | None = None,
    now: Callable[[], datetime] | None = None,
) -> list[Gathered]:
    """Gather sources, one for each distinct url key, in the order in which they were first asked for.

    A link of any kind has an outcome and raises nothing. ``on_done`` is called after each source, by one
    thread at a time. ``fetcher`` and ``now`` are the network and the clock; a fetcher that is given stays
    open and has its own ``turns_folder``, which is where processes share their politeness; ``robots`` is what
    is known of robots.txt already. What this run has ``asked`` for before is used as the archive has it.
    Raises WarehouseError when the archive or that folder cannot be written.
    """
    clock = now or utc_now
    network = fetcher or Fetcher(settings.web, allow_hosts, turns_folder=turns_folder, now=clock)
    attempts = Attempts(archive, pool, network, robots or RobotsRules(network), clock)
    jobs = _list_jobs(requests, settings.web.max_decoded_bytes)
    crew = _Crew(jobs, attempts, settings, asked or AskedKeys(), on_done)
    try:
        return crew.work()
    finally:
        if fetcher is None:
            network.close()


def source_of(request: SourceRequest, settings: Settings) -> Source:
    """Return the source that gathering a request will speak of; a given file is read for its hash."""
    if request.path is None:
        return _link_job(request.url).source
    return _file_job(request.path, settings.web.max_decoded_bytes).source


def _list_jobs(requests: Sequence[SourceRequest], max_bytes: int) -> list[_Job]:
    jobs: dict[str, _Job] = {}
    for request in requests:
        job = _link_job(request.url) if request.path is None else _file_job(request.path, max_bytes)
        jobs.setdefault(job.source.url_key, job)
    return list(jobs.values())


def _link_job(url: str) -> _Job:
    return _Job(Source(url=clean_text(url).strip(), url_key=url_key(url)))


def _file_job(path: Path, max_bytes: int) -> _Job:
    """The name, never the absolute path: where a file lies is nobody's business but its owner's."""
    name = clean_text(path.name)
    content = read_given_file(path, max_bytes)
    if isinstance(content, UnreadFile):
        return _Job(Source(url=name, url_key=f"file:{name}"), path, content)
    key = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return _Job(Source(url=name, url_key=key), path, content)


class _Crew:
    """The threads of one gather. They are daemons, so that Ctrl-C need not wait for slow servers."""

    def __init__(
        self,
        jobs: list[_Job],
        attempts: Attempts,
        settings: Settings,
        asked: AskedKeys,
        on_done: Callable[[Gathered], None] | None,
    ) -> None:
        self._jobs = jobs
        self._attempts = attempts
        self._settings = settings
        self._asked = asked
        self._on_done = on_done
        self._results: list[Gathered | None] = [None] * len(jobs)
        self._fault: Exception | None = None
        self._waiting = Lanes(attempts.fetcher, settings.web.connections_per_host)
        self._done = threading.Condition()
        self._left = len(jobs)
        self._threads = 0

    def work(self) -> list[Gathered]:
        """Do all jobs and return what became of them, in order."""
        for number, job in enumerate(self._jobs):
            self._waiting.add(self._host(job), number)
        try:
            with self._done:
                while self._left and self._fault is None:
                    self._man_lanes()
                    self._done.wait(LOOK_SECONDS)
        finally:
            self._waiting.close()
        if self._fault is not None:
            raise self._fault
        return [one for one in self._results if one is not None]

    def _man_lanes(self) -> None:
        """Start threads: one more for each that stands and waits, as for a slow host that its link led to."""
        wanted = self._settings.web.hosts_at_once + self._attempts.fetcher.turns.waiting
        while self._threads < min(wanted, MAX_THREADS, len(self._jobs)):
            threading.Thread(target=self._work_on, name=f"gather {self._threads}", daemon=True).start()
            self._threads += 1

    def _host(self, job: _Job) -> str:
        if job.path is not None:
            return ""
        try:
            return self._attempts.fetcher.check(job.source.url).authority
        except BlockedError:
            return ""

    def _work_on(self) -> None:
        try:
            while (taken := self._waiting.take()) is not None:
                host, number = taken
                try:
                    self._finish(number, self._gather_one(self._jobs[number]))
                finally:
                    self._waiting.give_back(host)
        except Exception as fault:  # the thread's outermost wall: the caller raises it
            with self._done:
                self._fault = fault
                self._done.notify_all()

    def _finish(self, number: int, gathered: Gathered) -> None:
        with self._done:
            if self._waiting.is_closed:
                return
            self._results[number] = gathered
            if self._on_done is not None:
                self._on_done(gathered)
            self._left -= 1
            self._done.notify_all()

    def _gather_one(self, job: _Job) -> Gathered:
        with self._asked.asking(job.source.url_key) as was_asked:
            return self._recall_or_ask(job, was_asked=was_asked)

    def _recall_or_ask(self, job: _Job, *, was_asked: bool) -> Gathered:
        if isinstance(job.content, UnreadFile):
            return self._attempts.note_unread_file(job.source, job.content)
        source, known = recall_source(self._attempts.archive, job.source)
        if known is not None and (was_asked or self._may_reuse(source, known)):
            return Gathered(source, known.fetch, known.snapshot, known.text, reused=True)
        if job.path is not None and job.content is not None:
            return self._attempts.read_file(source, job.path, job.content, known)
        return self._attempts.fetch_link(source, known)

    def _may_reuse(self, source: Source, known: Known) -> bool:
        if known.fetch.text_sha256 is not None and known.text is None:
            return False
        if self._must_wait(source, known.fetch):
            return True
        hours = self._settings.web.refetch_after_hours
        if known.may_be_reused(self._attempts.now(), hours):
            return True
        return self._is_blocked_as_before(source, known.fetch)

    def _must_wait(self, source: Source, fetch: Fetch) -> bool:
        """A server that asked for patience is left alone until then, for its other links as well."""
        if fetch.not_before is None or self._attempts.now() >= fetch.not_before:
            return False
        self._attempts.fetcher.leave_alone(fetch.final_url or source.url, fetch.outcome, fetch.not_before)
        return True

    def _is_blocked_as_before(self, source: Source, fetch: Fetch) -> bool:
        """A link that can never be asked (``javascript:``) needs no new record at every check."""
        if fetch.outcome is not SourceOutcome.BLOCKED_BY_GUARD:
            return False
        try:
            self._attempts.fetcher.check(source.url)
        except BlockedError as fault:
            return str(fault) == fetch.detail
        return False
