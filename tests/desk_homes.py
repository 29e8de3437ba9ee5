"""A desk to be visited: sample essays checked by the real pipeline, served on loopback."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

import httpx
import uvicorn

from factdesk.config import Home, open_home
from factdesk.desk.app import make_app
from factdesk.desk.connections import server_config
from factdesk.desk.keeping import Desk
from factdesk.desk.sessions import Sessions
from factdesk.pipeline import check_once
from factdesk.samples.bundle import copy_essays
from factdesk.samples.site import PressSite

START_SECONDS = 60.0
_CONFIG = """\
[inbox]
samples = "essays"

[web]
allow_hosts = ["{address}"]
seconds_between_requests = 0.0

{more}
"""


def make_desk_home(root: Path) -> None:
    """Check the sample essays; their press is closed afterwards."""
    with PressSite() as site:
        _write_config(root, site.address)
        essays = copy_essays(root / "essays", site.origin)
        check_once([str(one) for one in essays], open_home(root))


def copy_desk_home(made: Path, root: Path, more: str = "") -> Home:
    """Return a copy of a home that was made; ``more`` is TOML that is added to its settings."""
    shutil.copytree(made, root)
    config = root / "config" / "factdesk.toml"
    config.write_text(f"{config.read_text('utf-8')}\n{more}\n", encoding="utf-8")
    return open_home(root)


def _write_config(root: Path, address: str) -> None:
    config = root / "config" / "factdesk.toml"
    config.parent.mkdir(parents=True)
    config.write_text(_CONFIG.format(address=address, more=""), encoding="utf-8")


@dataclass
class Visitor:
    """Somebody with a browser of their own that sends what browsers send."""

    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})

    def seen(self, claim_id: UUID | str) -> str:
        """Open a claim and return what a decision on it rests on."""
        page = self.get(f"/claims/{claim_id}")
        assert page.status_code == 200, page.text
        found = re.search(r'name="seen" value="([^"]+)"', page.text)
        assert found, f"no form to decide on the page of {claim_id}"
        return found[1]

    def decide(self, claim_id: UUID | str, rating: str, **fields: str) -> httpx.Response:
        """Open a claim and decide it."""
        fields.setdefault("conclusion", "The page says so.")
        fields.setdefault("reason", "other")
        return self.post(f"/claims/{claim_id}/decide", seen=self.seen(claim_id), rating=rating, **fields)


@dataclass
class ServedDesk:
    """A desk that is served; `visitor` signs somebody in."""

    desk: Desk
    url: str
    clients: list[httpx.Client] = field(default_factory=list)

    def link(self, name: str) -> str:
        return f"{self.url}/enter/{Sessions(self.desk.home.warehouse).make_link(name)}"

    def stranger(self) -> Visitor:
        client = httpx.Client(base_url=self.url, timeout=60)
        self.clients.append(client)
        return Visitor(client)

    def visitor(self, name: str = "Ann") -> Visitor:
        visitor = self.stranger()
        assert visitor.get(self.link(name)).status_code == 303
        return visitor

    def ask(self, sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        with self.desk.read() as known:
            return known.ask(sql, parameters)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


class ServedApp:
    """One application on a port of loopback, in a thread."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket) -> None:
        config.timeout_graceful_shutdown = 1
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)

    def __enter__(self) -> ServedApp:
        self._thread.start()
        assert self._server.is_up.wait(START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(START_SECONDS)


@contextmanager
def serve(home: Home, make_desk: Callable[[Home], Desk] = Desk) -> Iterator[ServedDesk]:
    """Serve a home's desk while this is entered."""
    with socket.socket() as listening, make_desk(home) as desk:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        app = make_app(desk, {f"127.0.0.1:{port}", f"localhost:{port}"})
        with ServedApp(server_config(app), listening):
            served = ServedDesk(desk, f"http://127.0.0.1:{port}")
            try:
                yield served
            finally:
                for client in served.clients:
                    client.close()
