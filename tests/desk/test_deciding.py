"""Deciding at the desk: one form decides, nothing is lost, nobody overwrites anybody, a tenth is blind."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from desk_pages import text_of
from factdesk.desk.decisions import make_decision
from factdesk.desk.people import reviewer_id
from factdesk.desk.users import add_user
from factdesk.desk.waiting_claims import WaitingClaim, by_urgency, is_blind, is_drawn
from factdesk.model import Rating, Role
from factdesk.pipeline import check_once
from factdesk.warehouse.spool import write_batches
from patience import soon

SHOWN = ("backed by", "contradicted by", "not shown by", "% sure", "point by point")


def waiting(desk: ServedDesk, *, blind: bool = False, rating: str | None = None) -> list[WaitingClaim]:
    """Claims with a source to which nothing has happened yet."""
    return [
        one
        for one in by_urgency(desk.desk.waiting.all())
        if (one.has_source, is_blind(one.claim_id)) == (True, blind)
        and rating in (None, one.machine_rating)
        and not (one.held_by or one.waiting_until or one.seen_by or one.is_flagged)
    ]


def decisions(shared_desk: ServedDesk, claim_id: UUID) -> list[tuple[str, bool, bool]]:
    found = shared_desk.ask(
        "SELECT rating, shown, stale FROM derived.claim_events WHERE act = 'decide' AND claim_id = ? "
        "ORDER BY position",
        [claim_id],
    )
    return [(rating, shown, stale) for rating, shown, stale in found]


def stage(shared_desk: ServedDesk, claim_id: UUID) -> str:
    return str(shared_desk.ask("SELECT stage FROM derived.stages WHERE claim_id = ?", [claim_id])[0][0])


def test_a_decision_is_in_the_database_and_leads_to_the_next_claim(shared_desk: ServedDesk) -> None:
    ann, (first, second, *_) = shared_desk.visitor("Ann"), waiting(shared_desk, rating="supported")
    answer = ann.decide(first.claim_id, "supported", note="see page 2", spent_ms="1234")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/claims/")
    assert decisions(shared_desk, first.claim_id) == [("supported", True, False)]
    assert stage(shared_desk, first.claim_id) == "decided"
    row = shared_desk.ask(
        "SELECT e.reviewer, note, spent_ms, verdict_id IS NOT NULL, text_sha256 IS NOT NULL, role "
        "FROM records.review_events AS e WHERE act = 'decide'"
    )[0]
    assert row[1:] == ("see page 2", 1234, True, True, "admin")
    assert "Ann" not in str(row)
    assert shared_desk.desk.waiting.find(first.claim_id) is None
    assert f"/claims/{first.claim_id}" not in ann.get("/queue?tray=all").text
    held = shared_desk.desk.waiting.find(UUID(answer.headers["location"].split("/")[2]))
    assert held is not None
    assert held.held_by == row[0], "the next claim is held for the one who goes there"
    assert second.claim_id != first.claim_id


def test_the_next_claim_is_the_next_of_the_chosen_list(shared_desk: ServedDesk) -> None:
    ann = shared_desk.visitor()
    page = ann.get("/queue?kind=price&order=value").text
    listed = re.findall(r'data-row>.*?href="/claims/([0-9a-f-]{36})\?', page, re.DOTALL)
    assert len(listed) > 4
    answer = ann.decide(listed[1], "not_checkable", list="kind=price&order=value")
    assert answer.headers["location"] == f"/claims/{listed[2]}?order=value&kind=price"


def test_a_rating_that_differs_needs_a_sentence_and_keeps_what_was_typed(shared_desk: ServedDesk) -> None:
    ann, (one, *_) = shared_desk.visitor(), waiting(shared_desk, rating="supported")
    seen = ann.seen(one.claim_id)
    refused = ann.post(
        f"/claims/{one.claim_id}/decide", seen=seen, rating="refuted", note="ask the <editor>", conclusion=" "
    )
    assert refused.status_code == 422
    assert "Write one sentence for readers" in refused.text
    assert "ask the &lt;editor&gt;</textarea>" in refused.text
    assert decisions(shared_desk, one.claim_id) == []
    fields = {"seen": seen, "rating": "refuted", "conclusion": "It says <six>."}
    refused = ann.post(f"/claims/{one.claim_id}/decide", **fields, reason="because")
    assert refused.status_code == 422
    assert "Choose why you differ from the machine" in refused.text
    assert "It says &lt;six&gt;.</textarea>" in refused.text
    assert decisions(shared_desk, one.claim_id) == []
    same = ann.post(f"/claims/{one.claim_id}/decide", seen=seen, rating="supported")
    assert same.status_code == 303


@pytest.mark.parametrize("rating", ["", "true", "Refuted", "\u202esupported"])
def test_what_is_no_rating_is_refused(shared_desk: ServedDesk, rating: str) -> None:
    ann, (one, *_) = shared_desk.visitor(), waiting(shared_desk)
    assert ann.decide(one.claim_id, rating).status_code == 422
    assert decisions(shared_desk, one.claim_id) == []


def test_a_blind_claim_shows_nothing_of_the_machine_until_it_is_decided(shared_desk: ServedDesk) -> None:
    ann, (one, *_) = shared_desk.visitor("Zoe"), waiting(shared_desk, blind=True)
    page = ann.get(f"/claims/{one.claim_id}").text
    assert "Decided blind" in page
    assert not [word for word in SHOWN if word in page]
    assert not re.search(r'<mark class="(match|weaker|conflict|unbacked)"', page)
    needing = re.findall(r'value="(\w+)" data-key="\d" data-needs', page)
    assert needing == ["refuted"], "which ratings need a sentence must not tell the machine's"
    answer = ann.post(f"/claims/{one.claim_id}/decide", seen=ann.seen(one.claim_id), rating="conflicting")
    assert answer.status_code == 303
    assert decisions(shared_desk, one.claim_id) == [("conflicting", False, False)]
    assert [word for word in SHOWN if word in ann.get(f"/claims/{one.claim_id}").text]


def test_a_blind_claim_is_told_by_no_filter_and_no_order_of_the_queue(shared_desk: ServedDesk) -> None:
    ann, blind = shared_desk.visitor(), waiting(shared_desk, blind=True)
    assert blind
    ratings = {one.machine_rating for one in blind}
    for one in blind:
        for rating in ratings:
            page = ann.get(f"/queue?tray=all&rating={rating}").text
            assert str(one.claim_id) not in page
        row = ann.get(f"/queue?tray=all&q={one.claim_id}").text.split("data-row", 1)[1]
        assert "hidden until you decide" in row
        assert "disagree" not in row
        assert f"value {one.checkworthiness * 3 / 2:.2f}" in row if one.checkworthiness else row


def test_a_stale_save_says_who_decided_what_and_keeps_the_note(shared_desk: ServedDesk) -> None:
    ann, bob, (one, *_) = shared_desk.visitor("Ann"), shared_desk.visitor("Bob"), waiting(shared_desk)
    seen = ann.seen(one.claim_id)
    event = make_decision(
        shared_desk.desk.home.warehouse,
        one.claim_id,
        Rating.REFUTED,
        "Bob",
        conclusion="It was six <b>euros</b>.",
        reason="other",
    )
    write_batches([event], shared_desk.desk.home.warehouse, 16_000_000)  # from a terminal, say
    late = ann.post(
        f"/claims/{one.claim_id}/decide", seen=seen, rating="supported", note="mine", conclusion="So it says."
    )
    assert late.status_code == 409
    assert "Bob decided this at" in late.text
    assert "Contradicted. “It was six &lt;b&gt;euros&lt;/b&gt;.”" in late.text
    assert ">mine</textarea>" in late.text
    assert [rating for rating, _, _ in decisions(shared_desk, one.claim_id)] == ["refuted"]
    assert bob.get(f"/claims/{one.claim_id}").status_code == 200


def test_a_form_that_is_sent_again_decides_once_and_one_of_another_kind_is_told_so(
    shared_desk: ServedDesk,
) -> None:
    ann, (one, *_) = shared_desk.visitor("Ann"), waiting(shared_desk)
    form = {"seen": ann.seen(one.claim_id), "rating": "not_checkable", "conclusion": "Nobody  can know."}
    form["reason"] = "other"
    place = f"/claims/{one.claim_id}/decide"
    for _ in range(3):  # got no answer, or went back and pressed again
        assert ann.post(place, **form).status_code == 303
    assert decisions(shared_desk, one.claim_id) == [("not_checkable", True, False)]
    other = ann.post(place, **{**form, "rating": "refuted"})
    assert other.status_code == 409
    assert "You decided this at" in other.text
    assert "Cannot be checked" in other.text
    assert "Nobody  can know." in other.text
    assert decisions(shared_desk, one.claim_id) == [("not_checkable", True, False)]


def test_a_claim_that_a_colleague_has_open_is_not_decided_by_another(shared_desk: ServedDesk) -> None:
    ann, bob, (one, *_) = shared_desk.visitor("Ann"), shared_desk.visitor("Bob"), waiting(shared_desk)
    seen = ann.seen(one.claim_id)
    page = bob.get(f"/claims/{one.claim_id}").text
    assert "A colleague has the claim open." in page
    assert "Ann</bdi> holds it until" in page
    assert 'id="decide"' not in page
    assert "<bdi>Ann</bdi> has it open" in bob.get("/queue").text
    refused = bob.post(
        f"/claims/{one.claim_id}/decide", seen=seen, rating="not_a_claim", reason="other", conclusion="No."
    )
    assert refused.status_code == 409
    start = re.search(r'href="/claims/([^"?]+)[^"]*">Start', bob.get("/queue").text)
    assert start
    assert start[1] != str(one.claim_id)


def test_a_lease_that_ran_out_can_be_taken_and_then_the_first_one_is_late(
    desk_root: Path, tmp_path: Path
) -> None:
    with serve(copy_desk_home(desk_root, tmp_path / "home")) as served:
        ann, bob, (one, *_) = served.visitor("Ann"), served.visitor("Bob"), waiting(served)
        seen = ann.seen(one.claim_id)
        served.desk.now = lambda: datetime.now(UTC) + timedelta(minutes=11)
        assert bob.seen(one.claim_id) == seen
        late = ann.post(
            f"/claims/{one.claim_id}/decide",
            seen=seen,
            rating="not_a_claim",
            reason="other",
            conclusion="No.",
        )
        assert late.status_code == 409
        assert "Bob has taken the claim over." in late.text
        done = bob.post(
            f"/claims/{one.claim_id}/decide",
            seen=seen,
            rating="not_a_claim",
            reason="other",
            conclusion="No.",
        )
        assert done.status_code == 303


def test_undo_takes_back_as_a_new_row_and_shows_the_claim_again(shared_desk: ServedDesk) -> None:
    ann, (one, *_) = shared_desk.visitor(), waiting(shared_desk)
    after = ann.decide(one.claim_id, "not_checkable")
    assert "Take back" in ann.get(after.headers["location"]).text
    undone = ann.post("/undo")
    assert undone.headers["location"] == f"/claims/{one.claim_id}"
    assert stage(shared_desk, one.claim_id) in ("first_check", "to_review")
    acts = shared_desk.ask(
        "SELECT act FROM derived.claim_events WHERE claim_id = ? ORDER BY position", [one.claim_id]
    )
    assert [act for (act,) in acts if act != "lease"] == ["decide", "undo"]
    assert shared_desk.visitor("Zed").post("/undo").status_code == 409
    assert ann.post(f"/claims/{one.claim_id}/undo").status_code == 409


def test_putting_off_flagging_noting_and_skipping_leave_the_claim_undecided(shared_desk: ServedDesk) -> None:
    ann, (first, second, third, fourth, *_) = shared_desk.visitor(), waiting(shared_desk)
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    assert ann.post(f"/claims/{first.claim_id}/wait", until=tomorrow, note="holiday").status_code == 303
    put_off = shared_desk.desk.waiting.find(first.claim_id)
    assert put_off is not None
    assert put_off.rests(datetime.now(UTC))
    assert ann.post(f"/claims/{second.claim_id}/flag", note="libel?").status_code == 303
    flagged = shared_desk.desk.waiting.find(second.claim_id)
    assert flagged is not None
    assert flagged.is_flagged
    assert ann.post(f"/claims/{third.claim_id}/note", note="rang the ministry").status_code == 303
    assert "rang the ministry" in ann.get(f"/claims/{third.claim_id}").text
    ann.seen(fourth.claim_id)
    moved = ann.post(f"/claims/{fourth.claim_id}/skip")
    assert moved.status_code == 303
    assert str(fourth.claim_id) not in moved.headers["location"]
    skipped = shared_desk.desk.waiting.find(fourth.claim_id)
    assert skipped is not None
    assert skipped.holder(datetime.now(UTC)) is None
    for claim in (first, second, third, fourth):
        assert decisions(shared_desk, claim.claim_id) == []
    for day in ("", "yesterday", "2020-01-01", "9999-12-31", "2026-13-01"):
        assert ann.post(f"/claims/{first.claim_id}/wait", until=day).status_code == 422


def test_a_second_check_is_by_another_person_who_does_not_see_the_first(
    desk_root: Path, tmp_path: Path
) -> None:
    home = copy_desk_home(desk_root, tmp_path / "home", '[review]\nsecond_check = "all"')
    with serve(home) as served:
        ann, bob, (one, *_) = served.visitor("Ann"), served.visitor("Bob"), waiting(served)
        assert ann.decide(one.claim_id, "not_a_claim", conclusion="A figure of speech.").status_code == 303
        assert stage(served, one.claim_id) == "second_check"
        assert "somebody else checks it now" in ann.get(f"/claims/{one.claim_id}").text
        page = bob.get(f"/claims/{one.claim_id}").text
        assert "A figure of speech" not in page
        assert "not a claim</" not in page.lower().split("history")[1].split("</details>")[0]
        assert bob.decide(one.claim_id, "refuted", conclusion="It is one.").status_code == 303
        assert stage(served, one.claim_id) == "second_check"
        assert (
            "needs a second person" not in bob.get("/queue?tray=all").text.split(str(one.claim_id))[1][:900]
        )
        add_user(home.warehouse, "Cid", Role.CHECKER, "a long enough word")
        cid = served.visitor("Cid")
        assert cid.get("/disagreements").status_code == 403
        assert "an editor settles it" in cid.get(f"/claims/{one.claim_id}").text
        assert "one of them is you" in bob.get("/disagreements").text
        eve = served.visitor("Eve")
        listed = text_of(eve.get("/disagreements").text)
        assert "1 disagreement" in listed
        for said in ("Not a claim: “A figure of speech.”", "Contradicted: “It is one.”", "Ann", "Bob"):
            assert said in listed
        for path in (f"/essays/{one.essay_id}", f"/search?q={one.claim_id}"):
            assert "Contradicted says one person; it is not settled yet" in text_of(eve.get(path).text), path
        form = eve.get(f"/claims/{one.claim_id}").text
        assert "Two people disagree" in text_of(form)
        assert form.count("data-needs") == 7
        mute = eve.decide(one.claim_id, one.machine_rating or "conflicting", conclusion=" ")
        assert (mute.status_code, stage(served, one.claim_id)) == (422, "second_check")
        settled = eve.get(f"/claims/{one.claim_id}").text
        assert "A figure of speech" in settled
        assert "It is one." in settled
        assert eve.decide(one.claim_id, "conflicting", conclusion="Both are right.").status_code == 303
        assert stage(served, one.claim_id) == "decided"
        assert "No two people disagree" in eve.get("/disagreements").text
        assert "not settled" not in eve.get(f"/essays/{one.essay_id}").text


def test_a_drawn_share_is_checked_a_second_time_whatever_the_setting_says(
    desk_root: Path, tmp_path: Path
) -> None:
    home = copy_desk_home(desk_root, tmp_path / "home", "[review]\nsecond_check_share = 0.5")
    with serve(home) as served:
        ann, free = served.visitor("Ann"), waiting(served)
        drawn = next(one for one in free if is_drawn(one.claim_id, 0.5))
        other = next(one for one in free if not is_drawn(one.claim_id, 0.5))
        for one, after in ((drawn, "second_check"), (other, "decided")):
            assert ann.decide(one.claim_id, "not_checkable").status_code == 303
            assert stage(served, one.claim_id) == after
            assert (served.desk.waiting.find(one.claim_id) is None) == (after == "decided")
        assert served.visitor("Bob").decide(drawn.claim_id, "not_checkable").status_code == 303
        assert stage(served, drawn.claim_id) == "decided"


def test_a_claim_that_is_given_to_somebody_shows_it_and_can_be_filtered(shared_desk: ServedDesk) -> None:
    ann, bob = shared_desk.visitor("Ann"), shared_desk.visitor("Bob")
    one = waiting(shared_desk)[-1]
    reviewer = reviewer_id(shared_desk.desk.home.warehouse, "Bob")
    assert ann.post(f"/claims/{one.claim_id}/assign", to=reviewer).status_code == 303
    page = ann.get(f"/queue?tray=all&given={reviewer}").text
    assert page.count("data-row") == 1
    assert str(one.claim_id) in page
    assert re.search(r"<summary>Given to</summary>.*<bdi>Bob</bdi>", page, re.DOTALL)
    assert str(one.claim_id) in bob.get("/queue?tray=all&mine=1").text
    assert ann.post(f"/claims/{one.claim_id}/assign", to="").status_code == 303


def test_the_session_that_ran_out_keeps_what_was_typed(shared_desk: ServedDesk) -> None:
    ann, (one, *_) = shared_desk.visitor(), waiting(shared_desk)
    seen = ann.seen(one.claim_id)
    ann.client.cookies.clear()
    fields = {"seen": seen, "rating": "refuted", "conclusion": "It is <six>.", "note": "rang them"}
    fields["reason"] = "wrong_subject"
    over = ann.post(f"/claims/{one.claim_id}/decide", **fields)
    assert over.status_code == 401
    assert "It is &lt;six&gt;." in over.text
    assert "rang them" in over.text
    assert f'action="/claims/{one.claim_id}/decide"' in over.text
    ann.get(shared_desk.link("Ann"))
    assert ann.post(f"/claims/{one.claim_id}/decide", **fields).status_code == 303


def test_what_others_fold_is_in_the_queue_without_a_restart(shared_desk: ServedDesk, tmp_path: Path) -> None:
    ann, before = shared_desk.visitor(), len(shared_desk.desk.waiting.all())
    essay = shared_desk.desk.home.root / "essays" / "late.txt"
    essay.write_text("A ticket for the night tram in Graz costs 4 euros.\n", encoding="utf-8")
    report = check_once([str(essay)], shared_desk.desk.home)
    assert report is not None
    soon(lambda: len(shared_desk.desk.waiting.all()) == before + 1)
    assert "night tram in Graz" in ann.get("/queue?tray=all&q=graz").text


def test_the_same_words_decided_before_are_shown_and_decided_the_same_by_one_button(
    served: ServedDesk,
) -> None:
    root = served.desk.home.root
    (root / "essays" / "board.txt").write_text(
        "A cup of soup in Graz costs 4 euros this week.\n", encoding="utf-8"
    )
    names = ("first", "second", "third", "fourth", "fifth", "sixth")
    for name in names:
        front = f"---\ntitle: {name}\nsources: [board.txt]\n---\n\n"
        text = front + f"It is the {name} day. A cup of soup in Graz costs 6 euros.\n"
        (root / "essays" / f"{name}.md").write_text(text, encoding="utf-8")
    check_once([str(root / "essays" / f"{name}.md") for name in names], served.desk.home)

    def soups() -> list[WaitingClaim]:
        return [one for one in served.desk.waiting.all() if "soup in Graz" in one.claim]

    soon(lambda: len(soups()) == len(names))
    # Of six claims a tenth is decided blind: two that are not are among them.
    one, other, *_ = (one for one in soups() if not is_blind(one.claim_id))
    ann = served.visitor("Ann")
    assert ann.decide(one.claim_id, "refuted", conclusion="It costs 4.").status_code == 303
    page = ann.get(f"/claims/{other.claim_id}").text
    assert "The same words, decided before" in page
    form = re.search(r'<form id="(same-[^"]+)".*?</form>', page)
    assert form
    assert f'form="{form[1]}" data-decides data-key="r">' in page
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert ann.post(f"/claims/{other.claim_id}/decide", **fields).status_code == 303
    assert decisions(served, other.claim_id)[0][0] == "refuted"
