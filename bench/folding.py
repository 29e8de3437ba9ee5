"""Rows a second that the keeper folds, beside a bare ``read_json`` insert of the same rows by DuckDB."""

from __future__ import annotations

import tempfile
import time
from decimal import Decimal
from pathlib import Path
from statistics import median
from uuid import UUID

from bench.figures import Figure

from factdesk.model import Bound, Claim, Facet, FacetName, Origin, Span, Value

CLAIMS = 50_000
BATCH_BYTES = 16_000_000


def make_claims(count: int) -> list[Claim]:
    """Return claims of many essays, as large as real ones."""
    essays = [UUID(int=number) for number in range(count // 25 + 1)]
    return [_claim(essays[number // 25], number) for number in range(count)]


def _claim(essay_id: UUID, number: int) -> Claim:
    quote = (
        f"a return ticket to the outer island cost {number} crowns last week, twice the fare of the spring"
    )
    amount = Value("amount", "SEK", Decimal(number), Decimal(number), Bound.EXACT, Decimal(1), Span(41, 52))
    facets = (
        Facet(
            FacetName.ITEM, "a return ticket to the outer island", "return ticket outer island", Span(0, 35)
        ),
        Facet(FacetName.TIME, "last week", "last week", Span(53, 62)),
    )
    return Claim(essay_id, "price", quote, 0, (amount,), facets, (), (), Origin.MACHINE)


def measure_folding(repeats: int) -> list[Figure]:
    """Fold new claims into an empty warehouse, and insert the same batches bare."""
    claims = make_claims(CLAIMS)
    ours, bare = zip(*(_fold_once(claims) for _ in range(max(1, repeats // 2))), strict=True)
    return [
        Figure(
            "fold claims",
            "rows/s",
            CLAIMS / median(ours),
            "bare read_json insert",
            CLAIMS / median(bare),
            f"{CLAIMS:,} rows, both end with a CHECKPOINT",
        )
    ]


def _fold_once(claims: list[Claim]) -> tuple[float, float]:
    from factdesk.warehouse.keeper import open_keeper
    from factdesk.warehouse.spool import write_batches

    with tempfile.TemporaryDirectory() as name:
        warehouse = Path(name) / "warehouse"
        write_batches(claims, warehouse, BATCH_BYTES)
        batches = [path.read_bytes() for path in sorted((warehouse / "spool" / "pending").glob("*.ndjson"))]
        keeper = open_keeper(warehouse)
        assert keeper is not None, "another process keeps a fresh warehouse"
        with keeper:
            start = time.perf_counter()
            keeper.fold()
            ours = time.perf_counter() - start
        return ours, _insert_bare(batches, Path(name))


def _insert_bare(batches: list[bytes], folder: Path) -> float:
    """Insert the batches' rows into one table with the keeper's columns, and nothing else."""
    import duckdb

    paths = []
    for number, batch in enumerate(batches):
        paths.append(folder / f"{number}.ndjson")
        paths[-1].write_bytes(batch.partition(b"\n")[2])
    with duckdb.connect(str(folder / "bare.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE claims (id UUID, essay_id UUID, kind VARCHAR, quote VARCHAR, ordinal BIGINT, "
            '"values" JSON, facets JSON, parts JSON, flags JSON, origin VARCHAR)'
        )
        body = (
            'STRUCT(essay_id UUID, kind VARCHAR, quote VARCHAR, ordinal BIGINT, "values" JSON, facets JSON, '
            "parts JSON, flags JSON, origin VARCHAR)"
        )
        start = time.perf_counter()
        for path in paths:
            connection.execute(
                f"INSERT INTO claims SELECT id, unnest(body) FROM read_json(?, "
                f"format = 'newline_delimited', columns = {{id: 'UUID', body: '{body}'}})",
                [str(path)],
            )
        connection.execute("CHECKPOINT")
        return time.perf_counter() - start
