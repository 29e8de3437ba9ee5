"""Makes reports.md: each bundled report with its question, how to read it and what its columns say.

All of it but the first part comes from the heads of the files in warehouse/reports/. Run it with
``make docs`` when one has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from factdesk.warehouse.reports import Report, list_reports

PAGE = Path(__file__).with_name("reports.md")

HEAD = """# Reports

For editors. A report is one SELECT on the published copy, with the question that it answers. This page is
made by `docs/make_reports.py` from the heads of the files in `warehouse/reports/`, which say the same to
whoever opens them.

```
factdesk report                                   # which there are
factdesk report corrections                       # a table in the terminal
factdesk report corrections -o corrections.xlsx   # the name of the file says the form
factdesk report queue --kind poll --author "Nela Vidošević" --since 2026-11-01
factdesk report agreement --format html > agreement.html
factdesk report weekly -o week/                   # all of them, to keep and to mail
```

| form | is |
|---|---|
| `table` | what a terminal shows; a report with its parts |
| `csv` | the named report; a text that looks like a formula gets a leading apostrophe |
| `json` | the named report, one object a line |
| `parquet` | the named report with its types; its metadata hold title, filters and what the columns say |
| `xlsx` | a sheet a report and part, one that explains every column; real dates, no formula |
| `html` | a page that needs no other file, in light, dark, on a telephone and on paper |

The numbers are the same in every form; a page shows a share of .731 as 73.1%. `csv`, `json` and `parquet`
hold one table, so that the parts of a report have names of their own: `factdesk report queue_days --format
csv`. All times are in UTC.

`--since`, `--author` and `--kind` narrow a report, and the output says so (`csv` and `json` on stderr, to
keep the rows clean). Each report says below what `--since` is held against. One that cannot be narrowed in
that way says so and ends with exit code 2, and so does an author whom no essay names. A report gives its
first 10,000 rows and says so when there are more; `--limit` asks for another number.

**Read them so.** What a person decided and what the machine says are never one number: `editor_rating` is a
person's, `machine_rating` the machine's, and a claim that only the machine calls contradicted is nobody's
mistake yet. A share is told from ten claims on, with a Wilson interval at 95%: where the intervals of two
weeks overlap, do not speak of a change. Blind decisions, made without seeing the machine's rating, stand
apart from the others: whoever sees a rating tends to follow it.

## The weekly bundle

`factdesk report weekly -o FOLDER` writes `weekly.html` (one page that needs nothing else: mail it),
`weekly.xlsx` and `parquet/`. All of it is made of one published copy, and made whole before anything in the
folder changes; run it again into the same folder and the files are replaced, each wholly. Other files there
stay. With a filter, the reports that cannot be narrowed so are left out and named.

`factdesk up` can do so by itself: give a schedule of `publish_reports` in `config/prefect.yaml` the parameter
`weekly_to`, a folder inside the home:

```yaml
      - slug: weekly-bundle
        cron: "0 6 * * 1"
        timezone: UTC
        active: true
        parameters: {parameters: {weekly_to: week}}
```

![The beginning of a weekly page: corrections needed, a chart, the claims](weekly.png)

![The machine against people: agreement with intervals, confusion matrices](weekly-machine.png)

![The same page in the dark: the age of the queue, arrivals against decisions](weekly-dark.png)

## What a desk can set

`refuted_share` does not tell authors apart, because a ranking of people is easily made and hard to take
back. With

```toml
[reports]
refuted_share_by_author = true
```

in `config/factdesk.toml` it has a row for each author, and takes `--author`. A desk in reports is an inbox.

## In other programs

A file of `warehouse/reports/` runs as it is in any tool that has opened `reports.duckdb`; what narrows it
are variables:

```
duckdb -readonly warehouse/reports.duckdb
D SET TimeZone = 'UTC'; SET VARIABLE kind = 'poll'; SET VARIABLE since = DATE '2026-11-01';
D .read warehouse/reports/agreement.sql
```

Programs of our own call `run_report` of `factdesk.warehouse.reports` and `render_report_html` of
`factdesk.reports.report_html`, which gives a fragment without script or inline style; `report_style()` is
its style sheet.
"""


def make_page() -> str:
    """Return the page for the reports that are in the tree."""
    return HEAD + "\n".join(line for report in list_reports() for line in _lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"\n{'###' if report.part_of else '##'} {report.title}: `{report.name}`\n"
    yield f"{report.question} {report.note}".strip() + "\n"
    takes = [f"`--{name}`" for name in ("since", "author", "kind") if name in report.filters]
    since = f" (`--since`: {report.since})" if report.since else ""
    yield f"Narrowed by {', '.join(takes)}{since}.\n"
    yield "| column | form | says |\n|---|---|---|"
    for column in report.columns:
        yield f"| `{column.name}` | {column.form} | {column.meaning} |"


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
