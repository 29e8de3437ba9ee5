"""A reader that does what the page says; stands in a worker for a parser that a page has broken."""

from __future__ import annotations

import os
import signal
import sys
import time

from factdesk.model import SourceOutcome
from factdesk.reading.page_text import PageText, no_text


def read_page(content: bytes, **told: object) -> PageText:
    word, _, rest = content.decode().partition(" ")
    if word == "spin":
        while True:
            pass
    if word == "sleep":
        time.sleep(float(rest))
    if word == "eat":
        hoard = []
        while True:
            hoard.append(bytearray(10_000_000))
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "leave":
        sys.exit(3)
    if word == "print":
        print("noise where the frames go", flush=True)
        os.write(1, b"more noise")
    if word == "raise":
        raise LookupError("a fault of the parser")
    if word == "surrogate":
        rest = "\ud800"
    if word == "deep":
        return read_page(content)
    return no_text(SourceOutcome.FETCHED, "text/plain", text=rest or "read", charset=str(os.getpid()))


def read_nonsense(content: bytes, **told: object) -> dict[str, str]:
    return {"text": "this is no page"}


def tell_modules(content: bytes, **told: object) -> PageText:
    return no_text(SourceOutcome.FETCHED, "text/plain", text=" ".join(sorted(sys.modules)))


def tell_environment(content: bytes, **told: object) -> PageText:
    return no_text(SourceOutcome.FETCHED, "text/plain", text=" ".join(sorted(os.environ)))
