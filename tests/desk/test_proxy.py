"""Where the server before the desk says who somebody is: believed from its addresses alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from desk_homes import ServedDesk, Visitor, copy_desk_home, serve
from desk_pages import text_of
from factdesk.config import DeskSettings, open_home
from factdesk.desk.admission import check_settings
from factdesk.desk.attempts import MOST_PER_ADDRESS
from factdesk.desk.pages import PAGES
from factdesk.desk.proxies import Proxies
from factdesk.desk.signing import Door
from factdesk.desk.templating import Templates
from factdesk.desk.users import add_user, remove_user
from factdesk.errors import UsageError
from factdesk.model import Role

PROXY, ELSEWHERE = "127.0.0.1", "127.0.0.2"
SETTINGS = f"""
[desk]
sign_in = "proxy"
origin = "https://desk.example"
proxy_addresses = ["{PROXY}"]
proxy_header = "Remote-User"
"""


@pytest.fixture(scope="module")
def behind(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    home = copy_desk_home(desk_root, tmp_path_factory.mktemp("proxy") / "home", SETTINGS)
    for name, role in (("Ada", Role.ADMIN), ("Zoë Lee", Role.CHECKER)):
        add_user(home.warehouse, name, role, None)
    with serve(home) as desk:
        yield desk


def come(desk: ServedDesk, *headers: tuple[str, str | bytes], address: str = PROXY) -> Visitor:
    """Visit from an address of loopback with these headers on each request."""
    transport = httpx.HTTPTransport(local_address=address)
    raw = [(name, value.encode() if isinstance(value, str) else value) for name, value in headers]
    client = httpx.Client(base_url=desk.url, headers=raw, transport=transport, timeout=60)
    desk.clients.append(client)
    return Visitor(client)


def test_whom_the_server_names_is_in_with_the_role_of_the_list(behind: ServedDesk) -> None:
    ada, zoe = come(behind, ("Remote-User", "Ada")), come(behind, ("Remote-User", "Zoë Lee"))
    page = ada.get("/admin/users")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert "Sign out" not in page.text
    assert zoe.get("/admin/users").status_code == 403
    assert "Zoë Lee" in text_of(zoe.get("/me").text)
    assert ada.post("/admin/users/add", name="Guest", role="checker").status_code == 303
    guest = come(behind, ("Remote-User", "Guest"))
    assert guest.get("/queue").status_code == 200
    remove_user(behind.desk.home.warehouse, "Guest")
    assert guest.get("/queue").status_code == 403


@pytest.mark.parametrize(
    ("headers", "address", "said"),
    [
        ([("Remote-User", "Ada")], ELSEWHERE, "This desk is reached at https://desk.example alone"),
        ([("Remote-User", "Ada"), ("X-Forwarded-For", PROXY)], ELSEWHERE, "This desk is reached at"),
        ([], PROXY, "did not say who you are: it must set Remote-User"),
        ([("X-Forwarded-User", "Ada")], PROXY, "did not say who you are"),
        ([("Remote-User", "")], PROXY, "did not say who you are"),
        ([("Remote-User", "Ada"), ("Remote-User", "Ada")], PROXY, "did not say who you are"),
        ([("Remote-User", b"\xff")], PROXY, "did not say who you are"),
        ([("Remote-User", "ada")], PROXY, "You are signed in as ada, and nobody is known here by that name"),
        ([("Remote-User", "<i>")], PROXY, "You are signed in as <i>, and nobody is known"),
    ],
)
def test_nobody_else_gets_in(
    behind: ServedDesk, headers: list[tuple[str, str | bytes]], address: str, said: str
) -> None:
    visitor = come(behind, *headers, address=address)
    for answer in (visitor.get("/queue"), visitor.post("/me/keys", keys="off")):
        assert answer.status_code == 403
        assert said in text_of(answer.text)
        assert "<i>" not in answer.text


def test_other_ways_in_are_shut(behind: ServedDesk) -> None:
    stranger = behind.stranger()
    assert stranger.get(behind.link("Ada")).status_code == 403
    assert stranger.post("/signin", name="Ada", password="").status_code == 403
    assert stranger.get("/queue").status_code == 403


def test_the_header_is_nothing_where_people_sign_in_otherwise(shared_desk: ServedDesk) -> None:
    named = come(shared_desk, ("X-Forwarded-User", "Ada"), ("Remote-User", "Ada"))
    assert named.get("/queue").status_code == 303


def asked(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return Request({"type": "http", "headers": headers, "client": (peer, 1)})


def test_tries_are_counted_by_the_visitors_own_address() -> None:
    proxies = Proxies.of(DeskSettings(proxy_addresses=("10.0.0.0/24", "::1")))
    for peer, forwarded, address in (
        ("10.0.0.7", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:10.0.0.7", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", ["198.51.100.1, 203.0.113.9", "10.0.0.8"], "203.0.113.9"),
        ("10.0.0.7", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.7", ["203.0.113.9:4711, 10.0.0.8:80"], "203.0.113.9"),
        ("10.0.0.7", ["[2001:DB8::0:1]:4711"], "2001:db8::1"),
        ("10.0.0.7", ["[2001:db8::1]"], "2001:db8::1"),
        ("10.0.0.7", ["2001:db8:0::1"], "2001:db8::1"),
        ("10.0.0.7", ["unknown"], "unknown"),
        ("10.0.0.7", [], "10.0.0.7"),
        ("10.0.0.7", ["x" * 9_000], "x" * 64),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
    ):
        assert proxies.address_of(asked(peer, *forwarded)) == address


def test_one_visitor_behind_the_server_does_not_lock_out_the_others(behind: ServedDesk) -> None:
    door = Door(behind.desk, Templates(PAGES))
    for number in range(MOST_PER_ADDRESS):
        assert door.attempts.begin(f"name {number}", "203.0.113.9") == 0
    noisy, other = asked(PROXY, "203.0.113.9"), asked(PROXY, "203.0.113.10")
    locked = door.try_password(noisy, "Ada", "wrong")
    assert locked is not None
    assert locked > 0
    assert door.try_password(other, "Ada", "wrong") == 0, "wrong, and the next try is taken"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('sign_in = "proxy"', "needs desk.proxy_addresses"),
        ('sign_in = "proxy"\nproxy_addresses = ["127.0.0.1"]', "needs desk.proxy_addresses"),
        ('sign_in = "proxy"\norigin = "https://desk.example"', "needs desk.proxy_addresses"),
        ('proxy_addresses = ["somewhere"]', "'somewhere' is no address or network"),
        ('proxy_addresses = ["0.0.0.0/0"]', "is every address there is"),
        ('proxy_addresses = "127.0.0.1"', "is no list"),
        ('proxy_header = "Remote_User"', "proxy_header"),
        ('sign_in = "password"\naddress = "0.0.0.0"', "must not travel unencrypted"),
        ('address = "192.0.2.1"', "for one person on this machine"),
        ('origin = "https://desk.example"', "for one person on this machine"),
    ],
)
def test_settings_that_would_let_the_wrong_people_in_are_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    add_user(tmp_path / "warehouse", "Ada", Role.ADMIN, None)
    config = tmp_path / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text(f"[desk]\n{text}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        check_settings(open_home(tmp_path))
