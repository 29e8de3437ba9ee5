"""Pages a second of reading a web page (text, metadata, blocks), beside trafilatura's text alone."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import ROOT, Figure, cpu_seconds_of, wall_seconds_of_both

if TYPE_CHECKING:
    from factdesk.web.workers import ReadingPool

DATA_VARIABLE = "FACTDESK_QUALITY_DATA"
SAMPLES = ROOT / "src" / "factdesk" / "samples" / "press"
FEWEST_PAGES = 100
ADDRESS = "https://press.example/page"


def read_pages() -> tuple[str, list[bytes]]:
    """Return real pages where the quality data is at hand, else the sample press site's pages, repeated."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return "quality data", [
            path.read_bytes() for path in sorted((Path(named) / "data/pages").glob("*.html"))
        ]
    pages = [path.read_bytes() for path in sorted(SAMPLES.rglob("*.html"))]
    return "samples", pages * (FEWEST_PAGES // len(pages) + 1)


def measure_reading(repeats: int) -> list[Figure]:
    """Read every page in this process with ours and with bare trafilatura."""
    import trafilatura

    from factdesk.reading.page_text import read_page

    origin, pages = read_pages()

    def ours() -> None:
        for page in pages:
            read_page(page, media_type="text/html", charset=None, url=ADDRESS)

    def bare() -> None:
        for page in pages:
            trafilatura.extract(page, fast=True)

    rate, bare_rate = (len(pages) / cpu_seconds_of(work, max(1, repeats // 2)) for work in (ours, bare))
    note = f"{len(pages)} pages of the {origin}"
    figures = [Figure("read a page", "pages/cpu s", rate, "trafilatura fast, text only", bare_rate, note)]
    return [*figures, measure_workers(pages, note)]


def measure_workers(pages: list[bytes], note: str) -> Figure:
    """Read every page in two killable workers, beside one."""
    with _pool(1) as one, _pool(2) as two:
        seconds = wall_seconds_of_both(lambda: _read_all(two, pages, 2), lambda: _read_all(one, pages, 1), 1)
    rate, bare_rate = (len(pages) / one for one in seconds)
    return Figure("read a page in two workers", "pages/s", rate, "one worker", bare_rate, note)


def _pool(workers: int) -> ReadingPool:
    from factdesk.config import ReadingSettings
    from factdesk.web.workers import ReadingPool

    return ReadingPool(ReadingSettings(workers=workers))


def _read_all(pool: ReadingPool, pages: list[bytes], threads: int) -> None:
    def read(page: bytes) -> object:
        return pool.read_page(page, media_type="text/html", charset=None, url=ADDRESS)

    with ThreadPoolExecutor(threads) as readers:
        list(readers.map(read, pages))
