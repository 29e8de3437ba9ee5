"""A page that breaks says so in words, and promises nothing of what may have been stored."""

from __future__ import annotations

import socket

import pytest
from starlette.responses import Response

from desk_homes import ServedApp, ServedDesk
from desk_pages import text_of
from factdesk.desk.app import make_app
from factdesk.desk.connections import server_config
from factdesk.desk.pages import PAGES
from factdesk.desk.roles import Action
from factdesk.desk.visits import Page, Visit


def break_down(visit: Visit) -> Response:
    raise ZeroDivisionError("a fault of ours")


BROKEN = [Page(method, "/broken", Action.READ, break_down) for method in ("GET", "POST")]


def test_a_fault_promises_nothing_of_what_may_have_been_stored(
    shared_desk: ServedDesk, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        app = make_app(shared_desk.desk, {host}, [*PAGES, *BROKEN])
        served = ServedDesk(shared_desk.desk, f"http://{host}")
        with ServedApp(server_config(app), listening):
            visitor = served.visitor()
            seen, sent = visitor.get("/broken"), visitor.post("/broken")
            served.clients[0].close()
    assert (seen.status_code, sent.status_code) == (500, 500)
    assert "Nothing was stored; tell the operator" in text_of(seen.text)
    assert "See whether what you did was stored before you do it again; tell the operator" in text_of(
        sent.text
    )
    assert "Nothing was stored" not in sent.text
    assert "ZeroDivisionError" not in seen.text + sent.text
    log = capfd.readouterr().err
    assert "factdesk: a fault on POST /broken:" in log
    assert "a fault of ours" in log
