"""Ports on loopback: which are free, which one a home takes, and whose a listening one is."""

from __future__ import annotations

import socket
from pathlib import Path

from factdesk.ops.prefect_server import free_port
from factdesk.ops.up_state import UpError

USUAL_PORT = 4200
"""Prefect's own; a person who knows Prefect looks there first."""

PORTS_TRIED = 50
_LISTENING = "0A"  # the state in /proc/net/tcp


def is_free(port: int) -> bool:
    """Whether a server could listen on a loopback port now."""
    with socket.socket() as probe:
        # As a server does: connections that a former one left behind do not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(configured: int, last: int | None) -> int:
    """Return the port of a home: the configured one, else its last, the usual one or one near it.

    Raises UpError when the configured one is taken.
    """
    if configured:
        if not is_free(configured):
            raise UpError(
                f"port {configured} (up.port) is taken by another program; end that one, or write another"
                " number or 0 for a free one"
            )
        return configured
    near = range(USUAL_PORT, USUAL_PORT + PORTS_TRIED)
    return next((port for port in ([last] if last else []) + [*near] if is_free(port)), None) or free_port()


def is_listening(pid: int, port: int) -> bool:
    """Whether this very process listens on a port: two homes that start together may want the same."""
    held = _sockets_of(pid)
    return any(f"socket:[{inode}]" in held for inode in _listening_inodes(pid, port))


def _listening_inodes(pid: int, port: int) -> list[str]:
    try:
        rows = Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return []
    fields = [row.split() for row in rows]
    return [row[9] for row in fields if row[3] == _LISTENING and row[1].endswith(f":{port:04X}")]


def _sockets_of(pid: int) -> set[str]:
    held = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            held.add(_link_of(entry))
    except OSError:
        return held
    return held


def _link_of(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""
