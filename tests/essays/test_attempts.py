"""The journal of attempts: what it remembers of which bytes, and what it counts as a try."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.config import Home
from factdesk.errors import ArchiveError
from factdesk.essays.attempts import FINAL_OUTCOMES, KILLED, Attempt, EssayStage, Journal
from factdesk.essays.inputs import EssayInput, list_essays, list_inbox
from factdesk.model import EssayOutcome

READING = UUID(int=7)
METHOD = "a finder"
MAX_BYTES = 4096


@pytest.fixture
def essay(home: Home) -> EssayInput:
    (home.root / "essays" / "a.md").write_text("Words.")
    (one,) = list_inbox(home)
    return one


@pytest.fixture
def journal(home: Home) -> Journal:
    return Journal(home.warehouse)


def look(journal: Journal, essay: EssayInput, method: str = METHOD) -> Attempt:
    return journal.look(essay, method, MAX_BYTES)


def edit(essay: EssayInput, words: str | bytes) -> None:
    assert essay.path is not None
    essay.path.write_bytes(words if isinstance(words, bytes) else words.encode())


def test_looking_writes_nothing(journal: Journal, essay: EssayInput) -> None:
    attempt = look(journal, essay)
    assert (attempt.inbox, attempt.relative, attempt.tries) == ("all", "a.md", 0)
    assert not journal.folder.exists()


def test_what_was_written_is_seen_while_bytes_and_method_are_the_same(
    journal: Journal, essay: EssayInput
) -> None:
    stored = look(journal, essay).stored(EssayOutcome.READ, READING)
    journal.write(stored)
    assert look(journal, essay) == stored
    assert look(journal, essay).is_final
    assert not look(journal, essay, "a better finder").is_final
    edit(essay, "Other words.")
    assert not look(journal, essay).is_final
    edit(essay, "Words.")
    assert look(journal, essay) == stored


@pytest.mark.parametrize("outcome", EssayOutcome)
def test_only_what_the_bytes_alone_decide_is_final(
    journal: Journal, essay: EssayInput, outcome: EssayOutcome
) -> None:
    journal.write(look(journal, essay).stored(outcome, READING))
    tried_again = {"missing", "unreadable", "duplicate", "parser_killed"}
    assert look(journal, essay).is_final is (outcome.value not in tried_again)
    assert {one.value for one in set(EssayOutcome) - FINAL_OUTCOMES} == tried_again


def test_a_stage_that_never_ended_is_one_more_try(journal: Journal, essay: EssayInput) -> None:
    failed = look(journal, essay).failed(EssayStage.READING, "a fault")
    journal.write(replace(failed, begun=EssayStage.JUDGING))
    seen = look(journal, essay)
    assert (seen.tries, seen.stage, seen.fault, seen.begun) == (2, EssayStage.JUDGING, KILLED, None)
    assert look(journal, essay) == seen  # looking again counts nothing
    edit(essay, "Other words.")
    assert look(journal, essay).tries == 0


def test_a_fault_is_kept_in_one_line_that_can_be_stored(journal: Journal, essay: EssayInput) -> None:
    failed = look(journal, essay).failed(EssayStage.FINDING, "one\n two \udcff" + "x" * 900)
    journal.write(failed)
    fault = look(journal, essay).fault
    assert fault is not None
    assert fault.startswith("one two \ufffd")
    assert len(fault) < 320
    assert "\n" not in fault


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b'{"tries": 3}', b"[" * 5000])
def test_a_damaged_file_counts_as_not_there(journal: Journal, essay: EssayInput, content: bytes) -> None:
    attempt = look(journal, essay).stored(EssayOutcome.READ, READING)
    journal.write(attempt)
    journal.path_of(attempt).write_bytes(content)
    assert look(journal, essay) == replace(attempt, outcome=None, reading_id=None)


def test_a_file_of_another_place_is_not_believed(journal: Journal, essay: EssayInput, home: Home) -> None:
    journal.write(look(journal, essay).stored(EssayOutcome.READ, READING))
    (home.root / "essays" / "b.md").write_text("Words.")
    other = next(one for one in list_inbox(home) if one.relative == "b.md")
    first, second = look(journal, essay), look(journal, other)
    assert first.name != second.name
    journal.path_of(first).rename(journal.path_of(second))
    assert not look(journal, other).is_final


def test_a_file_that_is_too_big_is_known_by_the_limit_alone(journal: Journal, essay: EssayInput) -> None:
    edit(essay, b"x" * 5000)
    attempt = look(journal, essay)
    assert attempt.content == "too_big:4096"
    journal.write(attempt.stored(EssayOutcome.TOO_BIG, READING))
    assert look(journal, essay).is_final
    assert not journal.look(essay, METHOD, 8192).is_final


def test_what_has_no_bytes_is_never_final(journal: Journal, essay: EssayInput, home: Home) -> None:
    edit(essay, "Words.")
    assert essay.path is not None
    essay.path.unlink()
    (by_url,) = list_essays(["http://example.org/essay"], home)
    for one in (essay, by_url):
        attempt = look(journal, one)
        assert attempt.content == ""
        journal.write(attempt.stored(EssayOutcome.READ, READING))
        assert not look(journal, one).is_final
    assert look(journal, by_url).relative == "http://example.org/essay"


def test_files_outside_the_project_are_told_apart_and_their_paths_are_nobodys_business(
    journal: Journal, home: Home, tmp_path: Path
) -> None:
    places = [tmp_path / "elsewhere" / name / "draft.md" for name in "ab"]
    for place in places:
        place.parent.mkdir(parents=True)
        place.write_text("Words.")
    first, second = (look(journal, one) for one in list_essays([str(place) for place in places], home))
    assert first.relative == second.relative == "draft.md"
    assert first.name != second.name
    journal.write(first)
    assert "elsewhere" not in journal.path_of(first).read_text()


def test_a_journal_that_cannot_be_written_is_one_sentence(journal: Journal, essay: EssayInput) -> None:
    journal.folder.parent.mkdir(parents=True)
    journal.folder.write_text("a file stands where the folder should be")
    with pytest.raises(ArchiveError, match="attempts cannot be written"):
        journal.write(look(journal, essay))
    assert [path.name for path in journal.folder.parent.iterdir()] == ["attempts"]


def test_a_claim_has_a_file_while_it_has_tries(journal: Journal) -> None:
    attempt = journal.look_at_claim(READING, "a hash", METHOD)
    journal.settle(attempt)
    assert not journal.folder.exists()
    failed = attempt.failed(EssayStage.JUDGING_AGAIN, "a fault")
    journal.settle(failed)
    assert journal.look_at_claim(READING, "a hash", METHOD) == failed
    assert journal.look_at_claim(READING, "another hash", METHOD).tries == 0
    assert journal.look_at_claim(READING, "a hash", "a better method").tries == 0
    assert [f"{one.inbox}/{one.relative}" for one in journal.broken(1)] == [f"claim/{READING}"]
    journal.settle(replace(failed, tries=0))
    assert list(journal.folder.iterdir()) == []
