"""Values of a query as JSON and back: what plain JSON lacks is written as an object with one key.

Only data comes back, never an object that could run code: the other side has run a person's SQL.
"""

from __future__ import annotations

import base64
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID


def write_cell(value: Any) -> Any:
    """Return a value as what JSON can hold; raises TypeError for a type that no query gives."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, (list, tuple)):
        return {"list": [write_cell(one) for one in value]}
    if isinstance(value, dict):
        return {"map": [[write_cell(name), write_cell(one)] for name, one in value.items()]}
    return _write_rarer(value)


def _write_rarer(value: Any) -> dict[str, Any]:
    if isinstance(value, timedelta):
        return {"interval": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, (datetime, date, time)):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, (Decimal, UUID)):
        return {type(value).__name__: str(value)}
    raise TypeError(f"a value of type {type(value).__name__} cannot be told")


def read_cell(cell: Any) -> Any:
    """Return the value that `write_cell` wrote. Raises ValueError for anything else."""
    if not isinstance(cell, dict):
        return cell
    ((form, held),) = cell.items()
    if form == "list":
        return [read_cell(one) for one in held]
    if form == "map":
        return {read_cell(name): read_cell(one) for name, one in held}
    if form == "interval":
        return timedelta(*held)
    if form == "bytes":
        return base64.b64decode(held)
    if form not in _READERS:
        raise ValueError(f"a cell of the form {form!r} is unknown")
    return _READERS[form](held)


_READERS: dict[str, Any] = {
    "float": float,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "Decimal": Decimal,
    "UUID": UUID,
}
