"""Hypothesis strategies for every record, built from its field types."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

from factdesk.model import RECORDS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.decimals(-(10**4), 10**4, places=4, allow_nan=False)
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))

SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**62), 2**62),
    bool: st.booleans(),
    Decimal: NUMBERS,
    UUID: st.uuids(),
    date: st.dates(date(1000, 1, 1)),
    datetime: TIMES,
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for the values of one type."""
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (one for one in get_args(hint) if one is not NoneType)
        return st.none() | values_of(inner)
    if get_origin(hint) is tuple:
        return tuples_of(get_args(hint))
    if hint in SIMPLE:
        return SIMPLE[hint]
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    return records_of(hint)


def tuples_of(inner: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a strategy for tuples, of any length or of fixed parts."""
    if inner[-1] is Ellipsis:
        return st.lists(values_of(inner[0]), max_size=3).map(tuple)
    return st.tuples(*(values_of(one) for one in inner))


def records_of(record: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for one record type, or a part of one."""
    hints = get_type_hints(record)
    return st.builds(record, **{one.name: values_of(hints[one.name]) for one in fields(record)})


ANY_RECORD: st.SearchStrategy[Any] = st.one_of([records_of(record) for record in RECORDS])
