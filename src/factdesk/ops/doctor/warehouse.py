"""Checks of the warehouse: the lock, the spool, the published copy, the archive."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from factdesk.config import WarehouseSettings
from factdesk.errors import WarehouseError
from factdesk.ops.doctor.checks import Check, Finding, nearest_folder, say_age
from factdesk.reports.words import count_words
from factdesk.sources.archive_health import sample_blobs
from factdesk.warehouse.health import WarehouseHealth
from factdesk.warehouse.standing_health import REBUILD, check_standing, fault_words

SPOOL_OLD_SECONDS = 7200.0
"""publish_reports folds each hour: a batch that waited through two of them is stuck."""

SPOOL_DEEP_BATCHES = 100
SPOOL_DEEP_BYTES = 200_000_000
"""More than the largest run leaves: nobody folds as fast as others write."""

COPY_OLD_SECONDS = 7200.0
"""What is in the database and not yet in the published copy for this long is late, for the same reason."""

SAMPLE_BLOBS = 200
SAMPLE_BYTES = 134_217_728
"""Hashed at each diagnosis: well under a second of work on a disk of today."""

SAMPLE_ESSAYS = 50
"""Essays and sources compared at each diagnosis: as much work as folding them."""


def check_writable(warehouse: Path) -> Check:
    """Whether the warehouse folder, or the one that it would be made in, can be written."""
    place = nearest_folder(warehouse)
    try:
        with tempfile.TemporaryFile(dir=place):
            return Check("warehouse", Finding.OK, f"{warehouse} can be written")
    except OSError as error:
        said = f"{place} cannot be written ({error.strerror})"
        return Check("warehouse", Finding.FAIL, said, "make it writable, or name another with --warehouse")


def check_warehouse(
    health: WarehouseHealth, limits: WarehouseSettings, now: datetime, *, folds_by_itself: bool
) -> Iterator[Check]:
    """Check what can be seen without opening the database; ``folds_by_itself``: factdesk up runs."""
    yield Check("keeper", Finding.OK, health.lock_holder or "nobody holds the lock")
    yield _check_spool(health, limits, folds_by_itself=folds_by_itself)
    for one in health.rejected:
        said = f"{one.path.name}: {one.reason}"
        yield Check("rejected batch", Finding.FAIL, said, f"{one.mend}; it lies in {one.path.parent}")
    yield _check_published(health, now)
    if health.logs_set_aside:
        times = count_words(health.logs_set_aside, "time")
        yield Check("unclean end", Finding.OK, f"the keeper was stopped hard {times}; nothing was lost")


def _check_spool(health: WarehouseHealth, limits: WarehouseSettings, *, folds_by_itself: bool) -> Check:
    """Warn of a batch that nobody folds, of an old one and of a deep spool; a full one is a fault."""
    if not health.waiting:
        return Check("spool", Finding.OK, "no batch waits")
    age = health.oldest_waiting_seconds or 0.0
    size = health.waiting_bytes / 1e6
    said = f"{count_words(health.waiting, 'batch')} waiting, {size:.1f} MB, the oldest for {say_age(age)}"
    if health.waiting >= limits.spool_max_batches or health.waiting_bytes >= limits.spool_max_bytes:
        mend = "factdesk publish folds them and says why when it cannot"
        if health.lock_holder:
            mend = f"wait for {health.lock_holder}; when it hangs, end it (nothing is lost), then {mend}"
        return Check("spool", Finding.FAIL, f"full, runs wait for room: {said}", mend)
    if not (folds_by_itself or health.lock_holder):
        return Check("spool", Finding.WARN, said, "factdesk publish folds them")
    is_deep = health.waiting > SPOOL_DEEP_BATCHES or health.waiting_bytes > SPOOL_DEEP_BYTES
    if age < SPOOL_OLD_SECONDS and not is_deep:
        return Check("spool", Finding.OK, said)
    if health.lock_holder:
        mend = f"wait for {health.lock_holder}; when it hangs, end it: nothing is lost"
        return Check("spool", Finding.WARN, said, mend)
    return Check("spool", Finding.WARN, said, "factdesk publish folds them; see why publish_reports did not")


def _check_published(health: WarehouseHealth, now: datetime) -> Check:
    """Say the copy's age. An old copy is no fault when nothing new was folded since."""
    age = health.published_age_seconds(now)
    if age is None:
        if health.database_bytes is None:
            return Check("published copy", Finding.OK, "nothing is stored yet")
        said = "there is none, or it is damaged"
        return Check("published copy", Finding.WARN, said, "factdesk publish makes it anew")
    if health.database_bytes is None:
        said = "the database is gone although this copy was made from it"
        mend = "factdesk restore with a backup, or with reports.duckdb itself, brings it back"
        return Check("published copy", Finding.FAIL, said, mend)
    said = f"{say_age(age)} old, {(health.published_bytes or 0) / 1e6:.1f} MB"
    if health.unpublished and (health.oldest_unpublished_seconds or 0.0) >= COPY_OLD_SECONDS:
        lacking = f"{said}; it lacks {health.unpublished} of the batches folded since"
        return Check("published copy", Finding.WARN, lacking, "factdesk publish makes it anew")
    return Check("published copy", Finding.OK, said)


def check_tables(warehouse: Path) -> Check:
    """Compare the published copy's tables of what holds now with its records, for SAMPLE_ESSAYS at random."""
    try:
        standing = check_standing(warehouse, SAMPLE_ESSAYS)
    except WarehouseError as error:
        return Check("tables", Finding.FAIL, str(error), "factdesk publish makes the copy anew")
    if standing is None:
        return Check("tables", Finding.OK, "nothing is published yet")
    if not standing.is_ours:
        said = "another Factdesk made the tables of the published copy"
        return Check("tables", Finding.WARN, said, "factdesk publish makes them anew")
    said = f"{standing.compared:,} of {count_words(standing.there, 'essay')} compared with the records"
    if standing.faults:
        wrong = "; ".join(f"standing.{one.table}: {fault_words(one)}" for one in standing.faults)
        return Check("tables", Finding.FAIL, f"{said}: {wrong}", REBUILD)
    return Check("tables", Finding.OK, f"{said}; factdesk verify compares all of them")


def check_archive(warehouse: Path) -> Check:
    """Hash a sample of the archive anew: SAMPLE_BLOBS at random, as far as SAMPLE_BYTES go."""
    sample = sample_blobs(warehouse / "snapshots", SAMPLE_BLOBS, SAMPLE_BYTES, random.sample)
    said = f"{sample.hashed} of {sample.there} blobs hashed anew"
    if sample.damaged:
        mend = (
            "check the disk; factdesk verify hashes the whole archive, names all that is damaged or missing "
            "and says for each how to mend it"
        )
        names = ", ".join(path.name for path in sample.damaged[:3])
        return Check("archive", Finding.FAIL, f"{said}, {len(sample.damaged)} damaged: {names}", mend)
    return Check("archive", Finding.OK, f"{said}; factdesk verify hashes all of them")
