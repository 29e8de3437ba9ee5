"""Fails when a committed file names a package index or a path of somebody's machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Written in pieces, so that this file does not find itself.
INDEX = re.compile(r"--(?:extra-)?index" + r"-url|--find" + r"-links|/simple" + r"/?$|pypi\.org" + r"/simple")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|Users)" + r"/\w+|(?<![\w.<>/-])/(?:root|work)" + r"/\w")
LOCKED_ADDRESS = re.compile(r"https?:" + r"//")


def main() -> int:
    """Print each fault as ``file:line: what``; return 1 when there is one."""
    faults = [fault for path in committed_files() for fault in find_faults(path)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def committed_files() -> list[Path]:
    """Return every file that git knows of and that is still there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def find_faults(path: Path) -> list[str]:
    """Return the faults of one file; a file that is not UTF-8 has none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    name = path.relative_to(ROOT)
    faults = []
    for number, line in enumerate(lines, start=1):
        if INDEX.search(line) or (path.suffix == ".lock" and LOCKED_ADDRESS.search(line)):
            faults.append(f"{name}:{number}: a package index is named; remove the address")
        if MACHINE_PATH.search(line):
            faults.append(f"{name}:{number}: a machine's path is named; make it relative")
    return faults


if __name__ == "__main__":
    sys.exit(main())
