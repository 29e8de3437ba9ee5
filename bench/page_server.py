"""A small site on loopback for the bench of fetching, run as a process of its own.

Prints its port on the first line and serves until stdin ends. Every path answers with an HTML page of
about 60 kB that no other path has.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE_BYTES = 60_000
_LINE = (
    b"<p>On day %05d the ferry to the outer island was full, and the kiosk sold tea at %d coins a cup.</p>\n"
)
_BODY = b"".join(_LINE % (day, day % 7 + 2) for day in range(PAGE_BYTES // len(_LINE % (0, 2))))


class Pages(BaseHTTPRequestHandler):
    """Answers every GET with a page of its own."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Send one page."""
        page = b"<!doctype html><title>%s</title>\n%s" % (self.path.encode(), _BODY)
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until stdin ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
