"""Scores the main text of web pages by strings that it must and must not contain.

F1 as in trafilatura's own evaluation: a wanted string found is a true positive, a wanted one not found a
false negative, an unwanted one found a false positive. Bare trafilatura on the same pages is beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from quality.scoring import Part, Row, Scored, part_of, parts_measure, read_rows


def score_pages(folder: Path) -> Scored:
    """Read every page and count the strings found."""
    import trafilatura

    from factdesk.reading.page_text import read_page

    pages = folder / "data" / "pages"
    rows = read_rows(pages / "manifest.jsonl")
    ours, bare = {}, {}
    for row in rows:
        content = (pages / row["file"]).read_bytes()
        page = read_page(content, media_type="text/html", charset=None, url=row["url"])
        ours[row["file"]] = count_strings(row, page.text)
        bare[row["file"]] = count_strings(row, trafilatura.extract(content, fast=True) or "")
    measures = (
        parts_measure("pages.main_text", _f1_over(rows, ours)),
        parts_measure("pages.bare_trafilatura", _f1_over(rows, bare)),
    )
    worse = [
        f"{row['file']}: {dict(ours[row['file']])}, trafilatura {dict(bare[row['file']])}"
        for row in rows
        if part_of(row["file"]) == "tune" and f1(ours[row["file"]]) < f1(bare[row["file"]])
    ]
    return Scored(measures, tuple(worse))


def count_strings(row: Row, text: str) -> Counter[str]:
    """Return how many wanted and unwanted strings of a page stand in a text."""
    wanted = sum(string in text for string in row["with"])
    return Counter(
        found=wanted,
        missed=len(row["with"]) - wanted,
        unwanted=sum(string in text for string in row["without"]),
    )


def f1(counts: Counter[str]) -> float:
    """Return the harmonic mean of precision and recall."""
    asked = 2 * counts["found"] + counts["missed"] + counts["unwanted"]
    return 2 * counts["found"] / asked if asked else 1.0


def _f1_over(
    rows: list[Row], counts: dict[str, Counter[str]]
) -> Callable[[Iterable[Part]], tuple[float | None, int]]:
    def figure(names: Iterable[Part]) -> tuple[float | None, int]:
        wanted = set(names)
        files = [row["file"] for row in rows if part_of(row["file"]) in wanted]
        return f1(sum((counts[file] for file in files), Counter())), len(files)

    return figure
