"""The one rule by which records are identified, and the one spelling that it hashes.

An id is the first 128 bits of sha256 over the JSON array ``[record, key...]``, so that two machines that see
the same thing give it the same id without asking each other.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_SPACE = re.compile(r"\s+")


def fold_space(text: str) -> str:
    """Return ``text`` with every run of white space made one space, and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def identify(record: str, *key: Any) -> UUID:
    """Return the id of a record: the first 128 bits of sha256 over ``[record, key...]`` as JSON."""
    digest = hashlib.sha256(canonical_json([record, *key]).encode("utf-8")).digest()
    return UUID(bytes=digest[:16])


def text_sha256(text: str) -> str:
    """Return the sha256 (hex) of a text in UTF-8.

    Lone surrogates cannot occur in a canonical text: every reader replaces them.
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical_json(value: Any) -> str:
    """Return the one JSON spelling of a value.

    UTF-8 without escapes, separators ``,`` and ``:``, sorted keys, numbers as decimal strings without
    trailing zeros, times as UTC ISO 8601 with microseconds and ``Z``.
    """
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def to_json(value: Any) -> Any:
    """Return ``value`` made of str, bool, None, lists and dicts only (see `canonical_json`)."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, Decimal)):
        return _decimal_text(Decimal(value))
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_json(part) for part in value]
    if isinstance(value, dict):
        return {str(name): to_json(part) for name, part in value.items()}
    if is_dataclass(value):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical JSON; use str, int, Decimal or a record")


def time_text(moment: datetime) -> str:
    """Return a time as UTC ISO 8601 with microseconds and ``Z``; a time without zone is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment.isoformat()} has no zone; give it one")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _decimal_text(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError(f"{number} is not a finite number")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text
