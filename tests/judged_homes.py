"""A home in which much has happened: verdicts of every kind, to be reached again and judged anew.

Its press is on loopback and closed when the home is used; a test works on a copy of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from factdesk.commands.attaching import attach
from factdesk.config import Home, open_home
from factdesk.model import Judgement, Rating, Reason, Record, Verdict
from factdesk.pipeline import check_once, store_batch
from factdesk.sources.archive import Archive
from factdesk.sources.archive_files import blob_name
from factdesk.warehouse.known import Known, open_known
from factdesk.warehouse.loading import load_records
from factdesk.warehouse.query import run_query
from local_site import Page, Site
from small_records import Review

OTHER_METHOD = "0" * 64
"""Stands for the name of a method of long ago."""

PAGE = (
    "<html><head><title>Fares to {0}</title></head><body><main>"
    "<p>The station in {0} is being repaired, and trains leave from the western side.</p>"
    "<p>A return ticket to {0} costs {1} euros, the railway said on Monday.</p></main></body></html>"
)
SOUTH = (
    "A return ticket to Lisbon [costs 40 euros](http://{0}/Lisbon), they say.\n\n"
    "A return ticket to Porto [costs 49 euros](http://{0}/Porto).\n\n"
    "A return ticket to Madrid [costs 54 euros](http://{0}/Madrid).\n\n"
)
FARO = "A return ticket to Faro [costs 18 euros](http://{0}/Faro).\n"
ESSAYS = {
    "loose.txt": "We talked of fares all night. A tram ticket in Oslo costs 42 kroner, and we walked.\n",
    "aunt.txt": "My aunt lives by the water. She says that a tram ticket in Oslo costs 42 kroner now.\n",
    "uncle.txt": "My uncle drives a car. He told us that a tram ticket in Oslo costs 42 kroner today.\n",
    "clerk.txt": "A cup of soup at the harbour costs 6 euros.\n",
}
MENU = "The harbour kitchen has put up its board. A cup of soup at the harbour costs 6 euros this winter.\n"


@dataclass
class JudgedHome:
    """One home and what it knows. Claims are named by a word of their sentence."""

    home: Home

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return run_query(self.home.warehouse, sql).rows

    def known(self) -> Known:
        return open_known(self.home.warehouse)

    def verdict(self, word: str) -> Verdict:
        """The current verdict of a claim."""
        query = f"SELECT verdict_id FROM reports.verdicts WHERE sentence LIKE '%{word}%' AND essay_uri <> 'x'"
        ids = [row[0] for row in self.ask(query)]
        with self.known() as known:
            (found,) = load_records(known, Verdict, ids[:1]).values()
        return found

    def column(self, word: str, name: str) -> Any:
        """A column of reports.verdicts for a claim."""
        return self.ask(f"SELECT {name} FROM reports.verdicts WHERE sentence LIKE '%{word}%'")[0][0]

    def store(self, *records: Record) -> None:
        store_batch(records, self.home)

    def make_current(self, verdict: Verdict) -> None:
        """Store a verdict as the current one of its claim."""
        self.store(verdict, Judgement(verdict.claim_id, datetime.now(UTC), verdict.id))

    def age(self, word: str, rating: Rating | None = None) -> None:
        """Make the current verdict of a claim one of a method of long ago, with this rating."""
        old = replace(self.verdict(word), method=OTHER_METHOD)
        self.make_current(old if rating is None else replace(old, rating=rating))

    def stage(self, word: str) -> str:
        return str(self.column(word, "stage"))

    def decide(self, word: str, rating: Rating) -> None:
        verdict = self.verdict(word)
        self.store(Review(verdict.claim_id).decide(rating, verdict_id=verdict.id, at=datetime.now(UTC)))

    def rows(self) -> dict[str, int]:
        tables = ("verdicts", "judgements", "evidence", "review_events", "snapshots", "fetches", "claims")
        return {name: self.ask(f"SELECT count(*) FROM records.{name}")[0][0] for name in tables}

    def files(self) -> dict[str, tuple[int, int]]:
        """Return name -> size and time of every file of the warehouse."""
        root = self.home.warehouse
        found = {path.relative_to(root).as_posix(): path.stat() for path in root.rglob("*") if path.is_file()}
        return {name: (one.st_size, one.st_mtime_ns) for name, one in found.items()}

    def lose(self, text_sha256: str) -> None:
        """Take a blob out of the archive."""
        (self.home.warehouse / "snapshots" / blob_name(text_sha256)).unlink()

    def damage(self, sha256: str) -> None:
        """Change one byte of a blob."""
        path = self.home.warehouse / "snapshots" / blob_name(sha256)
        path.chmod(0o644)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))

    def text_of(self, path: str) -> str:
        """The sha256 of the text of a page of the press."""
        return str(
            self.ask(f"SELECT text_sha256 FROM reports.sources WHERE source_url LIKE '%/{path}'")[0][0]
        )

    def archive(self) -> Archive:
        return Archive(self.home.warehouse / "snapshots")


def make_judged_home(root: Path) -> None:
    """Check linked and linkless essays, attach a source, and take a claim out of its essay again."""
    site = Site(pages={f"/{city}": Page(PAGE.format(city, fare)) for city, fare in _FARES.items()})
    try:
        _write(root, "config/factdesk.toml", _CONFIG.format(site.host))
        _write(root, "south.md", (SOUTH + FARO).format(site.host))
        for name, text in ESSAYS.items():
            _write(root, name, text)
        _write(root, "menu.txt", MENU)
        home = open_home(root)
        places = [str(root / name) for name in ("south.md", *ESSAYS)]
        check_once(places, home)
        _write(root, "south.md", SOUTH.format(site.host))
        check_once(places[:1], home)
        attach_file(home, JudgedHome(home).verdict("soup").claim_id, root / "menu.txt")
    finally:
        site.close()


_FARES = {"Lisbon": 40, "Porto": 47, "Faro": 18}
_CONFIG = """\
[web]
tries = 1
seconds_between_requests = 0.0
allow_hosts = ["{}"]
[review]
second_check_share = 0
"""


def _write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def attach_file(home: Home, claim: object, path: Path) -> None:
    """Attach a file to a claim, as a person does."""
    attach(
        home,
        str(claim),
        str(path),
        note=None,
        name="Mia",
        allow_hosts=(),
        as_json=False,
        console=Console(quiet=True),
        say=lambda _: None,
    )


def copy_home(made: Path, root: Path) -> JudgedHome:
    """Return a copy of a home that was made, at its own place."""
    shutil.copytree(made, root)
    return JudgedHome(open_home(root))


def with_rating(verdict: Verdict, rating: Rating, **changed: Any) -> Verdict:
    """Return a verdict of another rating, with a reason of its own."""
    reasons = (Reason("typed_conflict", "It was said otherwise once."),)
    return replace(verdict, rating=rating, reasons=reasons, **changed)


def words_of(rows: Iterable[Any]) -> list[str]:
    """Return which of the towns and things stand in these quotes."""
    names = ("Lisbon", "Porto", "Madrid", "Faro", "Oslo", "soup")
    return sorted({name for row in rows for name in names if name in str(row)})
