"""What must hold after a torture run, each as a list of what does not."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from factdesk.config import Home
from factdesk.errors import FactdeskError
from factdesk.ops.prefect_api import PrefectApi
from factdesk.warehouse.health import read_health
from factdesk.warehouse.query import run_query
from torture.world import Inbox, Press, page_text

UNFINISHED = ("RUNNING", "PENDING", "CANCELLING", "PAUSED")


def find_faults(home: Home, inbox: Inbox, press: Press, decided: list[str]) -> list[str]:
    """Return everything that does not hold in the warehouse, in words; empty when all is well."""
    try:
        return [
            *_essays_not_read_once(home, inbox),
            *_sources_not_seen(home, press),
            *_claims_not_judged(home),
            *_decisions_lost_or_doubled(home, decided),
            *_spool_not_empty(home),
        ]
    except FactdeskError as error:
        return [f"the warehouse does not answer: {error}"]


def _rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    return run_query(home.warehouse, sql).rows


def _essays_not_read_once(home: Home, inbox: Inbox) -> Iterator[str]:
    """Every essay's present text is the last version, and no version has two readings."""
    readings = _rows(
        home,
        "SELECT e.path, v.text_sha256, count(*), max(r.fold_sequence) FROM derived.readings AS r"
        " JOIN derived.essays AS e ON e.id = r.essay_id"
        " JOIN derived.essay_versions AS v ON v.id = r.version_id"
        " WHERE r.outcome = 'read' GROUP BY ALL ORDER BY 4",
    )
    last = {path: sha256 for path, sha256, _, _ in readings}
    for path, _, count, _ in readings:
        if count != 1:
            yield f"{path} has {count} readings of one version"
    for name, text in inbox.texts.items():
        if last.get(name) != hashlib.sha256(text.encode()).hexdigest():
            yield f"{name} was not read as it stands now"
    others = _rows(home, "SELECT outcome, count(*) FROM derived.readings WHERE outcome <> 'read' GROUP BY 1")
    for outcome, count in others:
        yield f"{count} readings ended as {outcome}"


def _sources_not_seen(home: Home, press: Press) -> Iterator[str]:
    """The last fetch of every page says what the page is now."""
    seen = {
        url.rsplit("/", 1)[-1]: (outcome, wire)
        for url, outcome, wire in _rows(
            home,
            "SELECT s.url, arg_max(f.outcome, f.fetched_at), arg_max(f.wire_sha256, f.fetched_at)"
            " FILTER (WHERE f.wire_sha256 IS NOT NULL AND f.outcome = 'fetched')"
            " FROM derived.fetches AS f JOIN derived.sources AS s ON s.id = f.source_id GROUP BY 1",
        )
    }
    for name, page in press.pages.items():
        outcome, wire = seen.get(name, ("never fetched", None))
        if page.is_dead:
            if outcome != "gone":
                yield f"{name} is gone and was last {outcome}"
        elif outcome not in ("fetched", "not_modified"):
            yield f"{name} is alive and was last {outcome}"
        elif wire != hashlib.sha256(page_text(name, page.version).encode()).hexdigest():
            yield f"{name} has version {page.version}, which was not fetched last"


def _claims_not_judged(home: Home) -> Iterator[str]:
    """Every current claim's verdict used the latest text of its sources."""
    rows = _rows(
        home,
        """
        WITH latest AS (
            SELECT source_id, arg_max(text_sha256, fetched_at) FILTER (WHERE text_sha256 IS NOT NULL) AS text,
                arg_max(outcome, fetched_at) AS outcome
            FROM derived.fetches GROUP BY 1
        ),
        current AS (
            SELECT claim_id, arg_max(verdict_id, fold_sequence) AS verdict_id
            FROM records.judgements GROUP BY 1
        ),
        inputs AS (
            SELECT v.claim_id, unnest(from_json(v.inputs, '[{"source_id": "UUID", "seen": "VARCHAR"}]')) AS i
            FROM current AS c JOIN derived.verdicts AS v ON v.id = c.verdict_id
            JOIN derived.claim_status AS s ON s.claim_id = v.claim_id WHERE s.claim_status = 'current'
        )
        SELECT n.claim_id, n.i.source_id FROM inputs AS n JOIN latest AS l ON l.source_id = n.i.source_id
        WHERE n.i.seen <> coalesce(l.text, l.outcome)
        """,
    )
    for claim, source in rows:
        yield f"claim {claim} was not judged by the latest text of source {source}"
    unjudged = _rows(
        home,
        "SELECT s.claim_id FROM derived.claim_status AS s ANTI JOIN records.judgements AS j"
        " ON j.claim_id = s.claim_id WHERE s.claim_status = 'current'",
    )
    for (claim,) in unjudged:
        yield f"claim {claim} was never judged"


def _decisions_lost_or_doubled(home: Home, decided: list[str]) -> Iterator[str]:
    rows = _rows(home, "SELECT CAST(id AS VARCHAR) FROM records.review_events WHERE act = 'decide'")
    kept = Counter(row[0] for row in rows)
    for event in decided:
        if kept.pop(event, 0) != 1:
            yield f"the decision {event} was acknowledged and is not there once"
    if kept:
        yield f"{len(kept)} decisions are there that were never acknowledged"


def _spool_not_empty(home: Home) -> Iterator[str]:
    health = read_health(home.warehouse)
    if health.waiting:
        yield f"{health.waiting} batches wait in the spool"
    for one in health.rejected:
        yield f"the batch {one.path.name} was rejected: {one.reason}"


def find_stuck_runs(home: Home, api: PrefectApi) -> list[str]:
    """Return runs that go on now, and runs that completed without leaving a record, in words."""
    names = {flow["id"]: flow["name"] for flow in api.call("POST", "flows/filter", {"limit": 200})}
    runs = _flow_runs(api)
    stuck = [f"run {run['name']} is {run['state_type']}" for run in runs if run["state_type"] in UNFINISHED]
    told = {
        dict(json.loads(parameters)).get("flow_run_id")
        for parameters, counts in _rows(home, "SELECT parameters, counts FROM derived.runs")
        if "failed" not in counts
    }
    silent = [
        f"{names[run['flow_id']]} {run['name']} completed and left no record"
        for run in runs
        # Publishing leaves a record only where batches waited.
        if run["state_type"] == "COMPLETED"
        and names[run["flow_id"]] != "publish-reports"
        and run["id"] not in told
    ]
    return [*stuck, *silent]


def _flow_runs(api: PrefectApi) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    while True:
        page = api.call("POST", "flow_runs/filter", {"limit": 200, "offset": len(found), "sort": "ID_DESC"})
        found += page
        if len(page) < 200:
            return found


def processes_of(home: Path) -> list[int]:
    """Return the processes whose environment or command line names the home, this one left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if str(home).encode() in told and state != "Z":
            found.append(int(entry.name))
    return found
