"""The operators' page names every check of the doctor, every event and every key of a notification."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import factdesk.ops.doctor
from factdesk.ops.notices import Event, Notice

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text("utf-8")


def table_words():
    """Return the words in backticks that stand in the first column of a table."""
    rows = re.findall(r"^\| ([^|]*) \|", PAGE, re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_every_check_is_in_the_table_of_warnings():
    folder = Path(factdesk.ops.doctor.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    names = set(re.findall(r'Check\(\s*"([a-z ]+)"', source)) - {"inboxes"}
    assert len(names) > 15
    assert names | {"notifications"} <= table_words()


def test_every_event_is_explained():
    assert {event.value for event in Event} - {"test"} <= table_words()


def test_every_key_of_a_notification_is_named():
    named = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert {field.name for field in fields(Notice)} | {"text"} <= named
