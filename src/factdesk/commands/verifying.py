"""``factdesk verify``: everything in the archive hashed anew, and what is wrong named with its mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from factdesk.commands.progress import progress_bars
from factdesk.config import Home
from factdesk.errors import UsageError
from factdesk.reports.terminal import json_line
from factdesk.reports.words import count_words
from factdesk.sources.archive import Archive
from factdesk.sources.faults import Fault, FaultKind
from factdesk.sources.losses import note_losses
from factdesk.sources.verification import Verification, verify_archive
from factdesk.warehouse.promises import Promises, read_promises
from factdesk.warehouse.standing_health import REBUILD, check_standing, fault_words

Say = Callable[[str], None]

EXIT_DAMAGED = 1


def print_verification(home: Home, *, note_losses_too: bool, as_json: bool, say: Say) -> int:
    """Verify archive, review events and tables and print what is wrong; 1 when anything is damaged.

    ``note_losses_too`` puts what is missing or unlisted on record. Works while flows run.
    Raises UsageError where there is neither an archive nor a published copy: a wrong folder is no green one.
    """
    archive = Archive(home.warehouse / "snapshots")
    promises = read_promises(home.warehouse)
    if promises is None:
        if not archive.folder.is_dir():
            raise UsageError(
                f"there is nothing to verify in {home.warehouse}: it holds no archive and no published copy; "
                "name the right folder with --warehouse or --home, or run factdesk check first"
            )
        say(f"nothing is published in {home.warehouse} yet: the archive is verified without it")
        promises = Promises((), 0, ())
    with progress_bars() as progress:
        found = verify_archive(archive.folder, promises.needs, progress)
    found.faults += [*promises.faults, *_table_faults(home, say)]
    noted = note_losses(archive, found.faults) if note_losses_too else []
    for fault in found.faults:
        print(json_line(asdict(fault)) if as_json else _fault_line(fault))
    print(json_line(_summary(found, promises, noted)) if as_json else _summary_line(found, promises))
    if noted:
        say(f"{count_words(len(noted), 'file')} put on record; verify again to see what is left")
    return 0 if found.is_green else EXIT_DAMAGED


def _table_faults(home: Home, say: Say) -> list[Fault]:
    """Compare the tables of what holds now with the records, all of them."""
    standing = check_standing(home.warehouse)
    if standing is not None and not standing.is_ours:
        say("another Factdesk made the tables of the published copy; factdesk publish makes them anew")
    return [
        Fault(FaultKind.TABLES, f"standing.{one.table}", fault_words(one), REBUILD)
        for one in (standing.faults if standing else ())
    ]


def _fault_line(fault: Fault) -> str:
    mark = "✕" if fault.is_damage else "·"
    return f"{mark} {fault.kind}  {fault.name}: {fault.said}\n    mend: {fault.mend}"


def _summary_line(found: Verification, promises: Promises) -> str:
    counts = (
        f"{count_words(found.blobs, 'blob')}, {count_words(found.fetches, 'fetch')}, "
        f"{count_words(found.manifests, 'manifest')}, {count_words(promises.events, 'review event')}, "
        f"{found.bytes / 1e6:,.1f} MB"
    )
    if found.erased:
        counts += f", {count_words(found.erased, 'file')} erased"
    damaged = sum(fault.is_damage for fault in found.faults)
    said = f"✕ {counts}: {damaged} damaged or missing" if damaged else f"✓ {counts}: all as it was written"
    return f"{said}; closed manifests {found.head}" if found.head else said


def _summary(found: Verification, promises: Promises, noted: list[Fault]) -> dict[str, object]:
    return {
        "kind": "summary",
        "is_green": found.is_green,
        "blobs": found.blobs,
        "fetches": found.fetches,
        "manifests": found.manifests,
        "review_events": promises.events,
        "bytes": found.bytes,
        "erased": found.erased,
        "head": found.head,
        "noted": [fault.name for fault in noted],
    }
