"""Replay over a real warehouse and a real archive: what is the same, what drifted, what is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factdesk.config import open_home
from factdesk.model import Evidence, Fetch, Rating, Snapshot, SourceOutcome
from factdesk.pipeline.past_verdicts import PastDesk, PastVerdict
from factdesk.pipeline.replaying import Rejudge, Replayed, replay
from factdesk.pipeline.rereading import Reread, reread
from factdesk.verdicts.judge import Judged
from factdesk.verdicts.method import method_id
from factdesk.warehouse.loading import load_records
from factdesk.warehouse.past import list_judged_claims
from factdesk.web.workers import Readers, ReadingPool
from judged_homes import OTHER_METHOD, JudgedHome, copy_home, with_rating, words_of
from pipeline.press import Desk as PressDesk
from pipeline.press import open_press
from small_records import NOON

HERE = str(Path(__file__).parent)


@pytest.fixture
def desk(judged_root: Path, tmp_path: Path) -> JudgedHome:
    return copy_home(judged_root, tmp_path / "home")


def run(desk: JudgedHome, rejudge: Rejudge | None = None) -> Replayed:
    with desk.known() as known:
        return replay(desk.home, known, rejudge=rejudge)


def read_again(desk: JudgedHome, readers: Readers | None = None) -> Reread:
    with desk.known() as known, ReadingPool(desk.home.settings.reading, readers) as pool:
        return reread(desk.home, known, pool=pool)


def past_of(desk: JudgedHome, word: str) -> tuple[PastDesk, PastVerdict]:
    with desk.known() as known:
        verdict_id = desk.verdict(word).id
        past_desk = PastDesk(desk.home, known)
        claims = [one for one in list_judged_claims(known) if one.verdict_id == verdict_id]
        ((_, past),) = past_desk.open(claims)
    assert isinstance(past, PastVerdict)
    return past_desk, past


def test_every_verdict_comes_out_byte_for_byte_the_same(desk: JudgedHome) -> None:
    statuses = {row[0] for row in desk.ask("SELECT claim_status FROM reports.verdicts")}
    ratings = {row[0] for row in desk.ask("SELECT machine_rating FROM reports.verdicts")}
    bases = {row[0] for row in desk.ask("SELECT basis FROM reports.evidence")}
    assert statuses == {"current", "withdrawn"}
    assert ratings >= {"supported", "refuted", "not_enough_evidence"}
    assert bases == {"cited", "given", "suggested"}
    found = run(desk)
    (number,) = desk.ask("SELECT count(*) FROM reports.verdicts WHERE verdict_id IS NOT NULL")[0]
    assert (found.verdicts, found.same, found.other_method) == (number, number, 0)
    assert found.is_green
    assert found.method == method_id()


def test_nothing_is_written(desk: JudgedHome) -> None:
    before = desk.files()
    run(desk)
    read_again(desk)
    assert desk.files() == before


def test_a_verdict_that_the_method_does_not_reach_again_is_drift(desk: JudgedHome) -> None:
    verdict = desk.verdict("Porto")
    desk.store(with_rating(verdict, Rating.SUPPORTED))
    found = run(desk)
    (drift,) = found.drifted
    assert (drift.past.verdict.rating, drift.now.verdict.rating) == (Rating.SUPPORTED, Rating.REFUTED)
    assert drift.differs == ("rating", "reasons")
    assert drift.past.verdict.id == drift.now.verdict.id
    assert (found.same, found.is_green) == (found.verdicts - 1, False)


def test_other_words_shown_are_drift_as_well(desk: JudgedHome) -> None:
    verdict = desk.verdict("Lisbon")
    with desk.known() as known:
        shown = load_records(known, Evidence, verdict.evidence_ids)[verdict.evidence_ids[0]]
    desk.store(replace(shown, quote="Something that nobody said."))
    (drift,) = run(desk).drifted
    assert drift.differs == ("evidence",)


def test_a_verdict_of_another_method_is_counted_apart_and_is_no_drift(desk: JudgedHome) -> None:
    desk.make_current(with_rating(desk.verdict("Porto"), Rating.SUPPORTED, method=OTHER_METHOD))
    found = run(desk)
    assert (found.other_method, found.same, found.is_green) == (1, found.verdicts - 1, True)


def test_under_other_muted_rules_every_verdict_is_of_another_method(desk: JudgedHome) -> None:
    config = desk.home.root / "config" / "factdesk.toml"
    config.write_text(config.read_text("utf-8") + '[rules]\nmuted = ["typed_conflict"]\n', encoding="utf-8")
    found = run(JudgedHome(open_home(desk.home.root)))
    assert (found.other_method, found.same) == (found.verdicts, 0)


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_a_text_that_the_archive_lacks_is_named_with_the_claims_that_rest_on_it(
    desk: JudgedHome, harm: str
) -> None:
    sha256 = desk.text_of("Porto")
    desk.lose(sha256) if harm == "lost" else desk.damage(sha256)
    found = run(desk)
    (lost,) = found.lost
    assert (lost.text_sha256, lost.of[-6:]) == (sha256, "/Porto")
    assert lost.reason.startswith(f"the archived text of {lost.of} is lost: the ")
    assert [one.claim_id for one in lost.claims] == [desk.verdict("Porto").claim_id]
    assert (found.same, found.drifted, found.is_green) == (found.verdicts - 1, (), False)


def test_a_lost_essay_is_named_once_for_all_of_its_claims(desk: JudgedHome) -> None:
    ((sha256, uri),) = desk.ask("SELECT text_sha256, essay_uri FROM reports.essays WHERE path = 'south.md'")
    desk.lose(sha256)
    (lost,) = run(desk).lost
    assert lost.of == f"the essay {uri}"
    assert len(lost.claims) == 3


def test_what_was_fetched_after_a_verdict_does_not_bear_on_it(desk: JudgedHome) -> None:
    """The page is gone now, and a newer reader takes a date from the same text that the old one missed."""
    source_id = desk.verdict("Lisbon").inputs[0].source_id
    query = f"SELECT id FROM records.{{}} WHERE source_id = '{source_id}'"
    with desk.known() as known:
        (fetch,) = load_records(known, Fetch, [row[0] for row in desk.ask(query.format("fetches"))]).values()
        (page,) = load_records(known, Snapshot, [desk.ask(query.format("snapshots"))[0][0]]).values()
    later = replace(fetch, fetched_at=fetch.fetched_at.replace(year=2100), outcome=SourceOutcome.GONE)
    desk.store(later, replace(page, extractor="another reader 9", published_on=NOON.date(), title="Later"))
    assert desk.column("Lisbon", "source_outcome") == "fetched"
    assert run(desk).is_green


def test_suggested_texts_are_found_again_whatever_their_order_was(desk: JudgedHome) -> None:
    past_desk, past = past_of(desk, "Oslo costs 42 kroner, and we walked")
    assert len(past.suggested) == 2
    assert past.is_same(past_desk.judge(past))
    turned = replace(past, suggested=past.suggested[::-1])
    assert not past.is_same(past_desk._judge(turned, turned.suggested))
    assert past.is_same(past_desk.judge(turned))


def test_a_claim_that_breaks_is_told_and_stops_no_other(desk: JudgedHome) -> None:
    with desk.known() as known:
        judge = PastDesk(desk.home, known).judge

        def break_on_porto(past: PastVerdict) -> Judged:
            if "Porto" in past.mention.sentence:
                raise ZeroDivisionError("no passengers")
            return judge(past)

        found = replay(desk.home, known, rejudge=break_on_porto)
    (fault,) = found.faults
    assert fault.claim.claim_id == desk.verdict("Porto").claim_id
    assert "ZeroDivisionError" in fault.reason
    assert (found.same, found.is_green) == (found.verdicts - 1, False)


def test_a_warehouse_without_a_verdict_is_green(tmp_path: Path) -> None:
    found = run(JudgedHome(open_home(tmp_path)))
    assert (found.verdicts, found.is_green) == (0, True)


def test_through_checks_and_rechecks_of_pages_that_change_die_and_come_back(tmp_path: Path) -> None:
    with open_press({"Lisbon": 40, "Porto": 47}, with_etag=True) as press:
        desk = PressDesk(tmp_path / "project", press)
        desk.write("south.md", {"Lisbon": 40, "Porto": 47})
        desk.check(datetime.now(UTC) - timedelta(days=14))
        seen = JudgedHome(desk.home)
        desk.decide()
        press.put("Lisbon", 60)
        press.drop("Porto")
        desk.recheck()
        changed = run(seen)
        whys = desk.ask("SELECT sentence, why FROM reports.review_queue WHERE stage = 'reopened'")
        desk.check()
        outcomes = {row[0] for row in desk.ask("SELECT source_outcome FROM reports.verdicts")}
        checked = run(seen)
        press.put("Lisbon", 40)
        press.put("Porto", 47)
        desk.recheck()
        desk.check()
        back = run(seen)
    assert outcomes == {"fetched", "gone"}
    assert [("Lisbon" in one, "its source changed after the decision" in why) for one, why in whys] == [
        (True, True)
    ]
    assert [(one.same, one.is_green) for one in (changed, checked, back)] == [(2, True)] * 3


# --- from bytes


def test_the_pages_are_read_again_from_their_bytes(desk: JudgedHome) -> None:
    found = read_again(desk)
    assert (found.texts, found.without_bytes) == (found.same + found.without_bytes, 3)
    assert found.same == len({"Lisbon", "Porto", "Faro", "menu.txt"})
    assert found.is_green


@pytest.fixture
def reader(desk: JudgedHome) -> Iterator[str]:
    """The reader that took the text of the pages."""
    return desk.ask("SELECT extractor FROM records.snapshots WHERE extractor LIKE 'trafilatura%'")[0][0]


def test_another_text_by_the_same_reader_is_extraction_drift(desk: JudgedHome) -> None:
    found = read_again(desk, Readers(page="changed_reader:read_less", path=(HERE,)))
    assert {one.is_drift for one in found.differing} == {True}
    assert words_of(one.url for one in found.differing) == ["Faro", "Lisbon", "Porto"]
    assert all(one.length_now < one.length_was and one.claims == 1 for one in found.differing)
    assert not found.is_green
    assert run(desk).is_green


def test_another_text_by_another_reader_is_told_and_is_no_drift(desk: JudgedHome) -> None:
    found = read_again(desk, Readers(page="changed_reader:read_less_as_another", path=(HERE,)))
    assert {one.reader_now for one in found.differing} == {"another reader 1"}
    assert found.is_green


def test_bytes_that_are_lost_or_kill_the_reader_are_faults(desk: JudgedHome) -> None:
    (blob,) = desk.ask("SELECT blob_sha256 FROM records.fetches WHERE final_url LIKE '%/Lisbon'")[0]
    desk.lose(blob)
    found = read_again(desk, Readers(page="changed_reader:break_on_porto", path=(HERE,)))
    reasons = sorted(one.reason for one in found.faults)
    assert len(reasons) == 2
    assert reasons[0].startswith("reading the bytes of http")
    assert "/Porto again failed" in reasons[0]
    assert reasons[1] == f"the archive lacks the blob {blob}; gather its source again"
    assert (found.differing, found.is_green) == ((), False)
