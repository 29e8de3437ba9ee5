"""Sessions end when their time is over or somebody ends them; links work once, and not for long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factdesk.desk.sessions import LINK_SECONDS, SESSION_SECONDS, Sessions


@pytest.fixture
def clock() -> list[float]:
    return [1_000_000.0]


@pytest.fixture
def sessions(tmp_path: Path, clock: list[float]) -> Sessions:
    return Sessions(tmp_path, lambda: clock[0])


def test_a_session_lasts_twelve_hours(sessions: Sessions, clock: list[float]) -> None:
    cookie = sessions.begin("Ann", "team")
    clock[0] += 12 * 3600 - 1
    assert sessions.find(cookie) is not None
    clock[0] += 1
    assert sessions.find(cookie) is None
    assert SESSION_SECONDS == 12 * 3600


def test_all_sessions_of_a_person_end_and_new_ones_begin(
    sessions: Sessions, clock: list[float], tmp_path: Path
) -> None:
    cookies = [sessions.begin("Ann", "team"), sessions.begin("Ann", "local")]
    others = sessions.begin("Ann Lee", "team")
    Sessions(tmp_path, lambda: clock[0]).revoke_all("Ann")
    assert [sessions.find(one) for one in cookies] == [None, None]
    assert sessions.find(others) is not None
    clock[0] += 1
    assert sessions.find(sessions.begin("Ann", "team")) is not None
    clock[0] += SESSION_SECONDS
    sessions.revoke_all("Bob")
    assert "Ann" not in (tmp_path / "desk-sessions.json").read_text(), "what is over anyway is forgotten"


def test_a_link_is_used_once_however_many_try_and_wherever(tmp_path: Path, clock: list[float]) -> None:
    several = [Sessions(tmp_path, lambda: clock[0]) for _ in range(4)]
    link = several[0].make_link("Ann")
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda number: several[number % 4].spend_link(link), range(16)))
    assert sorted(used, key=str) == ["Ann", *[None] * 15]
    late = several[0].make_link("Ann")
    clock[0] += LINK_SECONDS
    assert several[0].spend_link(late) is None


@pytest.mark.parametrize("token", ["", ".", "a", "a.b", "a.é", "é.b", "a.\ufffd", "a." + "b" * 2000])
def test_what_was_not_signed_here_opens_nothing(sessions: Sessions, token: str) -> None:
    assert sessions.find(token) is None
    assert sessions.spend_link(token) is None


def test_a_link_is_no_cookie_and_a_cookie_no_link(sessions: Sessions) -> None:
    assert sessions.find(sessions.make_link("Ann")) is None
    assert sessions.spend_link(sessions.begin("Ann", "local")) is None


@pytest.mark.parametrize("name", ["\U0001f98a" * 80, "Ž" * 80, "a"])
def test_the_longest_name_has_a_cookie_that_is_taken(sessions: Sessions, name: str) -> None:
    found = sessions.find(sessions.begin(name, "team"))
    assert found is not None
    assert found.person == name
