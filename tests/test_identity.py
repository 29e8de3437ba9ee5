"""Identity survives edits and moves: what a person decided once is not asked again.

Every test runs the whole pipeline on real files into a real DuckDB file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from factdesk.config import Home, open_home
from factdesk.desk.decisions import make_decision
from factdesk.model import Rating, Record
from factdesk.pipeline import check_once, store_batch
from factdesk.sources.gather import SourceRequest
from factdesk.warehouse.query import run_query

CITIES = (
    *("Lisbon", "Porto", "Madrid", "Seville", "Bilbao", "Paris", "Lyon", "Lille", "Nantes", "Geneva"),
    *("Zurich", "Milan", "Turin", "Rome", "Naples", "Vienna", "Graz", "Prague", "Brno", "Warsaw"),
    *("Krakow", "Berlin", "Hamburg", "Bremen", "Munich", "Oslo", "Bergen", "Stockholm", "Helsinki", "Riga"),
)
FARES = {city: 40 + 7 * number for number, city in enumerate(CITIES)}


def fares_text(fares: dict[str, int]) -> str:
    return "\n\n".join(f"A return ticket to {city} costs {fare} euros." for city, fare in fares.items())


class Desk:
    """One home with an inbox, and a file that every essay is compared with."""

    def __init__(self, root: Path) -> None:
        config = root / "config" / "factdesk.toml"
        config.parent.mkdir(parents=True)
        config.write_text('[inbox]\ndesk = "essays"\n\n[review]\nsecond_check_share = 0\n', encoding="utf-8")
        self.home: Home = open_home(root)
        self.folder = root / "essays"
        self.folder.mkdir()
        self.source = root / "timetable.txt"
        # In another order: a text that is the essay word for word would be the essay itself, and no source.
        self.source.write_text(fares_text(dict(reversed(FARES.items()))), encoding="utf-8")

    def write(self, text: str, name: str = "fares.md") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def check(self) -> Any:
        given = [SourceRequest(self.source.name, self.source)]
        return check_once([str(self.folder)], self.home, given=given)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return run_query(self.home.warehouse, sql).rows

    def count(self, view: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM reports.{view}")[0][0])

    def claim_ids(self) -> set[UUID]:
        return {
            row[0] for row in self.ask("SELECT claim_id FROM reports.claims WHERE claim_status = 'current'")
        }

    def decide_all(self) -> None:
        events: list[Record] = [
            make_decision(
                self.home.warehouse,
                claim_id,
                Rating.SUPPORTED,
                "Ana",
                conclusion="The timetable says so.",
                reason="other",
            )
            for claim_id in sorted(self.claim_ids())
        ]
        store_batch(events, self.home)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write(fares_text(FARES))
    made.check()
    return made


def rows_that_people_see(desk: Desk) -> tuple[set[UUID], int, int]:
    return desk.claim_ids(), desk.count("evidence"), desk.count("verdict_history")


def test_every_sentence_is_one_claim(desk: Desk) -> None:
    assert len(desk.claim_ids()) == len(CITIES) == 30
    assert desk.count("review_queue") == 30


def test_a_second_check_adds_nothing_that_people_see(desk: Desk) -> None:
    before = rows_that_people_see(desk)
    desk.check()
    assert rows_that_people_see(desk) == before


def test_a_comma_elsewhere_and_a_moved_paragraph_change_no_claim(desk: Desk) -> None:
    desk.decide_all()
    before = rows_that_people_see(desk)
    first, *others = fares_text(FARES).split("\n\n")
    desk.write("\n\n".join(["Here, then, is what the trains ask this year.", *others, first]))
    desk.check()
    assert rows_that_people_see(desk) == before
    assert desk.count("review_queue") == 0


def test_one_corrected_figure_queues_exactly_one_claim(desk: Desk) -> None:
    desk.decide_all()
    assert desk.count("review_queue") == 0
    old = desk.claim_ids()
    desk.write(fares_text({**FARES, "Prague": FARES["Prague"] + 1}))
    desk.check()
    new = desk.claim_ids() - old
    assert len(new) == 1
    assert [row[0] for row in desk.ask("SELECT claim_id FROM reports.review_queue")] == list(new)
    replaced = desk.ask("SELECT claim_id FROM reports.claims WHERE claim_status = 'replaced'")
    assert {row[0] for row in replaced} == old - desk.claim_ids()
    assert desk.count("decisions") == 30


def test_a_renamed_folder_is_the_same_essay(desk: Desk) -> None:
    desk.decide_all()
    before = rows_that_people_see(desk)
    (desk.folder / "autumn").mkdir()
    (desk.folder / "fares.md").rename(desk.folder / "autumn" / "prices.md")
    desk.check()
    assert rows_that_people_see(desk) == before
    assert desk.count("essays") == 1
    assert desk.count("review_queue") == 0


def test_a_source_that_is_read_again_unchanged_adds_no_snapshot(desk: Desk) -> None:
    snapshots = "SELECT count(DISTINCT text_sha256) FROM reports.sources"
    before = desk.ask(snapshots)
    for _ in range(3):
        desk.check()
    assert desk.ask(snapshots) == before
    assert desk.count("claim_sources") == 30


def test_a_source_that_goes_back_brings_the_old_verdict_back(desk: Desk) -> None:
    first = desk.ask("SELECT claim_id, verdict_id FROM reports.verdicts ORDER BY claim_id")
    text = desk.source.read_text(encoding="utf-8")
    desk.source.write_text(text.replace("Lisbon costs 40", "Lisbon costs 41"), encoding="utf-8")
    desk.check()
    assert desk.ask("SELECT claim_id, verdict_id FROM reports.verdicts ORDER BY claim_id") != first
    desk.source.write_text(text, encoding="utf-8")
    desk.check()
    assert desk.ask("SELECT claim_id, verdict_id FROM reports.verdicts ORDER BY claim_id") == first
