"""The hand-made essay of the ferry with its one claim, where tests of stages, reopening and edits begin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from factdesk.model import Claim, Record
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.spool import write_batches
from small_records import judge, make_claim, make_essay, make_mention, make_reading, make_version

ESSAY = make_essay()
VERSION = make_version(ESSAY, "the ferry costs £5")
CLAIM = make_claim(ESSAY, "the ferry costs £5")
SEEN = judge(CLAIM)


def found(claim: Claim = CLAIM) -> list[Record]:
    """Return what finding the claim stores."""
    return [ESSAY, VERSION, claim, make_mention(claim, VERSION), make_reading(ESSAY, VERSION, [claim])]


def store_all(warehouse: Path, batches: Iterable[Sequence[Record]]) -> None:
    """Write each list of records as a batch of its own, then fold and publish them all."""
    for records in batches:
        write_batches(records, warehouse, 16_000_000)
    fold_and_publish(warehouse)
