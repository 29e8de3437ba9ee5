"""The index by which texts are found: full-text search over what is archived, in one SQLite file.

DuckDB's own full-text search is an extension that would have to be downloaded; SQLite's FTS5 is in Python.
The file is derived: the published copy says whose texts there are, the archive has them, and a file that is
damaged, of another make or of a warehouse that was restored is made anew. It holds stems and no sentence.
One process at a time brings it up to date; others search meanwhile (write-ahead log).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factdesk.errors import WarehouseError
from factdesk.sources.suggestions import index_word, index_words

INDEX_VERSION = 1
"""Raised when the tables change, or the stems that are put into them."""

BUSY_SECONDS = 30.0
COMMON_SHARE = 0.2
"""A word that stands in a greater share of all texts tells none of them apart, and costs most to look up."""

COMMON_FROM = 1000
"""In fewer texts than these every word is looked for."""

RAREST_KEPT = 3
"""So many words are looked for however common they are."""

TEXTS_PER_COMMIT = 500
Tell = Callable[[int, int], None]
"""Called with how many texts are done and how many there are."""

_TABLES = """
    CREATE TABLE texts (id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE);
    CREATE TABLE owners (
        form TEXT NOT NULL, owner TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (form, owner)
    ) WITHOUT ROWID;
    CREATE INDEX owners_of_text ON owners (sha256);
    CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 0');
    CREATE VIRTUAL TABLE counts USING fts5vocab('words', 'row');
"""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
"""What a file says that is no index of ours; everything else (a full disk, a lock) is no damage."""


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """Whose text it is. ``form`` is ``essay`` or ``source``, ``owner`` the id of that record."""

    form: str
    owner: str


@dataclass(frozen=True, slots=True)
class OwnedText:
    """The text that an essay or a source has now, by its hash."""

    owner: Owner
    sha256: str


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text that was found, and everybody's whose it is, sorted."""

    sha256: str
    owners: tuple[Owner, ...]


class DamagedIndexError(Exception):
    """The file is no index of this make; it has to be made anew."""


class SearchIndex:
    """One open index file. Raises DamagedIndexError, and WarehouseError for all that a person must mend."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def prepare(self) -> None:
        """Make the tables of a new file."""
        version = self._ask("PRAGMA user_version")[0][0]
        if version not in (0, INDEX_VERSION):
            raise DamagedIndexError
        self._ask("PRAGMA journal_mode = WAL")
        self._ask("PRAGMA synchronous = NORMAL")
        if version == 0:
            self._run(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {INDEX_VERSION}; COMMIT;")

    def mark(self, name: str) -> str | None:
        """Return what was written down under a name."""
        rows = self._ask("SELECT value FROM marks WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def set_mark(self, name: str, value: str) -> None:
        """Write something down under a name."""
        self._ask("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, value))

    def add(
        self, texts: Sequence[OwnedText], read_text: Callable[[str], str | None], tell: Tell | None = None
    ) -> None:
        """Put in the texts that are not there yet. ``read_text`` gives None for one that is lost.

        ``tell`` is called now and then with how many are done of how many, where there are many.
        """
        for start in range(0, len(texts), TEXTS_PER_COMMIT):
            if tell is not None and len(texts) > TEXTS_PER_COMMIT:
                tell(start, len(texts))
            self._add_together(texts[start : start + TEXTS_PER_COMMIT], read_text)
        if tell is not None and len(texts) > TEXTS_PER_COMMIT:
            tell(len(texts), len(texts))

    def _add_together(self, texts: Sequence[OwnedText], read_text: Callable[[str], str | None]) -> None:
        new = [one for one in texts if self._text_of(one.owner) != one.sha256]
        if not new:
            return
        self._ask("BEGIN IMMEDIATE")
        for one in new:
            if self._has_text(one.sha256) or self._add_text(one.sha256, read_text):
                key = (one.owner.form, one.owner.owner, one.sha256)
                self._ask("INSERT OR REPLACE INTO owners VALUES (?, ?, ?)", key)
        self._ask("COMMIT")

    def _text_of(self, owner: Owner) -> str | None:
        rows = self._ask("SELECT sha256 FROM owners WHERE form = ? AND owner = ?", (owner.form, owner.owner))
        return str(rows[0][0]) if rows else None

    def _has_text(self, sha256: str) -> bool:
        return bool(self._ask("SELECT 1 FROM texts WHERE sha256 = ?", (sha256,)))

    def _add_text(self, sha256: str, read_text: Callable[[str], str | None]) -> bool:
        text = read_text(sha256)
        if text is None:
            return False
        self._ask("INSERT INTO texts (sha256) VALUES (?)", (sha256,))
        self._ask("INSERT INTO words (rowid, text) VALUES (last_insert_rowid(), ?)", (index_words(text),))
        return True

    def is_mostly_left_behind(self) -> bool:
        """Whether more than half of the texts are nobody's any more."""
        texts = self._ask("SELECT count(*) FROM texts")[0][0]
        owned = self._ask("SELECT count(DISTINCT sha256) FROM owners")[0][0]
        return int(texts) > 2 * int(owned) + TEXTS_PER_COMMIT

    def find(self, stems: Sequence[str], most: int) -> list[FoundText]:
        """Return the texts that have some of these words, by BM25, equal ones by their hash."""
        asked = self._telling([index_word(stem) for stem in stems])
        if not asked:
            return []
        rows = self._ask(
            "SELECT t.sha256 FROM words JOIN texts AS t ON t.id = words.rowid WHERE words MATCH ? "
            "AND EXISTS (SELECT 1 FROM owners AS o WHERE o.sha256 = t.sha256) "
            "ORDER BY bm25(words), t.sha256 LIMIT ?",
            (" OR ".join(f'"{word}"' for word in asked), most),
        )
        return [FoundText(row[0], self._owners_of(row[0])) for row in rows]

    def _owners_of(self, sha256: str) -> tuple[Owner, ...]:
        rows = self._ask("SELECT form, owner FROM owners WHERE sha256 = ?", (sha256,))
        return tuple(sorted(Owner(form, owner) for form, owner in rows))

    def _telling(self, asked: Sequence[str]) -> list[str]:
        """Return the words that are there and not everywhere: looking up the others would have no bound."""
        marks = ", ".join("?" for _ in asked)
        rows = self._ask(f"SELECT doc, term FROM counts WHERE term IN ({marks})", tuple(asked))
        texts = self._ask("SELECT count(*) FROM texts")[0][0]
        most = max(COMMON_FROM, int(texts * COMMON_SHARE))
        by_rarity = sorted(rows)
        return [term for at, (number, term) in enumerate(by_rarity) if number <= most or at < RAREST_KEPT]

    def _ask(self, sql: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def _run(self, script: str) -> None:
        try:
            self._connection.executescript(script)
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def _fault(self, error: sqlite3.Error) -> Exception:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in _DAMAGED:
            return DamagedIndexError(str(error))
        reason = "no space is left on its disk" if code == sqlite3.SQLITE_FULL else str(error)
        return WarehouseError(
            f"the search index {self._path} cannot be used ({reason}); make room, mend its permissions or "
            "remove it, and it is made anew"
        )


def remove_index(path: Path) -> None:
    """Remove an index file with its log. Raises WarehouseError when that is not allowed."""
    try:
        for name in (f"{path.name}-wal", f"{path.name}-shm", path.name):
            with suppress(FileNotFoundError):
                path.with_name(name).unlink()
    except OSError as error:
        raise WarehouseError(
            f"the damaged search index {path} cannot be removed ({error.strerror}); remove it by hand"
        ) from error
