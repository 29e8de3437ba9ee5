"""Asks a peer to do the same work, in the peers' own environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench.figures import ROOT, Row

PEERS_PYTHON = ROOT / ".bench-venv" / "bin" / "python"
APART_PYTHON = ROOT / ".bench-venv-all" / "bin" / "python"
APART = frozenset({"groundrails"})
"""Peers whose packages do not go together with those of the others."""
PEER_SECONDS = 300


class PeerError(Exception):
    """A peer could not run; the message says why."""


def ask_peer(peer: str, work: str, *, repeats: int, seconds: float, **cases: list[Row] | list[str]) -> Row:
    """Return a peer's answer (see ``peers.py``). Raises PeerError where it cannot run."""
    python = APART_PYTHON if peer in APART else PEERS_PYTHON
    if not python.exists():
        raise PeerError(f"not installed, run {'PEERS=all ' if peer in APART else ''}make bench")
    request = {"peer": peer, "work": work, "repeats": repeats, "seconds": seconds, **cases}
    try:
        ended = subprocess.run(
            [python, Path(__file__).with_name("peers.py")],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=PEER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"took more than {PEER_SECONDS} s") from error
    if ended.returncode != 0:
        lines = ended.stderr.strip().splitlines() or ["no message"]
        raise PeerError(lines[-1][:120])
    answer: Row = json.loads(ended.stdout)
    return answer
