"""Places on loopback that take notifications: an HTTP server and a mail server, both real sockets."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class HttpSink:
    """Answers each POST with the next of ``codes`` (the last one for ever) and keeps what was taken."""

    port: int = 0
    codes: list[int] = field(default_factory=lambda: [204])
    asked: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/T0/s3cret"

    def take(self, content: bytes) -> int:
        self.asked += 1
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        if code < 300:
            self.taken.append(json.loads(content))
        return code


@contextmanager
def http_sink(port: int = 0) -> Iterator[HttpSink]:
    sink = HttpSink()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            code = sink.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(code)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", port), Hook)) as server:
        sink.port = server.server_address[1]
        yield sink


@dataclass
class MailSink:
    """What a mail server was given. ``refuse`` maps a command (MAIL, RCPT, DATA) to its refusal."""

    port: int = 0
    user: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None
    refuse: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)


@contextmanager
def mail_sink(**settings: Any) -> Iterator[MailSink]:
    """Serve mail on loopback: STARTTLS when ``tls`` is given, AUTH PLAIN when ``user`` is."""
    sink = MailSink(**settings)

    class Session(_MailSession):
        kept = sink

    server = _MailServer(("127.0.0.1", 0), Session)
    with _served(server):
        sink.port = server.server_address[1]
        yield sink


class _MailServer(socketserver.ThreadingTCPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up in the middle is part of a test."""


class _MailSession(socketserver.StreamRequestHandler):
    kept: MailSink

    def handle(self) -> None:
        self.is_encrypted, self.is_known, self.to = False, not self.kept.user, []
        self.say("220 sink")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 bye")
                return
            self.answer(verb.upper(), rest)

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def answer(self, verb: str, rest: str) -> None:
        if verb in self.kept.refuse:
            self.say(self.kept.refuse[verb])
        elif verb == "EHLO":
            extensions = [f"250-{word}" for word in self.extensions()]
            self.say("250-sink", *extensions, "250 8BITMIME")
        elif verb == "STARTTLS" and self.kept.tls:
            self.encrypt()
        elif verb == "AUTH":
            self.check(rest)
        elif not self.is_known:
            self.say("530 log in first")
        elif verb == "DATA":
            self.take()
        else:
            if verb == "RCPT":
                self.to.append(rest.partition(":")[2].split()[0].strip("<>"))
            self.say("250 fine")

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def extensions(self) -> list[str]:
        words = ["STARTTLS"] if self.kept.tls and not self.is_encrypted else []
        return [*words, "AUTH PLAIN"] if self.kept.user else words

    def encrypt(self) -> None:
        self.say("220 go on")
        self.request = self.kept.tls.wrap_socket(
            self.request, server_side=True, do_handshake_on_connect=False
        )
        self.request.do_handshake()
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
        self.is_encrypted = True

    def check(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.is_known = (user, password) == (self.kept.user, self.kept.password)
        self.say("235 welcome" if self.is_known else "535 wrong password")

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.kept.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.kept.recipients.append(self.to)
        self.kept.was_encrypted.append(self.is_encrypted)
        self.say("250 taken")


@contextmanager
def _served(server: Any) -> Iterator[Any]:
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
