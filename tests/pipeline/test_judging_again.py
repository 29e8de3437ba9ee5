"""Judging all claims again: new verdicts beside old ones, decisions left alone, stops survived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factdesk.config import open_home
from factdesk.model import Rating, Record
from factdesk.pipeline import store_batch
from factdesk.pipeline.judging_again import JudgedAgain, judge_again
from factdesk.pipeline.replaying import replay
from factdesk.verdicts.method import method_id
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.spool import write_batches
from judged_homes import (
    OTHER_METHOD,
    JudgedHome,
    attach_file,
    copy_home,
    with_rating,
    words_of,
)
from pipeline.press import Desk as PressDesk
from pipeline.press import open_press

CURRENT = ("Lisbon", "Porto", "Madrid", "soup")
MUTED = '[rules]\nmuted = ["typed_conflict"]\n'


@pytest.fixture
def desk(judged_root: Path, tmp_path: Path) -> JudgedHome:
    return copy_home(judged_root, tmp_path / "home")


def mute(desk: JudgedHome) -> JudgedHome:
    config = desk.home.root / "config" / "factdesk.toml"
    config.write_text(config.read_text("utf-8") + MUTED, encoding="utf-8")
    return JudgedHome(open_home(desk.home.root))


def again(desk: JudgedHome, **given: object) -> JudgedAgain:
    with desk.known() as known:
        return judge_again(desk.home, known, write=lambda records: store_batch(records, desk.home), **given)


def test_under_a_new_method_every_current_claim_gets_a_verdict_beside_the_old_one(desk: JudgedHome) -> None:
    before, faro = desk.rows(), desk.verdict("Faro")
    desk = mute(desk)
    found = again(desk)
    (current,) = desk.ask("SELECT count(*) FROM reports.claims WHERE claim_status = 'current'")[0]
    assert (found.claims, len(found.new), found.unchanged, found.faults) == (current, current, 0, [])
    assert found.rating_changes() == {(Rating.REFUTED, Rating.NOT_ENOUGH_EVIDENCE): 1}
    after = desk.rows()
    assert after["verdicts"] - before["verdicts"] == after["judgements"] - before["judgements"] == current
    porto = desk.verdict("Porto")
    assert (porto.method, porto.reasons[0].code) == (method_id(["typed_conflict"]), "rule_muted")
    history = desk.ask(
        "SELECT machine_rating, is_current FROM reports.verdict_history "
        f"WHERE claim_id = '{porto.claim_id}' ORDER BY judged_at"
    )
    assert history == [("refuted", False), ("not_enough_evidence", True)]
    assert desk.verdict("Faro") == faro
    with desk.known() as known:
        replayed = replay(desk.home, known)
    assert (replayed.same, replayed.other_method, replayed.is_green) == (current, 1, True)


def test_a_second_time_finds_nothing(desk: JudgedHome) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    assert len(again(desk).new) == 1
    before = desk.rows()
    found = again(desk)
    assert (found.new, found.unchanged) == ([], found.claims)
    assert desk.rows() == before


def test_without_writing_nothing_is_stored_and_the_same_is_told(desk: JudgedHome) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    before = desk.files()
    with desk.known() as known:
        dry = judge_again(desk.home, known)
    assert desk.files() == before
    wet = again(desk)
    assert [one.now.verdict for one in dry.new] == [one.now.verdict for one in wet.new]
    assert dry.counts() == wet.counts()


def test_a_decision_that_the_machine_disagrees_with_stands_and_is_told(desk: JudgedHome) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    desk.decide("Porto", Rating.SUPPORTED)
    desk.age("Lisbon")
    desk.decide("Lisbon", Rating.SUPPORTED)
    found = again(desk)
    porto = desk.verdict("Porto")
    assert (len(found.new), found.disagreeing, found.to_reopen) == (2, [porto.claim_id], [porto.claim_id])
    assert porto.rating is Rating.REFUTED
    assert (desk.stage("Porto"), desk.stage("Lisbon")) == ("decided", "decided")
    assert desk.column("Porto", "editor_rating") == "supported"
    later = again(desk)
    assert (later.new, later.to_reopen) == ([], [porto.claim_id])


def test_who_overruled_the_machine_is_not_asked_again_while_it_says_the_same(desk: JudgedHome) -> None:
    desk.age("Porto", Rating.REFUTED)
    desk.decide("Porto", Rating.SUPPORTED)
    found = again(desk)
    assert found.disagreeing == [desk.verdict("Porto").claim_id]
    assert found.to_reopen == []


@pytest.mark.parametrize("rating", [Rating.NOT_A_CLAIM, Rating.NOT_CHECKABLE])
def test_what_a_person_called_no_claim_is_not_reopened(desk: JudgedHome, rating: Rating) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    desk.decide("Porto", rating)
    assert again(desk).to_reopen == []


def test_a_claim_that_already_waits_for_a_person_is_not_reopened(desk: JudgedHome) -> None:
    from factdesk.model import Act
    from small_records import Review

    desk.age("Porto", Rating.SUPPORTED)
    verdict = desk.verdict("Porto")
    review = Review(verdict.claim_id)
    desk.store(review.decide(Rating.SUPPORTED, verdict_id=verdict.id), review.act(Act.DISPUTED))
    found = again(desk)
    assert (len(found.disagreeing), found.to_reopen) == (1, [])


def test_a_lost_text_keeps_the_verdict_and_stops_no_other(desk: JudgedHome) -> None:
    desk.age("Porto", Rating.SUPPORTED)
    desk.age("Lisbon", Rating.REFUTED)
    desk.lose(desk.text_of("Porto"))
    found = again(desk)
    (fault,) = found.faults
    assert fault.is_lost_text
    assert "is lost" in fault.reason
    assert desk.verdict("Porto").method == OTHER_METHOD
    assert desk.verdict("Lisbon").rating is Rating.SUPPORTED


def test_what_was_written_before_a_stop_stays_and_the_rest_follows(desk: JudgedHome) -> None:
    desk = mute(desk)

    def write_and_stop(records: Sequence[Record]) -> None:
        write_batches(records, desk.home.warehouse, 1_000_000)
        raise KeyboardInterrupt

    with desk.known() as known, pytest.raises(KeyboardInterrupt):
        judge_again(desk.home, known, write=write_and_stop, batch_size=2)
    store_batch([], desk.home)
    found = again(desk)
    assert (found.unchanged, len(found.new)) == (2, found.claims - 2)
    assert again(desk).unchanged == found.claims


def test_a_claim_that_was_judged_meanwhile_is_left_alone(desk: JudgedHome) -> None:
    """A recheck saw another page while we worked: what it stored is the newer verdict."""
    desk.age("Porto", Rating.SUPPORTED)
    porto = desk.verdict("Porto")
    newer = replace(porto, inputs=(replace(porto.inputs[0], seen="gone"),))

    def store_newer(stage: str, done: int, total: int) -> None:
        if done == 1:
            desk.make_current(newer)

    found = again(desk, progress=store_newer)
    assert (found.new, found.waiting) == ([], 1)
    assert desk.verdict("Porto") == newer


def test_a_claim_whose_verdict_waits_in_the_spool_is_left_and_counted(desk: JudgedHome) -> None:
    keeper = open_keeper(desk.home.warehouse)
    assert keeper is not None
    with keeper:
        desk.age("Porto", Rating.SUPPORTED)
        found = again(desk)
    assert (found.waiting, found.unchanged) == (1, found.claims - 1)


def test_drift_of_the_same_method_is_mended_under_the_same_id(desk: JudgedHome) -> None:
    porto = desk.verdict("Porto")
    desk.store(with_rating(porto, Rating.SUPPORTED))
    judgements = desk.rows()["judgements"]
    (mended,) = again(desk).new
    assert mended.now.verdict.id == porto.id
    assert (desk.verdict("Porto"), desk.rows()["judgements"]) == (porto, judgements)
    with desk.known() as known:
        assert replay(desk.home, known).is_green


def test_withdrawn_claims_keep_their_verdicts(desk: JudgedHome) -> None:
    found = again(mute(desk))
    assert "Faro" not in words_of(one.past.claim.quote for one in found.new)
    assert set(words_of(one.past.mention.sentence for one in found.new)) == {*CURRENT, "Oslo"}


def test_a_recheck_and_an_attached_source_keep_to_the_muted_rules(tmp_path: Path) -> None:
    with open_press({"Lisbon": 40}) as press:
        pressed = PressDesk(tmp_path / "project", press)
        pressed.write("south.md", {"Lisbon": 40})
        pressed.check(datetime.now(UTC) - timedelta(days=14))
        desk = mute(JudgedHome(pressed.home))
        again(desk)
        press.put("Lisbon", 60)
        pressed.home = desk.home
        pressed.recheck()
        rechecked = desk.verdict("Lisbon")
    board = desk.home.root / "board.txt"
    board.write_text("A return ticket to Lisbon costs 70 euros.", encoding="utf-8")
    attach_file(desk.home, rechecked.claim_id, board)
    attached = desk.verdict("Lisbon")
    assert len(attached.inputs) == len(rechecked.inputs) + 1
    for verdict in (rechecked, attached):
        assert (verdict.rating, verdict.reasons[0].code) == (Rating.NOT_ENOUGH_EVIDENCE, "rule_muted")
        assert verdict.method == method_id(["typed_conflict"])
    with desk.known() as known:
        assert replay(desk.home, known).is_green
