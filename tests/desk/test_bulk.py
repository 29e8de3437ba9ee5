"""Claims that say the same on the same passage are decided together, and never unseen or unasked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from desk_pages import text_of
from factdesk.desk.decisions import make_decision
from factdesk.desk.waiting_claims import WaitingClaim, is_blind
from factdesk.model import Rating
from factdesk.pipeline import check_once
from factdesk.warehouse.spool import write_batches

ESSAYS = 16
OPENINGS = ("It rained.", "We had walked far.", "Nobody spoke.", "The square was full.")


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("bulk") / "home")
    folder = home.root / "essays"
    (folder / "menu.txt").write_text("A bowl of lentils in Trieste costs 9 euros this week.\n", "utf-8")
    (folder / "other.txt").write_text("On Monday a bowl of lentils in Trieste costs 9 euros.\n", "utf-8")
    essays = []
    for number in range(ESSAYS):
        source = "other.txt" if number >= ESSAYS - 3 else "menu.txt"
        front = f"---\ntitle: Walk {number}\nauthor: Mara\nsources: [{source}]\n---\n\n"
        begin = f"Walk number {number} was long. {OPENINGS[number % 4]}"
        text = f"{begin} A bowl of lentils in Trieste costs 9 euros.\n"
        essays.append(folder / f"walk-{number}.md")
        essays[-1].write_text(front + text, encoding="utf-8")
    check_once([str(one) for one in essays], home)
    with serve(home) as served:
        yield served


def lentils(served: ServedDesk) -> list[WaitingClaim]:
    """The claims that wait, on the first menu, in the order of their essays."""
    numbers = [f"Walk {number}" for number in range(ESSAYS - 3)]
    found = [one for one in served.desk.waiting.all() if one.essay_title in numbers]
    return sorted(found, key=lambda one: numbers.index(one.essay_title or ""))


def open_ones(served: ServedDesk) -> list[WaitingClaim]:
    return [one for one in lentils(served) if not is_blind(one.claim_id) and not one.seen_by]


def members(page: str) -> dict[UUID, str]:
    """The claims of the forms on a page, each with the value of its box."""
    values = re.findall(r'name="member" value="([^"]+)"', page)
    return {UUID(value.partition("/")[0]): value for value in values}


def form_of(visitor: Visitor, one: WaitingClaim) -> tuple[str, dict[UUID, str]]:
    """Open the group of a claim and return its key and its members."""
    page = visitor.get(f"/bulk?claim={one.claim_id}").text
    found = re.search(r'name="group" value="(\w+)"', page)
    assert found
    return found[1], members(page)


def decide(visitor: Visitor, values: list[str], **fields: str) -> httpx.Response:
    said = {"rating": "supported", "count": str(len(values)), "conclusion": "So the menu says."} | fields
    return visitor.client.post(
        "/bulk", data={"member": values, **said}, headers={"Sec-Fetch-Site": "same-origin"}
    )


def mark_of(answer: httpx.Response) -> str:
    found = re.search(r"done=(bulk[^&]+)", unquote(answer.headers["location"]))
    assert found
    return found[1]


def decided(served: ServedDesk) -> dict[UUID, str]:
    rows = served.ask("SELECT claim_id, editor_rating FROM standing.claims WHERE editor_rating IS NOT NULL")
    return dict(rows)


def test_one_decision_for_those_that_are_alike_and_one_undo(served: ServedDesk) -> None:
    ann, alike = served.visitor("Ann"), open_ones(served)
    assert len(alike) >= 8, "too many of them are drawn blind"
    assert f"{len(alike)} claims" in text_of(ann.get("/bulk").text)
    page = ann.get(f"/bulk?claim={alike[0].claim_id}").text
    group, found = form_of(ann, alike[0])
    assert set(found) == {one.claim_id for one in alike}, "neither blind ones nor those on another passage"
    assert page.count("A bowl of lentils in Trieste costs 9 euros.") >= len(alike), "each in its sentence"
    batches = served.ask("SELECT count(*) FROM keeper.batches")
    answer = decide(ann, list(found.values()), group=group, spent_ms="8000")
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert served.ask("SELECT count(*) FROM keeper.batches")[0][0] == batches[0][0] + 1, "whole or not at all"
    assert decided(served) == dict.fromkeys(found, "supported")
    told = served.ask(
        "SELECT DISTINCT target, shown, conclusion FROM records.review_events WHERE act = 'decide'"
    )
    assert len(told) == 1
    assert told[0][0].startswith("bulk:")
    assert told[0][1:] == (True, "So the menu says.")
    done = ann.get(place).text
    assert f"You decided {len(found)} claims: backed by its source." in text_of(done)
    assert served.visitor("Bob").post("/bulk/undo", bulk=told[0][0]).status_code == 409
    assert ann.post("/bulk/undo", bulk=told[0][0]).status_code == 303
    assert decided(served) == {}
    assert "That decision has been taken back." in text_of(ann.get(place).text)
    assert ann.post("/bulk/undo", bulk=told[0][0]).status_code == 409
    assert set(members(ann.get(f"/bulk?claim={alike[0].claim_id}").text)) == set(found)


def test_a_form_that_is_sent_again_decides_once_and_has_the_same_answer(served: ServedDesk) -> None:
    dan, alike = served.visitor("Dan"), [one for one in lentils(served) if not is_blind(one.claim_id)]
    group, values = form_of(dan, alike[0])
    first = decide(dan, list(values.values()), group=group)
    made = decided(served)
    for _ in range(2):  # got no answer, or went back and pressed again
        again = decide(dan, list(values.values()), group=group)
        assert (again.status_code, again.headers["location"]) == (303, first.headers["location"])
    assert decided(served) == made
    events = served.ask("SELECT count(*) FROM records.review_events WHERE target = ?", [mark_of(first)])
    assert events == [(len(values),)]
    assert served.visitor("Bob").post("/bulk/undo", bulk=mark_of(first)).status_code == 409
    other = decide(dan, list(values.values()), group=group, conclusion="So it says.")
    assert other.status_code == 409
    assert dan.post("/bulk/undo", bulk=mark_of(first)).status_code == 303
    assert decide(dan, list(values.values()), group=group).status_code == 409, "it was taken back since"
    assert decided(served) == {}


def test_the_last_decision_that_is_taken_back_is_the_whole_of_it(served: ServedDesk) -> None:
    eva, alike = served.visitor("Eva"), [one for one in lentils(served) if not is_blind(one.claim_id)]
    group, values = form_of(eva, alike[0])
    chosen = [values[one.claim_id] for one in alike[:3]]
    assert decide(eva, chosen, group=group).status_code == 303
    assert len(decided(served)) == 3
    shown = eva.get(f"/claims/{alike[4].claim_id}").text
    assert "and all that say the same" in shown
    assert eva.post("/undo").headers["location"].startswith("/bulk?claim=")
    assert decided(served) == {}
    eva.post(f"/claims/{alike[4].claim_id}/skip")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"count": ""}, "claims are ticked: type"),
        ({"count": "1"}, "claims are ticked: type"),
        ({"rating": "perhaps"}, "Choose a rating."),
        ({"rating": "refuted", "conclusion": " "}, "Write one sentence for readers"),
        ({"rating": "refuted"}, "Choose why you differ from the machine"),
        ({"conclusion": "so " * 2_000}, "The conclusion has 5999 characters; write at most 4000."),
    ],
)
def test_nothing_is_decided_without_the_number_a_rating_and_a_sentence(
    served: ServedDesk, fields: dict[str, str], said: str
) -> None:
    ann, alike = served.visitor("Ann"), [one for one in lentils(served) if not is_blind(one.claim_id)]
    group, values = form_of(ann, alike[0])
    answer = decide(ann, list(values.values()), group=group, note="keep <me>", **fields)
    assert answer.status_code == 422
    assert said in text_of(answer.text)
    assert "keep &lt;me&gt;</textarea>" in answer.text
    assert decided(served) == {}
    assert decide(ann, [], count="0").status_code == 422


def test_what_changed_meanwhile_is_named_and_stays_as_it_is(served: ServedDesk) -> None:
    ann, bob = served.visitor("Ann"), served.visitor("Bob")
    alike = [one for one in lentils(served) if not is_blind(one.claim_id)]
    blind = [one for one in lentils(served) if is_blind(one.claim_id)]
    others = [one for one in served.desk.waiting.all() if one.essay_title == f"Walk {ESSAYS - 1}"]
    assert blind, "no claim of this test is drawn blind; add an essay"
    group, values = form_of(ann, alike[0])
    taken, held, noted = alike[0], alike[1], alike[2]
    event = make_decision(served.desk.home.warehouse, taken.claim_id, Rating.SUPPORTED, "Cleo")
    write_batches([event], served.desk.home.warehouse, 16_000_000)
    bob.get(f"/claims/{held.claim_id}")
    bob.post(f"/claims/{noted.claim_id}/note", note="the menu is of last year")
    smuggled = [f"{one.claim_id}/-.{one.verdict_id}" for one in (*blind[:1], *others)]
    sent = [*values.values(), *smuggled]
    answer = decide(ann, sent, group=group)
    assert answer.status_code == 200
    told = text_of(answer.text)
    assert f"{3 + len(smuggled)} claims not changed" in told
    for why in (
        "It waits no more: somebody has decided it.",
        "A colleague has the claim open.",
        "Something has happened to it.",
        "It is decided blind, by itself.",
        "It does not say the same on the same passage.",
    ):
        assert why in told, why
    assert f"You decided {len(values) - 3} claims" in told
    assert decided(served) == dict.fromkeys(set(values) - {held.claim_id, noted.claim_id}, "supported")
    again = decide(ann, sent, group=group)
    assert (again.status_code, text_of(again.text)) == (200, told), "sent again: the same answer"
    late = decide(ann, sent, group=group, conclusion="So it says.")
    assert late.status_code == 409
    assert "Nothing was decided" in text_of(late.text)


def test_who_does_not_decide_has_no_such_page(served: ServedDesk) -> None:
    from factdesk.desk.users import add_user
    from factdesk.model import Role

    add_user(served.desk.home.warehouse, "Olga", Role.OPERATOR, "long enough a word")
    olga = served.visitor("Olga")
    assert olga.get("/bulk").status_code == 403
    assert 'name="claim"' not in olga.get("/queue?tray=all").text
    assert decide(olga, []).status_code == 403
