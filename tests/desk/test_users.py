"""Who may sign in, by which password, how often, and what each role may do."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from factdesk.desk.attempts import MOST_PER_ACCOUNT, MOST_PER_ADDRESS, WINDOW_SECONDS, Attempts
from factdesk.desk.users import (
    add_user,
    change_role,
    password_fits,
    read_users,
    remove_user,
    set_password,
)
from factdesk.errors import UsageError
from factdesk.model import Role
from program import PROGRAM, run_in

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def team(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    """A desk where people sign in by a password: one of each role."""
    root = tmp_path_factory.mktemp("team") / "home"
    home = copy_desk_home(desk_root, root, '[desk]\nsign_in = "password"')
    for role in Role:
        add_user(home.warehouse, f"{role} one", role, PASSWORD)
    with serve(home) as desk:
        yield desk


def enter(team: ServedDesk, name: str, password: str = PASSWORD) -> Visitor:
    visitor = team.stranger()
    visitor.post("/signin", name=name, password=password, then="/me")
    return visitor


def test_the_right_password_leads_where_one_wanted_to_go(team: ServedDesk) -> None:
    visitor = team.stranger()
    entered = visitor.post("/signin", name=" checker  one ", password=PASSWORD, then="/me")
    assert (entered.status_code, entered.headers["location"]) == (303, "/me")
    assert "checker one" in visitor.get("/me").text
    for evil in ("//evil.example", "https://evil.example", "/\\evil.example"):
        again = team.stranger().post("/signin", name="checker one", password=PASSWORD, then=evil)
        assert again.headers["location"] == "/queue"


def test_wrong_names_and_passwords_sound_alike_and_are_counted(team: ServedDesk) -> None:
    told = set()
    for name in ("admin one", "nobody at all"):
        refused = team.stranger().post("/signin", name=name, password="wrong")
        assert refused.status_code == 403
        told.add("Name or password is wrong" in refused.text)
    assert told == {True}
    for _ in range(MOST_PER_ACCOUNT - 1):
        team.stranger().post("/signin", name="admin one", password="wrong")
    late = team.stranger().post("/signin", name="admin one", password=PASSWORD)
    assert late.status_code == 429
    assert "try again in" in late.text


def test_a_link_does_not_let_in_where_people_have_passwords(team: ServedDesk) -> None:
    assert team.stranger().get(team.link("checker one")).status_code == 403


def test_many_tries_at_once_are_not_all_let_through(team: ServedDesk) -> None:
    """The right password among them would have been found: all came before the first was answered."""
    visitor = team.stranger()

    def try_one(number: int) -> int:
        return visitor.post("/signin", name="operator one", password=f"wrong {number}").status_code

    with ThreadPoolExecutor(24) as pool:
        codes = Counter(pool.map(try_one, range(48)))
    assert codes[403] <= MOST_PER_ACCOUNT
    assert codes[403] + codes[429] == 48
    assert visitor.post("/signin", name="operator one", password=PASSWORD).status_code == 429
    set_password(team.desk.home.warehouse, "operator one", PASSWORD + " 2")
    assert visitor.post("/signin", name="operator one", password=PASSWORD + " 2").status_code == 303


def test_a_role_changed_or_a_user_removed_counts_at_once(team: ServedDesk) -> None:
    warehouse = team.desk.home.warehouse
    add_user(warehouse, "Guest", Role.CHECKER, PASSWORD)
    visitor = enter(team, "Guest")
    assert visitor.get("/queue").status_code == 200
    change_role(warehouse, "Guest", Role.OPERATOR)
    assert visitor.post(f"/claims/{uuid4()}/decide", rating="refuted").status_code == 403
    set_password(warehouse, "Guest", PASSWORD)
    assert visitor.get("/queue").status_code == 303, "a new password ends the sessions of the old one"
    again = enter(team, "Guest")
    remove_user(warehouse, "Guest")
    assert again.get("/queue").status_code == 303


def test_the_file_is_private_and_holds_no_password(team: ServedDesk) -> None:
    path = team.desk.home.warehouse / "desk-users.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in path.read_text("utf-8")
    assert password_fits(team.desk.home.warehouse, "editor one", PASSWORD)


def test_attempts_are_forgotten_after_a_while() -> None:
    clock = [0.0]
    attempts = Attempts(lambda: clock[0])
    for _ in range(MOST_PER_ACCOUNT):
        assert attempts.begin("ann", "10.0.0.1") == 0
    assert attempts.begin("ann", "10.0.0.2") == WINDOW_SECONDS
    for number in range(MOST_PER_ADDRESS - MOST_PER_ACCOUNT):
        assert attempts.begin(f"name {number}", "10.0.0.1") == 0
    assert attempts.begin("bob", "10.0.0.1") == WINDOW_SECONDS
    clock[0] = WINDOW_SECONDS + 1
    assert attempts.begin("ann", "10.0.0.1") == 0


def test_a_right_password_costs_neither_account_nor_address_anything() -> None:
    attempts = Attempts(lambda: 0.0)
    for _ in range(2 * MOST_PER_ADDRESS):
        assert attempts.begin("ann", "10.0.0.1") == 0
        attempts.forgive("ann", "10.0.0.1")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("", PASSWORD, "name"),
        ("x" * 99, PASSWORD, "name"),
        ("A\nB\u202e", PASSWORD, "name"),
        ("Ann", "short", "at least"),
    ],
)
def test_bad_names_and_short_passwords_are_refused(
    tmp_path: Path, name: str, password: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        add_user(tmp_path, name, Role.CHECKER, password)
    assert read_users(tmp_path) == {}


def test_the_last_administrator_stays(tmp_path: Path) -> None:
    add_user(tmp_path, "Ann", Role.ADMIN, None)
    add_user(tmp_path, "Bob", Role.EDITOR, None)
    for act in (lambda: remove_user(tmp_path, "Ann"), lambda: change_role(tmp_path, "Ann", Role.EDITOR)):
        with pytest.raises(UsageError, match="'Ann' is the only administrator"):
            act()
    change_role(tmp_path, "Bob", Role.ADMIN)
    remove_user(tmp_path, "Ann")
    assert {one.name: one.role for one in read_users(tmp_path).values()} == {"Bob": Role.ADMIN}


def test_a_name_that_people_would_take_for_another_is_refused(tmp_path: Path) -> None:
    add_user(tmp_path, "Zoë Lee", Role.CHECKER, None)
    for name in ("zoë lee", "Zoe\u0308  Lee"):
        with pytest.raises(UsageError, match="there is a user 'Zoë Lee' already"):
            add_user(tmp_path, name, Role.CHECKER, None)


def test_nobody_signs_in_by_a_password_that_was_never_given(tmp_path: Path) -> None:
    add_user(tmp_path, "Ann", Role.CHECKER, None)
    assert not password_fits(tmp_path, "Ann", "")
    assert not read_users(tmp_path)["Ann"].has_password


def test_unknown_users_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no user 'Ann'; there is nobody yet"):
        remove_user(tmp_path, "Ann")
    with pytest.raises(UsageError, match="there is no user"):
        change_role(tmp_path, "Ann", Role.EDITOR)


def test_the_commands_say_what_is_missing(tmp_path: Path) -> None:
    assert PROGRAM.exists()
    no_desk = run_in(tmp_path, "desk", "--link")
    assert (no_desk.code, "no desk runs" in no_desk.error_line()) == (2, True)
    bad_role = run_in(tmp_path, "users", "add", "Ann", "--role", "king")
    assert (bad_role.code, "'king' is no role" in bad_role.error_line()) == (2, True)
    config = tmp_path / "config" / "factdesk.toml"
    config.parent.mkdir()
    for text, said in (
        ('[desk]\nsign_in = "password"', "nobody may sign in yet"),
        ('[desk]\naddress = "0.0.0.0"', "for one person on this machine"),
        ('[desk]\naddress = "somewhere"', "desk.address"),
    ):
        config.write_text(text, encoding="utf-8")
        refused = run_in(tmp_path, "desk")
        assert (refused.code, said in refused.error_line()) == (2, True), refused.err
