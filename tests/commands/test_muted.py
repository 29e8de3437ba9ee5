"""`[rules] muted` in the settings, by the installed program."""

from __future__ import annotations

import json
from pathlib import Path

from factdesk.config import open_home
from program import Run
from verdicts.test_judge_claim import SAID, SENTENCE

PAIR = json.dumps({"id": 1, "claim": SENTENCE, "source": SAID}).encode()


def test_the_settings_mute_in_every_command(factdesk: Run, home: Path) -> None:
    config = home / "config" / "factdesk.toml"
    config.write_text('[rules]\nmuted = ["all_facets_match"]\n', encoding="utf-8")
    assert open_home(home).settings.rules.muted == ("all_facets_match",)
    done = factdesk("judge", "-", stdin=PAIR)
    assert json.loads(done.out)["rating"] == "not_enough_evidence"
    config.write_text('[rules]\nmuted = ["all_facets_mach"]\n', encoding="utf-8")
    for command in (("judge", "-"), ("check", "essay.md"), ("sql", "SELECT 1")):
        wrong = factdesk(*command, stdin=PAIR)
        assert (wrong.code, wrong.out) == (2, "")
        assert "rules.muted" in wrong.err
        assert "typed_conflict, verbatim" in wrong.err


def test_a_check_under_muted_rules_is_told_in_words_and_replays(factdesk: Run, home: Path) -> None:
    config = home / "config" / "factdesk.toml"
    config.write_text('[rules]\nmuted = ["all_facets_match"]\n', encoding="utf-8")
    (home / "ferry.md").write_text(f"{SENTENCE}\n", encoding="utf-8")
    (home / "clerk.txt").write_text(f"{SAID}\n", encoding="utf-8")
    checked = factdesk("check", "ferry.md", "--source", "clerk.txt")
    assert checked.code == 0
    assert "not settled: the rule that speaks here is muted" in checked.out
    assert factdesk("replay").out == "✓ 1 verdict: 1 the same\n"
    config.write_text("", encoding="utf-8")
    assert factdesk("replay").out == "✓ 1 verdict: 0 the same; 1 by an older method: run factdesk rejudge\n"
    assert "  1 from not enough evidence to supported" in factdesk("rejudge").out
    (row,) = factdesk("sql", "SELECT machine_rating, reason_codes FROM reports.verdicts", "--json").rows
    assert row["machine_rating"] == "supported"
    assert factdesk("replay").out == "✓ 1 verdict: 1 the same\n"
