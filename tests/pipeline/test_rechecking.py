"""Checks, then changes the pages, then rechecks: the whole pipeline over real files and a real server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factdesk.config import WebSettings
from factdesk.model import SourceOutcome as Outcome
from factdesk.pipeline import check_once, gather_batch, store_batch
from factdesk.pipeline.rechecking import recheck_home, recheck_records
from factdesk.pipeline.rejudging import Rejudged
from factdesk.pipeline.stale_claims import claims_to_rejudge
from factdesk.sources.archive import Archive
from factdesk.sources.gather import Gathered, SourceRequest
from factdesk.warehouse.known import open_known
from factdesk.warehouse.reports import list_reports
from factdesk.web.fetch import Fetcher
from factdesk.web.robots import RobotsRules
from factdesk.web.workers import ReadingPool
from patience import soon
from pipeline.press import Desk, Press, news, open_press
from web.hostile import HTML, Guest

FARES = {"Lisbon": 40, "Porto": 47, "Madrid": 54}


@pytest.fixture(params=["etag", "no etag"])
def any_press(request: pytest.FixtureRequest) -> Iterator[Press]:
    with open_press(FARES, with_etag=request.param == "etag") as press:
        yield press


@pytest.fixture
def press() -> Iterator[Press]:
    with open_press(FARES) as made:
        yield made


@pytest.fixture
def desk(press: Press, tmp_path: Path) -> Desk:
    return checked_desk(tmp_path, press)


def checked_desk(root: Path, press: Press) -> Desk:
    """A home that has checked two essays; both cite Lisbon's page."""
    desk = Desk(root, press)
    desk.write("south.md", {"Lisbon": 40, "Porto": 47})
    desk.write("west.md", {"Lisbon": 40, "Madrid": 54}, "Take a coat.")
    desk.check(datetime.now(UTC) - timedelta(days=14))
    press.asked()
    return desk


def answer_with_a_token(press: Press) -> None:
    """Have every visit get other bytes with the same words."""

    def answer(guest: Guest) -> None:
        token = f"<script>var token = '{guest.path}{guest.visit}';</script></head>"
        guest.answer("200 OK", press.pages[guest.path].replace("</head>", token).encode(), HTML)

    press.server.pages |= dict.fromkeys(press.pages, answer)


def gather_again(desk: Desk, city: str, times: int) -> list[Gathered]:
    """Fetch a page again as rechecks do, with one set of reading workers and no pauses."""
    home = recheck_home(desk.home, 0.0)
    host = desk.press.server.host
    fetcher = Fetcher(WebSettings(seconds_between_requests=0.0), [host])
    robots, requests = RobotsRules(fetcher), [SourceRequest(desk.press.url(city))]
    found: list[Gathered] = []
    with ReadingPool(home.settings.reading) as pool:
        for _ in range(times):
            found += gather_batch(requests, home, pool=pool, fetcher=fetcher, robots=robots)
    fetcher.close()
    return found


def test_what_did_not_change_brings_a_fetch_and_nothing_else(any_press: Press, tmp_path: Path) -> None:
    """Thirty times: by a 304, and by other bytes with the same words."""
    if not any_press.with_etag:
        answer_with_a_token(any_press)
    desk = checked_desk(tmp_path, any_press)
    before, blobs = desk.rows(), desk.blobs()
    report = desk.recheck()
    expected = Outcome.NOT_MODIFIED if any_press.with_etag else Outcome.FETCHED
    assert [one.fetch.outcome for one in report.gathered] == [expected] * 3
    assert any_press.asked() == {"Lisbon": 1, "Porto": 1, "Madrid": 1}
    assert news(before, desk.rows()) == {"fetches": 3, "runs": 1}
    assert desk.last_run() == {f"source.{expected.value}": 3}
    again = gather_again(desk, "Lisbon", 29)
    assert {one.fetch.outcome for one in again} == {expected}
    with open_known(desk.home.warehouse) as known:
        assert claims_to_rejudge(again, known) == ()
    store_batch([*recheck_records(again, Rejudged())], desk.home)
    assert news(before, desk.rows()) == {"fetches": 3 + 29, "runs": 1}
    assert desk.blobs() == blobs


def test_a_second_check_of_unchanged_pages_brings_fetches_and_nothing_else(
    any_press: Press, tmp_path: Path
) -> None:
    desk = checked_desk(tmp_path, any_press)
    before = desk.rows()
    again = desk.check()
    expected = Outcome.NOT_MODIFIED if any_press.with_etag else Outcome.FETCHED
    assert {one.fetch.outcome for one in again} == {expected}
    assert news(before, desk.rows()) == {"fetches": 3, "runs": 1}


def test_a_paywalled_page_that_is_confirmed_stays_paywalled_for_a_verdict(tmp_path: Path) -> None:
    with open_press({"Lisbon": 40}, with_etag=True) as press:
        desk = Desk(tmp_path, press)
        desk.write("south.md", {"Lisbon": 40})
        told = '{"@type": "NewsArticle", "isAccessibleForFree": false}'
        head = f'<script type="application/ld+json">{told}</script></head>'
        press.pages["/Lisbon"] = press.pages["/Lisbon"].replace("</head>", head)
        seen = []
        for days in (14, 7):
            (one,) = desk.check(datetime.now(UTC) - timedelta(days=days))
            ((codes, outcome),) = desk.ask("SELECT reason_codes, source_outcome FROM reports.verdicts")
            seen.append((one.fetch.outcome, "source_paywalled" in codes, outcome))
    assert seen == [(Outcome.PAYWALLED, True, "paywalled"), (Outcome.NOT_MODIFIED, True, "paywalled")]


def test_exactly_the_claims_that_cite_a_changed_page_are_judged_again(
    any_press: Press, tmp_path: Path
) -> None:
    desk = checked_desk(tmp_path, any_press)
    assert desk.ratings() == dict.fromkeys(FARES, "supported")
    before = desk.rows()
    any_press.put("Lisbon", 66)
    report = desk.recheck()
    assert ["Lisbon" in one.mention.sentence for one in report.rejudged.judged] == [True, True]
    assert len({one.claim.essay_id for one in report.rejudged.judged}) == 2
    assert desk.ratings() == {**dict.fromkeys(FARES, "supported"), "Lisbon": "refuted"}
    assert news(before, desk.rows()) == {
        "fetches": 3,
        "snapshots": 1,
        "source_changes": 1,
        "evidence": len(report.rejudged.judged[0].judged.evidence) * 2,
        "verdicts": 2,
        "judgements": 2,
        "runs": 1,
    }
    run = desk.last_run()
    assert (run["changed"], run["verdict.refuted"]) == (1, 2)
    assert desk.ask("SELECT DISTINCT flow FROM records.runs WHERE flow <> 'check'") == [("recheck_sources",)]


def test_a_second_recheck_finds_nothing_to_judge(desk: Desk, press: Press) -> None:
    press.put("Porto", 1)
    desk.recheck()
    before = desk.rows()
    assert desk.recheck().stale == ()
    assert news(before, desk.rows()) == {"fetches": 3, "runs": 1}


def test_a_page_that_is_gone_refutes_nothing(desk: Desk, press: Press) -> None:
    press.drop("Madrid")
    before = desk.rows()
    report = desk.recheck()
    assert report.rejudged.judged == ()
    assert report.noted.changes == ()
    assert news(before, desk.rows()) == {"fetches": 3, "runs": 1}
    assert desk.ratings() == dict.fromkeys(FARES, "supported")
    url = press.url("Madrid")
    assert desk.ask(f"SELECT source_outcome FROM reports.sources WHERE source_url = '{url}'") == [("gone",)]


def change_rows(desk: Desk) -> list[tuple[str, int, int, int]]:
    """Return kind and passages kept, moved and died of each change, the latest last."""
    return desk.ask(
        "SELECT kind, passages_kept, passages_moved, passages_died FROM reports.source_changes "
        "ORDER BY noticed_at"
    )


def test_a_decided_claim_is_reopened_only_where_its_own_words_change(press: Press, tmp_path: Path) -> None:
    desk = Desk(tmp_path, press)
    desk.write("south.md", {"Lisbon": 40, "Porto": 47})
    desk.check(datetime.now(UTC) - timedelta(days=14))
    desk.decide()
    first = press.pages["/Lisbon"]
    all_decided = {"Lisbon": "decided", "Porto": "decided"}

    press.pages["/Lisbon"] = first.replace("being repaired", "open again")
    press.drop("Porto")
    report = desk.recheck()
    assert len(report.rejudged.judged) == 1
    assert desk.stages() == all_decided
    assert change_rows(desk) == [("text", 1, 0, 0)]

    press.pages["/Lisbon"] = first.replace("<p>A return", "<p>The spring timetable is out.</p><p>A return")
    desk.recheck()
    assert desk.stages() == all_decided
    assert change_rows(desk)[1:] == [("text", 0, 1, 0)]
    start, quote = desk.ask(
        "SELECT evidence_start, evidence_quote FROM reports.verdicts WHERE claim LIKE '%Lisbon%'"
    )[0]
    assert (start > 0, "40 euros" in quote) == (True, True)

    press.pages["/Lisbon"] = first.replace("40 euros, the", "66 euros, the")
    desk.recheck()
    assert desk.stages() == {**all_decided, "Lisbon": "reopened"}
    assert change_rows(desk)[2:] == [("text", 0, 0, 1)]
    asked = "SELECT what_happened, claims, claims_reopened FROM ({}) WHERE source_url = '{}'"
    report_sql = next(one for one in list_reports() if one.name == "sources_changed").sql.rstrip().rstrip(";")
    (gone,) = desk.ask(asked.format(report_sql, press.url("Porto")))
    assert gone[0].startswith("gone since ")
    assert gone[0].endswith(" is used")
    assert gone[1:] == (1, 0)
    assert [row[2] for row in desk.ask(asked.format(report_sql, press.url("Lisbon")))] == [1, 1, 1]

    press.pages["/Lisbon"] = first
    desk.recheck()
    assert desk.stages() == all_decided
    assert change_rows(desk)[3:] == [("text", 0, 0, 1)]


def test_a_newer_reader_of_the_same_page_reopens_nothing(press: Press, tmp_path: Path) -> None:
    """An older Factdesk took the heading in; what it quoted is no longer in the text."""
    desk = Desk(tmp_path, press)
    desk.write("south.md", {"Lisbon": 40})
    archive = Archive(desk.home.warehouse / "snapshots")

    def read_as_before(gathered: list[Gathered]) -> list[Gathered]:
        (now,) = gathered
        assert now.snapshot is not None
        text = "Fares: a return ticket to Lisbon costs 40 euros on most days, the railway said on Monday."
        sha256 = archive.put_text(text)
        snapshot = replace(
            now.snapshot, text_sha256=sha256, length=len(text), extractor="page_text 0", blocks=()
        )
        fetch = replace(now.fetch, text_sha256=sha256)
        archive.put_fetch(fetch, snapshot, now.source)
        return [Gathered(now.source, fetch, snapshot, text, reused=False)]

    desk.check(datetime.now(UTC) - timedelta(days=14), read_as_before)
    assert desk.ratings() == {"Lisbon": "supported"}
    desk.decide()
    desk.recheck()
    assert change_rows(desk) == [("extractor", 0, 0, 1)]
    quotes = desk.ask("SELECT evidence_quote FROM reports.verdict_history ORDER BY judged_at")
    assert len(set(quotes)) == 2
    assert desk.stages() == {"Lisbon": "decided"}
    assert desk.last_run()["change.extractor"] == 1
    assert "passage.died" not in desk.last_run()


def test_a_page_that_never_had_a_text_and_comes_to_life(press: Press, tmp_path: Path) -> None:
    press.drop("Porto")
    desk = checked_desk(tmp_path, press)
    assert desk.ratings()["Porto"] == "not_enough_evidence"
    press.put("Porto", 47)
    desk.recheck()
    assert desk.ratings()["Porto"] == "supported"


def test_a_page_that_never_had_a_text_and_dies_otherwise(press: Press, tmp_path: Path) -> None:
    press.drop("Porto")
    desk = checked_desk(tmp_path, press)
    press.server.pages["/Porto"] = lambda guest: guest.answer("403 Forbidden", b"no")
    report = desk.recheck()
    assert [one.judged.verdict.source_outcome for one in report.rejudged.judged] == ["forbidden"]
    assert desk.ratings()["Porto"] == "not_enough_evidence"


def test_a_page_that_goes_back_brings_the_old_verdict_back(any_press: Press, tmp_path: Path) -> None:
    desk = checked_desk(tmp_path, any_press)
    current = "SELECT claim_id, verdict_id FROM reports.verdicts ORDER BY claim_id"
    first = desk.ask(current)
    any_press.put("Lisbon", 41)
    desk.recheck()
    second = desk.ask(current)
    assert second != first
    verdicts = desk.rows()["verdicts"]
    any_press.put("Lisbon", 40)
    desk.recheck()
    assert desk.ask(current) == first
    any_press.put("Lisbon", 41)
    desk.recheck()
    assert desk.ask(current) == second
    assert desk.rows()["verdicts"] == verdicts
    assert desk.ask("SELECT count(*) FROM records.judgements") == [(4 + 3 * 2,)]


def test_the_other_sources_of_a_claim_come_from_the_archive(press: Press, tmp_path: Path) -> None:
    desk = Desk(tmp_path, press)
    text = (
        f"A return ticket to Lisbon [costs 40 euros]({press.url('Lisbon')}), [as ever]({press.url('Porto')})."
    )
    (desk.folder / "fares.md").write_text(text)
    press.pages["/Porto"] = press.pages["/Lisbon"]
    desk.check(datetime.now(UTC) - timedelta(days=14))
    press.asked()
    press.put("Lisbon", 66)
    reports = [desk.recheck(168.0, limit=1) for _ in range(2)]
    assert press.asked() == {"Lisbon": 1, "Porto": 1}
    assert [len(report.gathered) for report in reports] == [1, 1]
    (one,) = (one for report in reports for one in report.rejudged.judged)
    assert len(one.judged.verdict.inputs) == 2
    assert one.judged.verdict.rating == "conflicting"


def test_a_check_tells_of_a_change_that_it_could_not_look_at(desk: Desk, press: Press) -> None:
    """The text of before is lost, and nobody can say what changed; the new text is judged all the same."""
    ((sha256,),) = desk.ask(
        f"SELECT text_sha256 FROM reports.sources WHERE source_url = '{press.url('Lisbon')}'"
    )
    (blob,) = (desk.home.warehouse / "snapshots" / "blobs").rglob(sha256)
    blob.unlink()
    press.put("Lisbon", 70)
    report = check_once([str(desk.folder / "south.md")], desk.home)
    (note,) = report.notes
    assert note.startswith(
        f"{press.url('Lisbon')}: what changed was not looked at: the archive lacks the blob"
    )
    assert desk.ratings()["Lisbon"] == "refuted"


def test_a_claim_that_cannot_be_judged_stops_no_other(desk: Desk, press: Press) -> None:
    """The text that a verdict used is lost; no verdict is made on less than the last one had."""
    extra = (
        f"A return ticket to Porto [costs 47 euros]({press.url('Porto')}), [or so]({press.url('Madrid')})."
    )
    (desk.folder / "both.md").write_text(extra)
    desk.check()
    lost = desk.ask(f"SELECT text_sha256 FROM reports.sources WHERE source_url = '{press.url('Madrid')}'")
    for (sha256,) in lost:
        (blob,) = (desk.home.warehouse / "snapshots" / "blobs").rglob(sha256)
        blob.unlink()
    press.put("Porto", 70)
    press.put("Lisbon", 70)
    press.drop("Madrid")
    report = desk.recheck()
    assert len(report.rejudged.judged) == 3
    assert desk.ratings()["Lisbon"] == "refuted"
    assert all("the archive lacks the text" in one.reason for one in report.rejudged.faults)
    using = f"SELECT claim_id FROM reports.claim_sources WHERE source_url = '{press.url('Madrid')}'"
    assert {(one.claim_id,) for one in report.rejudged.faults} == set(desk.ask(using))
    assert desk.last_run()["fault"] == len(report.rejudged.faults) == 2


def test_a_run_that_was_killed_is_made_good_without_fetching_again(press: Press, tmp_path: Path) -> None:
    """It has fetched two pages and stored nothing; the run after it takes those from the archive."""
    desk = checked_desk(tmp_path, press)
    press.put("Lisbon", 66)
    press.put("Porto", 66)
    press.put("Madrid", 66)
    press.server.pages["/Madrid"] = lambda guest: guest.server.stopped.wait(60)  # type: ignore[assignment]
    with subprocess.Popen(
        [sys.executable, "-c", RECHECK, str(desk.home.root)], start_new_session=True
    ) as run:
        archive = desk.home.warehouse / "snapshots" / "fetches"
        soon(lambda: len(list(archive.rglob("*.json"))) == 5)
        soon(lambda: press.server.count("/Madrid") == 1)
        os.killpg(run.pid, signal.SIGKILL)
    assert press.asked() == {"Lisbon": 1, "Porto": 1, "Madrid": 1}
    press.server.pages["/Madrid"] = press.serve
    report = desk.recheck(168.0)
    assert press.asked() == {"Madrid": 1}
    assert sorted(one.why for one in report.due) == ["not_stored", "not_stored", "old"]
    assert desk.ratings() == dict.fromkeys(FARES, "refuted")
    assert desk.recheck(168.0).due == ()
    assert press.asked() == {}


def test_a_check_without_a_network_is_made_good_by_the_next_recheck(press: Press, tmp_path: Path) -> None:
    """The essay is unchanged from then on, so no check asks for its sources again."""
    press.server.pages |= dict.fromkeys(
        press.pages, lambda guest: guest.answer("503 Service Unavailable", b"down")
    )
    desk = Desk(tmp_path, press)
    desk.write("south.md", {"Lisbon": 40, "Porto": 47})
    desk.check(datetime.now(UTC) - timedelta(hours=2))
    assert desk.ratings() == dict.fromkeys(("Lisbon", "Porto"), "not_enough_evidence")
    press.asked()
    press.server.pages["/Lisbon"] = press.serve
    report = desk.recheck(168.0)
    assert [one.why for one in report.due] == ["passing_fault"] * 2
    assert press.asked() == {"Lisbon": 1, "Porto": 1}
    assert desk.ratings() == {"Lisbon": "supported", "Porto": "not_enough_evidence"}
    press.server.pages["/Porto"] = press.serve
    assert desk.recheck(168.0).due == ()  # Porto's server has an hour of peace
    assert press.asked() == {}


RECHECK = """
import sys
from pathlib import Path
from factdesk.config import open_home
from factdesk.pipeline.rechecking import recheck_once
recheck_once(open_home(Path(sys.argv[1])), older_than_hours=168.0)
"""


def test_a_text_that_another_run_fetched_is_judged_without_fetching(desk: Desk, press: Press) -> None:
    """A new essay brings Lisbon's new text; the two old essays that cite it are not read again for that."""
    press.put("Lisbon", 66)
    for path in desk.folder.iterdir():
        path.rename(path.with_suffix(".kept"))
    desk.write("new.md", {"Lisbon": 66})
    desk.check()
    press.asked()
    assert change_rows(desk) == [("text", 0, 0, 2)]  # whoever fetches a changed page notes it
    report = desk.recheck(168.0)
    assert press.asked() == {"Porto": 1, "Madrid": 1}
    assert [one.why for one in report.due] == ["old", "old", "not_judged"]
    assert len(change_rows(desk)) == 1
    assert {one.essay.uri for one in report.rejudged.judged} == {"south.md", "west.md"}
    assert desk.recheck(168.0).due == ()
