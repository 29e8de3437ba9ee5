"""The process in which a person's SQL runs: ``python -m factdesk.warehouse.sandbox_child``.

Reads one JSON object from its input (warehouse, questions, hidden, seconds, rows, answer_bytes,
memory_bytes; a question is a SELECT and the values of its parameters). Answers with lines of JSON, for each
question ``{"columns": [...]}``, one list a row, ``{"cut_off": ...}``; or, as the last line,
``{"error": "...", "usage": true}``.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

import duckdb

from factdesk.errors import FactdeskError, UsageError, WarehouseError
from factdesk.warehouse.cells import write_cell
from factdesk.warehouse.published import open_published
from factdesk.warehouse.query import check_is_select, wrong_query
from factdesk.warehouse.sandbox import GRACE_SECONDS

CHUNK_ROWS = 1000
OPEN_FILES = 32
OTHER_MEMORY_BYTES = 1_500_000_000
"""Addresses that the interpreter, its libraries and the stacks of threads take besides DuckDB's memory."""

POLITENESS = 10
"""Added to the process's niceness: people's queries wait for decisions and flows, not the other way round."""


def main() -> int:
    """Run the order on standard input and answer on standard output."""
    order: dict[str, Any] = json.load(sys.stdin)
    answer = sys.stdout
    try:
        copy = open_published(Path(order["warehouse"]), order["memory_bytes"], order["hidden"])
        with copy as connection:
            _limit_process(order)
            timer = threading.Timer(order["seconds"], connection.interrupt)
            timer.daemon = True
            timer.start()
            for sql, parameters in order["questions"]:
                _answer_query(connection, sql, parameters, order, answer)
    except FactdeskError as error:
        _write(answer, {"error": str(error), "usage": isinstance(error, UsageError)})
    answer.flush()
    # Threads of DuckDB may still be busy with a query that was cut off; nothing is left to save.
    os._exit(0)


def _limit_process(order: dict[str, Any]) -> None:
    """From here on no file can be written, memory has an end, and the kernel ends what runs on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which kills us
    os.nice(POLITENESS)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_AS, order["memory_bytes"] + OTHER_MEMORY_BYTES)
    signal.setitimer(signal.ITIMER_REAL, order["seconds"] + GRACE_SECONDS)


def _lower(limit: int, value: int) -> None:
    """Set both limits, so that the process cannot raise them again; never above what the machine allows."""
    hard = resource.getrlimit(limit)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def _answer_query(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: dict[str, Any],
    order: dict[str, Any],
    answer: IO[str],
) -> None:
    """Write columns, rows and end. Raises UsageError and WarehouseError, each one sentence."""
    check_is_select(connection, sql)
    try:
        cursor = connection.execute(sql, parameters or None)
        _write(answer, {"columns": [column[0] for column in cursor.description or ()]})
        _write(answer, {"cut_off": _write_rows(cursor, order, answer)})
    except duckdb.InterruptException as error:
        raise WarehouseError(
            f"the query took longer than {order['seconds']:g} seconds and was stopped; ask for less"
        ) from error
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        megabytes = order["memory_bytes"] // 1_000_000
        raise UsageError(f"the query needs more than {megabytes} MB of memory; ask for less") from error
    except (duckdb.Error, OverflowError, ValueError, TypeError) as error:
        raise wrong_query(error) from error


def _write_rows(cursor: duckdb.DuckDBPyConnection, order: dict[str, Any], answer: IO[str]) -> bool:
    """Write at most the rows that were asked for and return whether there are more."""
    left, written = int(order["rows"]), 0
    while rows := cursor.fetchmany(min(CHUNK_ROWS, left + 1)):
        for row in rows:
            if not left:
                return True
            written += _write(answer, [write_cell(cell) for cell in row])
            if written > order["answer_bytes"]:
                megabytes = order["answer_bytes"] // 1_000_000
                raise UsageError(f"the answer is longer than {megabytes} MB; ask for fewer rows or columns")
            left -= 1
    return False


def _write(answer: IO[str], line: Any) -> int:
    text = json.dumps(line, ensure_ascii=True)
    answer.write(text + "\n")
    return len(text)


if __name__ == "__main__":
    sys.exit(main())
