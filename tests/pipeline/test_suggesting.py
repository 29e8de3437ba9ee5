"""Essays without links, compared with what the run and the warehouse have besides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from factdesk.config import Home, open_home
from factdesk.model import Basis
from factdesk.pipeline import CheckReport, ClaimJudged, check_once
from factdesk.warehouse.columns import TABLES
from factdesk.warehouse.query import run_query
from factdesk.warehouse.reports import run_report
from local_site import Page, Site

FARES = (
    "<html><head><title>Fares</title></head><body><main>"
    "<p>The office in Zadar has put up its winter table, and the queues at the window are short.</p>"
    "<p>A return ticket from Zadar to Ancona costs 60 euros, the clerk at the counter said on Tuesday.</p>"
    "<p>Bicycles travel free of charge, dogs need a muzzle, and nobody may sleep in the garage during the "
    "crossing. The bar opens when the lights of the lighthouse are behind the ship, and closes at two.</p>"
    "</main></body></html>"
)
MIRROR = FARES.replace("on Tuesday.", "on Tuesday!").replace("<title>Fares", "<title>Our fares")
NAMED = "According to the harbour office, ferry tickets from Split to Hvar, Vis and Korčula were sold out."
ESSAYS = {
    "named.txt": f"The long weekend began badly for everybody on the coast.\n\n{NAMED}\n",
    "other.txt": (
        "We came by car, and the town was loud. By noon the ferry tickets from Split to Hvar and Vis were "
        "all sold out.\n\nThe bakery on the corner ran out of bread, and nobody minded the heat."
    ),
    "copy.txt": (
        f"The long weekend began badly for everybody on the coast.\n\n{NAMED}\n\nRead more in our archive.\n"
    ),
    "says.txt": "A tram ticket in Oslo costs 42 kroner, which is a lot for three stops.\n",
    "denies.txt": "My aunt lives in Oslo. She says that a tram ticket in Oslo costs 39 kroner and is good.",
    "dead.md": "A return ticket from Zadar to Ancona costs 60 euros, [they wrote](http://@SITE@/gone).\n",
    "links.md": "The office in Zadar [tells more](http://@SITE@/fares) to those who [ask](http://@SITE@/mirror).\n",
    "nameless.txt": "A cup of coffee costs 3 euros these days.\n",
}


@dataclass
class Desk:
    """A home with these essays, and what checking them gave."""

    home: Home
    site: Site
    first: CheckReport

    def check(self, *names: str) -> CheckReport:
        places = [str(self.home.root / name) for name in names or ESSAYS]
        return check_once(places, self.home, allow_hosts=[self.site.host])

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return run_query(self.home.warehouse, sql).rows

    def rows(self) -> dict[str, int]:
        tables = [name for name in TABLES.values() if name != "runs"]
        counts = ", ".join(f"(SELECT count(*) FROM records.{name})" for name in tables)
        return dict(zip(tables, self.ask(f"SELECT {counts}")[0], strict=True))


def judged(report: CheckReport, essay: str) -> ClaimJudged:
    (one,) = (one for one in report.judged if one.essay.essay.uri.endswith(essay))
    return one


def codes(one: ClaimJudged) -> set[str]:
    return {reason.code for reason in one.judged.verdict.reasons}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root: Path = tmp_path_factory.mktemp("suggesting")
    site = Site(pages={"/fares": Page(FARES), "/mirror": Page(MIRROR)})
    config = root / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text("[web]\ntries = 1\nseconds_between_requests = 0.0\n", encoding="utf-8")
    for name, text in ESSAYS.items():
        (root / name).write_text(text.replace("@SITE@", site.host), encoding="utf-8")
    home = open_home(root)
    report = check_once([str(root / name) for name in ESSAYS], home, allow_hosts=[site.host])
    yield Desk(home, site, report)
    site.close()


def test_another_essay_of_the_run_backs_it_in_part_and_the_rest_is_named(desk: Desk) -> None:
    one = judged(desk.first, "named.txt")
    assert one.judged.verdict.rating == "partially_supported"
    assert one.judged.verdict.missing == ("Korčula",)
    assert one.judged.evidence[0].basis is Basis.SUGGESTED
    assert "Hvar and Vis" in one.judged.evidence[0].quote
    assert {"suggested_source", "named_not_linked"} <= codes(one)
    assert one.judged.counted_as == "suggested.partially_supported"


def test_neither_the_essay_nor_a_copy_of_it_is_used(desk: Desk) -> None:
    for name in ("named.txt", "copy.txt"):
        used = {source.source.url.rsplit("/")[-1] for source in judged(desk.first, name).further}
        assert used == {"other.txt"}


def test_a_suggested_text_that_says_otherwise_refutes_nothing(desk: Desk) -> None:
    one = judged(desk.first, "says.txt")
    assert one.judged.verdict.rating == "not_enough_evidence"
    assert "suggested_conflict" in codes(one)
    assert "39 kroner" in one.judged.evidence[0].quote


def test_where_the_own_link_is_dead_a_page_that_another_essay_links_is_used(desk: Desk) -> None:
    one = judged(desk.first, "dead.md")
    verdict = one.judged.verdict
    assert (verdict.rating, verdict.source_outcome) == ("supported", "fetched")
    (copied,) = one.further  # the other page has the same words and tells nothing new
    assert copied.source.url in {desk.site.url("fares"), desk.site.url("mirror")}
    assert "could be read" in next(r.sentence for r in verdict.reasons if r.code == "suggested_source")


def test_a_claim_that_names_nothing_is_compared_with_nothing(desk: Desk) -> None:
    one = judged(desk.first, "nameless.txt")
    assert (one.further, one.judged.verdict.inputs) == ((), ())
    assert one.judged.verdict.source_outcome == "no_linked_source"


def test_suggested_sources_are_counted_apart_everywhere(desk: Desk) -> None:
    (run,) = desk.ask("SELECT counts FROM records.runs ORDER BY fold_sequence LIMIT 1")
    told = {name: int(number) for name, number in json.loads(run[0])}
    assert told["suggested.supported"] == 2
    assert told["suggested.partially_supported"] == 2
    assert "verdict.supported" not in told
    bases = desk.ask(
        "SELECT basis, distance, count(*) FROM reports.claim_sources JOIN reports.claims USING (claim_id)"
        " WHERE essay_uri LIKE '%dead.md' GROUP BY ALL ORDER BY basis"
    )
    assert bases == [("cited", "sentence", 1), ("suggested", None, 1)]
    assert desk.ask("SELECT basis FROM reports.verdicts WHERE essay_uri LIKE '%named.txt'") == [
        ("suggested",)
    ]


def test_the_report_of_claims_without_a_source_tells_what_they_were_compared_with(desk: Desk) -> None:
    table = run_report(desk.home.warehouse, "unsourced")
    told = {row[0]: row[1:] for row in ((r[1], r[-3], r[-2]) for r in table.rows)}
    assert tuple(table.columns[-3:-1]) == ("suggested", "compared_with")
    (named,) = (one for uri, one in told.items() if uri.endswith("named.txt"))
    assert named[0] == 1
    assert [one.rsplit("/")[-1] for one in named[1]] == ["other.txt"]


def test_the_same_check_again_adds_no_row(desk: Desk) -> None:
    before = desk.rows()
    again = desk.check()
    assert desk.rows() == before
    ids = [one.judged.verdict.id for one in desk.first.judged]
    assert [one.judged.verdict.id for one in again.judged] == ids


def test_an_essay_of_an_earlier_run_is_found_and_the_index_may_be_lost(desk: Desk) -> None:
    (desk.home.root / "later.txt").write_text(
        "On our island nobody was surprised that ferry tickets from Split to Vis were sold out.",
        encoding="utf-8",
    )
    (desk.home.warehouse / "search.sqlite").unlink()
    one = judged(desk.check("later.txt"), "later.txt")
    assert one.judged.verdict.rating == "supported"
    assert {source.source.url.rsplit("/")[-1] for source in one.further} >= {"other.txt"}
    deciding = one.judged.evidence[0]
    snapshot = f"SELECT text_sha256 FROM records.snapshots WHERE id = '{deciding.snapshot_id}'"
    ((sha256,),) = desk.ask(snapshot)
    blob = desk.home.warehouse / "snapshots" / "blobs" / sha256[:2] / sha256
    assert deciding.span.cut(blob.read_text("utf-8")) == deciding.quote
