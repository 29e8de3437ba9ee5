"""A server whose database was locked is asked again; one that refuses is not."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from factdesk.ops.prefect_api import PrefectApi, PrefectError


@pytest.fixture
def answers():
    """Give an API whose server answers with the codes of a list, in turn."""
    codes = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(codes.pop(0))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format, *args):
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield PrefectApi(f"http://127.0.0.1:{server.server_port}/api"), codes
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_busy_server_is_asked_again(answers):
    api, codes = answers
    codes += [503, 503, 200, 200]
    assert api.call("POST", "deployments/filter", {"limit": 1}) == {}
    assert codes == [200]


def test_a_refusal_is_not_repeated(answers):
    api, codes = answers
    codes += [409, 200]
    with pytest.raises(PrefectError, match="answers 409 to deployments/filter"):
        api.call("POST", "deployments/filter", {"limit": 1})
    assert codes == [200]
