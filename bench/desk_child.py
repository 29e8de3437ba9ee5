"""A desk that is measured, in a process of its own: ``HOME``.

Prints one JSON object with where it is and links that sign people in, serves until its standard input ends,
then prints another one: what each page took in the server, and the memory. ``wall`` is from the request to
the end of the answer, ``cpu`` the processor time of the page's own thread; both in milliseconds. A line on
standard input forgets what was measured so far, and is answered by the object that it ends.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from factdesk.config import open_home
from factdesk.desk.app import make_app
from factdesk.desk.keeping import Desk
from factdesk.desk.pages import PAGES
from factdesk.desk.sessions import Sessions
from factdesk.desk.visits import Page, Visit
from factdesk.warehouse.folders import WarehouseFolder, batch_files

PEOPLE = 12


class Watch:
    """Notes how long each page takes; outermost around the desk's application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.took: dict[str, list[dict[str, float]]] = defaultdict(list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note its time when the last of its answer is sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        sent = {"bytes": 0}

        async def counted(message: Message) -> None:
            sent["bytes"] += len(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, counted)
        wall = (time.perf_counter() - start) * 1000
        name = f"{scope['method']} {_route(scope['path'])}"
        self.took[name].append({"wall": wall, "cpu": scope.get("bench_cpu_ms", 0.0), "bytes": sent["bytes"]})


def _route(path: str) -> str:
    return "/".join("ID" if len(part) == 36 else part for part in path.split("/"))


def _timed(page: Page) -> Page:
    """Return a page that notes the processor time of the thread that answers it."""

    def answer(visit: Visit) -> Any:
        start = time.thread_time()
        try:
            return page.answer(visit)
        finally:
            visit.request.scope["bench_cpu_ms"] = (time.thread_time() - start) * 1000

    return Page(page.method, page.path, page.action, answer, page.title, page.key)


def _told(watch: Watch) -> dict[str, Any]:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    took, watch.took = dict(watch.took), defaultdict(list)
    return {
        "took": took,
        "cpu_seconds": time.process_time(),
        "now_bytes": int(status.split("VmRSS:")[1].split()[0]) * 1024,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def main(root: Path) -> None:
    """Serve until standard input ends."""
    home = open_home(root)
    started = time.perf_counter()
    with socket.socket() as listening, Desk(home) as desk:
        opened = time.perf_counter() - started
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        watch = Watch(make_app(desk, {host}, [_timed(page) for page in PAGES]))
        config = uvicorn.Config(watch, log_level="warning", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        serving.start()
        sessions = Sessions(home.warehouse)
        links = [f"http://{host}/enter/{sessions.make_link(f'Checker {one}')}" for one in range(PEOPLE)]
        print(json.dumps({"url": f"http://{host}", "links": links, "open_seconds": opened}), flush=True)
        for _ in sys.stdin:
            print(json.dumps(_told(watch)), flush=True)
        server.should_exit = True
        serving.join()
        last = _told(watch)
    folder = WarehouseFolder(home.warehouse)
    print(json.dumps(last | {"rejected": len(batch_files(folder.rejected))}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
