"""A web site on loopback that counts what it is asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = (
    "<html><body><main><p>" + "A return ticket to Lisbon costs 40 euros. " * 20 + "</p></main></body></html>"
)


@dataclass(frozen=True)
class Page:
    """What a path of a site answers."""

    body: str | bytes = PAGE
    media_type: str = "text/html"
    status: int = 200
    location: str = ""


class Site:
    """A local site that counts what it is asked, robots.txt aside.

    ``pages`` are its paths ("/feed.xml"); every other one is gone. Without any, every path has `PAGE`.
    """

    def __init__(self, port: int = 0, pages: dict[str, Page] | None = None) -> None:
        site = self
        self.asked: list[str] = []
        self.pages = pages if pages is not None else {}
        default = Page() if pages is None else Page("gone", status=410)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/robots.txt" and self.path not in site.pages:
                    self.send_error(404)
                    return
                if self.path != "/robots.txt":
                    site.asked.append(self.path)
                page = site.pages.get(self.path, default)
                self.send_response(page.status)
                self.send_header("content-type", page.media_type)
                if page.location:
                    self.send_header("location", page.location)
                self.end_headers()
                self.wfile.write(page.body.encode() if isinstance(page.body, str) else page.body)

            def log_message(self, *told: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def url(self, path: str) -> str:
        return f"http://{self.host}/{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
