"""The block of metadata between ``---`` lines at the head of an essay.

A bad block never stops a reading: each fault becomes words for the reading's detail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import yaml

from factdesk.reading.dates import parse_date
from factdesk.reading.decode import storable

MAX_CHARACTERS = 65_536
_MAX_DEPTH = 12
_MAX_SOURCES = 200
_BLOCK = re.compile(r"\A---[ \t]*\n(?P<yaml>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What an essay says of itself. ``end`` is where the block ends in the text (0: there is none)."""

    end: int = 0
    essay_key: str | None = None
    title: str | None = None
    author: str | None = None
    published_on: date | None = None
    publish_at: datetime | None = None
    sources: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class _Loader(yaml.BaseLoader):
    """Reads every scalar as text and builds no objects; aliases and deep nesting are refused."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it uses an alias")
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise yaml.YAMLError("it nests too deep")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_front_matter(text: str) -> FrontMatter:
    """Read the block at the head of a text whose lines end with a line feed. Never raises."""
    found = _BLOCK.match(text[:MAX_CHARACTERS]) if text.startswith("---") else None
    if found is None:
        return FrontMatter()
    try:
        written = yaml.load(found["yaml"], Loader=_Loader)
    except yaml.YAMLError as error:
        return FrontMatter(found.end(), faults=(f"is not valid YAML ({_where(error)})",))
    except (ValueError, RecursionError):
        return FrontMatter(found.end(), faults=("is not valid YAML",))
    if isinstance(written, dict):
        return _Reader(written).read(found.end())
    if isinstance(written, list):
        return FrontMatter(found.end(), faults=("is a list, not keys with values",))
    return FrontMatter(found.end() if not found["yaml"].strip() else 0)  # prose between two rules is prose


def say_in_front(text: str, about: Mapping[str, str]) -> str:
    """Return a text whose block at the head says this too, and nothing else under the same keys.

    A block is made where there is none. Raises ValueError when the one that is there cannot be read.
    """
    found = _BLOCK.match(text[:MAX_CHARACTERS]) if text.startswith("---") else None
    head = read_front_matter(text)
    if found is None or not head.end:
        return f"---\n{_written(about)}---\n\n{text}"
    try:
        there = yaml.load(found["yaml"], Loader=_Loader) if found["yaml"].strip() else {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError("it is not valid YAML") from error
    if not isinstance(there, dict):
        raise ValueError("it is no list of keys with values")
    return f"---\n{_written({**there, **about})}---\n{text[head.end :]}"


def _written(keys: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(keys), allow_unicode=True, sort_keys=False, width=MAX_CHARACTERS)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 2}: {problem}" if mark is not None else str(problem)


@dataclass
class _Reader:
    written: dict[Any, Any]
    faults: list[str] = field(default_factory=list)

    def read(self, end: int) -> FrontMatter:
        return FrontMatter(
            end=end,
            essay_key=self._words("id"),
            title=self._words("title"),
            author=self._names("author"),
            published_on=self._date("date"),
            publish_at=self._moment("publish_at"),
            sources=self._sources(),
            faults=tuple(self.faults),
        )

    def _words(self, key: str) -> str | None:
        value = self.written.get(key, "")
        if not isinstance(value, str):
            self.faults.append(f"has a {key!r} that is not text")
            return None
        folded = " ".join(storable(value).split())
        return None if folded in ("", "~", "null") else folded

    def _names(self, key: str) -> str | None:
        value = self.written.get(key)
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return ", ".join(" ".join(storable(name).split()) for name in value) or None
        return self._words(key)

    def _date(self, key: str) -> date | None:
        words = self._words(key)
        read = parse_date(words) if words else None
        if words and read is None:
            self.faults.append(f"has a {key!r} that is not a date ({words[:40]!r})")
        return read

    def _moment(self, key: str) -> datetime | None:
        words = self._words(key)
        if not words:
            return None
        try:
            moment = datetime.fromisoformat(words)
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            if moment.year < 1000:
                raise ValueError("no essay is so old")
            return moment
        except (ValueError, OverflowError):
            self.faults.append(f"has a {key!r} that is not a time ({words[:40]!r})")
            return None

    def _sources(self) -> tuple[str, ...]:
        value = self.written.get("sources", [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list):
            self.faults.append("has 'sources' that are not a list")
            return ()
        named = [entry.get("url") if isinstance(entry, dict) else entry for entry in listed[:_MAX_SOURCES]]
        if not all(isinstance(entry, str) for entry in named):
            self.faults.append("has a source that is not an address")
        return tuple(
            dict.fromkeys(entry.strip() for entry in named if isinstance(entry, str) and entry.strip())
        )
