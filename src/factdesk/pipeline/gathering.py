"""The second stage: gather the sources that the essays link."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from factdesk.config import Home
from factdesk.pipeline.records import Progress, silent
from factdesk.sources.archive import Archive
from factdesk.sources.asked_keys import AskedKeys
from factdesk.sources.gather import Gathered, SourceRequest, gather
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from factdesk.web.workers import ReadingPool


@dataclass(frozen=True, slots=True)
class Gatherer:
    """What all batches of one run share: reading workers, the fetcher that knows whose turn it is, what each
    host's robots.txt says, and which sources were asked for, so that no host is asked for anything twice."""

    pool: ReadingPool
    fetcher: Fetcher
    robots: RobotsRules
    asked: AskedKeys = field(default_factory=AskedKeys)


@contextmanager
def open_gatherer(home: Home, allow_hosts: Collection[str] = ()) -> Iterator[Gatherer]:
    """Open the reading workers and the fetcher of one run, and close both at its end.

    A worker starts when it is first needed. The fetcher keeps the pauses of every host over all batches,
    and asks no host again that did not take a connection; `Fetcher.afresh` forgets these.
    """
    settings = home.settings.allowing(allow_hosts)
    fetcher = Fetcher(settings.web, settings.web.allow_hosts, turns_folder=home.warehouse / "turns")
    with ReadingPool(settings.reading) as pool:
        try:
            yield Gatherer(pool, fetcher, RobotsRules(fetcher))
        finally:
            fetcher.close()


def gather_batch(
    requests: Sequence[SourceRequest],
    home: Home,
    *,
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
    pool: ReadingPool | None = None,
    fetcher: Fetcher | None = None,
    robots: RobotsRules | None = None,
    asked: AskedKeys | None = None,
) -> tuple[Gathered, ...]:
    """Fetch, archive and read sources; each ends in exactly one outcome.

    A ``pool`` and a ``fetcher`` that are given stay open; ``allow_hosts`` holds for a fetcher of our own.
    """
    done = 0

    def count(_: Gathered) -> None:
        nonlocal done
        done += 1
        progress("gathering", done, len(requests))

    progress("gathering", 0, len(requests))
    archive = Archive(home.warehouse / "snapshots")
    settings = home.settings.allowing(allow_hosts)
    with nullcontext(pool) if pool is not None else ReadingPool(settings.reading) as open_pool:
        found = gather(
            requests,
            archive,
            open_pool,
            settings,
            allow_hosts=settings.web.allow_hosts,
            on_done=count,
            fetcher=fetcher,
            robots=robots,
            asked=asked,
            turns_folder=home.warehouse / "turns",
        )
    return tuple(found)
