"""Ten thousand links over five hundred hosts: how many a second, and whether memory stays flat."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.figures import Figure

LINKS, HOSTS = 10_000, 500
QUICK_LINKS, QUICK_HOSTS = 2_000, 100


def measure_gathering(repeats: int) -> list[Figure]:
    """Gather all links once, in a process of its own; a second run would tell nothing else."""
    links, hosts = (QUICK_LINKS, QUICK_HOSTS) if repeats == 1 else (LINKS, HOSTS)
    command = [sys.executable, str(Path(__file__).with_name("gathering_child.py")), str(links), str(hosts)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(ended.stdout)
    end, warm = (told[key] / 1e6 for key in ("end_bytes", "warm_bytes"))
    note = f"{hosts} hosts in memory, archive and workers real, nothing parsed"
    return [
        Figure(f"gather {links:,} links", "links/s", told["links"] / told["seconds"], note=note),
        Figure(f"memory after {links:,} links", "MB", end, "after the first 1,000", warm),
    ]
