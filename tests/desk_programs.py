"""The installed program's desk, as a process of its own that can be killed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from desk_homes import Visitor
from program import PROGRAM

ANSWER_SECONDS = 60.0


@contextmanager
def running(root: Path) -> Iterator[tuple[subprocess.Popen[str], Visitor]]:
    """The installed program's desk, and somebody who is signed in there."""
    command = [str(PROGRAM), "desk", "--home", str(root), "--as", "Ann", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as desk:
        try:
            assert desk.stderr is not None
            address = link = None
            for line in desk.stderr:
                address = address or re.search(r"The desk is at (\S+)", line)
                link = re.search(r"(http\S+/enter/\S+)", line)
                if link:
                    break
            assert address, "the desk did not start"
            assert link
            with httpx.Client(base_url=address[1], timeout=ANSWER_SECONDS) as client:
                visitor = Visitor(client)
                assert visitor.get(link[1]).status_code == 303
                yield desk, visitor
        finally:
            desk.kill()
