"""Who gets in, from where, and what every answer carries."""

from __future__ import annotations

import stat

import httpx
import pytest

from desk_homes import ServedDesk
from factdesk.desk.safety import MOST_FORM_BYTES, SECURITY_HEADERS
from factdesk.desk.sessions import SESSION_SECONDS, Sessions


def test_a_link_signs_in_once_and_leads_to_an_address_without_it(shared_desk: ServedDesk) -> None:
    link, visitor = shared_desk.link("Ann"), shared_desk.stranger()
    entered = visitor.get(link)
    assert (entered.status_code, entered.headers["location"]) == (303, "/queue")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert f"Max-Age={SESSION_SECONDS}" in cookie
    assert visitor.get("/queue").status_code == 200
    again = shared_desk.stranger().get(link)
    assert again.status_code == 403
    assert "used or is too old" in again.text


def test_without_a_session_every_page_leads_to_the_door(shared_desk: ServedDesk) -> None:
    stranger = shared_desk.stranger()
    for path in ("/queue", "/me", "/help", "/claims/x?order=value"):
        answer = stranger.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/signin?then=%2F")
    assert stranger.get("/signin").status_code == 200
    forged = Sessions(shared_desk.desk.home.warehouse).begin("Ann", "team")
    stranger.client.cookies.set("factdesk", forged)
    assert stranger.get("/queue").status_code == 303, "a cookie of another way to sign in must not do"
    stranger.client.cookies.clear()
    real = Sessions(shared_desk.desk.home.warehouse).begin("Ann", "local")
    stranger.client.cookies.set("factdesk", real[:-2] + ("AA" if real[-2:] != "AA" else "BB"))
    assert stranger.get("/queue").status_code == 303, "an altered cookie must not do"


def test_signing_out_ends_the_session_everywhere(shared_desk: ServedDesk) -> None:
    visitor = shared_desk.visitor()
    cookie = visitor.client.cookies["factdesk"]
    assert visitor.post("/signout").status_code == 303
    other = shared_desk.stranger()
    other.client.cookies.set("factdesk", cookie)
    assert other.get("/queue").status_code == 303


def test_the_secret_and_the_sessions_are_for_their_owner_alone(shared_desk: ServedDesk) -> None:
    shared_desk.visitor().post("/signout")
    for name in ("desk-secret.json", "desk-sessions.json"):
        mode = (shared_desk.desk.home.warehouse / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_a_form_of_another_site_does_nothing(shared_desk: ServedDesk, headers: dict[str, str]) -> None:
    visitor = shared_desk.visitor()
    refused = visitor.client.post("/me/keys", data={"keys": "off"}, headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


def test_a_form_of_ours_is_taken_from_old_and_new_browsers(shared_desk: ServedDesk) -> None:
    visitor = shared_desk.visitor()
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": shared_desk.url}):
        assert visitor.client.post("/me/keys", data={"keys": "off"}, headers=headers).status_code == 303


def test_only_our_host_names_are_answered(shared_desk: ServedDesk) -> None:
    visitor = shared_desk.visitor()
    for host in ("evil.example", "127.0.0.1", "127.0.0.1:1", ""):
        refused = visitor.client.get("/queue", headers={"Host": host})
        assert refused.status_code in (400, 421), host


def test_every_answer_carries_the_headers(shared_desk: ServedDesk) -> None:
    visitor = shared_desk.visitor()
    answers: list[httpx.Response] = [
        visitor.get(path) for path in ("/queue", "/nowhere", "/claims/zebra", "/")
    ]
    answers += [
        visitor.client.get("/queue", headers={"Host": "evil.example"}),
        visitor.get("/static/desk.js"),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == dict(SECURITY_HEADERS)
        is_static = answer.url.path.startswith("/static/")
        assert answer.headers["cache-control"] == ("no-cache" if is_static else "no-store")


def test_too_much_is_refused_before_it_is_read(shared_desk: ServedDesk) -> None:
    visitor = shared_desk.visitor()
    assert visitor.post("/me/keys", keys="x" * MOST_FORM_BYTES).status_code == 413
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    chunks = (b"x" * 65_536 for _ in range(8))
    assert visitor.client.post("/me/keys", content=chunks, headers=headers).status_code == 413
    assert (
        visitor.client.post("/me/keys", data={f"f{n}": "" for n in range(3_000)}, headers=headers).status_code
        == 400
    )
    assert visitor.get("/queue?q=" + "x" * 9_000).status_code == 414


def test_other_methods_and_forms_are_refused(shared_desk: ServedDesk) -> None:
    visitor = shared_desk.visitor()
    headers = {"Sec-Fetch-Site": "same-origin"}
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert visitor.client.request(method, "/queue", headers=headers).status_code == 405
    assert visitor.client.post("/me/keys", json={"keys": "off"}, headers=headers).status_code == 415
    assert visitor.client.post("/queue", headers=headers).status_code == 405


def test_files_outside_of_the_static_folder_are_not_given(shared_desk: ServedDesk) -> None:
    visitor = shared_desk.visitor()
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert visitor.get(path).status_code == 404
