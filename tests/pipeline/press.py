"""A home, a small press on loopback whose pages change and die, and essays that cite it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from factdesk.config import Home, open_home
from factdesk.essays.inputs import list_essays
from factdesk.model import Rating
from factdesk.pipeline import RunClock, judge_batch, read_batch, records_of, requests_in, store_batch
from factdesk.pipeline.changed_sources import note_changes
from factdesk.pipeline.rechecking import RecheckReport, recheck_once
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, gather
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.known import open_known
from factdesk.warehouse.query import run_query
from factdesk.web.workers import ReadingPool
from small_records import Review
from web.hostile import HTML, Guest, HostileServer, hostile_server

CITIES = ("Lisbon", "Porto", "Madrid", "Seville")


def article(city: str, fare: int) -> str:
    return (
        f"<!doctype html><html><head><title>Fares to {city}</title></head><body><article>"
        f"<p>A return ticket to {city} costs {fare} euros, the railway said on Monday.</p>"
        f"<p>The station in {city} is being repaired, and trains leave from the western side.</p>"
        "</article></body></html>"
    )


@dataclass
class Press:
    """Pages by path; ``gone`` ones answer 410. ``server`` counts what is asked of it."""

    server: HostileServer
    pages: dict[str, str] = field(default_factory=dict)
    with_etag: bool = False

    def serve(self, guest: Guest) -> None:
        text = self.pages.get(guest.path)
        tag = f'"{sha256((text or "").encode()).hexdigest()}"'
        if text is None:
            guest.answer("410 Gone", b"<p>gone</p>", HTML)
        elif self.with_etag and guest.headers.get("if-none-match") == tag:
            guest.answer("304 Not Modified", b"")
        else:
            guest.answer("200 OK", text.encode(), HTML, *([f"ETag: {tag}"] if self.with_etag else []))

    def put(self, city: str, fare: int) -> None:
        self.pages[f"/{city}"] = article(city, fare)

    def drop(self, city: str) -> None:
        del self.pages[f"/{city}"]

    def url(self, city: str) -> str:
        return self.server.url(f"/{city}")

    def asked(self) -> Counter[str]:
        """Return how often each page was asked for since the last time, robots.txt apart."""
        with self.server.lock:
            asked = Counter(path.strip("/") for path, _ in self.server.asked if path != "/robots.txt")
            self.server.asked.clear()
        return asked


@contextmanager
def open_press(cities: Mapping[str, int], *, with_etag: bool = False) -> Iterator[Press]:
    with hostile_server() as server:
        press = Press(server, with_etag=with_etag)
        for city, fare in cities.items():
            press.put(city, fare)
        server.pages |= dict.fromkeys(press.pages, press.serve)
        yield press


class Desk:
    """One home, its essays, and what it knows."""

    def __init__(self, root: Path, press: Press) -> None:
        config = root / "config" / "factdesk.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            f'[inbox]\ndesk = "essays"\n[web]\nallow_hosts = ["{press.server.host}"]\ntries = 1\n'
            "[review]\nsecond_check_share = 0\n",
            encoding="utf-8",
        )
        self.home: Home = open_home(root)
        self.press = press
        self.folder = root / "essays"
        self.folder.mkdir()

    def write(self, name: str, fares: Mapping[str, int], more: str = "") -> None:
        lines = [
            f"A return ticket to {city} [costs {fare} euros]({self.press.url(city)})."
            for city, fare in fares.items()
        ]
        (self.folder / name).write_text("\n\n".join([*lines, more]), encoding="utf-8")

    def check(
        self, at: datetime | None = None, alter: Callable[[list[Gathered]], list[Gathered]] = list
    ) -> list[Gathered]:
        """Check all essays; ``at`` is when the sources are fetched, ``alter`` what was read."""
        archive = Archive(self.home.warehouse / "snapshots")
        settings = self.home.settings
        with open_known(self.home.warehouse) as known, ReadingPool(settings.reading) as pool:
            reads = read_batch(list_essays([str(self.folder)], self.home), self.home, known)
            clock = None if at is None else Clock(at)
            gathered = alter(gather(requests_in(reads), archive, pool, settings, now=clock))
            changes = note_changes(gathered, self.home, known).changes
            judged = judge_batch(reads, gathered, self.home, known).judged
        run = RunClock("check", {}).finish({})
        store_batch([*records_of(reads, gathered, judged, changes), run], self.home)
        return gathered

    def recheck(self, older_than_hours: float = 0.0, **given: Any) -> RecheckReport:
        return recheck_once(self.home, older_than_hours=older_than_hours, **given)

    def decide(self) -> None:
        """Let a person agree with the machine on every claim, as it stands now."""
        rows = self.ask("SELECT claim_id, verdict_id, machine_rating FROM reports.verdicts")
        events = [Review(claim).decide(Rating(rating), verdict_id=verdict) for claim, verdict, rating in rows]
        store_batch(events, self.home)

    def stages(self) -> dict[str, str]:
        """Return the stage of each current claim, by a word of it."""
        rows = self.ask("SELECT sentence, stage FROM reports.claims WHERE claim_status = 'current'")
        return {city: stage for sentence, stage in rows for city in CITIES if city in sentence}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return run_query(self.home.warehouse, sql).rows

    def ratings(self) -> dict[str, str]:
        """Return the current rating of each current claim, by a word of it."""
        rows = self.ask(
            "SELECT sentence, machine_rating FROM reports.verdicts WHERE claim_status = 'current'"
        )
        return {city: rating for sentence, rating in rows for city in CITIES if city in sentence}

    def rows(self) -> dict[str, int]:
        """Return how many rows each table of records has."""
        return {name: self.ask(f"SELECT count(*) FROM records.{name}")[0][0] for name in TABLES.values()}

    def blobs(self) -> set[str]:
        """Return the names of all bytes and texts in the archive."""
        return {path.name for path in (self.home.warehouse / "snapshots" / "blobs").rglob("*")}

    def last_run(self) -> dict[str, int]:
        (row,) = self.ask("SELECT counts FROM records.runs ORDER BY fold_sequence DESC LIMIT 1")
        return {name: int(count) for name, count in json.loads(row[0])}


class Clock:
    """Stands, a microsecond a look."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


def news(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Return the tables that grew, and by how many rows."""
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}
