"""The kind that is off by default, from an essay and a page on loopback to a verdict, switched on and off."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from program import Run

WORDS = (
    "Teachers in Wales walked out on Tuesday over class sizes, and the ministry has told what came of it.",
    "The strike closed 312 schools in Wales, it said in a statement on Wednesday morning.",
    "In Cardiff some 4,000 people marched to the bay, the police said, and the buses stood still all day.",
)
PAGE = f"<html><body><article>{''.join(f'<p>{words}</p>' for words in WORDS)}</article></body></html>"
ESSAY = """# The walkout

The strike closed [312 schools]({site}) in Wales. In Cardiff some [9,000 people marched]({site}) to the bay.

Will it close 500 schools next time?
"""
SUPPORTED, REFUTED = ("312 schools", "supported"), ("9,000 people", "refuted")


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_page = self.path == "/walkout"
        self.send_response(200 if is_page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode() if is_page else b"")

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def switch(home: Path, kinds: str) -> None:
    config = home / "config" / "factdesk.toml"
    kept = config.read_text(encoding="utf-8").split("[claims]")[0]
    config.write_text(f"{kept}[claims]\nkinds = [{kinds}]\n", encoding="utf-8")


def test_a_count_gets_a_verdict_where_its_kind_is_on(factdesk: Run, home: Path, site: str) -> None:
    (home / "walkout.md").write_text(ESSAY.format(site=f"http://{site}/walkout"), encoding="utf-8")
    check = ("check", "walkout.md", "--allow-host", site, "--json")
    assert factdesk(*check).rows == []

    switch(home, '"sellout", "price", "poll", "count"')
    rows = factdesk(*check).rows
    assert [row["kind"] for row in rows] == ["count", "count"]
    for row, (figure, rating) in zip(rows, (SUPPORTED, REFUTED), strict=True):
        assert figure in row["claim"]
        assert (row["machine_rating"], row["source_outcome"]) == (rating, "fetched")
    assert "312 schools exact" in factdesk("claims", "walkout.md").out
    first, second = factdesk("claims", "walkout.md", "--json").rows
    told = ("count", "count_max", "bound", "item", "action", "entities")
    assert [first[name] for name in told] == [312, None, "exact", "schools", "closed", ["Wales"]]
    assert [second[name] for name in told] == [9000, None, "about", "people", "marched", ["Cardiff"]]

    said = ("--conclusion", "The police say 4,000.", "--reason", "other")
    decided = factdesk("decide", rows[1]["claim_id"], "refuted", *said)
    assert decided.code == 0
    switch(home, '"sellout", "price", "poll"')
    assert factdesk(*check).rows == []
    asked = "SELECT claim_status, editor_rating FROM reports.verdicts ORDER BY claim_start"
    assert [tuple(row.values()) for row in factdesk("sql", asked, "--json").rows] == [
        ("withdrawn", None),
        ("withdrawn", "refuted"),
    ]


def test_judge_knows_a_kind_that_is_off_where_the_line_names_it(factdesk: Run) -> None:
    pair = {
        "claim": "More than 300 schools in Wales were closed.",
        "source": "The strike closed 312 schools in Wales.",
    }
    lines = [{"id": 1, "kind": "count", **pair}, {"id": 2, **pair}]
    ended = factdesk("judge", "-", stdin="\n".join(map(json.dumps, lines)).encode())
    assert ended.code == 0
    named, unnamed = ended.rows
    assert (named["kind"], named["rating"]) == ("count", "supported")
    assert (unnamed["kind"], unnamed["rating"]) == (None, "not_enough_evidence")
