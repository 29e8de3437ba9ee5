"""Runs the desk until it is asked to stop, and says where it is."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from factdesk.config import Home
from factdesk.desk.app import make_app
from factdesk.desk.connections import server_config
from factdesk.desk.keeping import Desk
from factdesk.desk.sessions import Sessions
from factdesk.desk.users import clean_name, read_users
from factdesk.errors import UsageError, WarehouseError
from factdesk.warehouse.durable_files import write_durably
from factdesk.warehouse.folders import WarehouseFolder
from factdesk.warehouse.locks import lock_holder

USUAL_PORT = 8420
PORTS_TRIED = 20
OWNER_ONLY = 0o600
WAITING_CONNECTIONS = 64

Say = Callable[[str], None]


def serve_desk(home: Home, person: str, *, port: int | None, say: Say) -> int:
    """Serve the desk until Ctrl-C or SIGTERM; return the exit code.

    Must be called in the main thread. Raises UsageError for settings that are not safe, and WarehouseError,
    at once where a desk serves this warehouse already.
    """
    check_settings(home)
    _refuse_second(home)
    listening = _listen(home, home.settings.desk.port if port is None else port)
    with listening, Desk(home) as desk:
        bound = listening.getsockname()[1]
        app = make_app(desk, _hosts(home, bound))
        place = WarehouseFolder(home.warehouse).desk_address
        address = _origin(home, bound)
        _write_address(place, address)
        try:
            say(f"The desk is at {address}")
            if home.settings.desk.sign_in == "link":
                say(f"Sign in once as {person} within a quarter of an hour: {_link(home, address, person)}")
            say("Ctrl-C stops it; what was decided is kept.")
            _run(app, listening)
        finally:
            place.unlink(missing_ok=True)
    return 0


def link_to_running(home: Home, person: str) -> str:
    """Return a fresh link to the desk that runs now.

    Raises UsageError when none does, and where people have passwords.
    """
    if home.settings.desk.sign_in != "link":
        mode = home.settings.desk.sign_in
        raise UsageError(f'nobody signs in by a link here (desk.sign_in = "{mode}"); see factdesk users')
    folder = WarehouseFolder(home.warehouse)
    try:
        address = json.loads(folder.desk_address.read_text("utf-8"))["address"]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError("no desk runs for this warehouse; start one with factdesk desk") from error
    if lock_holder(folder.lock) is None:
        raise UsageError("the desk of this warehouse has ended; start it again with factdesk desk")
    return _link(home, address, person)


def _refuse_second(home: Home) -> None:
    address = _running_address(WarehouseFolder(home.warehouse))
    if address is None:
        return
    is_by_link = home.settings.desk.sign_in == "link"
    mend = "factdesk desk --link prints a link to sign in" if is_by_link else "sign in there"
    raise WarehouseError(f"the desk runs already at {address}; {mend}")


def _running_address(folder: WarehouseFolder) -> str | None:
    """Return where the desk of this warehouse is, or None when none runs.

    A desk that was killed leaves its file. So its process must live and be the one that signed the lock:
    another command may keep the warehouse by now, and the number may be another program's.
    """
    try:
        written = json.loads(folder.desk_address.read_text("utf-8"))
        address, process = str(written["address"]), int(written["process"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_keeper = f"(process {process})" in (lock_holder(folder.lock) or "")
    return address if is_keeper and _is_alive(process) else None


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _link(home: Home, address: str, person: str) -> str:
    return f"{address}/enter/{Sessions(home.warehouse).make_link(clean_name(person))}"


def check_settings(home: Home) -> None:
    """Raise UsageError for settings by which the wrong people could get in, or nobody."""
    settings = home.settings.desk
    try:
        is_loopback = ip_address(settings.address).is_loopback
    except ValueError as error:
        raise UsageError(f"desk.address {settings.address!r} is no IP address; write 127.0.0.1") from error
    is_encrypted = settings.origin.startswith("https://")
    if settings.sign_in == "link" and (not is_loopback or settings.origin):
        raise UsageError(
            'desk.sign_in = "link" is for one person on this machine; with another desk.address or an '
            'desk.origin set desk.sign_in = "password" and add people with factdesk users add'
        )
    if settings.sign_in != "link" and not read_users(home.warehouse):
        raise UsageError("nobody may sign in yet; add the first with factdesk users add NAME --role admin")
    if settings.sign_in == "proxy" and not (settings.proxy_addresses and is_encrypted):
        raise UsageError(
            'desk.sign_in = "proxy" needs desk.proxy_addresses, from which alone a name is believed, and as '
            "desk.origin the https:// address of that server"
        )
    if not is_loopback and not is_encrypted:
        raise UsageError(
            "passwords must not travel unencrypted: set desk.origin to the https:// address of the server "
            "with TLS that stands before the desk"
        )


def _listen(home: Home, port: int) -> socket.socket:
    """Return a socket that listens on the port, or for 0 on the usual one or one near it.

    Raises UsageError when it is taken.
    """
    address = home.settings.desk.address
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for tried in [port] if port else [*range(USUAL_PORT, USUAL_PORT + PORTS_TRIED), 0]:
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address, tried))
        except OSError as error:
            listening.close()
            if tried == port or tried == 0:
                raise UsageError(
                    f"port {tried} at {address} cannot be had ({error.strerror}); give another with --port"
                ) from error
        else:
            listening.listen(WAITING_CONNECTIONS)
            listening.set_inheritable(False)
            return listening
    raise AssertionError("port 0 is always tried last")


def _origin(home: Home, port: int) -> str:
    settings = home.settings.desk
    host = f"[{settings.address}]" if ":" in settings.address else settings.address
    return settings.origin or f"http://{host}:{port}"


def _hosts(home: Home, port: int) -> set[str]:
    """Return the values of `Host` that are ours: loopback's names with the port, or those of the origin."""
    origin = home.settings.desk.origin
    if origin:
        return {urlsplit(origin).netloc.lower()}
    return {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}


def _write_address(place: Path, address: str) -> None:
    try:
        text = json.dumps({"address": address, "process": os.getpid()})
        write_durably(place, text.encode("utf-8"), OWNER_ONLY)
    except OSError as error:
        raise WarehouseError(
            f"{place} cannot be written ({error.strerror}); make the folder writable or free some space"
        ) from error


def _run(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until a signal."""
    try:
        uvicorn.Server(server_config(app)).run(sockets=[listening])
    except KeyboardInterrupt:
        return
