"""Pages a second fetched and archived from a local site, beside bare httpx."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Figure, wall_seconds_of_both

PAGES = 200


@contextmanager
def page_servers(number: int) -> Iterator[list[str]]:
    """Run local sites; give their authorities (``127.0.0.1:PORT``)."""
    command = [sys.executable, str(Path(__file__).with_name("page_server.py")), str(number)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield [f"127.0.0.1:{port}" for port in process.stdout.readline().split()]
        finally:
            process.stdin.close()


def measure_fetching(repeats: int) -> list[Figure]:
    """Fetch new pages one after another, guarded and archived, and bare."""
    import httpx

    from factdesk.config import WebSettings
    from factdesk.sources.archive import Archive
    from factdesk.web.fetch import Fetcher

    numbers = itertools.count()
    with page_servers(1) as (authority,), tempfile.TemporaryDirectory() as folder:

        def addresses() -> list[str]:
            return [f"http://{authority}/pages/{next(numbers)}" for _ in range(PAGES)]

        archive = Archive(Path(folder))
        fetcher = Fetcher(WebSettings(), allow_hosts=[authority])

        def ours() -> None:
            for address in addresses():
                content = fetcher.fetch(address).content
                assert content is not None, f"{address} was not fetched"
                archive.put(content)

        def bare() -> None:
            with httpx.Client(trust_env=False) as client:
                for address in addresses():
                    client.get(address).raise_for_status().read()

        rate, bare_rate = (PAGES / seconds for seconds in wall_seconds_of_both(ours, bare, repeats))
        fetcher.close()
    return [Figure("fetch and archive, one by one", "pages/s", rate, "bare httpx", bare_rate)]
