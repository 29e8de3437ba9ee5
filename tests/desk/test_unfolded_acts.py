"""What the desk tells of acts that the database lacks yet: pages wait for no fold and show nothing wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from desk_homes import ServedDesk, Visitor, serve
from desk_pages import text_of
from factdesk.config import open_home
from factdesk.desk.waiting_claims import is_blind
from factdesk.warehouse.spool import write_batches
from patience import soon
from small_records import judge, make_claim, make_essay, small_essay

QUOTE = "the ferry costs £5"
SAME_WORDS = "The same words, decided before"
NAMES = [f"harbour {number}" for number in range(40)]
IDS = {name: make_claim(make_essay(name), QUOTE).id for name in NAMES}
FIRST, SECOND, THIRD, FOURTH = [name for name in NAMES if not is_blind(IDS[name])][:4]
BLIND = next(name for name in NAMES if is_blind(IDS[name]))


@contextmanager
def small_desk(root: Path, second_check: str = "never") -> Iterator[ServedDesk]:
    """Five essays that say the same; of one the claim is decided blind."""
    config = root / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text(
        f'[review]\nsecond_check = "{second_check}"\nsecond_check_share = 0\n', encoding="utf-8"
    )
    home = open_home(root)
    for name in (FIRST, SECOND, THIRD, FOURTH, BLIND):
        write_batches(small_essay(name, [QUOTE]), home.warehouse, 16_000_000)
    with serve(home) as served:
        yield served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedDesk]:
    with small_desk(tmp_path) as served:
        yield served


@contextmanager
def nothing_folded(served: ServedDesk) -> Iterator[None]:
    """Keep every act out of the database; whoever waited for one to be folded would wait for ever."""
    with served.desk._keeper._drain.acts:
        yield


def all_folded(served: ServedDesk) -> bool:
    return not len(served.desk._recorder.unfolded)


def page_of(visitor: Visitor, claim_id: UUID) -> str:
    return text_of(visitor.get(f"/claims/{claim_id}").text)


def test_a_decision_that_is_not_folded_is_shown_with_the_same_words_until_it_is_taken_back(
    served: ServedDesk,
) -> None:
    ann, bob = served.visitor("Ann"), served.visitor("Bob")
    one, other = IDS[FIRST], IDS[SECOND]
    with nothing_folded(served):
        assert ann.decide(one, "not_checkable", conclusion="Nobody knows.").status_code == 303
        assert "Nobody knows." in page_of(bob, other)
        assert ann.post(f"/claims/{one}/undo").status_code == 303
        assert SAME_WORDS not in page_of(bob, other)
        assert ann.decide(one, "refuted", conclusion="It was six pounds.").status_code == 303
        shown = page_of(bob, other)
        assert SAME_WORDS in shown
        assert "Nobody knows." not in shown
        assert "It was six pounds." in shown
        assert "five pounds" in shown.split(SAME_WORDS, 1)[1]
        assert SAME_WORDS not in page_of(bob, IDS[BLIND])
    soon(lambda: all_folded(served))
    assert page_of(bob, other) == shown


def test_of_the_same_words_the_latest_three_decisions_are_shown_whether_folded_or_not(
    served: ServedDesk,
) -> None:
    ann, bob = served.visitor("Ann"), served.visitor("Bob")
    said = {FIRST: "One.", SECOND: "Two.", THIRD: "Three.", FOURTH: "Four."}
    for name in (FIRST, SECOND):
        assert ann.decide(IDS[name], "refuted", conclusion=said[name]).status_code == 303
    soon(lambda: all_folded(served))
    with nothing_folded(served):
        for name in (THIRD, FOURTH):
            assert ann.decide(IDS[name], "refuted", conclusion=said[name]).status_code == 303
        shown = page_of(bob, IDS[FIRST])
        told = [one for one in said.values() if f"(“{one}”)" in shown]
        assert told == ["Two.", "Three.", "Four."]
    soon(lambda: all_folded(served))
    assert page_of(bob, IDS[FIRST]) == shown


def test_a_claim_that_left_the_queue_is_shown_and_guarded_before_its_decision_is_folded(
    served: ServedDesk,
) -> None:
    ann, bob, claim_id = served.visitor("Ann"), served.visitor("Bob"), IDS[FIRST]
    seen = bob.seen(claim_id)
    soon(lambda: all_folded(served))
    fields = {"seen": ann.seen(claim_id), "rating": "refuted", "conclusion": "Six.", "reason": "other"}
    with nothing_folded(served):
        assert bob.post(f"/claims/{claim_id}/skip").status_code == 303
        assert ann.post(f"/claims/{claim_id}/decide", **fields).status_code == 303
        assert ann.post(f"/claims/{claim_id}/decide", **fields).status_code == 303
        late = bob.post(f"/claims/{claim_id}/decide", seen=seen, rating="supported", note="kept")
        assert late.status_code == 409
        assert "Ann decided this" in text_of(late.text)
        assert "kept" in late.text
        shown = page_of(bob, claim_id)
        assert "contradicted" in shown, shown
    soon(lambda: all_folded(served))
    assert served.desk._recorder.unfolded.left(claim_id) is None
    assert page_of(bob, claim_id) == shown
    made = "SELECT count(*) FROM records.review_events WHERE claim_id = ? AND act = 'decide'"
    assert served.ask(made, [claim_id]) == [(1,)]


def test_who_checks_second_sees_no_decision_on_a_claim_that_still_waits(tmp_path: Path) -> None:
    with small_desk(tmp_path, "all") as served:
        ann, bob = served.visitor("Ann"), served.visitor("Bob")
        with nothing_folded(served):
            assert ann.decide(IDS[FIRST], "refuted", conclusion="It was six.").status_code == 303
            assert "It was six." in page_of(ann, IDS[SECOND])
            assert "It was six." not in page_of(bob, IDS[SECOND])
            assert bob.decide(IDS[FIRST], "refuted", conclusion="It was seven.").status_code == 303
            shown = page_of(bob, IDS[SECOND])
            assert "It was seven." in shown
            assert "It was six." not in shown


def test_the_latest_words_of_a_passage_are_shown_wherever_its_rows_came_from(served: ServedDesk) -> None:
    ann, claim = served.visitor("Ann"), make_claim(make_essay(FIRST), QUOTE)
    judged = judge(claim)
    warehouse = served.desk.home.warehouse

    def verdict_row() -> int | None:
        one = served.desk.waiting.find(claim.id)
        return one.verdict_row if one else None

    assert "five pounds" in page_of(ann, claim.id)
    before = verdict_row()
    write_batches([replace(judged.verdict, missing=("Malta",))], warehouse, 16_000_000)
    soon(lambda: verdict_row() != before)
    assert "five pounds" in page_of(ann, claim.id)
    last = replace(judged.verdict, missing=("Cyprus",))
    now = verdict_row()
    write_batches([replace(judged.evidence, quote="V pounds"), last], warehouse, 16_000_000)
    soon(lambda: verdict_row() != now)
    assert "V pounds" in page_of(ann, claim.id)
    write_batches([replace(judged.evidence, quote="cinq pounds")], warehouse, 16_000_000)
    soon(lambda: "cinq pounds" in page_of(ann, claim.id))
    assert "V pounds" not in page_of(ann, claim.id)
