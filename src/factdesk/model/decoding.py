"""Makes a record of the JSON that was made of it."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID


def from_json(record: type[Any], body: dict[str, Any]) -> Any:
    """Return the record whose `to_json` is ``body``; the inverse, driven by the field types.

    A field that came later has a default and may be missing. Raises ValueError when another field is missing,
    one is unknown or does not fit its type.
    """
    hints = _hints(record)
    unknown = sorted(set(body) - set(hints))
    if unknown:
        raise ValueError(f"{record.__name__} has no field {unknown[0]!r}")
    late = {one.name for one in fields(record) if one.default is not MISSING}
    missing = sorted(set(hints) - set(body) - late)
    if missing:
        raise ValueError(f"{record.__name__} lacks its field {missing[0]!r}")
    return record(**{name: _decode(hints[name], body[name]) for name in hints if name in body})


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(record: type[Any]) -> dict[str, Any]:
    if record not in _HINTS:
        hints = get_type_hints(record)
        _HINTS[record] = {one.name: hints[one.name] for one in fields(record)}
    return _HINTS[record]


_SIMPLE: dict[Any, Any] = {
    int: int,
    Decimal: Decimal,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


def _decode(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _decode_optional(hint, value)
    if origin is tuple:
        return _decode_tuple(get_args(hint), value)
    if hint in (bool, str):
        if not isinstance(value, hint):
            raise ValueError(f"{value!r} is not a {hint.__name__}")
        return value
    if not isinstance(value, str) and not is_dataclass(hint):
        raise ValueError(f"{value!r} does not fit {hint.__name__}")
    if hint in _SIMPLE:
        try:
            return _SIMPLE[hint](value)
        except ArithmeticError as error:
            raise ValueError(f"{value!r} does not fit {hint.__name__}") from error
    if isinstance(hint, type) and is_dataclass(hint):
        if not isinstance(value, dict):
            raise ValueError(f"{value!r} is not a {hint.__name__}")
        return from_json(hint, value)
    return hint(value)


def _decode_optional(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    (inner,) = (one for one in get_args(hint) if one is not NoneType)
    return _decode(inner, value)


def _decode_tuple(inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is not a list")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_decode(inner[0], one) for one in value)
    if len(inner) != len(value):
        raise ValueError(f"{value!r} does not have {len(inner)} parts")
    return tuple(_decode(hint, one) for hint, one in zip(inner, value, strict=True))
