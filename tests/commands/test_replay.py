"""`factdesk replay` by the installed program: green, red, and beside a keeper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factdesk.model import Rating
from factdesk.warehouse.keeper import open_keeper
from factdesk.warehouse.spool import write_batches
from judged_homes import OTHER_METHOD, JudgedHome, copy_home, with_rating
from program import Ended, Run, run_in

Ask = Callable[..., Ended]


@pytest.fixture
def desk(judged_root: Path, tmp_path: Path) -> JudgedHome:
    return copy_home(judged_root, tmp_path / "home")


@pytest.fixture
def replay(desk: JudgedHome) -> Ask:
    def run(*arguments: str) -> Ended:
        return run_in(desk.home.root, "replay", *arguments)

    return run


def test_green_in_one_line_and_with_the_bytes_in_two(replay: Ask) -> None:
    green = replay()
    assert (green.code, green.err) == (0, "")
    assert green.out == "✓ 8 verdicts: 8 the same\n"
    both = replay("--from-bytes")
    assert (both.code, both.err) == (0, "")
    first, second = both.out.splitlines()
    assert first == green.out.strip()
    without = "3 without bytes (essays taken as sources, or erased)"
    assert second == f"✓ 7 texts from bytes: 4 read the same; {without}"


def test_drift_is_red_and_shows_both_verdicts(desk: JudgedHome, replay: Ask) -> None:
    porto = desk.verdict("Porto")
    desk.store(with_rating(porto, Rating.SUPPORTED))
    desk.make_current(with_rating(desk.verdict("soup"), Rating.REFUTED, method=OTHER_METHOD))
    red = replay()
    head, was, now, differs, summary = red.out.splitlines()
    assert red.code == 1
    assert head.startswith(f"✕ drift  {str(porto.claim_id)[:8]}  ")
    assert "south.md: “" in head
    assert was.startswith("    was  ● supported (")
    assert was.endswith("It was said otherwise once.")
    assert now.startswith("    now  ✕ refuted (")
    assert differs == "    not the same: rating, reasons"
    assert summary == "✕ 8 verdicts: 6 the same; 1 drifted; 1 by an older method: run factdesk rejudge"


def test_json_is_one_object_a_line(desk: JudgedHome, replay: Ask) -> None:
    porto = desk.verdict("Porto")
    desk.store(with_rating(porto, Rating.SUPPORTED))
    desk.lose(desk.text_of("Lisbon"))
    red = replay("--json", "--from-bytes")
    drift, lost, summary = red.rows
    assert (red.code, drift["kind"], drift["claim_id"]) == (1, "drift", str(porto.claim_id))
    assert (drift["was"]["rating"], drift["now"]["rating"]) == ("supported", "refuted")
    assert drift["was"]["reasons"] == [{"code": "typed_conflict", "sentence": "It was said otherwise once."}]
    assert drift["now"]["verdict_id"] == drift["was"]["verdict_id"] == str(porto.id)
    assert (lost["kind"], lost["text_sha256"]) == ("lost_text", desk.text_of("Lisbon"))
    assert lost["claims"] == [str(desk.verdict("Lisbon").claim_id)]
    counts = ("verdicts", "same", "drifted", "other_method", "lost_texts", "faults")
    assert summary["kind"] == "summary"
    assert (summary["is_green"], summary["method"]) == (False, porto.method)
    assert [summary[name] for name in counts] == [8, 6, 1, 0, 1, 0]
    assert summary["bytes"]["extraction_drift"] == 0


def test_it_reads_beside_a_keeper_and_says_what_waits(desk: JudgedHome, replay: Ask) -> None:
    keeper = open_keeper(desk.home.warehouse)
    assert keeper is not None
    with keeper:
        write_batches([with_rating(desk.verdict("Porto"), Rating.SUPPORTED)], desk.home.warehouse, 1_000_000)
        before = desk.files()
        green = replay()
        assert desk.files() == before
    assert (green.code, green.out) == (0, "✓ 8 verdicts: 8 the same\n")
    assert green.err == "1 batch in the spool not published yet: what they hold was not replayed\n"


def test_a_folder_without_verdicts_is_no_green_one(factdesk: Run, home: Path) -> None:
    ended = factdesk("replay", "--json")
    assert (ended.code, ended.out) == (2, "")
    assert "there is nothing to replay in" in ended.error_line()


def test_the_help_says_what_the_exit_code_means(factdesk: Run) -> None:
    told = " ".join(factdesk("replay", "--help").out.split())
    assert "exit code 1 when one does not, or when a text is lost" in told
    assert "--from-bytes" in told
