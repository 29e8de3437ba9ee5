"""The second stage: gather the sources that the essays link."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from factdesk.config import Home
from factdesk.pipeline.records import Progress, silent
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest, gather
from factdesk.web.workers import ReadingPool


def gather_batch(
    requests: Sequence[SourceRequest],
    home: Home,
    *,
    allow_hosts: Collection[str] = (),
    progress: Progress = silent,
) -> tuple[Gathered, ...]:
    """Fetch, archive and read sources; each ends in exactly one outcome."""
    done = 0

    def count(_: Gathered) -> None:
        nonlocal done
        done += 1
        progress("gathering", done, len(requests))

    progress("gathering", 0, len(requests))
    archive = Archive(home.warehouse / "snapshots")
    settings = home.settings.allowing(allow_hosts)
    with ReadingPool(settings.reading) as pool:
        found = gather(
            requests,
            archive,
            pool,
            settings,
            allow_hosts=settings.web.allow_hosts,
            on_done=count,
            turns_folder=home.warehouse / "turns",
        )
    return tuple(found)
