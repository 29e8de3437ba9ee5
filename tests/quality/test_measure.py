"""The command itself: what it says without its data, with a wrong folder, and when a floor is broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("measure.py")


def run_measure(*arguments: str, data: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "FACTDESK_QUALITY_DATA"}
    if data is not None:
        environment["FACTDESK_QUALITY_DATA"] = data
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


def test_data_that_is_not_named_is_said_to_be_not_measured():
    ended = run_measure("--only", "pages", "--only", "seeds")
    assert ended.returncode == 0
    assert "pages: not measured, FACTDESK_QUALITY_DATA is not set" in ended.stdout
    assert "seeds: not measured, FACTDESK_QUALITY_DATA is not set" in ended.stdout


def test_a_named_folder_that_lacks_the_data_is_an_error(tmp_path):
    ended = run_measure("--only", "pages", data=str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr == (
        f"FACTDESK_QUALITY_DATA names {tmp_path}, which lacks data/ or seeds/; mend it or unset it\n"
    )


def test_a_broken_floor_ends_with_one_and_is_named(tmp_path):
    floors = tmp_path / "floors.json"
    floors.write_text('{"extraction.price.recall": {"floor": 1.1}}')
    ended = run_measure("--only", "extraction", "--floors", str(floors))
    assert ended.returncode == 1
    assert ended.stdout.endswith("broken: extraction.price.recall\n")


def test_json_is_one_object(tmp_path):
    floors = tmp_path / "floors.json"
    floors.write_text('{"extraction.offsets": {"floor": 1.0}}')
    ended = run_measure("--only", "extraction", "--floors", str(floors), "--json")
    answer = json.loads(ended.stdout)
    assert ended.returncode == 0
    assert answer["broken"] == []
    assert {measure["name"] for measure in answer["measures"]} >= {
        "extraction.price.recall",
        "extraction.bound",
    }
