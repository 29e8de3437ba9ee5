"""Small sites on loopback for the benches that fetch, run as a process of its own.

Takes the number of sites, prints their ports on the first line and serves until stdin ends. Every path
answers with an HTML page that no other path has: of about 60 kB, below ``/short/`` of about 20 kB.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE_BYTES = 60_000
SHORT_BYTES = 20_000
_LINE = (
    b"<p>On day %05d the ferry to the outer island was full, and the kiosk sold tea at %d coins a cup.</p>\n"
)


def _body(size: int) -> bytes:
    return b"".join(_LINE % (day, day % 7 + 2) for day in range(size // len(_LINE % (0, 2))))


_BODY, _SHORT_BODY = _body(PAGE_BYTES), _body(SHORT_BYTES)


class Pages(BaseHTTPRequestHandler):
    """Answers every GET with a page of its own."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Send one page."""
        body = _SHORT_BODY if self.path.startswith("/short/") else _BODY
        page = b"<!doctype html><title>%s</title>\n%s" % (self.path.encode(), body)
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until stdin ends."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Pages) for _ in range(int(sys.argv[1]))]
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(*(server.server_address[1] for server in servers), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
