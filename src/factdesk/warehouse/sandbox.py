"""A person's SQL on the published copy, run in a process of its own that can reach nothing else.

The child opens the copy read-only with DuckDB's access to files, network, settings and extensions off, takes
exactly one SELECT, has a limit on time, rows, bytes and memory, cannot write to a file, knows no variable of
this process and runs at a lower priority. A query that does not heed the interrupt is killed by the kernel.
Its answer comes back as lines of JSON (see `cells`), never as objects that could run code here.

In a child too, because a process that has an older copy open would go on reading it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factdesk.errors import FactdeskError, UsageError, WarehouseError
from factdesk.warehouse.cells import read_cell
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.masks import NOTHING, Hidden
from factdesk.warehouse.query import Table

START_SECONDS = 60.0
"""How long the child may take to start, on a machine that is busy with other work."""

GRACE_SECONDS = 2.0
"""After its time a query is interrupted; when it does not heed that, it is killed this much later."""

MAX_QUERY_CHARACTERS = 100_000

_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a query may take: seconds of wall time, rows and bytes of its answer, bytes of memory."""

    seconds: float = 30.0
    rows: int = 100_000
    answer_bytes: int = 256_000_000
    memory_bytes: int = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """One SELECT, and the values of its ``$names``, each None, a text or a truth value."""

    sql: str
    parameters: Mapping[str, str | bool | None] = field(default_factory=dict)


def ask_in_sandbox(
    warehouse: Path, sql: str, limits: QueryLimits | None = None, hidden: Hidden = NOTHING
) -> Table:
    """Run exactly one SELECT of a person on the published copy; ``cut_off`` says that there were more rows.

    ``hidden`` is what the person must not see. Raises UsageError for anything but one SELECT, a wrong one, or
    one that asks for too much memory or too long an answer; WarehouseError when nothing is published or it
    takes too long. Each is one sentence.
    """
    return ask_all_in_sandbox(warehouse, [Question(sql)], limits, hidden)[0]


def ask_all_in_sandbox(
    warehouse: Path,
    questions: Sequence[Question],
    limits: QueryLimits | None = None,
    hidden: Hidden = NOTHING,
) -> list[Table]:
    """Answer several questions on one and the same copy, each within the limits; the time is for all.

    Raises as `ask_in_sandbox`.
    """
    limits = limits or QueryLimits()
    if not WarehouseFolder(warehouse).published.is_file():
        raise WarehouseError(f"nothing is published in {warehouse} yet; run factdesk check first")
    for one in questions:
        if len(one.sql) > MAX_QUERY_CHARACTERS:
            raise UsageError(f"the query has {len(one.sql)} characters; give at most {MAX_QUERY_CHARACTERS}")
    order = {
        "warehouse": str(warehouse.resolve()),
        "questions": [[one.sql, dict(one.parameters)] for one in questions],
        "hidden": hidden.as_json() if hidden else None,
        "seconds": limits.seconds,
        "rows": limits.rows,
        "answer_bytes": limits.answer_bytes,
        "memory_bytes": limits.memory_bytes,
    }
    child = _run_child(json.dumps(order).encode("utf-8"), limits)
    return list(_read_answers(child, limits))


def _run_child(order: bytes, limits: QueryLimits) -> subprocess.CompletedProcess[bytes]:
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    try:
        return subprocess.run(
            [sys.executable, "-P", "-m", "factdesk.warehouse.sandbox_child"],
            input=order,
            capture_output=True,
            env=environment,
            timeout=START_SECONDS + limits.seconds + GRACE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long(limits) from error
    except OSError as error:
        raise WarehouseError(
            f"the query cannot be started ({error.strerror}); end other programs and ask again"
        ) from error


def _read_answers(child: subprocess.CompletedProcess[bytes], limits: QueryLimits) -> Iterator[Table]:
    """Read the child's lines: for each question the names of the columns, the rows, the end; or an error."""
    lines = child.stdout.splitlines()
    last: Any = json.loads(lines[-1]) if child.returncode == 0 and lines else {}
    if "error" in last:
        raise _error_of(last)
    if "cut_off" not in last:
        raise _death_of(child, limits)
    columns: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = []
    for line in map(json.loads, lines):
        if isinstance(line, list):
            rows.append(tuple(read_cell(cell) for cell in line))
        elif "columns" in line:
            columns, rows = tuple(line["columns"]), []
        else:
            yield Table(columns, rows, bool(line["cut_off"]))


def _error_of(last: dict[str, Any]) -> FactdeskError:
    message = str(last["error"])
    return UsageError(message) if last["usage"] else WarehouseError(message)


def _too_long(limits: QueryLimits) -> WarehouseError:
    return WarehouseError(
        f"the query took longer than {limits.seconds:g} seconds and was stopped; ask for less"
    )


def _death_of(child: subprocess.CompletedProcess[bytes], limits: QueryLimits) -> FactdeskError:
    if child.returncode in (-14, -24):  # SIGALRM, SIGXCPU: it did not heed the interrupt
        return _too_long(limits)
    if child.returncode < 0:
        return UsageError(
            f"the query was killed (signal {-child.returncode}), most likely for memory; ask for less"
        )
    last = child.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no answer"]
    return WarehouseError(f"the query gave no answer ({last[0]}); ask again")
