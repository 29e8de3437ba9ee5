"""Compares speed with named peers in one run: ``make bench``.

Ratios travel from machine to machine, times do not: nothing here asserts a time. Prints a table and
writes ``bench/latest.json``. ``--quick`` repeats each measure once, ``--only NAME`` runs one part.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.archiving import measure_archiving
from bench.desk import measure_desk
from bench.fetching import measure_fetching
from bench.figures import Figure, machine_line
from bench.finding import measure_finding
from bench.folding import measure_folding
from bench.gathering import measure_gathering
from bench.judging import measure_judging
from bench.keeping import measure_keeping
from bench.keeping_load import measure_load
from bench.reading import measure_reading
from bench.running import measure_running

LATEST = Path(__file__).with_name("latest.json")
REPEATS = 5


def measure_warehouse(repeats: int) -> list[Figure]:
    """Return what one keeper bears: folding, growing warehouses, and many at once."""
    return [*measure_folding(repeats), *measure_load(repeats), *measure_keeping(repeats)]


PARTS: dict[str, Callable[[int], list[Figure]]] = {
    "finding": measure_finding,
    "judging": measure_judging,
    "reading": measure_reading,
    "fetching": measure_fetching,
    "archiving": measure_archiving,
    "gathering": measure_gathering,
    "folding": measure_folding,
    "running": measure_running,
    "warehouse": measure_warehouse,
    "desk": measure_desk,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts, print the table, write the latest figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="run this part alone (repeatable)")
    parser.add_argument("--quick", action="store_true", help="repeat each measure once")
    parser.add_argument("--latest", type=Path, default=LATEST, help="write the figures to another file")
    options = parser.parse_args(arguments)
    figures: list[Figure] = []
    print(f"{machine_line()}\n{HEADING}")
    for name in options.only or PARTS:
        for figure in PARTS[name](1 if options.quick else REPEATS):
            figures.append(figure)
            print(shown_line(figure), flush=True)
    options.latest.write_text(json.dumps(_record(figures), indent=1) + "\n", encoding="utf-8")
    return 0


HEADING = f"{'measure':34} {'ours':>9} {'unit':15} {'peer':28} {'peer':>9} {'ratio':>7}"


def shown_line(figure: Figure) -> str:
    """Return the table's line of one figure."""
    peer = "-" if figure.peer_figure is None else f"{figure.peer_figure:,.0f}"
    ratio = "-" if figure.ratio is None else f"{figure.ratio:.2f}"
    columns = f"{figure.name:34} {figure.figure:9,.0f} {figure.unit:15} {figure.peer:28} {peer:>9} {ratio:>7}"
    return f"{columns}  {figure.note}".rstrip()


def _record(figures: Sequence[Figure]) -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine_line(),
        "figures": [{**asdict(figure), "ratio": figure.ratio} for figure in figures],
    }


if __name__ == "__main__":
    sys.exit(main())
