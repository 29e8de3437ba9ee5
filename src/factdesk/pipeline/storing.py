"""The last stage: acknowledge what was found, and fold it where the keeper's lock is free."""

from __future__ import annotations

from collections.abc import Iterable

from factdesk.config import Home
from factdesk.essays.attempts import Journal
from factdesk.model import EssayOutcome, Record
from factdesk.pipeline.records import EssayRead, StoreReport


def store_batch(records: Iterable[Record], home: Home, *, publish: bool = True) -> StoreReport:
    """Write records to the spool (that acknowledges them) and fold them if the keeper's lock is free.

    While the spool is full this waits for room, unless a person's act is among the records (`pressure`).
    Without ``publish`` editors see them with the next publish: a run that found nothing to do is no reason
    to copy a whole database.
    """
    from factdesk.warehouse.keeper import fold_and_publish
    from factdesk.warehouse.pressure import is_urgent, wait_for_room
    from factdesk.warehouse.spool import write_batches

    records = tuple(records)
    if not is_urgent(records):
        wait_for_room(home.warehouse, home.settings.warehouse)
    ids = write_batches(records, home.warehouse, home.settings.warehouse.max_batch_bytes)
    fold = fold_and_publish(home.warehouse, second_check=home.settings.review.policy, publish=publish)
    return StoreReport(tuple(ids), fold)


def note_stored(reads: Iterable[EssayRead], home: Home) -> None:
    """Note in the journal that these essays came to their end; call it when `store_batch` has returned.

    A broken essay and one that is set aside keep their tries. Raises ArchiveError when the journal cannot
    be written.
    """
    journal = Journal(home.warehouse)
    for read in reads:
        outcome = read.read.outcome
        if read.attempt is not None and outcome is not EssayOutcome.PARSER_KILLED:
            reading_id = None if read.read.is_stopgap else read.stored_reading_id
            journal.write(read.attempt.stored(outcome, reading_id))
