"""Which essay a text is, through renames, moves, copies and edits."""

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from factdesk.essays.identity import Identity, KnownEssay, fold_sha256, identify_essay, place_key
from factdesk.essays.inputs import EssayInput
from factdesk.reading.feeds import FeedEntry

SHA, OTHER_SHA = "a" * 64, "b" * 64
INBOXES = {"desk": "essays"}


@dataclass(frozen=True)
class Known:
    """What a warehouse would answer, from a plain list."""

    essays: tuple[KnownEssay, ...] = ()

    def essay_at(self, inbox: str, path: str) -> KnownEssay | None:
        return next((one for one in self.essays if (one.inbox, one.path) == (inbox, path)), None)

    def essays_with_text(self, text_sha256: str) -> list[KnownEssay]:
        return [one for one in self.essays if one.text_sha256 == text_sha256]

    def essays_like(self, text: str) -> list[KnownEssay]:
        return [
            one for one in self.essays if one.text_sha256 is not None and fold_sha256(text) == one.text_sha256
        ]

    def essay_by_address(self, uri: str) -> None:
        return None

    def essay_with_key(self, essay_key: str) -> KnownEssay | None:
        return next((one for one in self.essays if one.essay_key == essay_key), None)


@pytest.fixture
def essay(tmp_path: Path) -> EssayInput:
    (tmp_path / "essays").mkdir()
    (tmp_path / "essays" / "new.md").write_text("Words.")
    return EssayInput("new.md", tmp_path / "essays" / "new.md", None, "desk", "new.md", tmp_path)


def known_at(
    path: str | None, sha: str | None = SHA, key: str = "path:desk/old.md", inbox: str | None = "desk"
) -> KnownEssay:
    return KnownEssay(UUID(int=1), key, inbox, path, sha)


def identify(
    essay: EssayInput, *known: KnownEssay, stated: str | None = None, canonical: str | None = None
) -> Identity:
    return identify_essay(essay, Known(known), INBOXES, stated_id=stated, canonical_url=canonical, sha256=SHA)


def test_the_key_is_the_id_else_the_address_else_the_place(essay: EssayInput) -> None:
    canonical = "http://EXAMPLE.org:80/a?utm_source=x"
    assert identify(essay, stated="fares", canonical=canonical) == Identity("id:fares")
    assert identify(essay, canonical=canonical) == Identity("url:http://example.org/a")
    assert identify(essay) == Identity("path:desk/new.md")


def test_an_essay_by_address_is_known_by_its_address(essay: EssayInput) -> None:
    by_url = replace(essay, path=None, url="http://example.org/a#part", inbox="check", relative="")
    assert identify(by_url) == Identity("url:http://example.org/a")


def test_a_file_outside_the_project_is_known_by_name_and_text(essay: EssayInput) -> None:
    outside = replace(essay, inbox="check", is_outside=True)
    assert identify(outside, known_at("new.md", OTHER_SHA, inbox="check")) == Identity(f"text:new.md:{SHA}")


def test_a_renamed_file_outside_the_project_is_the_same_essay(essay: EssayInput) -> None:
    outside = replace(essay, inbox="check", is_outside=True)
    before = known_at(None, key=f"text:old.md:{SHA}", inbox="check")
    assert identify(outside, before) == Identity(f"text:old.md:{SHA}")


def test_an_edited_file_is_the_same_essay(essay: EssayInput) -> None:
    assert identify(essay, known_at("new.md", OTHER_SHA)) == Identity("path:desk/old.md")


def test_a_moved_file_is_the_same_essay(essay: EssayInput) -> None:
    assert identify(essay, known_at("old.md")) == Identity("path:desk/old.md")
    assert identify(essay, known_at("old.md", inbox="renamed")) == Identity("path:desk/old.md")
    assert identify(essay, known_at("old.md", inbox="check")) == Identity("path:desk/old.md")


def test_a_moved_file_of_a_stated_key_keeps_what_it_states(essay: EssayInput) -> None:
    assert identify(essay, known_at("old.md"), stated="fares") == Identity("id:fares")


def test_a_copy_is_a_duplicate_while_the_other_file_is_there(essay: EssayInput) -> None:
    (essay.root / "essays" / "old.md").write_text("Words.")
    old = known_at("old.md")
    assert identify(essay, old) == Identity("path:desk/new.md", repeats=old)
    assert identify(essay, old, stated="fares") == Identity("id:fares", repeats=old)
    (essay.root / "essays" / "old.md").unlink()
    assert identify(essay, known_at("old.md")) == Identity("path:desk/old.md")


def test_a_copy_stays_a_duplicate_when_it_is_read_again(essay: EssayInput) -> None:
    (essay.root / "essays" / "old.md").write_text("Words.")
    recorded = known_at("new.md", None, key="path:desk/new.md")
    assert identify(essay, known_at("old.md"), recorded).repeats == known_at("old.md")


def test_a_copy_of_an_essay_by_address_is_a_duplicate(essay: EssayInput) -> None:
    online = known_at(None, key="url:http://example.org/a", inbox=None)
    assert identify(essay, online).repeats == online


def test_a_copy_with_the_same_front_matter_is_a_duplicate_and_not_a_move(essay: EssayInput) -> None:
    (essay.root / "essays" / "old.md").write_text("Words.")
    old = known_at("old.md", key="id:fares")
    assert identify(essay, old, stated="fares") == Identity("id:fares", repeats=old)
    (essay.root / "essays" / "old.md").unlink()
    assert identify(essay, old, stated="fares") == Identity("id:fares")


def test_another_text_with_a_known_id_waits_while_the_first_file_is_there(essay: EssayInput) -> None:
    first = known_at("old.md", OTHER_SHA, key="id:fares")
    assert identify(essay, first, stated="fares") == Identity("id:fares")  # its file is gone: it moved
    (essay.root / "essays" / "old.md").write_text("Other words.")
    assert identify(essay, first, stated="fares") == Identity("id:fares", namesake_of=first)
    assert identify(essay, replace(first, path="new.md"), stated="fares") == Identity("id:fares")
    assert identify(essay, known_at(None, OTHER_SHA, key="id:fares"), stated="fares") == Identity("id:fares")
    outside = replace(essay, inbox="check", is_outside=True)
    assert identify(outside, first, stated="fares") == Identity("id:fares")


def test_an_id_is_free_when_the_first_file_states_another_one_now(essay: EssayInput) -> None:
    (essay.root / "essays" / "old.md").write_text("Other words.")
    first = known_at("old.md", OTHER_SHA, key="id:fares")
    renamed = known_at("old.md", OTHER_SHA, key="id:other")
    assert identify(essay, renamed, first, stated="fares") == Identity("id:fares")


def test_an_essay_is_no_duplicate_of_itself(essay: EssayInput) -> None:
    assert identify(essay, known_at("new.md", key="path:desk/new.md")) == Identity("path:desk/new.md")
    assert identify(essay, known_at(None, key="id:fares"), stated="fares") == Identity("id:fares")


def test_the_place_never_holds_an_absolute_path(essay: EssayInput) -> None:
    assert str(essay.root) not in place_key(essay, SHA)


WORDS = "A café sells bread.\n\nIt costs 4 euros."


@pytest.mark.parametrize(
    "text",
    [
        "A café sells bread.\nIt costs 4 euros.",
        "A café sells bread.\r\n\r\nIt costs 4 euros.  \r\n",
        "\ufeffA cafe\u0301 sells\xa0bread.\t It costs 4 euros.",
        "A café sells bread. It costs\n    4 eu\xadros.\u200b",
    ],
)
def test_a_reader_cannot_tell_two_spellings_of_white_space_and_accents(text: str) -> None:
    assert fold_sha256(text) == fold_sha256(WORDS)


@pytest.mark.parametrize(
    "text",
    ["", "A cafe sells bread. It costs 4 euros.", f"{WORDS} x", WORDS.replace("4", "5"), WORDS.lower()],
)
def test_other_words_are_another_text(text: str) -> None:
    assert fold_sha256(text) != fold_sha256(WORDS)


def alike(essay: EssayInput, *known: KnownEssay, stated: str | None = None) -> Identity:
    """Identify a text that is folded like `WORDS` and written like no other."""
    found = Known(known)
    return identify_essay(
        essay, found, INBOXES, stated_id=stated, canonical_url=None, sha256=SHA, text=f"  {WORDS}\n"
    )


def test_an_essay_saved_in_another_format_is_that_essay(essay: EssayInput) -> None:
    gone = known_at("old.docx", fold_sha256(WORDS), key="id:fares")
    assert alike(essay, gone) == Identity("id:fares")


def test_the_same_words_in_another_file_repeat_it(essay: EssayInput) -> None:
    (essay.root / "essays" / "old.md").write_text(WORDS)
    there = known_at("old.md", fold_sha256(WORDS))
    assert alike(essay, there) == Identity("path:desk/new.md", repeats=there)
    assert alike(essay, there, stated="fares") == Identity("id:fares", repeats=there)


def test_an_essay_that_is_known_at_its_place_stays_itself(essay: EssayInput) -> None:
    (essay.root / "essays" / "old.md").write_text(WORDS)
    here = known_at("new.md", OTHER_SHA, key="id:mine")
    assert alike(essay, known_at("old.md", fold_sha256(WORDS)), here) == Identity("id:mine")


def test_the_very_same_text_goes_before_one_that_is_alike(essay: EssayInput) -> None:
    like = known_at("like.md", fold_sha256(WORDS), key="id:like")
    same = known_at("same.md", SHA, key="id:same")
    assert alike(essay, like, same) == Identity("id:same")


def test_an_entry_of_a_feed_without_a_page_is_known_by_its_name(essay: EssayInput) -> None:
    entry = replace(essay, path=None, relative="tag:x,1", entry=FeedEntry(None, "tag:x,1"))
    assert identify(entry) == Identity("entry:tag:x,1")
    assert place_key(entry, None) == "entry:tag:x,1"
    assert identify(entry, known_at("new.md", key="id:other")).essay_key == "entry:tag:x,1"
