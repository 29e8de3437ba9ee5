"""Whether the published copy's tables of what holds now still say what its records say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from factdesk.errors import WarehouseError
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.policies import read_policy
from factdesk.warehouse.published import open_published
from factdesk.warehouse.standing import StandingFault, find_standing_faults, standing_sha256

REBUILD = "factdesk publish --rebuild makes it anew from the records; no decision is touched"


@dataclass(frozen=True, slots=True)
class StandingHealth:
    """What was compared: so many of the essays that are there. ``is_ours`` is false where another Factdesk
    made the tables, which then cannot be compared."""

    compared: int
    there: int
    faults: tuple[StandingFault, ...]
    is_ours: bool = True


def check_standing(warehouse: Path, sample: int | None = None) -> StandingHealth | None:
    """Compare the published copy's standing tables with its records; None when nothing is published.

    With ``sample`` only so many essays and sources, drawn at random: that costs what folding them costs.
    Raises WarehouseError when the copy cannot be read.
    """
    if not WarehouseFolder(warehouse).published.is_file():
        return None
    with open_published(warehouse) as connection:
        try:
            if read_policy(connection, "standing") != standing_sha256():
                return StandingHealth(0, 0, (), is_ours=False)
            row = connection.execute("SELECT count(DISTINCT id) FROM records.essays").fetchone()
            there = row[0] if row else 0
            faults = find_standing_faults(connection, sample)
        except duckdb.Error as error:
            raise WarehouseError(
                f"the published copy in {warehouse} cannot be compared ({str(error).splitlines()[0]}); "
                "run factdesk publish"
            ) from error
    return StandingHealth(there if sample is None else min(sample, there), there, tuple(faults))


def fault_words(fault: StandingFault) -> str:
    """Say what is wrong with a table."""
    return f"rows that do not follow from the records: {fault.wrong}; rows that are lacking: {fault.lacking}"
