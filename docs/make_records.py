"""Makes records.md: every view and table of the database, with what each column means.

All of it comes from a database made anew and from warehouse/views/comments.toml. Run it with ``make docs``
when either has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from factdesk.warehouse.comments import Comments, Relation, list_relations, read_comments
from factdesk.warehouse.migrate import apply_migrations, list_migrations
from factdesk.warehouse.views import apply_views

PAGE = Path(__file__).with_name("records.md")

HEAD = """# Records: every view and table, column by column

This page is made by `docs/make_records.py` from the comments of the database; the same words are in the
file itself:

```sql
SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'verdicts';
```

How to open the file is told in [querying.md](querying.md). Times are points in time and shown in UTC. Places
in a text count code points from 0, the end excluded. A rating is always relative to the source. A list in
JSON writes numbers as strings of digits.

"""

PARTS = (
    (
        "main",
        "Views: what people use",
        "Columns are added, never renamed. A column may be empty wherever its meaning allows it.",
    ),
    (
        "records",
        "Tables of records: what was seen, said and decided",
        "Rows are appended, never updated; of one id the row with the highest `fold_sequence` holds.",
    ),
    (
        "standing",
        "Tables of what holds now",
        "Kept by the keeper beside the records, from which they follow; the views are made of them.",
    ),
    ("keeper", "Tables of the keeper", "The book of what was stored, and of what was published."),
)


def make_page() -> str:
    """Return the page for the migrations, views and comments that are in the tree."""
    comments = read_comments()
    with duckdb.connect(":memory:") as database:
        apply_migrations(database, list_migrations())
        apply_views(database)
        relations = list_relations(database, comments)
    return HEAD + "\n".join(_lines(relations, comments)) + "\n"


def _lines(relations: list[Relation], comments: Comments) -> Iterator[str]:
    order = list(comments.relations)
    for schema, title, words in PARTS:
        own = [one for one in relations if one.name.startswith(f"{schema}.")]
        yield f"## {title}\n\n{words}\n"
        for relation in sorted(own, key=lambda one: order.index(one.name)):
            yield from _relation_lines(relation)


def _relation_lines(relation: Relation) -> Iterator[str]:
    name = relation.name.replace("main.", "reports.")
    yield f"### `{name}`\n\n{relation.words}.\n"
    yield "| column | type | means | unit | example |\n|---|---|---|---|---|"
    for column in relation.columns:
        if column.meaning is None:
            raise SystemExit(
                f"nothing says what {relation.name}.{column.name} means; add it to comments.toml"
            )
        means = column.meaning
        cells = (f"`{column.name}`", column.type, means.words, means.unit, f"`{means.example}`")
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
