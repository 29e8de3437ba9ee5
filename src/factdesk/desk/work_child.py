"""The child process of one work: gathers and judges by the published copy, and answers in a file.

Started as ``python -m factdesk.desk.work_child FOLDER``. The folder holds the order, and the files that
somebody gave in ``given``. A source and a missed claim come back as records, which the desk stores with the
act of the person; a checked essay goes through the spool as from any command.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.config import Home, open_home
from factdesk.desk.long_work import ANSWER, ORDER
from factdesk.errors import FactdeskError, UsageError
from factdesk.model import EssayOutcome, Record, text_sha256, to_json
from factdesk.pipeline.attaching import BlockedSourceError, attach_source, load_claim
from factdesk.pipeline.records import EssayRead
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.known import Known, open_known

BLOCKED = "the address is refused; give a public page, or have the operator allow the host in the settings"


def main() -> None:
    """Do the work of a folder and write its answer there."""
    folder = Path(sys.argv[1])
    order = json.loads((folder / ORDER).read_bytes())
    threading.Thread(target=_end_late, args=[folder, order["seconds"]], daemon=True).start()
    home = open_home(Path(order["root"]), Path(order["warehouse"]))
    try:
        answer = _WORKS[order["work"]](home, order, folder / "given")
    except BlockedSourceError:
        answer = {"refused": BLOCKED}
    except FactdeskError as error:
        answer = {"refused": str(error)}
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    if os.getppid() != order["parent"]:  # the desk was killed: nobody takes the answer, or clears up
        shutil.rmtree(folder, ignore_errors=True)


def _end_late(folder: Path, seconds: float) -> None:
    """End this process and what it started, all of its group, when the desk that would do it was killed."""
    time.sleep(seconds)
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(os.getpid(), signal.SIGKILL)


def _attach(home: Home, order: Mapping[str, Any], given: Path) -> dict[str, Any]:
    """Gather a source for a claim and judge the claim with it."""
    with open_known(home.warehouse) as known:
        stored = load_claim(home, known, UUID(order["claim_id"]))
        attached = attach_source(home, known, stored, _request(order, given))
    return {
        "source_id": str(attached.source.source.id),
        "url": attached.source.source.url,
        "outcome": attached.source.fetch.outcome.value,
        "is_new": attached.is_new,
        "records": written(attached.records()),
    }


def _request(order: Mapping[str, Any], given: Path) -> SourceRequest:
    if order.get("url"):
        return SourceRequest(order["url"])
    return SourceRequest(order["file"], given / order["file"])


def _check(home: Home, order: Mapping[str, Any], given: Path) -> dict[str, Any]:
    """Check an essay as ``factdesk check`` does."""
    from factdesk.pipeline import check_once

    place = order.get("url") or str(given / order["file"])
    sources = [SourceRequest(one) for one in order["sources"]]
    report = check_once([place], home, given=sources, given_by=order["reviewer"], asked_by=order["reviewer"])
    with open_known(home.warehouse) as known:
        return {"essays": [_told(one, known) for one in report.reads], "notes": list(report.notes)}


def _told(read: EssayRead, known: Known) -> dict[str, Any]:
    outcome = read.read.outcome
    same = known.essays_with_text(text_sha256(read.read.text)) if outcome is EssayOutcome.DUPLICATE else ()
    return {
        "same_as": str(same[0].essay_id) if same else None,
        "essay_id": str(read.read.essay.id),
        "outcome": outcome.value,
        "detail": read.read.detail,
        "claims": len(read.claims),
        "has_text": outcome is EssayOutcome.READ,
    }


def _mark(home: Home, order: Mapping[str, Any], given: Path) -> dict[str, Any]:
    """Judge a claim that a person marked in an essay."""
    from factdesk.pipeline.marking import mark_claim

    with open_known(home.warehouse) as known:
        marked = mark_claim(
            home, known, UUID(order["essay_id"]), order["text_sha256"], tuple(order["span"]), order["kind"]
        )
    return {"claim_id": str(marked.claim_id), "records": written(marked.records())}


def written(records: Iterable[Record]) -> list[list[Any]]:
    """Return records as JSON: each with the name of its type."""
    return [[type(one).__name__, to_json(one)] for one in records]


_WORKS = {"attach": _attach, "check": _check, "mark": _mark}

if __name__ == "__main__":
    try:
        main()
    except UsageError as error:
        sys.exit(str(error))
