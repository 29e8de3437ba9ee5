"""What a person gets by installing: quick help, documented commands, the files beside the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from factdesk.cli import app
from factdesk.ops.runs import FLOWS
from factdesk.resources import bundled
from factdesk.samples.bundle import sample_essays, sample_source
from factdesk.samples.site import PRESS

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("prefect", "duckdb", "trafilatura", "bs4", "httpx")

_LOADED = """
import sys
from factdesk.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""


def commands() -> list[str]:
    return sorted(name for name in app if not name.startswith("-"))


def test_ctrl_c_while_the_program_is_loaded_is_told_in_one_sentence():
    """The command line is not importable here as if Ctrl-C came while it was read."""
    script = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'factdesk.cli':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from factdesk.start import main\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "factdesk: stopped by Ctrl-C before it began; run the command again\n"


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["run", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments):
    script = _LOADED.format(heavy=HEAVY)
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.strip() == "[]"


def test_the_commands_are_those_of_the_contract():
    promised = "check claims decide demo doctor judge publish queue report run sql text"
    assert set(commands()) >= set(promised.split())


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command):
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    assert re.search(rf"`?factdesk {command}\b", text), f"factdesk {command} stands in no page"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])  # fmt: skip  # noqa: E501
def test_every_link_between_pages_leads_somewhere(page):
    file = ROOT / page
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text("utf-8"))
    missing = [target for target in targets if not (file.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize(
    "names",
    [
        ("config", "factdesk.toml"),
        ("warehouse", "migrations"),
        ("warehouse", "views"),
        ("warehouse", "reports"),
        *(("flows", f"{flow}.py") for flow in FLOWS),
    ],
)
def test_files_beside_the_code_are_found(names):
    assert bundled(*names).exists()


def test_samples_travel_inside_the_package():
    package = bundled("config").parent / "src" / "factdesk"
    for path in (*sample_essays(), sample_source(), PRESS / "index.html"):
        assert path.is_relative_to(package)


def test_every_make_target_that_pages_name_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    code = "\n".join(
        stretch
        for page in pages
        for stretch in re.findall(r"^```.*?^```|`[^`\n]+`", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
    named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )?make ([a-z-]+)\b", code, re.MULTILINE))
    assert {"setup", "test", "torture-flows"} <= named
    assert named - targets == set()
