"""Author, disputes and corrections at the desk: who may do what when, and what follows from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from factdesk.desk.further_acts import FURTHER_ACTS
from factdesk.desk.roles import ROLE_ACTIONS
from factdesk.desk.users import add_user
from factdesk.desk.waiting_claims import is_blind
from factdesk.model import Act, Role

PASSWORD = "correct horse battery"
TEAM = {"Cleo": Role.CHECKER, "Dan": Role.CHECKER, "Edda": Role.EDITOR, "Ole": Role.OPERATOR}
TAKEN: set[UUID] = set()
"""Claims that a test of this file has taken for itself."""


@pytest.fixture(scope="module")
def team(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> object:
    """A desk at which a team signs in: two checkers, an editor and an operator."""
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("team") / "home", '[desk]\nsign_in = "password"')
    for name, role in TEAM.items():
        add_user(home.warehouse, name, role, PASSWORD)
    with serve(home) as desk:
        yield desk


@pytest.fixture(scope="module")
def people(team: ServedDesk) -> dict[str, Visitor]:
    found = {}
    for name in TEAM:
        found[name] = team.stranger()
        assert found[name].post("/signin", name=name, password=PASSWORD).status_code == 303
    return found


@pytest.fixture(scope="module")
def decided(team: ServedDesk, people: dict[str, Visitor]) -> tuple[UUID, str]:
    """A claim that calls for a correction, and what an act on it rests on."""
    claim_id = free(team)
    assert people["Edda"].decide(claim_id, "refuted").status_code == 303
    return claim_id, token(people["Edda"], claim_id)


def free(desk: ServedDesk) -> UUID:
    """A claim that nobody has touched and that is not decided blind."""
    for one in sorted(desk.desk.waiting.all(), key=lambda one: str(one.claim_id)):
        if not (one.held_by or one.seen_by or is_blind(one.claim_id) or one.claim_id in TAKEN):
            TAKEN.add(one.claim_id)
            return one.claim_id
    raise AssertionError("no claim is left")


def token(visitor: Visitor, claim_id: UUID) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', visitor.get(f"/claims/{claim_id}").text)
    return found[1] if found else ""


def act(visitor: Visitor, claim_id: UUID, what: Act, **fields: str) -> int:
    fields.setdefault("seen", token(visitor, claim_id))
    return visitor.post(f"/claims/{claim_id}/{what.value}", act=what.value, **fields).status_code


def offered(visitor: Visitor, claim_id: UUID) -> set[str]:
    page = visitor.get(f"/claims/{claim_id}").text
    return set(re.findall(rf'action="/claims/{claim_id}/((?:author|disputed|correction|our)[a-z_]*)"', page))


def stage(desk: ServedDesk, claim_id: UUID) -> str:
    return str(desk.ask("SELECT stage FROM derived.stages WHERE claim_id = ?", [claim_id])[0][0])


def correction(desk: ServedDesk, claim_id: UUID) -> tuple[object, ...]:
    rows = desk.ask(
        "SELECT correction, note, link, answer_by IS NOT NULL FROM reports.corrections WHERE claim_id = ?",
        [claim_id],
    )
    return rows[0] if rows else ()


def test_every_act_is_refused_to_the_roles_that_may_not(team: ServedDesk, people: dict[str, Visitor]) -> None:
    claim_id = free(team)
    assert people["Cleo"].decide(claim_id, "refuted").status_code == 303
    for name, role in TEAM.items():
        for one in FURTHER_ACTS:
            if one.action not in ROLE_ACTIONS[role]:
                assert act(people[name], claim_id, one.act, note="x", seen="any") == 403, (name, one.act)
    assert offered(people["Ole"], claim_id) == set()
    assert not team.ask(
        "SELECT 1 FROM records.review_events WHERE claim_id = ? AND act NOT IN ('decide', 'lease')",
        [claim_id],
    )


def test_each_act_is_offered_only_when_it_makes_sense(team: ServedDesk, people: dict[str, Visitor]) -> None:
    claim_id, edda = free(team), people["Edda"]
    assert offered(edda, claim_id) == {"author_asked"}
    assert act(edda, claim_id, Act.DISPUTED, note="no decision stands") == 422
    edda.decide(claim_id, "refuted")
    decided = {"author_asked", "author_replied", "disputed", "correction_requested", "correction_made"}
    assert offered(edda, claim_id) == decided
    assert act(edda, claim_id, Act.CORRECTION_REFUSED, note="nobody was asked") == 422
    assert act(edda, claim_id, Act.CORRECTION_REQUESTED) == 303
    assert offered(edda, claim_id) == {*decided, "correction_refused"}
    assert act(edda, claim_id, Act.CORRECTION_MADE, note="in the print edition") == 303
    assert offered(edda, claim_id) == {"author_asked", "author_replied", "disputed"}
    assert stage(team, claim_id) == "corrected"
    assert offered(people["Cleo"], claim_id) == {"author_asked", "author_replied", "disputed"}


def test_a_dispute_goes_to_somebody_else_and_ends_in_our_own_correction(
    team: ServedDesk, people: dict[str, Visitor]
) -> None:
    claim_id, cleo, dan, edda = free(team), people["Cleo"], people["Dan"], people["Edda"]
    cleo.decide(claim_id, "refuted", conclusion="The page says 4.")
    assert act(edda, claim_id, Act.CORRECTION_REQUESTED, note="Mailed the author") == 303
    told = {"note": "It was 5 in May", "link": "https://example.org/5"}
    assert act(edda, claim_id, Act.AUTHOR_REPLIED, **told) == 303
    assert act(dan, claim_id, Act.DISPUTED, note="A reader sent a later page") == 303
    assert stage(team, claim_id) == "disputed"
    listed = dan.get("/queue?tray=all&stage=disputed").text
    assert str(claim_id) in listed
    again = cleo.get(f"/claims/{claim_id}")
    assert "You have decided it; somebody else checks it now." in again.text
    insists = {"seen": token(dan, claim_id), "rating": "refuted", "conclusion": "It is 4."}
    assert cleo.post(f"/claims/{claim_id}/decide", **insists).status_code in (403, 409)
    page = dan.get(f"/claims/{claim_id}").text
    assert "A reader sent a later page" in page
    assert 'href="https://example.org/5"' in page
    assert dan.decide(claim_id, "supported", conclusion="The later page says 5.").status_code == 303
    assert stage(team, claim_id) == "second_check", "two people now say different things"
    assert edda.decide(claim_id, "supported", conclusion="It was 5.").status_code == 303
    assert stage(team, claim_id) == "decided"
    assert correction(team, claim_id)[0] == "not_needed"
    assert "our_check_corrected" in offered(edda, claim_id)
    assert act(edda, claim_id, Act.OUR_CHECK_CORRECTED, note=" ") == 422
    told = {"note": "Corrected on our page", "link": "https://example.org/corrections"}
    assert act(edda, claim_id, Act.OUR_CHECK_CORRECTED, **told) == 303
    assert "corrected our own check" in edda.get(f"/claims/{claim_id}").text


def test_a_correction_is_in_the_report_with_what_was_said(
    team: ServedDesk, people: dict[str, Visitor]
) -> None:
    claim_id, edda = free(team), people["Edda"]
    edda.decide(claim_id, "partially_supported")
    assert correction(team, claim_id) == ("needed", None, None, False)
    team.desk.publish()
    assert str(claim_id) in edda.get("/reports/corrections").text
    day = (datetime.now(UTC) + timedelta(days=8)).date().isoformat()
    assert act(edda, claim_id, Act.CORRECTION_REQUESTED, note="By mail", day=day) == 303
    assert correction(team, claim_id) == ("requested", "By mail", None, True)
    assert act(edda, claim_id, Act.CORRECTION_REFUSED, note="Stands by it") == 303
    assert correction(team, claim_id)[:2] == ("refused", "Stands by it")
    assert act(edda, claim_id, Act.CORRECTION_MADE, link="https://example.org/new") == 303
    assert correction(team, claim_id) == ("made", None, "https://example.org/new", False)
    page = edda.get(f"/claims/{claim_id}").text
    for said in ("asked for a correction", "the correction was refused", "noted the correction"):
        assert said in page


def test_an_act_is_taken_back_by_whoever_did_it_last(team: ServedDesk, people: dict[str, Visitor]) -> None:
    claim_id, edda, dan = free(team), people["Edda"], people["Dan"]
    edda.decide(claim_id, "refuted")
    assert act(edda, claim_id, Act.CORRECTION_MADE, note="slip") == 303
    assert stage(team, claim_id) == "corrected"
    page = edda.get(f"/claims/{claim_id}").text
    assert "/take-back" not in dan.get(f"/claims/{claim_id}").text
    event = re.search(r'name="event" value="([^"]+)"', page)
    assert event
    assert dan.post(f"/claims/{claim_id}/take-back", event=event[1]).status_code == 422
    assert edda.post(f"/claims/{claim_id}/take-back", event=event[1]).status_code == 303
    assert stage(team, claim_id) == "decided"
    assert correction(team, claim_id)[0] == "needed"
    after = edda.get(f"/claims/{claim_id}").text
    assert "took back: noted the correction" in after
    assert "(taken back)" in after
    assert edda.post(f"/claims/{claim_id}/take-back", event=event[1]).status_code == 422


@pytest.mark.parametrize(
    ("what", "fields", "said"),
    [
        (Act.AUTHOR_REPLIED, {}, "needs a note"),
        (Act.AUTHOR_REPLIED, {"note": "x", "link": "javascript:alert(1)"}, "no address of a page"),
        (Act.AUTHOR_REPLIED, {"note": "x", "link": "https://a.example/ b"}, "no address of a page"),
        (
            Act.AUTHOR_REPLIED,
            {"note": "x", "link": "https://a.example/" + "x" * 2_000},
            "no address of a page",
        ),
        (Act.CORRECTION_MADE, {}, "needs a note or a link"),
        (Act.AUTHOR_ASKED, {"day": "2020-01-01"}, "lie ahead"),
        (Act.AUTHOR_ASKED, {"day": "tomorrow"}, "lie ahead"),
        (Act.AUTHOR_ASKED, {"link": "https://a.example/"}, "takes no link"),
        (Act.DISPUTED, {"note": "x" * 4_001}, "write at most 4000"),
        (Act.DISPUTED, {"note": "x", "day": "2030-01-01"}, "takes no day"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_is_kept(
    people: dict[str, Visitor], decided: tuple[UUID, str], what: Act, fields: dict[str, str], said: str
) -> None:
    claim_id, seen = decided
    refused = people["Edda"].post(f"/claims/{claim_id}/{what.value}", act=what.value, seen=seen, **fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert fields.get("note", "")[:40] in refused.text


def test_a_stale_page_does_nothing(team: ServedDesk, people: dict[str, Visitor]) -> None:
    claim_id, edda, dan = free(team), people["Edda"], people["Dan"]
    edda.decide(claim_id, "refuted")
    seen = token(dan, claim_id)
    assert act(edda, claim_id, Act.CORRECTION_REQUESTED) == 303
    late = dan.post(f"/claims/{claim_id}/disputed", act="disputed", seen=seen, note="my long argument")
    assert late.status_code == 409
    assert "my long argument" in late.text
    assert stage(team, claim_id) == "decided"
    for path in ("/claims/zebra/disputed", "/claims/zebra/take-back"):
        assert edda.post(path).status_code == 404
    nobody = "00000000-0000-4000-8000-000000000000"
    assert edda.post(f"/claims/{nobody}/disputed", note="x").status_code == 404
