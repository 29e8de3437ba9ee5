"""One text under two names or in two formats is one essay, in one run and across runs."""

from __future__ import annotations

import unicodedata

import pytest

from essay_runs import Desk

WORDS = "The café of Åse sells bread.\n\nA return ticket to Lisbon costs 40 euros, she says."
HTML = f"<html><body><article><p>{WORDS.replace(chr(10) * 2, '</p><p>')}</p></article></body></html>"

SPELLINGS = {
    "markdown.md": WORDS.encode(),
    "lines.txt": WORDS.replace("\n", "\r\n").encode(),
    "mark.txt": b"\xef\xbb\xbf" + WORDS.encode(),
    "trailing.txt": WORDS.replace("\n", "   \n").encode() + b"\n\n\n",
    "wide.txt": WORDS.replace(" ", "  ").encode("utf-16"),
    "composed.txt": unicodedata.normalize("NFD", WORDS).encode(),
    "page.html": HTML.encode(),
}


def put(desk: Desk, name: str) -> None:
    desk.path(name).write_bytes(SPELLINGS[name])


def test_one_text_in_many_formats_is_read_once(desk: Desk) -> None:
    for name in SPELLINGS:
        put(desk, name)
    run = desk.run()
    first = min(SPELLINGS)
    assert run.outcomes == {name: "read" if name == first else "duplicate" for name in SPELLINGS}
    assert run.details[max(SPELLINGS)] == f"the same text is already read as {first}"
    assert len(desk.claims()) == 1


@pytest.mark.parametrize("name", sorted(set(SPELLINGS) - {"markdown.md"}))
def test_another_format_repeats_an_essay_of_an_earlier_run(desk: Desk, name: str) -> None:
    put(desk, "markdown.md")
    desk.run()
    put(desk, name)
    run = desk.run()
    assert run.outcomes == {name: "duplicate"}
    assert run.details == {name: "the same text is already read as markdown.md"}


def test_a_file_that_was_saved_in_another_format_keeps_its_essay(desk: Desk) -> None:
    put(desk, "markdown.md")
    desk.run()
    before = desk.ask("SELECT claim_id, stage FROM reports.verdicts")
    desk.path("markdown.md").unlink()
    put(desk, "page.html")
    run = desk.run()
    assert run.outcomes == {"page.html": "read"}
    assert desk.ask("SELECT claim_id, stage FROM reports.verdicts") == before
    assert desk.ask("SELECT count(*) FROM derived.essays") == [(1,)]


def test_an_edit_that_makes_two_known_essays_alike_joins_neither(desk: Desk) -> None:
    put(desk, "markdown.md")
    desk.path("other.md").write_text("A return ticket to Porto costs 47 euros.")
    desk.run()
    desk.path("other.md").write_bytes(SPELLINGS["trailing.txt"])
    run = desk.run()
    assert run.outcomes == {"other.md": "read"}
    assert desk.ask("SELECT count(*) FROM derived.essays") == [(2,)]


def test_a_text_that_the_archive_lost_is_like_no_other(desk: Desk) -> None:
    put(desk, "markdown.md")
    desk.run()
    for blob in (desk.home.warehouse / "snapshots" / "blobs").glob("*/*"):
        blob.chmod(0o644)
        blob.write_bytes(b"damaged")
    put(desk, "wide.txt")
    assert desk.run().outcomes == {"wide.txt": "read"}


def test_texts_that_differ_in_one_figure_are_two_essays(desk: Desk) -> None:
    put(desk, "markdown.md")
    desk.path("other.md").write_text(WORDS.replace("40", "41"))
    assert desk.run().outcomes == {"markdown.md": "read", "other.md": "read"}
