"""Who is at the desk: signed cookies that last twelve hours, and links that sign a person in once.

Both are a JSON body and its HMAC-SHA256 by the desk's secret, a 256-bit number in a file that only its owner
reads. What was revoked, and which links are spent, stands in another such file until it would have expired.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factdesk.desk.private_files import changed_private, read_private
from factdesk.warehouse.folders import WarehouseFolder

SESSION_SECONDS = 12 * 3600
LINK_SECONDS = 15 * 60
SECRET_BYTES = 32
LONGEST_TOKEN = 1024

LOCAL, TEAM, PROXY = "local", "team", "proxy"
"""How somebody signs in: by a link, by a password, or at the server before the desk."""


@dataclass(frozen=True, slots=True)
class Session:
    """One person's stay. ``begun`` and ``expires`` are seconds since 1970; ``mode`` is how they signed in."""

    session_id: str
    person: str
    mode: str
    begun: float
    expires: float


class Sessions:
    """Makes and checks cookies and links for one warehouse; threads may share it."""

    def __init__(self, warehouse: Path, now: Callable[[], float] = time.time) -> None:
        folder = WarehouseFolder(warehouse)
        self._file = folder.desk_sessions
        self._secret = _read_secret(folder.desk_secret)
        self._now = now
        self._mutex = threading.Lock()
        self._ended: dict[str, float] = {}
        self._read_at: tuple[int, int] | None = (-1, -1)

    def begin(self, person: str, mode: str) -> str:
        """Return the cookie of a new session."""
        now = self._now()
        body = {"id": secrets.token_hex(16), "person": person, "mode": mode, "at": now}
        return self._sign("session", {**body, "expires": now + SESSION_SECONDS})

    def find(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie; None when it is altered, over or revoked."""
        body = self._open("session", cookie)
        if body is None or self._is_ended(body):
            return None
        return Session(body["id"], body["person"], body["mode"], body["at"], body["expires"])

    def revoke(self, session: Session) -> None:
        """End a session everywhere."""
        self._end(session.session_id, session.expires)

    def revoke_all(self, person: str) -> None:
        """End every session of a person that has begun by now."""
        self._end(_all_of(person), self._now() + SESSION_SECONDS)

    def make_link(self, person: str) -> str:
        """Return the token of a link that signs a person in once, within a quarter of an hour."""
        body = {"id": secrets.token_hex(SECRET_BYTES), "person": person}
        return self._sign("link", {**body, "expires": self._now() + LINK_SECONDS})

    def spend_link(self, token: str) -> str | None:
        """Return the person whom a link signs in; None when it is altered, too old or was used before."""
        body = self._open("link", token)
        if body is None:
            return None
        return body["person"] if self._end(body["id"], body["expires"]) else None

    def _sign(self, purpose: str, body: dict[str, Any]) -> str:
        text = _encode(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8"))
        return f"{text}.{_encode(self._mac(purpose, text))}"

    def _open(self, purpose: str, token: str | None) -> dict[str, Any] | None:
        if not token or len(token) > LONGEST_TOKEN:
            return None
        text, _, mac = token.partition(".")
        # As bytes: of two texts it takes ASCII alone, and anybody may send anything here.
        if not hmac.compare_digest(_encode(self._mac(purpose, text)).encode(), mac.encode()):
            return None
        body: dict[str, Any] = json.loads(_decode(text))
        return body if body["expires"] > self._now() else None

    def _mac(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._secret, f"{purpose}:{text}".encode(), hashlib.sha256)

    def _end(self, name: str, expires: float) -> bool:
        """Note that a session or link is over; return whether it was not before."""
        with self._mutex, changed_private(self._file) as ended:
            is_new = name not in ended
            ended[name] = expires
            for old in [one for one, until in ended.items() if until <= self._now()]:
                del ended[old]
        return is_new

    def _is_ended(self, body: dict[str, Any]) -> bool:
        """Whether it was ended, here or by another process; the file is read when it has changed."""
        with self._mutex:
            try:
                status = self._file.stat()
                stamp = (status.st_mtime_ns, status.st_ino)
            except FileNotFoundError:
                stamp = None
            if stamp != self._read_at:
                self._ended = read_private(self._file)
                self._read_at = stamp
            until = self._ended.get(_all_of(body["person"]), 0.0)
            return body["id"] in self._ended or body["expires"] <= until


def _all_of(person: str) -> str:
    """Return the name under which the end of all sessions of a person is noted; no session has such an id."""
    return f"all of {person}"


def _read_secret(path: Path) -> bytes:
    """Return the desk's secret, made when there is none."""
    with changed_private(path) as held:
        if not isinstance(held.get("secret"), str):
            held["secret"] = secrets.token_hex(SECRET_BYTES)
        return bytes.fromhex(held["secret"])


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
