"""The world of a torture run: a press site whose pages change and die, and an inbox that grows."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CITIES = ("Graz", "Trieste", "Ljubljana", "Lisbon", "Porto", "Bergen", "Malmö", "Ghent", "Turku", "Split")
SETTINGS = """\
[inbox]
essays = "essays"

[web]
allow_hosts = ["{authority}"]
tries = 1
user_agent = "Torture/1 (+https://desk.example/contact)"

[flow]
batch_size = 5

[up]
stop_seconds = 20.0
"""


@dataclass(slots=True)
class Page:
    """One page of the press: how many tickets were left at its present version; dead pages are gone."""

    version: int = 1
    is_dead: bool = False


@dataclass(slots=True)
class Press:
    """A site on loopback. Counts how often each version of each page was sent."""

    pages: dict[str, Page] = field(default_factory=dict)
    sent: Counter[tuple[str, int]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Serve on a free port until `stop`."""
        press = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                press.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Serve no more."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    @property
    def authority(self) -> str:
        """``127.0.0.1:PORT``."""
        assert self.server is not None
        return f"127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Send a page, or 304, or 410, or 404."""
        name = request.path.strip("/")
        with self.lock:
            page = self.pages.get(name)
            version = page.version if page else 0
        tag = f'"{version}"'
        if page is None or page.is_dead:
            _send(request, 410 if page else 404, b"", {})
        elif request.headers.get("If-None-Match") == tag:
            _send(request, 304, b"", {"ETag": tag})
        else:
            with self.lock:
                self.sent[name, version] += 1
            _send(request, 200, page_text(name, version).encode("utf-8"), {"ETag": tag})


def _send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in {**headers, "Content-Length": str(len(body)), "Content-Type": "text/html"}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def page_text(name: str, version: int) -> str:
    """Return a page that says for which price tickets went: another one at every version."""
    city = CITIES[int(name.split("-")[1]) % len(CITIES)]
    filler = " ".join(
        f"The {word} band played for an hour, and nobody left early." for word in ("brass", "string")
    )
    return (
        f"<!doctype html><html lang=en><title>Concerts {name}</title>"
        f"<body><article><h1>Concerts in {city}</h1>"
        f"<p>Tickets for the concert in {city} cost £{20 + version}, the hall said.</p><p>{filler}</p>"
        "</article></body></html>"
    )


class Inbox:
    """The folder of essays: new ones come, old ones are edited. Remembers what stands there now."""

    def __init__(self, folder: Path, press: Press, rng: random.Random) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}
        self._press = press
        self._rng = rng
        folder.mkdir(parents=True)

    def grow(self, number: int) -> None:
        """Add essays, each with a page of its own and one that another cites too."""
        for _ in range(number):
            index = len(self.texts)
            name = f"page-{index}"
            with self._press.lock:
                self._press.pages[name] = Page()
            city = CITIES[index % len(CITIES)]
            shared = f"page-{self._rng.randrange(index + 1)}"
            text = (
                f"Letter {index}\n\nTickets for the concert in {city} cost £21, the paper wrote:"
                f" http://{self._press.authority}/{name} and http://{self._press.authority}/{shared}\n\n"
                f"This letter has the number {index}.\n"
            )
            # Of a plain text file the canonical text is the file, so that its hash can be told here.
            self._write(f"letter-{index}.txt", text)

    def edit(self) -> None:
        """Give one essay another sentence, which changes no claim."""
        name = self._rng.choice(sorted(self.texts))
        self._write(name, f"{self.texts[name]}\nA line was added on day {self._rng.randrange(10**6)}.\n")

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        temporary = self.folder / f".{name}.part"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
        self.texts[name] = text


def change_pages(press: Press, rng: random.Random, number: int) -> None:
    """Change some pages, let one die and bring one back."""
    with press.lock:
        for name in rng.sample(sorted(press.pages), min(number, len(press.pages))):
            press.pages[name].version += 1
        press.pages[rng.choice(sorted(press.pages))].is_dead = True
        dead = [page for page in press.pages.values() if page.is_dead]
        if len(dead) > 1:
            rng.choice(dead).is_dead = False
