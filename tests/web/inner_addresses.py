"""Addresses of this machine and its networks, in every disguise, and a watch over who comes to them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def inner_targets(port: int) -> list[str]:
    """Addresses of this machine and its networks, in every disguise, with a port that somebody watches."""
    hosts = [
        "127.0.0.1", "127.0.0.2", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001", "0",
        "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1%25lo]",
        "[fec0::1]", "[fd00::1]", "localhost", "LOCALHOST.", "inside.example", "user@127.0.0.1",
        "93.184.216.34@127.0.0.1", "127.0.0.1%00.example", "１２７.0.0.1", "127。0。0。1", "①27.0.0.1",
        "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "168.63.129.16",
        "224.0.0.1", "255.255.255.255", "198.18.0.1",
    ]  # fmt: skip
    odd = [
        f"//127.0.0.2:{port}/secret", f"https://127.0.0.1:{port}/secret",
        f"http:\\\\127.0.0.1:{port}\\secret",
        f"http://a.example\\@127.0.0.1:{port}/",
        "file:///etc/passwd", "javascript:alert(1)", "data:text/html,<p>a", "gopher://127.0.0.1:70/_x",
        "ftp://127.0.0.1/a", "unix:///run/docker.sock", "http://a.example:22/", "http://a.example:6379/",
        "http://a.example:99999/", "http://[::1/", "view-source:http://127.0.0.1/",
    ]  # fmt: skip
    return [*(f"http://{host}:{port}/secret" for host in hosts), *odd]


MISREAD = ["http://", "http:///127.0.0.1/", "http:127.0.0.1/", "/\\127.0.0.1/", "///127.0.0.1/"]
"""Targets that some readers take for an inner address, and others for a path of the same site."""


@contextmanager
def watched_ports() -> Iterator[tuple[int, list[tuple[str, int]]]]:
    """Listen on one port of several addresses of this machine, and note who comes."""
    visitors: list[tuple[str, int]] = []
    first = socket.create_server(("127.0.0.1", 0))
    port = int(first.getsockname()[1])
    listeners = [first, socket.create_server(("127.0.0.2", port))]
    with suppress(OSError):  # a machine without IPv6
        listeners.append(socket.create_server(("::1", port), family=socket.AF_INET6))

    def note(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                visitors.append(listener.getsockname()[:2])
                connection.close()

    threads = [threading.Thread(target=note, args=(one,), daemon=True) for one in listeners]
    for thread in threads:
        thread.start()
    try:
        yield port, visitors
    finally:
        for listener in listeners:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in threads:
            thread.join(5)
