"""The operator's page: it says what is, also when Prefect is down or something is broken."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk_homes import ServedDesk, copy_desk_home, serve
from desk_pages import text_of
from factdesk.desk.users import add_user
from factdesk.desk.words import FLOWS
from factdesk.model import Role
from factdesk.sources.outcomes import say_outcome
from patience import soon


@pytest.fixture(scope="module")
def served(desk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    with serve(copy_desk_home(desk_root, tmp_path_factory.mktemp("ops") / "home")) as desk:
        yield desk


def test_it_says_how_everything_is_without_prefect(served: ServedDesk) -> None:
    words = text_of(served.visitor().get("/ops").text)
    assert "Prefect does not run here; this is what config/prefect.yaml says." in words
    for flow in ("check_essays", "recheck_sources", "publish_reports"):
        assert f"{FLOWS[flow]} {flow} none on record" in words
    assert "essays 10 read; sources 1 blocked by robots" in words
    assert f"Claims that wait for a person {len(served.desk.waiting.all())}" in words
    assert "Batches not stored yet 0" in words
    assert "free of" in words
    ((count,),) = served.ask("SELECT count(*) FROM reports.sources WHERE source_outcome = 'gone'")
    assert f"{count} {say_outcome('gone')} What helps: look for its new address or an archived copy." in words


def test_next_runs_are_told(served: ServedDesk) -> None:
    page = served.visitor().get("/ops").text
    told = re.findall(r'<td>.* UTC\S* <span class="quiet">(in [^<]+|now)</span>', page)
    assert len(told) >= 3, "one that is due within the minute is due now"


class _Hollow(http.server.BaseHTTPRequestHandler):
    """A server that is there and tells nothing that can be used."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = b"[]" if self.path.endswith("health") else b"<html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hollow_server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hollow) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_that_does_not_answer_is_said(served: ServedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    page = served.visitor().get("/ops").text
    assert "Prefect at http://127.0.0.1:9/api does not answer; this is what the file says." in text_of(page)
    assert 'href="http://127.0.0.1:9"' in page
    assert "check_essays" in page


def test_a_server_that_answers_nonsense_is_said(served: ServedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with hollow_server() as address:
        monkeypatch.setenv("PREFECT_API_URL", f"{address}/api")
        page = served.visitor().get("/ops")
    assert page.status_code == 200
    assert "does not answer" in text_of(page.text)
    assert "Batches not stored yet 0" in text_of(page.text)


def test_a_refused_batch_is_named_with_what_helps(served: ServedDesk) -> None:
    spool = served.desk.home.warehouse / "spool"
    name = "01a21f82-2851-7015-9614-322c9fdb0fdb.ndjson"
    (spool / "pending" / name).write_text(json.dumps({"batch_id": "<b>"}) + "\n")
    soon((spool / "rejected" / name).is_file)
    page = served.visitor().get("/ops").text
    assert "Batches that were refused 1" in text_of(page)
    assert name in page
    assert "What helps:" in text_of(page)
    assert "<b>" not in page


def test_the_page_is_for_those_who_run_it(served: ServedDesk) -> None:
    warehouse = served.desk.home.warehouse
    add_user(warehouse, "Cy", Role.CHECKER, "a long pass phrase")
    add_user(warehouse, "Op", Role.OPERATOR, "a long pass phrase")
    checker, operator = served.visitor("Cy"), served.visitor("Op")
    assert checker.get("/ops").status_code == 403
    assert 'href="/ops"' not in checker.get("/queue").text
    assert operator.get("/ops").status_code == 200
    assert 'data-key="g o"' in operator.get("/queue").text


def test_a_broken_file_of_schedules_is_said(served: ServedDesk) -> None:
    path = served.desk.home.root / "config" / "prefect.yaml"
    path.write_text("deployments: 7\n")
    try:
        page = served.visitor().get("/ops")
    finally:
        path.unlink()
    assert page.status_code == 200
    assert "prefect.yaml" in text_of(page.text)
    assert "check none on record" not in text_of(page.text)
