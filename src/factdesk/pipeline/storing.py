"""The last stage: acknowledge what was found, and fold it where the keeper's lock is free."""

from __future__ import annotations

from collections.abc import Iterable

from factdesk.config import Home
from factdesk.model import Record
from factdesk.pipeline.records import StoreReport


def store_batch(records: Iterable[Record], home: Home) -> StoreReport:
    """Write records to the spool (that acknowledges them) and fold them if the keeper's lock is free."""
    from factdesk.warehouse.keeper import fold_and_publish
    from factdesk.warehouse.spool import write_batches

    ids = write_batches(records, home.warehouse, home.settings.warehouse.max_batch_bytes)
    fold = fold_and_publish(home.warehouse, second_check=home.settings.review.second_check)
    return StoreReport(tuple(ids), fold)
