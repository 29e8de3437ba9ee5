"""Draws the pictures of what ``factdesk check`` and ``factdesk claims`` print, from real runs on samples.

The essay with thirty links leads to the hostile server of the tests, on a port of its own.

Run it with ``make docs`` after a change of what they print.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from factdesk.commands.checks import run_check
from factdesk.commands.texts import print_claims
from factdesk.config import open_home
from factdesk.samples.bundle import sample_essays, sample_source
from web.hostile import hostile_server
from web.hostile_essay import essay, pages, settings

FOLDER = Path(__file__).resolve().parent
HOSTILE_PORT = 8631
ESSAY = "harbour-letter.md"
PAIR = "night-of-the-decree"
WIDTH = 100
WIDE = 150

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
    """Check the sample in an empty folder, mark its claims, check thirty links, and write the pictures."""
    draw("check", f"factdesk check {ESSAY} --source {sample_source().name}", _check_sample)
    draw("claims", f"factdesk claims {ESSAY} --all", _mark_sample)
    draw("verdict", f"factdesk check {PAIR}.md --source {PAIR}-source.txt --explain", _explain_sample)
    draw("sources", "factdesk check winter-ferry.md", _check_thirty_links, WIDE)


def draw(name: str, title: str, run: Callable[[Path, Console], None], width: int = WIDTH) -> None:
    """Run a command in a folder with the sample and write what it prints as ``docs/NAME.svg``."""
    console = Console(
        record=True,
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        color_system="standard",
        no_color=False,
        highlight=False,
        markup=False,
    )
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        essay = next(one for one in sample_essays() if one.name == ESSAY)
        for one in (essay, sample_source(), *sample_source().parents[1].glob("pairs/*")):
            shutil.copy(one, folder)
        os.chdir(folder)
        try:
            run(Path(folder), console)
        finally:
            os.chdir(before)
    svg = console.export_svg(title=title, theme=PAPER, unique_id="factdesk")
    # The picture asks no other site for its font.
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    path = FOLDER / f"{name}.svg"
    path.write_text(svg.replace("Fira Code, monospace", "ui-monospace, monospace"), encoding="utf-8")
    print(f"wrote {path.name}")


def _check_sample(folder: Path, console: Console) -> None:
    run_check(
        [ESSAY],
        open_home(folder),
        sources=[sample_source().name],
        allow_hosts=(),
        as_json=False,
        show_all=False,
        console=console,
        say=lambda line: None,
    )


def _explain_sample(folder: Path, console: Console) -> None:
    run_check(
        [f"{PAIR}.md"],
        open_home(folder),
        sources=[f"{PAIR}-source.txt"],
        allow_hosts=(),
        as_json=False,
        show_all=False,
        in_full=True,
        console=console,
        say=lambda line: None,
    )


def _mark_sample(folder: Path, console: Console) -> None:
    print_claims(
        ESSAY, open_home(folder), as_json=False, show_all=True, console=console, say=lambda line: None
    )


def _check_thirty_links(folder: Path, console: Console) -> None:
    with hostile_server(pages(), HOSTILE_PORT) as server:
        (folder / "config").mkdir()
        (folder / "config" / "factdesk.toml").write_text(settings(server), encoding="utf-8")
        (folder / "winter-ferry.md").write_text(essay(server), encoding="utf-8")
        run_check(
            ["winter-ferry.md"],
            open_home(folder),
            sources=[],
            allow_hosts=(),
            as_json=False,
            show_all=False,
            console=console,
            say=console.print,
        )


if __name__ == "__main__":
    main()
