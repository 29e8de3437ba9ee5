"""The installed program, started as a person starts it, and what it answered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).parent / "factdesk"
COMMAND_SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def error_line(self) -> str:
        """Return the one sentence on stderr; anything more is a fault of the command."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, self.err
        assert lines[0].startswith("factdesk: "), self.err
        return lines[0]


Run = Callable[..., Ended]


def run_in(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> Ended:
    """Run the installed program in a folder; a traceback on stderr is a fault of any command."""
    done = subprocess.run(
        [str(PROGRAM), *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ended(done.returncode, done.stdout, done.stderr)
