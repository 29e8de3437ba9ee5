"""Gathers a site's pages until it is done or killed; says each page that is done, durably, after it is.

Arguments: the archive's folder, the file of acknowledgements, the site (``HOST:PORT``), the number of pages.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from factdesk.config import ReadingSettings, Settings, WebSettings
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest, gather
from factdesk.web.workers import ReadingPool

SETTINGS = Settings(
    web=WebSettings(
        deadline_seconds=20.0,
        connect_seconds=5.0,
        seconds_between_requests=0.0,
        connections_per_host=6,
        tries=1,
    ),
    reading=ReadingSettings(workers=2, wall_seconds=20.0, cpu_seconds=15),
)


def main() -> None:
    """Gather all pages; the last line of the acknowledgements is then ``{"all": N}``."""
    archive, host, pages = Archive(Path(sys.argv[1])), sys.argv[3], int(sys.argv[4])
    file = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def say(line: dict[str, object]) -> None:
        os.write(file, json.dumps(line).encode() + b"\n")
        os.fsync(file)

    def acknowledge(one: Gathered) -> None:
        say(
            {
                "url": one.source.url,
                "source_id": str(one.source.id),
                "fetched_at": one.fetch.fetched_at.isoformat(),
                "outcome": one.fetch.outcome.value,
                "reused": one.reused,
                "blobs": [sha for sha in (one.fetch.wire_sha256, one.fetch.text_sha256) if sha],
            }
        )

    requests = [SourceRequest(f"http://{host}/page/{number}") for number in range(pages)]
    with ReadingPool(SETTINGS.reading) as pool:
        done = gather(requests, archive, pool, SETTINGS, allow_hosts=[host], on_done=acknowledge)
    say({"all": len(done)})


if __name__ == "__main__":
    main()
