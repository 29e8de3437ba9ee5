"""A source that a person gives to a claim: kept with who gave it, and compared from then on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from factdesk.commands.attaching import attach
from factdesk.config import Home, open_home
from factdesk.desk.people import read_people
from factdesk.errors import FactdeskError, UsageError
from factdesk.model import Basis
from factdesk.pipeline import check_once
from factdesk.pipeline.rechecking import recheck_once
from factdesk.warehouse.query import run_query
from local_site import Page, Site
from program import Run

ESSAY = (
    "Notes from the queue.\n\nA single ticket from Split to Hvar costs 14 euros.\n\n"
    "A single ticket from Zadar to Ancona costs 60 euros.\n"
)
CLERK = "A single ticket from Split to Hvar costs 14 euros this winter, the clerk said on Tuesday."
PAGE = (
    "<html><head><title>Fares</title></head><body><main><p>The office has put up its winter table.</p>"
    "<p>A single ticket from Zadar to Ancona costs {} euros, the clerk at the counter said on Tuesday.</p>"
    "</main></body></html>"
)


@dataclass
class Desk:
    """A home with one essay of two claims, and what its commands said."""

    home: Home
    site: Site
    said: list[str] = field(default_factory=list)

    def check(self) -> dict[str, Any]:
        report = check_once([str(self.home.root / "ferry.md")], self.home, allow_hosts=[self.site.host])
        return {one.claim.quote: one.judged for one in report.judged}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return run_query(self.home.warehouse, sql).rows

    def claim(self, word: str) -> str:
        query = (
            f"SELECT claim_id FROM reports.claims WHERE claim LIKE '%{word}%' AND claim_status = 'current'"
        )
        return str(self.ask(query)[0][0])

    def rating(self, word: str) -> tuple[Any, ...]:
        columns = "machine_rating, basis, source_outcome"
        query = f"SELECT {columns} FROM reports.verdicts WHERE claim_id = '{self.claim(word)}'"
        return self.ask(query)[0]

    def attach(self, claim: str, place: str, **given: Any) -> int:
        options: dict[str, Any] = {"note": None, "name": "Mia", "allow_hosts": [self.site.host]}
        options |= {"as_json": True, **given}
        return attach(self.home, claim, place, console=Console(quiet=True), say=self.said.append, **options)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root: Path = tmp_path_factory.mktemp("attach")
    site = Site(pages={"/fares": Page(PAGE.format(60))})
    config = root / "config" / "factdesk.toml"
    config.parent.mkdir()
    web = f'[web]\ntries = 1\nseconds_between_requests = 0.0\nallow_hosts = ["{site.host}"]\n'
    config.write_text(web + "refetch_after_hours = 0.0\n", encoding="utf-8")
    (root / "ferry.md").write_text(ESSAY, encoding="utf-8")
    (root / "clerk.txt").write_text(CLERK, encoding="utf-8")
    desk = Desk(open_home(root), site)
    desk.check()
    yield desk
    site.close()


def test_a_file_is_attached_judged_and_kept_with_who_gave_it(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = desk.claim("Hvar")
    before = desk.ask("SELECT count(*) FROM records.verdicts")[0][0]
    assert desk.attach(claim[:6], str(desk.home.root / "clerk.txt"), note="at the window") == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["claim_id"], row["machine_rating"], row["basis"]) == (claim, "supported", "given")
    assert (row["source_url"], row["attached_outcome"]) == ("clerk.txt", "given_file")
    assert desk.rating("Hvar") == ("supported", "given", "given_file")
    ((reviewer, at, distance),) = desk.ask(
        f"SELECT attached_by, attached_at, distance FROM reports.claim_sources WHERE claim_id = '{claim}'"
    )
    assert (read_people(desk.home.warehouse)[reviewer], distance) == ("Mia", "given")
    assert at is not None
    ((act, target, note),) = desk.ask("SELECT act, target, note FROM records.review_events")
    assert (act, target, note) == ("attach", row["attached_source_id"], "at the window")
    assert desk.ask("SELECT count(*) FROM records.verdicts")[0][0] == before + 1


def test_what_was_attached_is_compared_at_every_later_check(desk: Desk) -> None:
    (desk.home.root / "clerk.txt").unlink()
    judged = next(one for quote, one in desk.check().items() if "Hvar" in quote)
    assert judged.verdict.rating == "supported"
    assert [one.basis for one in judged.evidence] == [Basis.GIVEN]
    assert desk.rating("Hvar")[0] == "supported"


def test_an_attached_page_is_fetched_at_checks_and_rechecks(desk: Desk) -> None:
    assert desk.attach(desk.claim("Ancona"), desk.site.url("fares")) == 0
    assert desk.rating("Ancona") == ("supported", "given", "fetched")
    desk.site.pages["/fares"] = Page(PAGE.format(75))
    recheck_once(desk.home, older_than_hours=0.0)
    assert desk.rating("Ancona")[0] == "refuted"
    desk.site.pages["/fares"] = Page(PAGE.format(60))
    desk.check()
    assert desk.rating("Ancona") == ("supported", "given", "fetched")


def test_the_same_source_twice_is_one_act(desk: Desk) -> None:
    events = "SELECT count(*) FROM records.review_events"
    before = desk.ask(events)
    assert desk.attach(desk.claim("Ancona"), desk.site.url("fares")) == 0
    assert desk.ask(events) == before
    assert "was attached before" in desk.said[-1]


def test_a_page_that_is_gone_is_attached_with_its_outcome(desk: Desk) -> None:
    claim = desk.claim("Ancona")
    assert desk.attach(claim, desk.site.url("nowhere")) == 0
    assert "gave no text" in desk.said[-1]
    assert desk.rating("Ancona")[0] == "supported"
    outcomes = f"SELECT source_outcome FROM reports.claim_sources WHERE claim_id = '{claim}'"
    assert sorted(desk.ask(outcomes)) == [("fetched",), ("gone",)]


def test_a_later_wording_of_the_claim_keeps_what_was_attached(desk: Desk) -> None:
    (desk.home.root / "ferry.md").write_text(ESSAY.replace("60 euros", "85 euros"), encoding="utf-8")
    old = desk.claim("Ancona")
    judged = next(one for quote, one in desk.check().items() if "Ancona" in quote)
    assert judged.verdict.rating == "refuted"
    new = desk.claim("Ancona")
    assert new != old
    given = f"SELECT count(*) FROM reports.claim_sources WHERE claim_id = '{new}' AND basis = 'given'"
    assert desk.ask(given) == [(2,)]
    with pytest.raises(UsageError, match=new):
        desk.attach(old, desk.site.url("fares"))


@pytest.mark.parametrize(
    ("claim", "place", "says"),
    [
        ("ffffffffffff", "ferry.md", "no claim has an id"),
        ("no-id", "ferry.md", "is no claim id"),
        ("", "ferry.md", "is no claim id"),
        ("@Hvar", "ferry.md", "is the essay that makes the claim"),
        ("@Hvar", "missing.txt", "missing.txt is not a file"),
        ("@Hvar", "http://10.1.2.3/notes", "is refused"),
        ("@Hvar", "http://127.0.0.1:1/", "is refused"),
    ],
)
def test_what_cannot_be_attached_is_named_and_nothing_is_stored(
    desk: Desk, claim: str, place: str, says: str
) -> None:
    before = desk.ask("SELECT count(*) FROM records.review_events")
    prefix = desk.claim("Hvar") if claim == "@Hvar" else claim
    with pytest.raises(FactdeskError, match=says) as refused:
        desk.attach(prefix, str(desk.home.root / place) if place == "ferry.md" else place)
    assert refused.value.exit_code == 2
    assert desk.ask("SELECT count(*) FROM records.review_events") == before


def test_the_essay_with_words_around_it_is_no_source_either(desk: Desk) -> None:
    copy = desk.home.root / "copy.txt"
    essay = (desk.home.root / "ferry.md").read_text("utf-8")
    copy.write_text(f"Posted again on Friday by the harbour blog.\n\n{essay}", encoding="utf-8")
    with pytest.raises(UsageError, match="no essay is a source for itself"):
        desk.attach(desk.claim("Hvar"), str(copy))


def test_the_command_prints_the_claim_with_its_new_verdict(factdesk: Run, home: Path) -> None:
    (home / "ferry.md").write_text(ESSAY, encoding="utf-8")
    (home / "clerk.txt").write_text(CLERK, encoding="utf-8")
    rows = factdesk("check", "ferry.md", "--json").rows
    claim = next(row["claim_id"] for row in rows if "Hvar" in row["claim"])
    done = factdesk("attach", claim[:8], "clerk.txt", "--as", "Mia", "--note", "from the window")
    assert done.code == 0, done.err
    assert "backed by the source given" in done.out
    assert "14 euros" in " ".join(done.out.split())
    assert "clerk.txt attached to" in done.err
    refused = factdesk("attach", claim[:8], "nothing.txt")
    assert refused.code == 2
    assert "nothing.txt" in refused.error_line()
