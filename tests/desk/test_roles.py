"""Who may do what: every form of the desk, by every role and by strangers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from desk_routes import OPEN, Ids, addresses_of, find_ids
from factdesk.desk.pages import PAGES
from factdesk.desk.roles import Action
from factdesk.desk.users import add_user
from factdesk.model import Role

CHECKS = frozenset({Role.CHECKER, Role.EDITOR, Role.ADMIN})
EDITORS = frozenset({Role.EDITOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
ALL = frozenset(Role)

FORMS: Mapping[str, frozenset[Role]] = {
    "/claims/{claim_id}/decide": CHECKS,
    "/claims/{claim_id}/undo": CHECKS,
    "/undo": CHECKS,
    "/claims/{claim_id}/flag": CHECKS,
    "/claims/{claim_id}/note": CHECKS,
    "/claims/{claim_id}/skip": CHECKS,
    "/claims/{claim_id}/wait": CHECKS,
    "/claims/{claim_id}/assign": CHECKS,
    "/claims/{claim_id}/author_asked": CHECKS,
    "/claims/{claim_id}/author_replied": CHECKS,
    "/claims/{claim_id}/disputed": CHECKS,
    "/claims/{claim_id}/take-back": CHECKS,
    "/claims/{claim_id}/sources": CHECKS,
    "/add": CHECKS,
    "/essays/{essay_id}/mark": CHECKS,
    "/claims/{claim_id}/correction_requested": EDITORS,
    "/claims/{claim_id}/correction_made": EDITORS,
    "/claims/{claim_id}/correction_refused": EDITORS,
    "/claims/{claim_id}/our_check_corrected": EDITORS,
    "/bulk": CHECKS,
    "/bulk/undo": CHECKS,
    "/sql": ALL,
    "/sql/save": ALL,
    "/sql/remove": ALL,
    "/me/keys": ALL,
    "/me/signout": ALL,
    "/me/password": ALL,
    "/admin/users/add": ADMINS,
    "/admin/users/role": ADMINS,
    "/admin/users/remove": ADMINS,
    "/admin/users/signout": ADMINS,
    "/admin/users/password": ADMINS,
}
"""Each form, and whose it is. A new one is written down here, so that somebody has thought about it."""

PAGES_OF_FEW: Mapping[str, frozenset[Role]] = {
    "/bulk": CHECKS,
    "/disagreements": EDITORS,
    "/add": CHECKS,
    "/essays/{essay_id}/mark": CHECKS,
    "/works/{work_id}": CHECKS,
    "/ops": frozenset({Role.OPERATOR, Role.ADMIN}),
    "/admin/users": ADMINS,
}
"""Pages that are read and not by everybody who is signed in."""

REFUSED = "Your role does not allow this"


@pytest.fixture(scope="module")
def desk(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    """A desk with somebody of each role, whose name is that of the role."""
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("roles") / "home")
    for role in Role:
        add_user(home.warehouse, role.value, role, "correct horse battery")
    with serve(home) as served:
        yield served


@pytest.fixture(scope="module")
def ids(desk: ServedDesk) -> Ids:
    return find_ids(desk)


def acts(desk: ServedDesk) -> int:
    return int(desk.ask("SELECT count(*) FROM records.review_events WHERE act <> 'lease'")[0][0])


def test_the_table_has_every_form_and_every_page_of_few() -> None:
    assert {page.path for page in PAGES if page.method == "POST"} == set(FORMS)
    few = {page.path for page in PAGES if page.method == "GET" and page.action is not Action.READ}
    assert {path for path in few if path != "/sql"} == set(PAGES_OF_FEW)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_does_something_for_those_alone_whose_it_is(desk: ServedDesk, ids: Ids, path: str) -> None:
    for role in sorted(ALL - FORMS[path]):
        before = acts(desk)
        answer = desk.visitor(role).post(ids.fill(path), rating="refuted", conclusion="No.", note="No.")
        assert (answer.status_code, REFUSED in answer.text) == (403, True), role
        assert acts(desk) == before
    for role in sorted(FORMS[path]):
        answer = desk.visitor(role).post(ids.fill(path))
        assert answer.status_code < 500
        assert REFUSED not in answer.text, role


@pytest.mark.parametrize("path", [*FORMS, "/signout"])
def test_a_form_of_another_site_or_of_a_stranger_does_nothing(desk: ServedDesk, ids: Ids, path: str) -> None:
    before, place = acts(desk), ids.fill(path)
    fields = {"rating": "supported", "conclusion": "So it is.", "note": "kept <here>", "keys": "off"}
    admin = desk.visitor(Role.ADMIN).client
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        forged = admin.post(place, data=fields, headers=headers)
        assert (forged.status_code, "sent from another site" in forged.text) == (403, True)
    assert admin.get("/me").status_code == 200, "still signed in"
    assert (
        admin.request("PUT", place, data=fields, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 405
    )
    if path != "/signout":
        stranger = desk.stranger().post(place, **fields)
        assert stranger.status_code == 401
        assert "Your session is over" in stranger.text
        assert "kept &lt;here&gt;" in stranger.text
    assert acts(desk) == before


def test_every_page_asks_a_stranger_to_sign_in(desk: ServedDesk, ids: Ids) -> None:
    stranger = desk.stranger()
    for method, path in addresses_of(desk) - OPEN:
        if method != "GET":
            continue
        answer = stranger.get(ids.fill(path))
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/signin?"), path


def test_a_page_of_few_is_shown_to_them_alone(desk: ServedDesk, ids: Ids) -> None:
    for role in Role:
        visitor = desk.visitor(role)
        for page in PAGES:
            if page.method != "GET":
                continue
            answer: httpx.Response = visitor.get(ids.fill(page.path))
            may_be = (404, 403) if page.path == "/works/{work_id}" else (200, 403)  # nobody has begun any
            assert answer.status_code in may_be, (role, page.path)
            is_refused = role not in PAGES_OF_FEW.get(page.path, ALL)
            assert (REFUSED in answer.text) == is_refused, (role, page.path)
