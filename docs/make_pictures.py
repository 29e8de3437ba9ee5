"""Draws the picture of the README from a real ``factdesk check`` on the bundled sample.

Run it with ``make docs`` after a change of what ``check`` prints.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from factdesk.commands.checks import run_check
from factdesk.config import open_home
from factdesk.samples.bundle import sample_essays, sample_source

PICTURE = Path(__file__).resolve().parent / "check.svg"
WIDTH = 100

PAPER = TerminalTheme(
    (252, 252, 250),
    (36, 41, 47),
    [
        (36, 41, 47),
        (176, 32, 48),
        (22, 110, 52),
        (140, 90, 0),
        (9, 90, 170),
        (120, 60, 160),
        (10, 110, 120),
        (100, 108, 116),
    ],
    [
        (110, 118, 126),
        (176, 32, 48),
        (22, 110, 52),
        (140, 90, 0),
        (9, 90, 170),
        (120, 60, 160),
        (10, 110, 120),
        (60, 66, 72),
    ],
)


def main() -> None:
    """Check the sample in an empty folder and write ``docs/check.svg``."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False, markup=False
    )
    with tempfile.TemporaryDirectory() as folder:
        _check_sample(Path(folder), console)
    svg = console.export_svg(
        title="factdesk check harbour-letter.md --source harbour-letter-source.txt",
        theme=PAPER,
        unique_id="factdesk",
    )
    # The picture asks no other site for its font.
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    PICTURE.write_text(svg.replace("Fira Code, monospace", "ui-monospace, monospace"), encoding="utf-8")
    print(f"wrote {PICTURE.name}")


def _check_sample(folder: Path, console: Console) -> None:
    essay = next(one for one in sample_essays() if one.name == "harbour-letter.md")
    copies = [Path(shutil.copy(one, folder)).name for one in (essay, sample_source())]
    before = Path.cwd()
    os.chdir(folder)
    try:
        run_check(
            [copies[0]],
            open_home(folder),
            sources=[copies[1]],
            allow_hosts=(),
            as_json=False,
            show_all=False,
            console=console,
            say=lambda line: None,
        )
    finally:
        os.chdir(before)


if __name__ == "__main__":
    main()
