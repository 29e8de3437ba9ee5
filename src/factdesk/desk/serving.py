"""Runs the desk until it is asked to stop, and says where it is."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from factdesk.config import Home
from factdesk.desk.admission import check_settings
from factdesk.desk.app import make_app
from factdesk.desk.connections import server_config
from factdesk.desk.keeping import Desk
from factdesk.desk.probes import TOKEN_VARIABLE, check_token
from factdesk.desk.running import make_link, running_desk, write_running
from factdesk.errors import UsageError, WarehouseError

USUAL_PORT = 8420
PORTS_TRIED = 20
MOST_PORT = 65_535
ANY_PORT = 0
"""The kernel chooses one that is free."""

WAITING_CONNECTIONS = 64

Say = Callable[[str], None]


def serve_desk(home: Home, person: str | None, *, port: int | None, say: Say) -> int:
    """Serve the desk until Ctrl-C or SIGTERM; return the exit code. Without a person nothing is said.

    ``port`` goes before the setting, and 0 is any free one.
    Must be called in the main thread. Raises UsageError for settings that are not safe, and WarehouseError,
    at once where a desk serves this warehouse already.
    """
    check_settings(home)
    if port is not None and not 0 <= port <= MOST_PORT:
        raise UsageError(f"--port {port} is no port; give one from 1 to {MOST_PORT}, or 0 for any free one")
    token = check_token(os.environ.get(TOKEN_VARIABLE, ""))
    _refuse_second(home)
    listening = _listen(home, _ports(home.settings.desk.port) if port is None else [port])
    with _ended_in_order(), listening, Desk(home) as desk:
        bound = listening.getsockname()[1]
        probe_hosts = _own_hosts(home, bound)
        app = make_app(desk, _hosts(home, bound), probe_hosts=probe_hosts, metrics_token=token)
        address = _origin(home, bound)
        place = write_running(home.warehouse, address, _here(home, bound))
        try:
            if person is not None:
                _say_where(home, address, person, say)
            _run(app, listening)
        finally:
            place.unlink(missing_ok=True)
    return 0


def _say_where(home: Home, address: str, person: str, say: Say) -> None:
    say(f"The desk is at {address}")
    if home.settings.desk.sign_in == "link":
        say(f"Sign in once as {person} within a quarter of an hour: {make_link(home, address, person)}")
    say("Ctrl-C stops it; what was decided is kept.")


def _refuse_second(home: Home) -> None:
    desk = running_desk(home.warehouse)
    if desk is None:
        return
    is_by_link = home.settings.desk.sign_in == "link"
    mend = "factdesk desk --link prints a link to sign in" if is_by_link else "sign in there"
    raise WarehouseError(f"the desk runs already at {desk.address}; {mend}")


def _ports(setting: int) -> Sequence[int]:
    """Return the ports to be tried one after the other: for 0 the usual one, those near it, any free one."""
    return [setting] if setting else [*range(USUAL_PORT, USUAL_PORT + PORTS_TRIED), ANY_PORT]


def _listen(home: Home, ports: Sequence[int]) -> socket.socket:
    """Return a socket that listens on the first of some ports that is free.

    Raises UsageError when none is.
    """
    address = home.settings.desk.address
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for port in ports:
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address, port))
        except OSError as error:
            listening.close()
            refused = error
        else:
            listening.listen(WAITING_CONNECTIONS)
            listening.set_inheritable(False)
            return listening
    raise UsageError(
        f"port {ports[-1]} at {address} cannot be had ({refused.strerror}); write another as desk.port, or "
        "give one with --port"
    ) from refused


def _origin(home: Home, port: int) -> str:
    return home.settings.desk.origin or _here(home, port)


def _here(home: Home, port: int) -> str:
    return f"http://{_host(home.settings.desk.address)}:{port}"


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _hosts(home: Home, port: int) -> set[str]:
    """Return the values of `Host` that are ours: those of the origin, without one our own address."""
    origin = urlsplit(home.settings.desk.origin)
    if not origin.netloc:
        return _own_hosts(home, port)
    usual = f":{443 if origin.scheme == 'https' else 80}"
    return {origin.netloc.lower(), origin.netloc.lower().removesuffix(usual)}


def _own_hosts(home: Home, port: int) -> set[str]:
    """Return the values of `Host` of those who ask here: loopback's names and our address, with the port."""
    names = {"127.0.0.1", "localhost", "[::1]", _host(home.settings.desk.address)}
    return {f"{name}:{port}" for name in names}


def _run(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until a signal."""
    with suppress(KeyboardInterrupt):
        uvicorn.Server(server_config(app)).run(sockets=[listening])


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Make a request to end (SIGTERM) come as Ctrl-C does, so that what waits is stored and published.

    uvicorn sends itself the signal once more when it has stopped serving, which would end the process there.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
