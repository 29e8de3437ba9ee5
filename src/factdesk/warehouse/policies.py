"""Settings that the database keeps of itself: by what its views were made, when a second person checks.

The value in force is that of the latest row. A row is never dated before the one that it follows, so that a
clock that was set back leaves no old value in force.
"""

from __future__ import annotations

import duckdb

_SET = """
    INSERT INTO keeper.policies
    SELECT $name, $value, greatest(now(), max(set_at) + INTERVAL 1 MICROSECOND)
    FROM keeper.policies WHERE name = $name
"""


def read_policy(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """Return the value in force, None when there never was one."""
    row = connection.execute(
        "SELECT arg_max(value, set_at) FROM keeper.policies WHERE name = ?", [name]
    ).fetchone()
    return None if row is None else row[0]


def write_policy(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Put a value in force from now on."""
    connection.execute(_SET, {"name": name, "value": value})
