"""Administrators say who may sign in; everybody looks after their own sign-in."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from desk_pages import text_of
from factdesk.desk.people import system_user
from factdesk.desk.people_page import make_password
from factdesk.desk.sessions import Sessions
from factdesk.desk.users import add_user, password_fits, read_users, remove_user
from factdesk.errors import WarehouseError
from factdesk.model import Role
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.users_log import read_user_acts
from program import COMMAND_SECONDS, PROGRAM, Ended

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def team(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    root = tmp_path_factory.mktemp("people") / "home"
    home = copy_desk_home(desk_root, root, '[desk]\nsign_in = "password"')
    add_user(home.warehouse, "Ada", Role.ADMIN, PASSWORD)
    with serve(home) as desk:
        yield desk


def sign_in(team: ServedDesk, name: str = "Ada") -> Visitor:
    visitor = team.stranger()
    visitor.client.cookies.set("factdesk", Sessions(team.desk.home.warehouse).begin(name, "team"))
    return visitor


def enter(team: ServedDesk, name: str, password: str) -> int:
    return team.stranger().post("/signin", name=name, password=password).status_code


def test_somebody_is_added_with_a_password_that_is_shown_once(team: ServedDesk) -> None:
    admin = sign_in(team)
    page = admin.post("/admin/users/add", name="Bo <b>Lund", role="checker", password="").text
    (made,) = re.findall(r"<code>([a-z0-9]{5}(?:-[a-z0-9]{5}){3})</code>", page)
    assert "<b>Lund" not in page
    assert made not in admin.get("/admin/users").text
    assert enter(team, "Bo <b>Lund", made) == 303
    again = admin.post("/admin/users/add", name="bo <b>lund", role="editor", password=PASSWORD)
    assert (again.status_code, "There is a user" in text_of(again.text)) == (400, True)
    for fields, said in (
        ({"name": "Cy", "role": "king", "password": PASSWORD}, "'king' is no role"),
        ({"name": "Cy", "role": "checker", "password": "short"}, "give at least 10"),
        ({"name": " ", "role": "checker", "password": PASSWORD}, "give a person's name"),
    ):
        refused = admin.post("/admin/users/add", **fields)
        assert (refused.status_code, said in text_of(refused.text)) == (400, True), said
    assert "Cy" not in read_users(team.desk.home.warehouse)


def test_roles_passwords_sessions_and_leaving_hold_at_once(team: ServedDesk) -> None:
    warehouse, admin = team.desk.home.warehouse, sign_in(team)
    admin.post("/admin/users/add", name="Dee", role="checker", password=PASSWORD)
    dee = sign_in(team, "Dee")
    assert dee.get("/admin/users").status_code == 403
    assert 'href="/admin/users"' not in dee.get("/queue").text
    assert admin.post("/admin/users/role", name="Dee", role="operator").status_code == 303
    assert dee.get("/ops").status_code == 200
    assert admin.post("/admin/users/signout", name="Dee").status_code == 303
    assert dee.get("/queue").status_code == 303
    dee = sign_in(team, "Dee")
    assert dee.get("/queue").status_code == 200
    admin.post("/admin/users/password", name="Dee", password="another pass phrase")
    assert dee.get("/queue").status_code == 303
    assert password_fits(warehouse, "Dee", "another pass phrase")
    dee = sign_in(team, "Dee")
    assert admin.post("/admin/users/remove", name="Dee").status_code == 303
    assert dee.get("/queue").status_code == 303
    assert "Dee" not in read_users(warehouse)


def test_what_is_done_about_people_is_kept_with_who_did_it(team: ServedDesk) -> None:
    warehouse, admin = team.desk.home.warehouse, sign_in(team)
    admin.post("/admin/users/add", name="Gus <i>", role="checker", password=PASSWORD)
    admin.post("/admin/users/role", name="Gus <i>", role="editor")
    admin.post("/admin/users/password", name="Gus <i>", password="another pass phrase")
    assert sign_in(team, "Gus <i>").post("/me/signout").status_code == 303
    admin.post("/admin/users/signout", name="Gus <i>")
    before, _ = read_user_acts(warehouse)
    assert admin.post("/admin/users/remove", name="Nobody").status_code == 400
    assert admin.post("/admin/users/role", name="Ada", role="editor").status_code == 400
    assert read_user_acts(warehouse)[0] == before, "what is refused was not done"
    admin.post("/admin/users/remove", name="Gus <i>")
    lines, damaged = read_user_acts(warehouse)
    told = [(one.by, one.act.value, one.role) for one in lines if one.name == "Gus <i>"]
    assert (told, damaged) == (
        [
            ("Ada", "removed", None),
            ("Ada", "signed_out", None),
            ("Gus <i>", "signed_out", None),
            ("Ada", "password", None),
            ("Ada", "role", "editor"),
            ("Ada", "added", "checker"),
        ],
        0,
    )
    page = text_of(admin.get("/admin/users").text)
    assert "Ada signed out everywhere: Gus <i>" in page
    assert "Ada made editor: Gus <i>" in page
    path = WarehouseFolder(warehouse).users_log
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in path.read_text("utf-8")
    assert "another pass phrase" not in path.read_text("utf-8")


def test_a_damaged_line_hides_no_other_and_without_a_line_nothing_is_done(tmp_path: Path) -> None:
    path = WarehouseFolder(tmp_path).users_log
    add_user(tmp_path, "Ann", Role.ADMIN, None, by="Root")
    with path.open("ab") as log:
        log.write(b'{"at": "2026-05-0')  # as a stop in the middle leaves it
    add_user(tmp_path, "Bob", Role.CHECKER, None, by="Ann")
    lines, damaged = read_user_acts(tmp_path)
    assert ([(one.by, one.name) for one in lines], damaged) == ([("Ann", "Bob"), ("Root", "Ann")], 1)
    path.unlink()
    path.mkdir()
    with pytest.raises(WarehouseError, match="nothing is done about people without it"):
        remove_user(tmp_path, "Bob")
    assert "Bob" in read_users(tmp_path)


def test_the_last_administrator_stays(team: ServedDesk) -> None:
    admin = sign_in(team)
    for path, fields in (("role", {"role": "editor"}), ("remove", {})):
        refused = admin.post(f"/admin/users/{path}", name="Ada", **fields)
        assert refused.status_code == 400
        assert "'Ada' is the only administrator" in text_of(refused.text)
    unknown = admin.post("/admin/users/remove", name="Nobody")
    assert (unknown.status_code, "There is no user 'Nobody'" in text_of(unknown.text)) == (400, True)


def test_everybody_changes_the_own_password_and_signs_out_everywhere(team: ServedDesk) -> None:
    add_user(team.desk.home.warehouse, "Eva", Role.CHECKER, PASSWORD)
    here, there = sign_in(team, "Eva"), sign_in(team, "Eva")
    new = "a new pass phrase"
    for status, fields in (
        (403, {"password": "wrong", "new": new, "again": new}),
        (400, {"password": PASSWORD, "new": new, "again": "another"}),
        (400, {"password": PASSWORD, "new": "short", "again": "short"}),
    ):
        assert here.post("/me/password", **fields).status_code == status
    assert password_fits(team.desk.home.warehouse, "Eva", PASSWORD)
    assert here.post("/me/password", password=PASSWORD, new=new, again=new).status_code == 303
    assert here.get("/me").status_code == 200, "who changed it stays"
    assert there.get("/me").status_code == 303, "other sessions end"
    there = sign_in(team, "Eva")
    assert here.post("/me/signout").status_code == 303
    assert there.get("/me").status_code == 303
    assert enter(team, "Eva", new) == 303


def test_made_passwords_differ_and_are_long_enough() -> None:
    made = {make_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(one) for one in made} == {23}


def users(folder: Path, *arguments: str, typed: str = "") -> Ended:
    done = subprocess.run(
        [str(PROGRAM), "users", *arguments],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def test_the_first_people_are_added_by_the_command(tmp_path: Path) -> None:
    assert "for a team add an administrator (factdesk users add NAME --role admin)" in users(tmp_path).err
    added = users(tmp_path, "add", "Bob", typed=PASSWORD + "\n")
    assert "nobody is an administrator yet: factdesk users role Bob admin" in added.err
    again = users(tmp_path, "add", "bob", "--role", "editor", typed=PASSWORD)
    assert again.code == 2
    assert "factdesk users password Bob" in again.error_line()
    assert users(tmp_path, "role", "Bob", "admin").code == 0
    refused = users(tmp_path, "remove", "Bob")
    assert (refused.code, "the only administrator" in refused.error_line()) == (2, True)
    assert users(tmp_path, "password", "Bob", typed="another pass phrase\n").code == 0
    assert password_fits(tmp_path / "warehouse", "Bob", "another pass phrase")
    cookie = Sessions(tmp_path / "warehouse").begin("Bob", "team")
    assert users(tmp_path, "signout", "Bob").code == 0
    assert Sessions(tmp_path / "warehouse").find(cookie) is None
    assert re.search(r"Bob +admin", users(tmp_path).out)
    told = [json.loads(line) for line in users(tmp_path, "log", "--json").out.splitlines()]
    assert [(one["act"], one["name"], one["by"]) for one in told] == [
        (act, "Bob", system_user()) for act in ("signed_out", "password", "role", "added")
    ]
    assert "signed out" in users(tmp_path, "log").out


def test_a_removed_user_does_not_stay_as_somebody_else(shared_desk: ServedDesk) -> None:
    """Where people come by a link, a name that is not listed may do everything."""
    warehouse = shared_desk.desk.home.warehouse
    add_user(warehouse, "Fay", Role.CHECKER, None)
    fay, admin = shared_desk.visitor("Fay"), shared_desk.visitor("Ann")
    assert fay.get("/admin/users").status_code == 403
    assert admin.post("/admin/users/remove", name="Fay").status_code == 303
    assert fay.get("/admin/users").status_code == 303
