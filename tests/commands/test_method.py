"""`factdesk method` by the installed program."""

from __future__ import annotations

from pathlib import Path

from factdesk.verdicts.method import method_id
from program import Run


def test_the_page_is_printed_and_one_object_with_json(factdesk: Run, home: Path) -> None:
    page = factdesk("method")
    assert (page.code, page.err) == (0, "")
    assert page.out.startswith(f"How Factdesk reaches its verdicts\nmethod {method_id()}\n")
    assert "What is not looked at" in page.out
    (told,) = factdesk("method", "--json").rows
    assert told["method"] == method_id()
    assert not (home / "warehouse").exists()


def test_it_says_what_the_settings_of_the_home_mute(factdesk: Run, home: Path) -> None:
    (home / "config" / "factdesk.toml").write_text('[rules]\nmuted = ["verbatim"]\n', encoding="utf-8")
    assert "Muted by [rules] muted: verbatim." in factdesk("method").out
