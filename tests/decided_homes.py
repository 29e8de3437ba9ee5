"""A home whose essay was checked against a given source, and on whose claims people have decided."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from factdesk.config import Home, open_home
from factdesk.desk.decisions import make_decision, make_event, make_undo
from factdesk.model import Act, Rating, ReviewEvent
from factdesk.pipeline import check_once
from factdesk.samples.bundle import QUICK_ESSAY, sample_essays, sample_source
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.keeper import fold_and_publish
from factdesk.warehouse.query import run_query
from factdesk.warehouse.spool import write_batches

WORDS = {"tickets": "Graz", "flight": "Vienna", "poll": "58%", "quarter": "quarter", "cabins": "Ancona"}
"""A name for each of the five claims of the sample essay, and a word that stands in it."""


@dataclass
class DecidedHome:
    """One home. Claims are called by the names of `WORDS`; acts wait in the spool until `settle`."""

    home: Home

    @property
    def warehouse(self) -> Path:
        return self.home.warehouse

    def claim(self, name: str) -> UUID:
        query = "SELECT claim_id FROM reports.claims WHERE contains(claim, ?)"
        ((found,),) = run_query(self.warehouse, query, [WORDS[name]]).rows
        return found

    def machine_rating(self, name: str) -> str:
        query = "SELECT machine_rating FROM reports.verdicts WHERE claim_id = ?"
        return str(run_query(self.warehouse, query, [self.claim(name)]).rows[0][0])

    def decide(self, name: str, rating: Rating, person: str = "Mia", **said: Any) -> UUID:
        said.setdefault("conclusion", f"People say {rating}.")
        if rating != self.machine_rating(name):
            said.setdefault("reason", "other")
        event = make_decision(self.warehouse, self.claim(name), rating, person, **said)
        self._write(event)
        return event.id

    def act(self, name: str, act: Act, person: str = "Mia", **said: Any) -> None:
        self._write(make_event(self.warehouse, act, self.claim(name), person, **said))

    def undo(self, name: str, person: str = "Mia") -> None:
        self._write(make_undo(self.warehouse, self.claim(name), person))

    def settle(self) -> None:
        """Fold and publish what was done."""
        fold_and_publish(self.warehouse, second_check=self.home.settings.review.second_check)

    def _write(self, event: ReviewEvent) -> None:
        write_batches([event], self.warehouse, self.home.settings.warehouse.max_batch_bytes)


def make_checked_home(root: Path, settings: str = "") -> None:
    """Check the sample essay against its source, by file; nothing is fetched and nothing decided."""
    (root / "config").mkdir(parents=True)
    (root / "config" / "factdesk.toml").write_text(settings, encoding="utf-8")
    essay = next(one for one in sample_essays() if one.name == QUICK_ESSAY)
    copy, source = Path(shutil.copy(essay, root)), Path(shutil.copy(sample_source(), root))
    check_once([str(copy)], open_home(root), given=[SourceRequest(source.name, source)])


def copy_checked_home(made: Path, root: Path, settings: str | None = None) -> DecidedHome:
    """Return a copy of a home that was checked, at its own place and with its own settings."""
    shutil.copytree(made, root)
    if settings is not None:
        (root / "config" / "factdesk.toml").write_text(settings, encoding="utf-8")
    return DecidedHome(open_home(root))
