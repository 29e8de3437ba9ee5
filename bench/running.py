"""What Prefect costs: many pages by the flow, beside the same pipeline without it; memory over many runs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.fetching import page_servers
from bench.figures import Figure

PAGES = 2000
LINKS_AN_ESSAY = 20
SITES = 8
QUICK_PAGES = 200
RUNS = 200
QUICK_RUNS = 25
READING_FLOOR_PERCENT = 85.0

_SETTINGS = """\
[inbox]
essays = "essays"

[web]
allow_hosts = [{authorities}]
"""


def measure_running(repeats: int) -> list[Figure]:
    """Time a run of 2,000 pages with and without Prefect, in turns; then 200 runs in one process."""
    from factdesk.ops.prefect_server import PrefectServer

    is_quick = repeats == 1
    pages, turns, runs = (QUICK_PAGES, 1, QUICK_RUNS) if is_quick else (PAGES, 3, RUNS)
    with (
        page_servers(SITES) as sites,
        tempfile.TemporaryDirectory() as name,
        PrefectServer(Path(name, "prefect")) as server,
    ):
        folder = Path(name)
        told = [
            (
                _run("plain", make_home(folder / f"plain-{turn}", sites, pages, turn), None),
                _run("flow", make_home(folder / f"flow-{turn}", sites, pages, turn), server.api_url),
            )
            for turn in range(turns)
        ]
        memory = _run("many", make_home(folder / "many", sites, LINKS_AN_ESSAY, 0), server.api_url, runs)
    plain, flow = (statistics.median(pages / turn[side]["seconds"] for turn in told) for side in (0, 1))
    share = 100 * statistics.median(turn[1]["reading_share"] for turn in told)
    megabytes = [memory[key] / 1e6 for key in ("end_bytes", "warm_bytes")]
    return [
        Figure(f"check {pages:,} pages by the flow", "pages/s", flow, "the pipeline alone", plain),
        Figure("processors used while reading", "%", share, "floor", READING_FLOOR_PERCENT),
        Figure(f"memory after {runs} runs", "MB", megabytes[0], "after the first 20", megabytes[1]),
    ]


def make_home(root: Path, sites: Sequence[str], pages: int, turn: int) -> Path:
    """Make a home whose inbox links ``pages`` pages, each of them once."""
    (root / "config").mkdir(parents=True)
    (root / "config" / "factdesk.toml").write_text(
        _SETTINGS.format(authorities=json.dumps(sites)[1:-1]), encoding="utf-8"
    )
    (root / "essays").mkdir()
    numbers = [f"http://{sites[number % len(sites)]}/short/{turn}-{number}" for number in range(pages)]
    for start in range(0, pages, LINKS_AN_ESSAY):
        links = " ".join(f"[{n}]({url})" for n, url in enumerate(numbers[start : start + LINKS_AN_ESSAY]))
        text = f"# Ferries {start}\n\nAll tickets to island {start} were sold out by noon: {links}.\n"
        (root / "essays" / f"essay-{start:06}.md").write_text(text, encoding="utf-8")
    return root


def _run(mode: str, home: Path, api_url: str | None, *more: int) -> dict[str, Any]:
    from factdesk.ops.prefect_server import prefect_environment

    command = [sys.executable, str(Path(__file__).with_name("run_child.py")), mode, str(home)]
    ended = subprocess.run(
        [*command, *(str(word) for word in more)],
        env=prefect_environment(home / ".prefect", api_url),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return told
