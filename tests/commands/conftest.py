"""The command line as a person uses it: the installed program, a real folder, a real server."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from office_files import make_docx, paragraph
from pdf_files import Words, make_pdf
from program import COMMAND_SECONDS, PROGRAM, Ended, Run

CONFIG = """
[review]
second_check_share = 0

[web]
deadline_seconds = 3.0
connect_seconds = 1.0
tries = 1
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    config = tmp_path / "config" / "factdesk.toml"
    config.parent.mkdir()
    config.write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def factdesk(home: Path) -> Run:
    def run(*arguments: str, stdin: bytes = b"", prefix: tuple[str, ...] = ()) -> Ended:
        done = subprocess.run(
            [*prefix, str(PROGRAM), *arguments],
            cwd=home,
            input=stdin,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        err = done.stderr.decode("utf-8")
        assert "Traceback" not in err, err
        return Ended(done.returncode, done.stdout.decode("utf-8"), err)

    return run


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = "<html><head><title>Fares</title></head><body><article>{}</article></body></html>"
FARES = "".join(
    f"<p>{words}</p>"
    for words in (
        "The ferry office in Split has published its winter table, and the queues at the window are short.",
        "A single ticket from Split to Hvar costs 14 euros, the clerk at the counter said on Tuesday.",
        "Tickets for the night ferry to Ancona were sold out by noon, and the harbour was full of cars.",
    )
)


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/fares":
            self._answer(200, "text/html; charset=utf-8", PAGE.format(FARES).encode())
        elif path == "/essay.docx":
            self._answer(200, WORD_TYPE, make_docx(paragraph("A ticket to Hvar costs 14 euros.")))
        elif path == "/essay":
            self._answer(200, "application/pdf", make_pdf([Words("A ticket to Hvar costs 14 euros.")]))
        elif path == "/loop":
            self._answer(302, "text/plain", b"", {"Location": "/loop"})
        elif path == "/picture":
            self._answer(200, "text/html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
        elif path == "/hang":
            self.server.let_go.wait(20)  # type: ignore[attr-defined]
        else:
            self._answer(404, "text/plain", b"no such page")

    def _answer(self, code: int, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site() -> Iterator[str]:
    """Give ``127.0.0.1:PORT`` of a small press site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.daemon_threads = True
    server.let_go = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.let_go.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()
