"""Pages a second of reading a web page (text, metadata, blocks), beside trafilatura's text alone."""

from __future__ import annotations

import os
from pathlib import Path

from bench.figures import ROOT, Figure, seconds_of

DATA_VARIABLE = "FACTDESK_QUALITY_DATA"
SAMPLES = ROOT / "src" / "factdesk" / "samples" / "press"
FEWEST_PAGES = 100


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
            read_page(page, media_type="text/html", charset=None, url="https://press.example/page")

    def bare() -> None:
        for page in pages:
            trafilatura.extract(page, fast=True)

    repeats = max(1, repeats // 2)
    rate, bare_rate = len(pages) / seconds_of(ours, repeats), len(pages) / seconds_of(bare, repeats)
    note = f"{len(pages)} pages of the {origin}"
    figures = [Figure("read a page", "pages/s", rate, "trafilatura fast, text only", bare_rate, note)]
    return [*figures, measure_workers(pages, note)]


def measure_workers(pages: list[bytes], note: str) -> Figure:
    """Read every page in two killable workers, beside one."""
    rates = {count: len(pages) / _pool_seconds(pages, count) for count in (1, 2)}
    return Figure("read a page in two workers", "pages/s", rates[2], "one worker", rates[1], note)


def _pool_seconds(pages: list[bytes], workers: int) -> float:
    from concurrent.futures import ThreadPoolExecutor

    from factdesk.web.workers import ReadingPool

    from factdesk.config import ReadingSettings

    def read(page: bytes) -> object:
        return pool.read_page(page, media_type="text/html", charset=None, url="https://press.example/page")

    with ReadingPool(ReadingSettings(workers=workers)) as pool, ThreadPoolExecutor(workers) as threads:
        return seconds_of(lambda: list(threads.map(read, pages)), 1)
